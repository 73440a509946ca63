//! Sequences.

use super::{QualifiedName, TypeName};

/// Options of a sequence; `None` is "not written".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SequenceOptions {
    /// `AS type`.
    pub data_type: Option<TypeName>,
    /// `START WITH`.
    pub start: Option<i64>,
    /// `INCREMENT BY`.
    pub increment: Option<i64>,
    /// `MINVALUE`; `Some(None)` is `NO MINVALUE`.
    pub min: Option<Option<i64>>,
    /// `MAXVALUE`; `Some(None)` is `NO MAXVALUE`.
    pub max: Option<Option<i64>>,
    /// `CACHE`.
    pub cache: Option<i64>,
    /// `CYCLE` (true) or `NO CYCLE`.
    pub cycle: Option<bool>,
    /// `RESTART [WITH n]`.
    pub restart: Option<Option<i64>>,
    /// `SEQUENCE NAME`, of an identity column.
    pub name: Option<QualifiedName>,
}

/// Who owns a sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SequenceOwner {
    /// `OWNED BY NONE`.
    None,
    /// `OWNED BY table.column`.
    Column {
        /// The table.
        table: QualifiedName,
        /// The column.
        column: String,
    },
}

/// `CREATE SEQUENCE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateSequence {
    /// The sequence.
    pub name: QualifiedName,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// `TEMPORARY`, `UNLOGGED`.
    pub persistence: super::Persistence,
    /// Its options.
    pub options: SequenceOptions,
    /// `OWNED BY`.
    pub owned_by: Option<SequenceOwner>,
}

/// `ALTER SEQUENCE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterSequence {
    /// The sequence.
    pub name: QualifiedName,
    /// `IF EXISTS`.
    pub if_exists: bool,
    /// What is done.
    pub action: SequenceAction,
}

/// What `ALTER SEQUENCE` does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SequenceAction {
    /// Options and ownership.
    Set {
        /// Options.
        options: SequenceOptions,
        /// `OWNED BY`.
        owned_by: Option<SequenceOwner>,
    },
    /// `RENAME TO`.
    Rename(String),
    /// `SET SCHEMA`.
    SetSchema(String),
    /// `OWNER TO`.
    Owner(String),
    /// `SET LOGGED`, `SET UNLOGGED`.
    SetPersistence(super::Persistence),
}
