//! PostgreSQL's refusals, in its words (`src/backend/po`, PostgreSQL 15).

use super::WillFail;
use crate::operation::{QualifiedName, TableAction};
use crate::schema::ObjectName;

/// A name in a message: unquoted, with its schema if one was written.
pub(super) fn as_written(name: &QualifiedName) -> String {
    match &name.schema {
        Some(schema) => format!("{schema}.{}", name.name),
        None => name.name.clone(),
    }
}

pub(super) fn no_relation(name: &QualifiedName) -> WillFail {
    missing_relation("relation", name)
}

/// `word` is `relation`, `table`, `view`, `sequence`, `materialized view`.
pub(super) fn missing_relation(word: &str, name: &QualifiedName) -> WillFail {
    WillFail::new(
        "42P01",
        format!("{word} \"{}\" does not exist", as_written(name)),
    )
}

/// Anything but a relation: `index`, `type`.
pub(super) fn missing(word: &str, name: &QualifiedName) -> WillFail {
    WillFail::new(
        "42704",
        format!("{word} \"{}\" does not exist", as_written(name)),
    )
}

pub(super) fn no_schema(name: &str) -> WillFail {
    WillFail::new("3F000", format!("schema \"{name}\" does not exist"))
}

pub(super) fn relation_exists(name: &ObjectName) -> WillFail {
    WillFail::new(
        "42P07",
        format!("relation \"{}\" already exists", name.name),
    )
}

pub(super) fn wrong_kind(name: &QualifiedName, expected: &str) -> WillFail {
    WillFail::new("42809", format!("\"{}\" is not {expected}", name.name))
}

pub(super) fn no_column(column: &str, table: &ObjectName) -> WillFail {
    WillFail::new(
        "42703",
        format!(
            "column \"{column}\" of relation \"{}\" does not exist",
            table.name
        ),
    )
}

pub(super) fn column_exists(column: &str, table: &ObjectName) -> WillFail {
    WillFail::new(
        "42701",
        format!(
            "column \"{column}\" of relation \"{}\" already exists",
            table.name
        ),
    )
}

pub(super) fn no_constraint(constraint: &str, table: &ObjectName) -> WillFail {
    WillFail::new(
        "42704",
        format!(
            "constraint \"{constraint}\" of relation \"{}\" does not exist",
            table.name
        ),
    )
}

pub(super) fn constraint_exists(constraint: &str, table: &ObjectName) -> WillFail {
    WillFail::new(
        "42710",
        format!(
            "constraint \"{constraint}\" for relation \"{}\" already exists",
            table.name
        ),
    )
}

pub(super) fn table_definition(message: impl Into<String>) -> WillFail {
    WillFail::new("42P16", message)
}

/// An action in the words of a refusal (`alter_table_type_to_string()`); none where PostgreSQL says it otherwise.
pub(super) fn action_words(action: &TableAction) -> Option<&'static str> {
    Some(match action {
        TableAction::AddColumn { .. } => "ADD COLUMN",
        TableAction::DropColumn { .. } => "DROP COLUMN",
        TableAction::SetType { .. } => "ALTER COLUMN ... SET DATA TYPE",
        TableAction::SetNotNull { .. } => "ALTER COLUMN ... SET NOT NULL",
        TableAction::DropNotNull { .. } => "ALTER COLUMN ... DROP NOT NULL",
        TableAction::DropExpression { .. } => "ALTER COLUMN ... DROP EXPRESSION",
        TableAction::AddIdentity { .. } => "ALTER COLUMN ... ADD IDENTITY",
        TableAction::DropIdentity { .. } => "ALTER COLUMN ... DROP IDENTITY",
        TableAction::AddConstraint(_) => "ADD CONSTRAINT",
        _ => return None,
    })
}
