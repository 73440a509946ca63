//! Why a step cannot be undone for certain: what it replaced or removed was never known.

use super::loss::shortened;
use crate::operation::{
    Certainty, CommentTarget, DropView, OpaqueScope, Operation, QualifiedName, TableAction,
};
use crate::review::StepOutcome;
use crate::schema::{Knowledge, Note, Table};

/// One reason a line; none where everything that the step touches is known.
pub(super) fn unknown(step: &StepOutcome) -> Vec<String> {
    let mut why = match &step.result {
        Ok(notes) => notes
            .iter()
            .filter_map(|note| uncertain(step, note))
            .collect(),
        Err(error) => vec![format!(
            "PostgreSQL would refuse a statement of the upgrade ({error}): {}",
            shortened(step)
        )],
    };
    match &step.step.operation {
        Operation::Opaque(opaque) if opaque.scope == OpaqueScope::Anything => {
            why.push(format!(
                "a statement could not be analysed ({}): {}",
                opaque.reason,
                shortened(step)
            ));
        }
        Operation::Do(block)
            if block
                .statements
                .iter()
                .any(|inner| super::rename::is_rename(&inner.operation)) =>
        {
            why.push(format!("a block renames something: {}", shortened(step)));
        }
        Operation::DropTable(drop)
        | Operation::DropType(drop)
        | Operation::DropSequence(drop)
        | Operation::DropView(DropView { drop, .. }) => {
            let names = drop.names.iter().filter(|name| was_unknown(step, name));
            why.extend(names.map(|name| undefined(&name.to_string())));
        }
        Operation::DropIndex(drop) => {
            let names = drop.names.iter().filter(|name| was_unknown(step, name));
            why.extend(names.map(|name| undefined(&format!("index {name}"))));
        }
        Operation::DropFunction(_)
        | Operation::DropTrigger(_)
        | Operation::DropPolicy(_)
        | Operation::DropSchema(_)
        | Operation::DropExtension(_)
        | Operation::DropStatistics(_)
            if step.before.may_hold_unknown_objects() && step.before == step.after =>
        {
            why.push(undefined(&format!("what this drops: {}", shortened(step))));
        }
        Operation::AlterType(alter) if is_unknown_type(step, &alter.name) => {
            why.push(undefined(&format!("type {}", alter.name)));
        }
        Operation::AlterDomain(alter) if is_unknown_type(step, &alter.name) => {
            why.push(undefined(&format!("domain {}", alter.name)));
        }
        Operation::AlterSequence(_)
        | Operation::AlterFunction(_)
        | Operation::AlterView(_)
        | Operation::AlterPolicy(_)
        | Operation::AlterIndex(_)
            if step.before.may_hold_unknown_objects()
                && step.before == step.after
                && !super::rename::is_rename(&step.step.operation) =>
        {
            why.push(undefined(&format!("what this alters: {}", shortened(step))));
        }
        Operation::Comment(comment) => {
            let table = match &comment.target {
                CommentTarget::Table(table) | CommentTarget::Column { table, .. } => Some(table),
                _ => None,
            };
            if table.is_some_and(|table| is_partly_known(step, table)) {
                why.push(format!(
                    "the former comment is not known: {}",
                    shortened(step)
                ));
            }
        }
        Operation::AlterTable(alter) if is_partly_known(step, &alter.name) => {
            let table = step.before.table(&alter.name);
            for action in &alter.actions {
                why.extend(unknown_action(table, &alter.name, action));
            }
        }
        _ => {}
    }
    if step.step.certainty == Certainty::Sometimes && step.before != step.after {
        why.push(format!("a statement may run or not: {}", shortened(step)));
    }
    why
}

fn undefined(what: &str) -> String {
    format!("{what} is not defined in the files given")
}

fn uncertain(step: &StepOutcome, note: &Note) -> Option<String> {
    match note {
        Note::Uncertain { reason } => Some(format!("{reason}: {}", shortened(step))),
        Note::Missing { object } if step.before.may_hold_unknown_objects() => {
            Some(undefined(&object.to_string()))
        }
        _ => None,
    }
}

/// Where not everything is known, something may have been there that no file tells of.
fn was_unknown(step: &StepOutcome, name: &QualifiedName) -> bool {
    if !step.before.may_hold_unknown_objects() {
        return false;
    }
    let table_unknown = match step.before.table(name) {
        Some(table) => !table.is_complete(),
        None => step.before.resolve_relation(name).is_none(),
    };
    table_unknown
        && step.before.type_named(name).is_none()
        && step.before.find_index(name).is_none()
}

/// Renaming a type needs no knowledge of it.
fn is_unknown_type(step: &StepOutcome, name: &QualifiedName) -> bool {
    let known = step.before.type_named(name);
    !super::rename::is_rename(&step.step.operation)
        && known.is_none_or(|known| known.knowledge == Knowledge::Assumed)
}

/// Whether more may be true of a table than the statements before this one told.
fn is_partly_known(step: &StepOutcome, name: &QualifiedName) -> bool {
    match step.before.table(name) {
        Some(table) => !table.is_complete(),
        None => step.before.may_hold_unknown_objects(),
    }
}

/// What an action on such a table replaces or removes without anyone knowing what it was.
fn unknown_action(
    known: Option<&Table>,
    table: &QualifiedName,
    action: &TableAction,
) -> Option<String> {
    let column_known = |column: &str| {
        let column = known.and_then(|table| table.column(column));
        column.is_some_and(|column| {
            column.knowledge == Knowledge::Complete && !column.data_type.is_empty()
        })
    };
    let of_column = |what: &str, column: &str| {
        (!column_known(column)).then(|| undefined(&format!("{what} of {table}.{column}")))
    };
    let constraint = |name: &str| {
        let named = known.is_some_and(|table| has_constraint(table, name));
        (!named).then(|| undefined(&format!("constraint {name} of {table}")))
    };
    match action {
        TableAction::AddColumn {
            if_not_exists: true,
            column,
        } => Some(format!(
            "whether {table} had a column {} before is not known",
            column.name
        )),
        TableAction::DropColumn { column, .. } => of_column("the definition", column),
        TableAction::SetType { column, .. } => of_column("the former type", column),
        TableAction::SetDefault { column, .. } | TableAction::DropDefault { column } => {
            of_column("the former default", column)
        }
        TableAction::SetNotNull { column } | TableAction::DropNotNull { column } => {
            of_column("the former nullability", column)
        }
        TableAction::SetExpression { column, .. } | TableAction::DropExpression { column, .. } => {
            of_column("the former expression", column)
        }
        TableAction::AddIdentity { column, .. }
        | TableAction::AlterIdentity { column, .. }
        | TableAction::DropIdentity { column, .. } => of_column("the former identity", column),
        TableAction::DropConstraint { name, .. }
        | TableAction::ValidateConstraint { name }
        | TableAction::AlterConstraint { name, .. } => constraint(name),
        TableAction::RowSecurity(_) => Some(undefined(&format!("the row security of {table}"))),
        TableAction::SetPersistence(_)
        | TableAction::SetOptions(_)
        | TableAction::ResetOptions(_)
        | TableAction::SetTrigger { .. } => {
            Some(undefined(&format!("the former state of {table}")))
        }
        _ => None,
    }
}

fn has_constraint(table: &Table, name: &str) -> bool {
    let keys = table.primary_key.iter().chain(&table.unique_constraints);
    let keys = keys.map(|key| &key.name);
    let checks = table.check_constraints.iter().map(|check| &check.name);
    let foreign = table.foreign_keys.iter().map(|key| &key.name);
    let exclusions = table.exclusion_constraints.iter().map(|own| &own.name);
    keys.chain(checks)
        .chain(foreign)
        .chain(exclusions)
        .any(|own| own == name)
}
