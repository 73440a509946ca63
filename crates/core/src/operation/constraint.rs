//! Constraints as statements define them.

use super::{Expression, QualifiedName};
use crate::text::Origin;

/// A constraint, at a column or at the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    /// `CONSTRAINT name`.
    pub name: Option<String>,
    /// Where it was written.
    pub origin: Origin,
    /// What it demands.
    pub kind: ConstraintKind,
    /// When it is checked.
    pub deferral: Deferral,
    /// Whether existing rows are checked.
    pub validity: Validity,
}

/// When a constraint is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Deferral {
    /// At once.
    #[default]
    NotDeferrable,
    /// At once, unless `SET CONSTRAINTS` defers it.
    Deferrable,
    /// `DEFERRABLE INITIALLY DEFERRED`: at commit.
    InitiallyDeferred,
}

/// Whether a constraint holds for the rows that are there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Validity {
    /// Checked against existing rows.
    #[default]
    Valid,
    /// `NOT VALID`: for new rows only.
    NotValid,
    /// `NOT ENFORCED` (PostgreSQL 18).
    NotEnforced,
}

/// What a constraint demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConstraintKind {
    /// `PRIMARY KEY`.
    PrimaryKey(KeyConstraint),
    /// `UNIQUE`.
    Unique(KeyConstraint),
    /// `CHECK`.
    Check {
        /// The condition.
        expression: Expression,
        /// `NO INHERIT`.
        no_inherit: bool,
    },
    /// `FOREIGN KEY … REFERENCES`.
    ForeignKey(ForeignKey),
    /// `EXCLUDE`.
    Exclude(Exclusion),
    /// `NOT NULL column` as a constraint of its own (PostgreSQL 18).
    NotNull {
        /// The column.
        column: String,
    },
}

/// `PRIMARY KEY` or `UNIQUE`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyConstraint {
    /// The columns; empty with `using_index`.
    pub columns: Vec<String>,
    /// `INCLUDE (…)`.
    pub include: Vec<String>,
    /// `NULLS NOT DISTINCT`.
    pub nulls_not_distinct: bool,
    /// `USING INDEX name`.
    pub using_index: Option<String>,
    /// `WITH (…)` of its index, as `name=value`.
    pub options: Vec<String>,
    /// `USING INDEX TABLESPACE`.
    pub tablespace: Option<String>,
}

/// `FOREIGN KEY (columns) REFERENCES table (columns)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignKey {
    /// The referencing columns.
    pub columns: Vec<String>,
    /// The referenced table.
    pub references: QualifiedName,
    /// The referenced columns; empty for the primary key.
    pub referenced_columns: Vec<String>,
    /// `MATCH FULL`; otherwise simple.
    pub match_full: bool,
    /// `ON DELETE`.
    pub on_delete: ReferentialAction,
    /// `ON UPDATE`.
    pub on_update: ReferentialAction,
    /// `ON DELETE SET NULL (columns)` (PostgreSQL 15).
    pub delete_columns: Vec<String>,
}

/// `ON DELETE` and `ON UPDATE`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReferentialAction {
    /// The default.
    #[default]
    NoAction,
    /// `RESTRICT`.
    Restrict,
    /// `CASCADE`.
    Cascade,
    /// `SET NULL`.
    SetNull,
    /// `SET DEFAULT`.
    SetDefault,
}

/// `EXCLUDE USING method (elements)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion {
    /// The access method; PostgreSQL's default is `btree`.
    pub method: Option<String>,
    /// Each element as written: `room WITH =`.
    pub elements: Vec<String>,
    /// `WHERE (…)`.
    pub predicate: Option<Expression>,
}
