//! What every kind of object shares, and schemas, extensions, statistics and comments.

use super::{FunctionKind, FunctionSignature, QualifiedName};

/// An SQL expression as written, trimmed, without enclosing parentheses that its place demands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Expression(pub String);

impl Expression {
    /// From any text.
    pub fn new(text: impl AsRef<str>) -> Self {
        Self(text.as_ref().trim().to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `DROP kind names`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drop {
    /// What is dropped, in order.
    pub names: Vec<QualifiedName>,
    /// `IF EXISTS`.
    pub if_exists: bool,
    /// `CASCADE`.
    pub cascade: bool,
}

/// `CREATE SCHEMA`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateSchema {
    /// Its name.
    pub name: String,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// What the same statement makes in the schema, in the order written.
    pub elements: Vec<super::Operation>,
}

/// `ALTER SCHEMA … RENAME TO`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenameSchema {
    /// From.
    pub name: String,
    /// To.
    pub to: String,
}

/// `CREATE EXTENSION`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateExtension {
    /// Its name.
    pub name: String,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// `SCHEMA`.
    pub schema: Option<String>,
    /// `VERSION`.
    pub version: Option<String>,
    /// `CASCADE`.
    pub cascade: bool,
}

/// `CREATE STATISTICS`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateStatistics {
    /// Its name.
    pub name: Option<QualifiedName>,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// `(ndistinct, …)`, lower case.
    pub kinds: Vec<String>,
    /// Columns and expressions as written.
    pub targets: Vec<String>,
    /// The table.
    pub table: QualifiedName,
}

/// `COMMENT ON`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// On what.
    pub target: CommentTarget,
    /// `IS NULL` is none.
    pub text: Option<String>,
}

/// What a comment stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommentTarget {
    /// A table.
    Table(QualifiedName),
    /// A column of a table or view.
    Column {
        /// The table.
        table: QualifiedName,
        /// The column.
        column: String,
    },
    /// A constraint of a table.
    Constraint {
        /// The constraint.
        name: String,
        /// The table.
        table: QualifiedName,
    },
    /// A trigger.
    Trigger {
        /// The trigger.
        name: String,
        /// The table.
        table: QualifiedName,
    },
    /// A policy.
    Policy {
        /// The policy.
        name: String,
        /// The table.
        table: QualifiedName,
    },
    /// An index.
    Index(QualifiedName),
    /// A sequence.
    Sequence(QualifiedName),
    /// A view.
    View(QualifiedName),
    /// A materialized view.
    MaterializedView(QualifiedName),
    /// A type.
    Type(QualifiedName),
    /// A domain.
    Domain(QualifiedName),
    /// A schema.
    Schema(String),
    /// A function, procedure or aggregate.
    Function(FunctionKind, FunctionSignature),
    /// Anything else, as written.
    Other(String),
}
