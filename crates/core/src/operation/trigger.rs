//! Triggers.

use super::{Expression, QualifiedName};

/// When a trigger fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TriggerTiming {
    /// `BEFORE`.
    Before,
    /// `AFTER`.
    After,
    /// `INSTEAD OF`.
    InsteadOf,
}

/// What fires a trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TriggerEvent {
    /// `INSERT`.
    Insert,
    /// `DELETE`.
    Delete,
    /// `UPDATE`.
    Update,
    /// `TRUNCATE`.
    Truncate,
}

/// `CREATE TRIGGER`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateTrigger {
    /// Its name.
    pub name: String,
    /// The table or view.
    pub table: QualifiedName,
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// `CONSTRAINT`.
    pub constraint: bool,
    /// `BEFORE`, `AFTER`, `INSTEAD OF`.
    pub timing: TriggerTiming,
    /// The events, sorted.
    pub events: Vec<TriggerEvent>,
    /// `UPDATE OF columns`.
    pub update_of: Vec<String>,
    /// `FOR EACH ROW`; otherwise statement.
    pub for_each_row: bool,
    /// `DEFERRABLE …`, of a constraint trigger.
    pub deferral: super::Deferral,
    /// `FROM table`, of a constraint trigger.
    pub from: Option<QualifiedName>,
    /// `REFERENCING …`, as written.
    pub referencing: Option<String>,
    /// `WHEN (…)`.
    pub when: Option<Expression>,
    /// The function it runs.
    pub function: QualifiedName,
    /// The arguments as written.
    pub arguments: Vec<String>,
}

/// `ALTER TRIGGER name ON table RENAME TO`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenameOnTable {
    /// From.
    pub name: String,
    /// The table.
    pub table: QualifiedName,
    /// To.
    pub to: String,
}

/// `DROP TRIGGER name ON table`, `DROP POLICY name ON table`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DropOnTable {
    /// Its name.
    pub name: String,
    /// The table.
    pub table: QualifiedName,
    /// `IF EXISTS`.
    pub if_exists: bool,
    /// `CASCADE`.
    pub cascade: bool,
}
