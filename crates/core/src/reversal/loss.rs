//! What no schema statement brings back: data, and what was never known.

use crate::operation::{Certainty, OpaqueScope, Operation, QualifiedName, TableAction};
use crate::review::StepOutcome;
use crate::schema::{ObjectName, Schema, World};

/// Data that a step takes away or changes. What did not exist before the migration is not missed.
pub(super) fn lost(step: &StepOutcome, start: &Schema) -> Vec<String> {
    let existed = |name: &QualifiedName| {
        let resolved = step.before.resolve_relation(name);
        resolved.filter(|name| start.tables.contains_key(name))
    };
    let mut lost: Vec<String> = match &step.step.operation {
        Operation::Insert(insert) => existed(&insert.table)
            .map(|table| format!("rows that were inserted into {table} stay"))
            .into_iter()
            .collect(),
        Operation::Update(update) => {
            let table = existed(&update.table);
            let columns = update.assignments.iter().map(|(column, _)| column);
            table.map_or_else(Vec::new, |table| {
                columns
                    .filter(|column| had_column(start, &table, column))
                    .map(|column| format!("the values that {table}.{column} had before the update"))
                    .collect()
            })
        }
        Operation::Delete(delete) => existed(&delete.table)
            .map(|table| format!("the rows that were deleted from {table}"))
            .into_iter()
            .collect(),
        Operation::Truncate(truncate) => truncate
            .tables
            .iter()
            .filter_map(existed)
            .map(|table| format!("all rows of {table}"))
            .collect(),
        Operation::Opaque(opaque) if opaque.scope == OpaqueScope::Data => {
            vec!["data that a statement changed which could not be analysed".to_owned()]
        }
        _ => Vec::new(),
    };
    for (name, table) in step
        .before
        .tables
        .iter()
        .filter(|(name, _)| start.tables.contains_key(name))
    {
        match step.after.tables.get(name) {
            // A renamed table is not gone.
            None if !is_rename(&step.step.operation) => lost.push(format!("all rows of {name}")),
            None => {}
            Some(after) => {
                let gone = table
                    .columns
                    .iter()
                    .filter(|column| after.column(&column.name).is_none());
                let gone = gone.filter(|column| {
                    had_column(start, name, &column.name) && !is_rename(&step.step.operation)
                });
                lost.extend(gone.map(|column| format!("the values of {name}.{}", column.name)));
                for column in &table.columns {
                    let retyped = after.column(&column.name).filter(|new| {
                        new.data_type != column.data_type && !column.data_type.is_empty()
                    });
                    if let Some(new) = retyped {
                        lost.push(format!(
                            "what {name}.{} held beyond what {} can hold",
                            column.name, new.data_type
                        ));
                    }
                }
            }
        }
    }
    lost
}

fn had_column(start: &Schema, table: &ObjectName, column: &str) -> bool {
    start
        .tables
        .get(table)
        .is_some_and(|table| table.column(column).is_some())
}

fn is_rename(operation: &Operation) -> bool {
    match operation {
        Operation::AlterTable(alter) => alter.actions.iter().all(|action| {
            matches!(
                action,
                TableAction::RenameTable { .. }
                    | TableAction::RenameColumn { .. }
                    | TableAction::SetSchema { .. }
            )
        }),
        Operation::RenameSchema(_) => true,
        _ => false,
    }
}

/// Why a step cannot be undone for certain.
pub(super) fn unknown(step: &StepOutcome) -> Vec<String> {
    let mut why = Vec::new();
    let text = || shortened(&step.step.sql);
    match &step.step.operation {
        Operation::Opaque(opaque) if opaque.scope == OpaqueScope::Anything => {
            why.push(format!(
                "a statement could not be analysed ({}): {}",
                opaque.reason,
                text()
            ));
        }
        Operation::Do(block)
            if block
                .statements
                .iter()
                .any(|inner| renames_something(&inner.operation)) =>
        {
            why.push(format!("a block renames something: {}", text()));
        }
        Operation::DropTable(drop) | Operation::DropType(drop) | Operation::DropSequence(drop) => {
            let unknown = drop.names.iter().filter(|name| was_unknown(step, name));
            why.extend(unknown.map(|name| format!("{name} is not defined in the files given")));
        }
        Operation::DropView(drop) => {
            let unknown = drop
                .drop
                .names
                .iter()
                .filter(|name| was_unknown(step, name));
            why.extend(unknown.map(|name| format!("{name} is not defined in the files given")));
        }
        Operation::DropIndex(drop) => {
            let unknown = drop.names.iter().filter(|name| was_unknown(step, name));
            why.extend(
                unknown.map(|name| format!("index {name} is not defined in the files given")),
            );
        }
        Operation::AlterTable(alter) => {
            for action in &alter.actions {
                why.extend(unknown_action(step, &alter.name, action));
            }
        }
        _ => {}
    }
    if step.step.certainty == Certainty::Sometimes && step.before != step.after {
        why.push(format!("a statement may run or not: {}", text()));
    }
    why
}

/// In an open world, something may have been there that no file tells of.
fn was_unknown(step: &StepOutcome, name: &QualifiedName) -> bool {
    step.before.world == World::Open
        && step.before.resolve_relation(name).is_none()
        && step.before.type_named(name).is_none()
}

fn unknown_action(
    step: &StepOutcome,
    table: &QualifiedName,
    action: &TableAction,
) -> Option<String> {
    if step.before.world != World::Open {
        return None;
    }
    let known = step.before.table(table);
    let column_known = |column: &str| {
        known.is_some_and(|table| {
            table
                .column(column)
                .is_some_and(|column| !column.data_type.is_empty())
        })
    };
    let untold = |what: String| Some(format!("{what} is not defined in the files given"));
    match action {
        TableAction::DropColumn { column, .. } | TableAction::SetType { column, .. }
            if !column_known(column) =>
        {
            untold(format!("column {column} of {table}"))
        }
        TableAction::SetDefault { column, .. } | TableAction::DropDefault { column }
            if !column_known(column) =>
        {
            untold(format!("the former default of {table}.{column}"))
        }
        TableAction::DropConstraint { name, .. } => {
            let names = |table: &crate::schema::Table| {
                let keys = table
                    .primary_key
                    .iter()
                    .chain(&table.unique_constraints)
                    .map(|key| &key.name);
                let checks = table.check_constraints.iter().map(|check| &check.name);
                let foreign = table.foreign_keys.iter().map(|key| &key.name);
                let exclusions = table
                    .exclusion_constraints
                    .iter()
                    .map(|exclusion| &exclusion.name);
                keys.chain(checks)
                    .chain(foreign)
                    .chain(exclusions)
                    .any(|own| own == name)
            };
            if known.is_some_and(names) {
                None
            } else {
                untold(format!("constraint {name} of {table}"))
            }
        }
        _ => None,
    }
}

fn renames_something(operation: &Operation) -> bool {
    super::rename::is_rename(operation)
}

fn shortened(sql: &str) -> String {
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(80) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line,
    }
}
