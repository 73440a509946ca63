//! Views and materialized views.

use super::{Drop, QualifiedName};

/// `CREATE VIEW` or `CREATE MATERIALIZED VIEW`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateView {
    /// The view.
    pub name: QualifiedName,
    /// Whether it is materialized.
    pub materialized: bool,
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// `IF NOT EXISTS` (materialized).
    pub if_not_exists: bool,
    /// `TEMPORARY`.
    pub temporary: bool,
    /// Column names in parentheses.
    pub columns: Vec<String>,
    /// The query as written.
    pub query: String,
    /// Tables and views the query reads.
    pub reads: Vec<QualifiedName>,
    /// `USING access_method` (materialized).
    pub access_method: Option<String>,
    /// `WITH (…)`.
    pub options: Vec<String>,
    /// `TABLESPACE` (materialized).
    pub tablespace: Option<String>,
    /// False for `WITH NO DATA`.
    pub with_data: bool,
}

/// `ALTER VIEW` or `ALTER MATERIALIZED VIEW`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterView {
    /// The view.
    pub name: QualifiedName,
    /// Whether it is materialized.
    pub materialized: bool,
    /// `IF EXISTS`.
    pub if_exists: bool,
    /// What is done.
    pub action: ViewAction,
}

/// What `ALTER VIEW` does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewAction {
    /// `RENAME TO`.
    Rename(String),
    /// `RENAME COLUMN`.
    RenameColumn {
        /// From.
        column: String,
        /// To.
        to: String,
    },
    /// `SET SCHEMA`.
    SetSchema(String),
    /// `OWNER TO`.
    Owner(String),
    /// `SET (name = value, …)`, as `name=value`.
    SetOptions(Vec<String>),
    /// `RESET (name, …)`.
    ResetOptions(Vec<String>),
    /// `ALTER COLUMN SET DEFAULT`, `CLUSTER ON`, …, and several of these, as written.
    Other(String),
}

/// `DROP VIEW` or `DROP MATERIALIZED VIEW`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DropView {
    /// Whether they are materialized.
    pub materialized: bool,
    /// The views.
    pub drop: Drop,
}

/// `REFRESH MATERIALIZED VIEW`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshMaterializedView {
    /// The view.
    pub name: QualifiedName,
    /// `CONCURRENTLY`.
    pub concurrently: bool,
    /// False for `WITH NO DATA`.
    pub with_data: bool,
}
