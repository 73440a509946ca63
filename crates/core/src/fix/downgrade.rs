//! Writing a downgrade.

use super::Fix;
use super::text::{Around, insertion, line_start, words};
use crate::migration::{Ending, Half, Place};
use crate::reversal::writing::alembic_call;
use crate::reversal::{Grade, Language, Reversal, invert, repair, write};
use crate::rules::Context;
use crate::schema::{apply, diff};
use crate::sql;
use crate::text::{Edit, Span};

/// The downgrade that undoes the upgrade, where that restores the schema. One that refuses on purpose is left alone.
pub fn missing_downgrade(cx: &Context<'_>) -> Option<Fix> {
    let state = cx.state();
    let reversal = invert(&state.up.steps);
    let restores = !matches!(reversal.grade, Grade::Irreversible { .. });
    (restores && !reversal.operations.is_empty()).then_some(())?;
    let refuses = matches!(
        state.down.as_ref().map(|run| &run.ending),
        Some(Ending::Raises(_))
    );
    let edit = match cx.migration().down {
        _ if refuses => return None,
        Half::Function(place) => fill_function(cx, place, &reversal)?,
        Half::Sql(place) => (
            place.file,
            insertion(place.span.start as usize, write(&reversal, Language::Sql)),
        ),
        Half::Missing => append_function(cx, &reversal)?,
    };
    Some(Fix::new("Write the downgrade", vec![edit]))
}

/// The body of the written function, each line without its indentation.
fn body(reversal: &Reversal) -> Vec<String> {
    let text = write(reversal, Language::Alembic);
    let lines = text.lines().skip(1);
    lines
        .map(|line| line.strip_prefix("    ").unwrap_or(line).to_owned())
        .collect()
}

/// Replaces the only `pass` of a function.
fn fill_function(
    cx: &Context<'_>,
    place: Place,
    reversal: &Reversal,
) -> Option<(crate::migration::FileId, Edit)> {
    let around = Around::place(cx, place);
    let found = words(around.slice(), "pass");
    let [at] = found.as_slice() else {
        return None;
    };
    let start = place.span.start as usize + at;
    let indent = around.text.get(line_start(around.text, start)..start)?;
    indent.trim().is_empty().then_some(())?;
    let text = body(reversal).join(&format!("\n{indent}"));
    Some((
        place.file,
        Edit {
            span: Span::new(start, start + "pass".len()),
            text,
        },
    ))
}

/// A new function at the end of the file.
fn append_function(
    cx: &Context<'_>,
    reversal: &Reversal,
) -> Option<(crate::migration::FileId, Edit)> {
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
    let lines: Vec<String> = if around.is_python(cx) {
        around.slice().starts_with("op.").then_some(())?;
        operations
            .iter()
            .map(|operation| format!("{indent}{}", alembic_call(operation).trim_end()))
            .collect()
    } else {
        operations
            .iter()
            .map(|operation| format!("{};", sql::print(operation)))
            .collect()
    };
    Some(Fix::new(
        "Complete the downgrade",
        vec![around.insert_after(&lines.join("\n"))],
    ))
}
