//! Writing a downgrade.

use super::Fix;
use super::text::{Around, insertion, line_start, words};
use crate::alembic;
use crate::migration::{Ending, FileId, Half, Place};
use crate::reversal::writing::alembic_body;
use crate::reversal::{Grade, Language, Reversal, of_revision, repair, write};
use crate::rules::Context;
use crate::schema::{apply, diff};
use crate::sql;
use crate::text::{Edit, Span};

/// The downgrade that undoes the upgrade, where that restores the schema. One that refuses on purpose is left alone.
pub fn missing_downgrade(cx: &Context<'_>) -> Option<Fix> {
    let state = cx.state();
    let reversal = of_revision(cx.review(), state);
    let restores = !matches!(reversal.grade, Grade::Irreversible { .. });
    (restores && !reversal.operations.is_empty()).then_some(())?;
    let refuses = matches!(
        state.down.as_ref().map(|run| &run.ending),
        Some(Ending::Raises(_))
    );
    (!refuses).then_some(())?;
    Some(Fix::new(
        "Write the downgrade",
        place_downgrade(cx, &reversal)?,
    ))
}

/// A downgrade where none is, or an empty one, with the imports that it needs.
pub(super) fn place_downgrade(
    cx: &Context<'_>,
    reversal: &Reversal,
) -> Option<Vec<(FileId, Edit)>> {
    let edit = match cx.migration().down {
        Half::Function(place) => fill_function(cx, place, reversal)?,
        Half::Sql(place) => (
            place.file,
            insertion(place.span.start as usize, write(reversal, Language::Sql)),
        ),
        Half::Missing => append_function(cx, reversal)?,
    };
    let imports = match cx.is_snippet() {
        true => None,
        false => imports(cx, edit.0, &edit.1.text),
    };
    Some(imports.into_iter().chain([edit]).collect())
}

/// Replaces the only `pass` of a function.
fn fill_function(cx: &Context<'_>, place: Place, reversal: &Reversal) -> Option<(FileId, Edit)> {
    let around = Around::place(cx, place);
    let found = words(around.slice(), "pass");
    let [at] = found.as_slice() else {
        return None;
    };
    let start = place.span.start as usize + at;
    let indent = around.text.get(line_start(around.text, start)..start)?;
    indent.trim().is_empty().then_some(())?;
    let text = alembic_body(reversal, indent).trim().to_owned();
    Some((
        place.file,
        Edit {
            span: Span::new(start, start + "pass".len()),
            text,
        },
    ))
}

/// The imports that a new downgrade needs and its file does not have.
pub(super) fn imports(cx: &Context<'_>, file: FileId, code: &str) -> Option<(FileId, Edit)> {
    let (at, text) = alembic::print::import_lines(code, cx.text(file))?;
    let span = Span::new(at, at);
    Some((file, Edit { span, text }))
}

/// A new function at the end of the file.
fn append_function(cx: &Context<'_>, reversal: &Reversal) -> Option<(FileId, Edit)> {
    let Half::Function(up) = cx.migration().up else {
        return None;
    };
    let text = cx.text(up.file);
    let end = text.trim_end().len();
    let function = write(reversal, Language::Alembic);
    let edit = Edit {
        span: Span::new(end, text.len()),
        text: format!("\n\n\n{function}"),
    };
    (!cx.is_snippet()).then_some((up.file, edit))
}

/// What is missing at the end of a downgrade that does not restore the schema, where that can be proved to be all.
pub fn repaired_downgrade(cx: &Context<'_>) -> Option<Fix> {
    let down = cx.state().down.as_ref()?;
    let operations = repair(&down.schema, cx.before()).operations;
    let mut schema = down.schema.clone();
    for operation in &operations {
        schema = apply(&schema, operation).ok()?.schema;
    }
    let left = diff(cx.before(), &schema, &[]);
    (!operations.is_empty() && left.is_empty()).then_some(())?;
    let last = cx
        .down()
        .filter(|statement| !statement.is_nested())
        .last()?;
    let around = Around::statement(cx, &last);
    let indent = around.indent();
    let text = if around.is_python(cx) {
        around.slice().starts_with("op.").then_some(())?;
        let rest = Reversal {
            operations,
            grade: Grade::Exact,
            types: cx.before().types.clone(),
        };
        alembic_body(&rest, indent)
    } else {
        let statements = operations.iter().map(sql::print);
        let lines: Vec<String> = statements
            .map(|statement| format!("{statement};"))
            .collect();
        lines.join("\n")
    };
    let edit = around.insert_after(text.trim_end());
    let imports = match around.is_python(cx) && !cx.is_snippet() {
        true => imports(cx, edit.0, &edit.1.text),
        false => None,
    };
    let edits = imports.into_iter().chain([edit]).collect();
    Some(Fix::new("Complete the downgrade", edits))
}
