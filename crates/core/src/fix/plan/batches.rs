//! Filling a column some thousand rows at a time.

use super::{PlanStep, Steps};
use crate::operation::{TableAction, Update, quote_identifier};
use crate::rules::{Context, Statement, expression};
use crate::schema::Table;

/// So many rows are changed between two commits.
const BATCH: u32 = 10_000;

/// One `UPDATE` as a loop that commits after each batch; only where it fills one column whose NULLs say what is left to do.
pub(super) fn backfill<'a>(
    cx: &Context<'a>,
    statement: &Statement<'a>,
    update: &Update,
) -> Option<Steps> {
    let [(column, value)] = update.assignments.as_slice() else {
        return None;
    };
    let table = statement.table(&update.table)?;
    let filled = quote_identifier(column);
    let condition = match &update.predicate {
        None if cx.added_here(statement, &table.object_name(), column) => {
            format!("{filled} IS NULL")
        }
        Some(predicate) if expression::demands_null(predicate, column) => predicate.0.clone(),
        _ => return None,
    };
    // An alias would not be known in the loop.
    let plain = update.reads.is_empty() && !condition.contains('.') && !value.0.contains('.');
    (plain && !update.batched && !is_needed_here(cx, statement, column)).then_some(())?;
    // A row whose new value is NULL would be found again and again.
    let left = match expression::is_constant(value) {
        true => condition.clone(),
        false => format!("{condition} AND ({}) IS NOT NULL", value.0),
    };
    let key = row_key(table);
    let name = &update.table;
    let work = format!(
        "DO $$\nBEGIN\n    LOOP\n        UPDATE {name} SET {filled} = {}\n        \
        WHERE {key} IN (SELECT {key} FROM {name} WHERE {left} LIMIT {BATCH} FOR UPDATE);\n        \
        EXIT WHEN NOT FOUND;\n        COMMIT;\n    END LOOP;\nEND\n$$",
        value.0
    );
    let step = PlanStep {
        title: format!("Fill {column} of {} in batches", table.name),
        up: vec![work],
        down: Vec::new(),
        alone: true,
        before_next: None,
    };
    Some((
        format!(
            "Fill {column} of {} {BATCH} rows at a time, each batch committed",
            table.name
        ),
        vec![step],
    ))
}

/// What tells rows apart: the primary key where it is one column.
fn row_key(table: &Table) -> String {
    match table.primary_key.as_ref().map(|key| key.columns.as_slice()) {
        Some([column]) => quote_identifier(column),
        _ => "ctid".to_owned(),
    }
}

/// Whether the same migration goes on to demand the values.
fn is_needed_here<'a>(cx: &Context<'a>, statement: &Statement<'a>, column: &str) -> bool {
    let demands = |action: &TableAction| matches!(action, TableAction::SetNotNull { column: set } if set == column);
    cx.later(statement)
        .any(|later| later.table_actions().iter().any(demands))
}
