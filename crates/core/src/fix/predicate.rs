//! Guarding a backfill.

use super::Fix;
use super::text::{Around, insertion};
use crate::operation::Update;
use crate::rules::{Context, Statement};
use crate::text::Span;

/// `WHERE column IS NULL` at the end of an `UPDATE` that fills one new column and has no predicate.
pub fn null_guard(
    cx: &Context<'_>,
    statement: &Statement<'_>,
    update: &Update,
    fresh: bool,
) -> Option<Fix> {
    let [(column, _)] = update.assignments.as_slice() else {
        return None;
    };
    (fresh && update.predicate.is_none() && update.reads.is_empty() && !statement.is_nested())
        .then_some(())?;
    let step = &statement.outcome.step;
    let whole = Span::new(0, step.sql.len());
    // Only a verbatim copy of the SQL has an end that can be written at.
    let place = step.place_of(whole);
    let around = Around::place(cx, place);
    (around.slice() == step.sql && !step.sql.contains("RETURNING")).then_some(())?;
    let end = place.span.start as usize + step.sql.trim_end().len();
    let guard = format!(
        " WHERE {} IS NULL",
        crate::operation::quote_identifier(column)
    );
    Some(Fix::new(
        format!("Fill only rows where {column} is NULL"),
        vec![(place.file, insertion(end, guard))],
    ))
}
