//! Columns as statements define them.

use super::{Constraint, Expression, QualifiedName, SequenceOptions, TypeName};
use crate::text::Origin;

/// A column as defined by `CREATE TABLE` or `ADD COLUMN`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnDefinition {
    /// Its name.
    pub name: String,
    /// Where it was written.
    pub origin: Origin,
    /// Its type.
    pub data_type: TypeName,
    /// `COLLATE`.
    pub collation: Option<QualifiedName>,
    /// `DEFAULT`.
    pub default: Option<Expression>,
    /// `NOT NULL`, `NULL` or neither.
    pub nullability: Nullability,
    /// `GENERATED ALWAYS AS (…) STORED` or `VIRTUAL`.
    pub generated: Option<Generated>,
    /// `GENERATED … AS IDENTITY`.
    pub identity: Option<Identity>,
    /// `PRIMARY KEY`, `UNIQUE`, `CHECK`, `REFERENCES` written at the column, as constraints on it.
    pub constraints: Vec<Constraint>,
    /// `STORAGE` and `COMPRESSION`, as written.
    pub storage: Option<String>,
    /// `COMPRESSION`.
    pub compression: Option<String>,
    /// What the source said beside the SQL, which the database never sees.
    pub note: ColumnNote,
}

/// What Alembic's column says that is not in its DDL.
#[derive(Clone, Debug, Default)]
pub struct ColumnNote {
    /// `default=` of `sa.Column`: computed in Python, not in the database.
    pub python_default: bool,
}

impl PartialEq for ColumnNote {
    /// Two columns that make the same DDL are equal.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for ColumnNote {}

/// What is written about NULL at a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Nullability {
    /// Nothing written: nullable, unless a primary key or an identity says otherwise.
    #[default]
    Unspecified,
    /// `NULL`.
    Null,
    /// `NOT NULL`.
    NotNull,
}

/// `GENERATED ALWAYS AS (expression)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// The expression.
    pub expression: Expression,
    /// `STORED`; otherwise virtual (PostgreSQL 18).
    pub stored: bool,
}

/// `GENERATED … AS IDENTITY`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// `ALWAYS`; otherwise `BY DEFAULT`.
    pub always: bool,
    /// Options of its sequence.
    pub options: SequenceOptions,
}
