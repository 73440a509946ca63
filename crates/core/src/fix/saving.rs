//! Copying aside what a migration takes away, and bringing it back on the way back.

use super::Fix;
use super::downgrade::{imports, place_downgrade};
use super::text::{Around, insertion, line_start};
use crate::migration::{Direction, Ending, FileId, Half, Place};
use crate::operation::Operation;
use crate::project::Convention;
use crate::reversal::writing::alembic_call;
use crate::reversal::{Grade, Reversal, Saving, Woven, of_revision, savings, weave};
use crate::review::round_trip;
use crate::rules::{Context, Statement};
use crate::schema::{self, ObjectName, Schema};
use crate::sql;
use crate::text::{Edit, Span};
use retort_report::RoundTripVerdict;

/// Keeps aside what the upgrade drops of a table, before the first statement that drops of it, and restores it in the
/// downgrade. Offered where both halves are proven to work with it and to lead to the schema before; a downgrade that
/// refuses on purpose, or that is wrong, is left alone.
pub fn keep_aside(cx: &Context<'_>, table: &ObjectName) -> Option<Fix> {
    // Liquibase writes a rollback as comments.
    (cx.review().project.convention != Convention::Liquibase).then_some(())?;
    let state = cx.state();
    let all = savings(state, &cx.migration().header.revision);
    let saving = all.into_iter().find(|saving| saving.table == *table)?;
    let first = cx.up().find(|statement| drops(statement, &saving))?;
    (!first.is_nested()).then_some(())?;
    let copy = sql::read_statement(&saving.copy);
    let after = with_copy(cx, &first, &saving, &copy)?;
    let mut edits = vec![copy_before(cx, &first, &copy)?];
    edits.extend(back(cx, &saving, &after)?);
    let what = match saving.columns.as_slice() {
        [] => format!("the rows of {table}"),
        columns => format!("{table}.{}", columns.join(", ")),
    };
    let title = format!(
        "Keep {what} in {} and bring it back in the downgrade",
        saving.aside
    );
    Some(Fix::new(title, edits))
}

/// Whether a statement takes away what is to be saved.
fn drops(statement: &Statement<'_>, saving: &Saving) -> bool {
    let (before, after) = (statement.before(), statement.after());
    let own = |schema: &Schema, column: &str| {
        let table = schema.tables.get(&saving.table);
        table.is_some_and(|table| table.column(column).is_some())
    };
    match saving.columns.as_slice() {
        [] => {
            before.tables.contains_key(&saving.table) && !after.tables.contains_key(&saving.table)
        }
        columns => columns
            .iter()
            .any(|column| own(before, column) && !own(after, column)),
    }
}

/// The catalog after an upgrade that makes the copy; none where PostgreSQL would refuse it or the copy would not stay.
fn with_copy(
    cx: &Context<'_>,
    first: &Statement<'_>,
    saving: &Saving,
    copy: &Operation,
) -> Option<Schema> {
    let free = !first.before().tables.contains_key(&saving.aside);
    let same = cx
        .before()
        .tables
        .get(&saving.table)
        .map(|own| &own.columns)
        == first
            .before()
            .tables
            .get(&saving.table)
            .map(|own| &own.columns);
    (free && same).then_some(())?;
    let mut state = schema::apply(first.before(), copy).ok()?.schema;
    for step in cx.state().up.steps.iter().skip(first.index) {
        state = schema::apply(&state, &step.step.operation).ok()?.schema;
    }
    state.tables.contains_key(&saving.aside).then_some(state)
}

/// The copy on lines of its own before a statement.
fn copy_before(
    cx: &Context<'_>,
    first: &Statement<'_>,
    copy: &Operation,
) -> Option<(FileId, Edit)> {
    let around = Around::statement(cx, first);
    let indent = around.indent();
    let at = around.span.start as usize;
    let text = match around.is_python(cx) {
        true => {
            let head = around.text.get(line_start(around.text, at)..at)?;
            (around.slice().starts_with("op.") && head.trim().is_empty()).then_some(())?;
            alembic_call(copy, &cx.before().types)
        }
        false => format!("{};\n", sql::print(copy)),
    };
    Some((around.file, insertion(at, format!("{text}{indent}"))))
}

/// The downgrade that restores: the one that is there with what it lacks, or a new one.
fn back(cx: &Context<'_>, saving: &Saving, after: &Schema) -> Option<Vec<(FileId, Edit)>> {
    let state = cx.state();
    let ending = state.down.as_ref().map(|run| &run.ending);
    match (&cx.migration().down, ending) {
        (Half::Missing, _) | (_, None | Some(Ending::Empty)) => {
            let reversal = of_revision(cx.review(), state);
            place_downgrade(cx, &kept(reversal, saving, after, cx.before())?)
        }
        (_, Some(Ending::Raises(_))) => None,
        (half, Some(Ending::Normal)) => {
            let verdict = round_trip(state).verdict;
            let restores = matches!(
                verdict,
                RoundTripVerdict::Restores | RoundTripVerdict::ColumnOrder
            );
            restores.then_some(())?;
            let steps = &state.down.as_ref()?.steps;
            let operations: Vec<Operation> = steps
                .iter()
                .map(|outcome| outcome.step.operation.clone())
                .collect();
            let woven = weave(saving, after, &operations, cx.before())?;
            let mut edits = written(cx, &woven)?;
            edits.extend(
                half.place()
                    .and_then(|place| without_remark(cx, place, saving)),
            );
            Some(edits)
        }
    }
}

/// A generated downgrade that brings the data back too, and says no longer that it does not.
fn kept(reversal: Reversal, saving: &Saving, after: &Schema, before: &Schema) -> Option<Reversal> {
    let woven = weave(saving, after, &reversal.operations, before)?;
    let remaining = |mut lost: Vec<String>| {
        lost.retain(|line| !is_about(line, saving));
        lost
    };
    let grade = match reversal.grade {
        Grade::Exact => Grade::Exact,
        Grade::SchemaOnly { lost } => match remaining(lost) {
            lost if lost.is_empty() => Grade::Exact,
            lost => Grade::SchemaOnly { lost },
        },
        Grade::Reordered { lost } => Grade::Reordered {
            lost: remaining(lost),
        },
        Grade::Irreversible { .. } => return None,
    };
    Some(Reversal {
        operations: woven.operations(&reversal.operations),
        grade,
        types: reversal.types.clone(),
    })
}

/// Whether a line on what is lost tells of that which is saved.
fn is_about(line: &str, saving: &Saving) -> bool {
    let says = |what: String| {
        let rest = line.strip_prefix(what.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(','))
    };
    match saving.columns.as_slice() {
        [] => says(format!("all rows of {}", saving.table)),
        columns => columns
            .iter()
            .any(|column| says(format!("the values of {}.{column}", saving.table))),
    }
}

/// The edits of a downgrade that is there.
fn written(cx: &Context<'_>, woven: &Woven) -> Option<Vec<(FileId, Edit)>> {
    let statements: Vec<Statement<'_>> = cx.down().filter(|own| !own.is_nested()).collect();
    let mut edits = Vec::new();
    for (at, operation) in &woven.changed {
        let around = around(cx, statements.get(*at)?)?;
        let mut all = vec![operation];
        if *at == woven.behind {
            all.extend(&woven.restore);
        }
        let text = lines(cx, &around, &all);
        let edit = Edit {
            span: around.span,
            text: text.trim_end().trim_end_matches(';').to_owned(),
        };
        edits.push((around.file, edit));
    }
    if !woven.changed.iter().any(|(at, _)| *at == woven.behind) {
        let around = around(cx, statements.get(woven.behind)?)?;
        let all: Vec<&Operation> = woven.restore.iter().collect();
        let text = format!("{}{}", around.indent(), lines(cx, &around, &all));
        edits.push(around.insert_after(text.trim_end()));
    }
    let python = edits.first().and_then(|(file, _)| {
        let code: String = edits.iter().map(|(_, edit)| edit.text.as_str()).collect();
        let source = cx.review().source(*file)?;
        let is_python = source.file.path.to_ascii_lowercase().ends_with(".py");
        (is_python && !cx.is_snippet()).then(|| imports(cx, *file, &code))?
    });
    edits.extend(python);
    Some(edits)
}

/// Where a statement of the downgrade stands, if it stands for itself.
fn around<'a>(cx: &Context<'a>, statement: &Statement<'_>) -> Option<Around<'a>> {
    let around = Around::statement(cx, statement);
    let alone = !around.is_python(cx) || around.slice().starts_with("op.");
    (alone && statement.direction == Direction::Down).then_some(around)
}

/// Statements on lines of their own, all but the first behind the indentation.
fn lines(cx: &Context<'_>, around: &Around<'_>, operations: &[&Operation]) -> String {
    let python = around.is_python(cx);
    let one = |operation: &&Operation| match python {
        true => alembic_call(operation, &cx.before().types),
        false => format!("{};\n", sql::print(operation)),
    };
    let all: Vec<String> = operations.iter().map(one).collect();
    all.join(around.indent())
}

/// Takes what is no longer true from the remark that a generated downgrade begins with.
fn without_remark(cx: &Context<'_>, place: Place, saving: &Saving) -> Option<(FileId, Edit)> {
    const REMARK: &str = " Brings back the schema, but not:";
    let around = Around::place(cx, place);
    let start = place.span.start as usize;
    let mark = if around.is_python(cx) { "#" } else { "--" };
    let head = format!("{mark}{REMARK}");
    let at = around.slice().find(&head)?;
    let begin = line_start(around.text, start + at);
    let block = around.text.get(begin..)?;
    let mut lines = block.split_inclusive('\n');
    let first = lines.next()?;
    let item = format!("{mark}   ");
    let items: Vec<&str> = lines
        .take_while(|line| line.trim_start().starts_with(&item))
        .collect();
    let stays = |line: &&&str| {
        let said = line.trim().trim_start_matches(mark).trim();
        !is_about(said, saving)
    };
    let left: String = items.iter().filter(stays).copied().collect();
    let mut length = first.len() + items.iter().map(|line| line.len()).sum::<usize>();
    let text = match left.is_empty() {
        true => String::new(),
        false => format!("{first}{left}"),
    };
    // The empty line that set the remark apart.
    if left.is_empty() && block.get(length..)?.starts_with('\n') {
        length += 1;
    }
    (text.len() < length).then(|| {
        let span = Span::new(begin, begin + length);
        (around.file, Edit { span, text })
    })
}
