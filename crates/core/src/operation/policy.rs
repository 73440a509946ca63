//! Policies of row security.

use super::{Expression, QualifiedName};

/// `CREATE POLICY`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatePolicy {
    /// Its name.
    pub name: String,
    /// The table.
    pub table: QualifiedName,
    /// `AS RESTRICTIVE` is false.
    pub permissive: bool,
    /// `FOR`, lower case: `all`, `select`, `insert`, `update`, `delete`.
    pub command: String,
    /// `TO`; `public` where missing.
    pub roles: Vec<String>,
    /// `USING`.
    pub using: Option<Expression>,
    /// `WITH CHECK`.
    pub with_check: Option<Expression>,
}

/// `ALTER POLICY`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterPolicy {
    /// Its name.
    pub name: String,
    /// The table.
    pub table: QualifiedName,
    /// `RENAME TO`.
    pub rename_to: Option<String>,
    /// `TO`.
    pub roles: Option<Vec<String>>,
    /// `USING`.
    pub using: Option<Expression>,
    /// `WITH CHECK`.
    pub with_check: Option<Expression>,
}
