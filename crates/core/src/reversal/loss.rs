//! What no schema statement brings back: data, and what the schema model does not hold.

use super::taken::{Taken, TakenKind, taken};
use super::view::needs_remaking;
use crate::operation::{AlterTable, OpaqueScope, Operation, QualifiedName, TableAction};
use crate::review::StepOutcome;
use crate::schema::{ObjectName, Schema};

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
        Operation::Opaque(opaque) if opaque.scope == OpaqueScope::Data => {
            vec!["data that a statement changed which could not be analysed".to_owned()]
        }
        Operation::Copy(_) => vec![format!("rows that were copied stay: {}", shortened(step))],
        Operation::Select(select) if select.calls.iter().any(|call| call.name == "setval") => {
            vec![format!(
                "the former value of a sequence: {}",
                shortened(step)
            )]
        }
        Operation::Unmodelled(other) => match &other.relation {
            Some(relation) if existed(relation).is_none() => Vec::new(),
            _ => vec![format!(
                "what {} changed stays: {}",
                other.kind,
                shortened(step)
            )],
        },
        Operation::AlterTable(alter) => unmodelled_actions(step, alter, existed(&alter.name)),
        Operation::CreateTable(create) if create.if_not_exists => create
            .name
            .as_ref()
            .and_then(|name| perhaps_there(step, "table", name))
            .into_iter()
            .collect(),
        Operation::CreateIndex(create) if create.if_not_exists => create
            .name
            .as_ref()
            .and_then(|name| perhaps_there(step, "index", name))
            .into_iter()
            .collect(),
        _ => Vec::new(),
    };
    let gone = taken(step, &step.before, start);
    lost.extend(gone.iter().map(told));
    lost.extend(moments(step, start));
    lost
}

/// A column that demands a value and has none to offer comes back to an empty table only.
fn told(taken: &Taken) -> String {
    match taken.kind {
        TakenKind::Column {
            demands_values: true,
        } => format!(
            "{taken}, which is NOT NULL and has no default: the downgrade fails while the table holds rows"
        ),
        _ => taken.to_string(),
    }
}

/// Views that hold the moment at which they were made: PostgreSQL reads `'now'::timestamp` once, then.
fn moments(step: &StepOutcome, start: &Schema) -> Vec<String> {
    let views = step.before.views.iter();
    let remade = views.filter(|(name, view)| {
        let after = step.after.views.get(*name);
        start.views.contains_key(*name)
            && after.is_none_or(|after| needs_remaking(view, after))
            && holds_moment(&view.definition)
    });
    remade
        .map(|(name, _)| format!("the moment that 'now' stands for in the view {name}"))
        .collect()
}

/// Whether a query casts one of the words for a moment (PostgreSQL's manual, 8.5.1.4) when it is read.
fn holds_moment(query: &str) -> bool {
    let words = ["'now'", "'today'", "'tomorrow'", "'yesterday'"];
    let query = query.to_lowercase();
    words.iter().any(|word| query.contains(word))
}

pub(super) fn is_rename(operation: &Operation) -> bool {
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

/// `IF NOT EXISTS` where not everything is known: it may have found something, which the downgrade drops.
fn perhaps_there(step: &StepOutcome, kind: &str, name: &impl std::fmt::Display) -> Option<String> {
    (step.before.may_hold_unknown_objects() && step.before != step.after)
        .then(|| format!("{kind} {name}, should it have been there before"))
}

/// Actions on a table that was there before the migration, whose effect the schema model does not hold.
fn unmodelled_actions(
    step: &StepOutcome,
    alter: &AlterTable,
    existed: Option<ObjectName>,
) -> Vec<String> {
    let Some(table) = existed else {
        return Vec::new();
    };
    let stays = |action: &TableAction| match action {
        TableAction::SetColumnOption { column, .. } => {
            Some(format!("the former storage options of {table}.{column}"))
        }
        TableAction::SetRule { rule, .. } => Some(format!("the former state of rule {rule}")),
        TableAction::ReplicaIdentity(_) => Some(format!("the former replica identity of {table}")),
        TableAction::ClusterOn(_) | TableAction::WithoutCluster => {
            Some(format!("the former clustering of {table}"))
        }
        TableAction::SetAccessMethod(_) => Some(format!("the former access method of {table}")),
        TableAction::SetTablespace(_) => Some(format!("the former tablespace of {table}")),
        TableAction::Owner(_) => Some(format!("the former owner of {table}")),
        TableAction::Other(_) => Some(format!("what this changed: {}", shortened(step))),
        _ => None,
    };
    alter.actions.iter().filter_map(stays).collect()
}

/// The statement on one line, at most 80 characters of it.
pub(super) fn shortened(step: &StepOutcome) -> String {
    let line = step
        .step
        .sql
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    match line.char_indices().nth(80) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line,
    }
}
