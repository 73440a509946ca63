//! Renames are undone by what the statement says: two states alone would show a loss and a gain.

use crate::operation::{
    DomainAction, FunctionAction, IndexAction, Operation, QualifiedName, SequenceAction,
    TableAction, TypeAction, ViewAction, quote_identifier, quote_literal,
};
use crate::schema::{ObjectName, Schema};

/// Whether a statement renames or moves something.
pub(super) fn is_rename(operation: &Operation) -> bool {
    match operation {
        Operation::AlterTable(alter) => alter.actions.iter().any(|action| {
            matches!(
                action,
                TableAction::RenameTable { .. }
                    | TableAction::RenameColumn { .. }
                    | TableAction::RenameConstraint { .. }
                    | TableAction::SetSchema { .. }
            )
        }),
        Operation::AlterIndex(alter) => matches!(alter.action, IndexAction::Rename(_)),
        Operation::AlterView(alter) => matches!(
            alter.action,
            ViewAction::Rename(_) | ViewAction::RenameColumn { .. } | ViewAction::SetSchema(_)
        ),
        Operation::AlterSequence(alter) => {
            matches!(
                alter.action,
                SequenceAction::Rename(_) | SequenceAction::SetSchema(_)
            )
        }
        Operation::AlterType(alter) => matches!(
            alter.action,
            TypeAction::Rename(_)
                | TypeAction::RenameValue { .. }
                | TypeAction::RenameAttribute { .. }
                | TypeAction::SetSchema(_)
        ),
        Operation::AlterDomain(alter) => matches!(
            alter.action,
            DomainAction::Rename(_)
                | DomainAction::RenameConstraint { .. }
                | DomainAction::SetSchema(_)
        ),
        Operation::AlterFunction(alter) => {
            matches!(
                alter.action,
                FunctionAction::Rename(_) | FunctionAction::SetSchema(_)
            )
        }
        Operation::AlterPolicy(alter) => alter.rename_to.is_some(),
        Operation::RenameTrigger(_) | Operation::RenameSchema(_) => true,
        _ => false,
    }
}

/// The statements that undo a rename; none where the statement is not one.
pub(super) fn undo(operation: &Operation, before: &Schema) -> Option<Vec<String>> {
    if !is_rename(operation) {
        return None;
    }
    let one = |statement: String| Some(vec![statement]);
    // What no statement made may exist all the same: then it is where it would be made.
    let assumed = |name: &QualifiedName| {
        before
            .may_hold_unknown_objects()
            .then(|| before.creation_name(name))
    };
    let relation = |name: &QualifiedName| before.resolve_relation(name).or_else(|| assumed(name));
    match operation {
        Operation::AlterTable(alter) => {
            // PostgreSQL takes renames only alone; several actions would come from elsewhere.
            let [action] = alter.actions.as_slice() else {
                return None;
            };
            let Some(table) = relation(&alter.name) else {
                return Some(Vec::new());
            };
            one(undo_table(&table, action)?)
        }
        Operation::AlterIndex(alter) => {
            let IndexAction::Rename(to) = &alter.action else {
                return None;
            };
            let owner = before.find_index(&alter.name).map(|(owner, _)| owner);
            let Some(owner) = owner.or_else(|| assumed(&alter.name)) else {
                return Some(Vec::new());
            };
            one(format!(
                "ALTER INDEX {} RENAME TO {}",
                ObjectName::new(&owner.schema, to),
                quote_identifier(&alter.name.name)
            ))
        }
        Operation::AlterView(alter) => {
            let word = if alter.materialized {
                "MATERIALIZED VIEW"
            } else {
                "VIEW"
            };
            let Some(view) = relation(&alter.name) else {
                return Some(Vec::new());
            };
            match &alter.action {
                ViewAction::RenameColumn { column, to } => one(format!(
                    "ALTER {word} {view} RENAME COLUMN {} TO {}",
                    quote_identifier(to),
                    quote_identifier(column)
                )),
                ViewAction::Rename(to) => one(back(word, &view, to)),
                ViewAction::SetSchema(schema) => one(move_back(word, &view, schema)),
                _ => None,
            }
        }
        Operation::AlterSequence(alter) => {
            let Some(sequence) = relation(&alter.name) else {
                return Some(Vec::new());
            };
            match &alter.action {
                SequenceAction::Rename(to) => one(back("SEQUENCE", &sequence, to)),
                SequenceAction::SetSchema(schema) => one(move_back("SEQUENCE", &sequence, schema)),
                _ => None,
            }
        }
        Operation::AlterType(alter) => {
            let Some(name) = type_name(&alter.name, before) else {
                return Some(Vec::new());
            };
            match &alter.action {
                TypeAction::Rename(to) => one(back("TYPE", &name, to)),
                TypeAction::SetSchema(schema) => one(move_back("TYPE", &name, schema)),
                TypeAction::RenameValue { label, to } => one(format!(
                    "ALTER TYPE {name} RENAME VALUE {} TO {}",
                    quote_literal(to),
                    quote_literal(label)
                )),
                TypeAction::RenameAttribute {
                    name: attribute,
                    to,
                } => one(format!(
                    "ALTER TYPE {name} RENAME ATTRIBUTE {} TO {}",
                    quote_identifier(to),
                    quote_identifier(attribute)
                )),
                _ => None,
            }
        }
        Operation::AlterDomain(alter) => {
            let Some(name) = type_name(&alter.name, before) else {
                return Some(Vec::new());
            };
            match &alter.action {
                DomainAction::Rename(to) => one(back("DOMAIN", &name, to)),
                DomainAction::SetSchema(schema) => one(move_back("DOMAIN", &name, schema)),
                DomainAction::RenameConstraint {
                    name: constraint,
                    to,
                } => one(format!(
                    "ALTER DOMAIN {name} RENAME CONSTRAINT {} TO {}",
                    quote_identifier(to),
                    quote_identifier(constraint)
                )),
                _ => None,
            }
        }
        Operation::RenameTrigger(rename) => {
            let Some(table) = relation(&rename.table) else {
                return Some(Vec::new());
            };
            one(format!(
                "ALTER TRIGGER {} ON {table} RENAME TO {}",
                quote_identifier(&rename.to),
                quote_identifier(&rename.name)
            ))
        }
        Operation::RenameSchema(rename) => one(format!(
            "ALTER SCHEMA {} RENAME TO {}",
            quote_identifier(&rename.to),
            quote_identifier(&rename.name)
        )),
        Operation::AlterPolicy(alter) => {
            let (Some(to), Some(table)) = (&alter.rename_to, relation(&alter.table)) else {
                return Some(Vec::new());
            };
            one(format!(
                "ALTER POLICY {} ON {table} RENAME TO {}",
                quote_identifier(to),
                quote_identifier(&alter.name)
            ))
        }
        // A function that comes and goes under two names loses nothing.
        _ => None,
    }
}

fn undo_table(table: &ObjectName, action: &TableAction) -> Option<String> {
    Some(match action {
        TableAction::RenameTable { to } => back("TABLE", table, to),
        TableAction::SetSchema { schema } => move_back("TABLE", table, schema),
        TableAction::RenameColumn { column, to } => format!(
            "ALTER TABLE {table} RENAME COLUMN {} TO {}",
            quote_identifier(to),
            quote_identifier(column)
        ),
        TableAction::RenameConstraint { name, to } => format!(
            "ALTER TABLE {table} RENAME CONSTRAINT {} TO {}",
            quote_identifier(to),
            quote_identifier(name)
        ),
        _ => return None,
    })
}

fn type_name(name: &QualifiedName, before: &Schema) -> Option<ObjectName> {
    let found = before.type_named(name)?;
    Some(ObjectName::new(&found.schema, &found.name))
}

fn back(word: &str, old: &ObjectName, new: &str) -> String {
    let now = ObjectName::new(&old.schema, new);
    format!(
        "ALTER {word} {now} RENAME TO {}",
        quote_identifier(&old.name)
    )
}

fn move_back(word: &str, old: &ObjectName, schema: &str) -> String {
    let now = ObjectName::new(schema, &old.name);
    format!(
        "ALTER {word} {now} SET SCHEMA {}",
        quote_identifier(&old.schema)
    )
}
