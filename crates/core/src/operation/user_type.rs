//! Types and domains: `CREATE TYPE`, `CREATE DOMAIN` and what alters them.

use super::{Constraint, Expression, QualifiedName, TypeName};

/// `CREATE TYPE` or `CREATE DOMAIN`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateType {
    /// The type.
    pub name: QualifiedName,
    /// What it is.
    pub kind: TypeKind,
}

/// Kinds of types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeKind {
    /// `AS ENUM (labels)`.
    Enum(Vec<String>),
    /// `AS (attributes)`.
    Composite(Vec<Attribute>),
    /// `AS RANGE (SUBTYPE = …)`.
    Range {
        /// The subtype.
        subtype: TypeName,
        /// The other options, as written.
        options: Vec<String>,
    },
    /// `CREATE DOMAIN`.
    Domain(Domain),
    /// A base or shell type: its definition as written.
    Base(String),
}

/// An attribute of a composite type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its type.
    pub data_type: TypeName,
}

/// `CREATE DOMAIN`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// The type below.
    pub base_type: TypeName,
    /// `COLLATE`.
    pub collation: Option<QualifiedName>,
    /// `DEFAULT`.
    pub default: Option<Expression>,
    /// `NOT NULL`.
    pub not_null: bool,
    /// Its checks.
    pub checks: Vec<Constraint>,
}

/// `ALTER TYPE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterType {
    /// The type.
    pub name: QualifiedName,
    /// What is done.
    pub action: TypeAction,
}

/// What `ALTER TYPE` does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeAction {
    /// `ADD VALUE`.
    AddValue {
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
        /// The label.
        label: String,
        /// Where it goes.
        position: EnumPosition,
    },
    /// `RENAME VALUE`.
    RenameValue {
        /// From.
        label: String,
        /// To.
        to: String,
    },
    /// `RENAME TO`.
    Rename(String),
    /// `SET SCHEMA`.
    SetSchema(String),
    /// `ADD ATTRIBUTE`.
    AddAttribute {
        /// The attribute.
        attribute: Attribute,
        /// `CASCADE`.
        cascade: bool,
    },
    /// `DROP ATTRIBUTE`.
    DropAttribute {
        /// `IF EXISTS`.
        if_exists: bool,
        /// The attribute.
        name: String,
        /// `CASCADE`.
        cascade: bool,
    },
    /// `ALTER ATTRIBUTE … TYPE`.
    SetAttributeType {
        /// The attribute.
        attribute: Attribute,
        /// `CASCADE`.
        cascade: bool,
    },
    /// `RENAME ATTRIBUTE`.
    RenameAttribute {
        /// From.
        name: String,
        /// To.
        to: String,
    },
    /// `OWNER TO`.
    Owner(String),
    /// As written.
    Other(String),
}

/// Where a new enum label goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum EnumPosition {
    /// At the end.
    #[default]
    Last,
    /// `BEFORE label`.
    Before(String),
    /// `AFTER label`.
    After(String),
}

/// `ALTER DOMAIN`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterDomain {
    /// The domain.
    pub name: QualifiedName,
    /// What is done.
    pub action: DomainAction,
}

/// What `ALTER DOMAIN` does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DomainAction {
    /// `SET DEFAULT`.
    SetDefault(Expression),
    /// `DROP DEFAULT`.
    DropDefault,
    /// `SET NOT NULL`.
    SetNotNull,
    /// `DROP NOT NULL`.
    DropNotNull,
    /// `ADD CONSTRAINT`.
    AddConstraint(Constraint),
    /// `DROP CONSTRAINT`.
    DropConstraint {
        /// `IF EXISTS`.
        if_exists: bool,
        /// The constraint.
        name: String,
        /// `CASCADE`.
        cascade: bool,
    },
    /// `RENAME CONSTRAINT`.
    RenameConstraint {
        /// From.
        name: String,
        /// To.
        to: String,
    },
    /// `VALIDATE CONSTRAINT`.
    ValidateConstraint(String),
    /// `RENAME TO`.
    Rename(String),
    /// `SET SCHEMA`.
    SetSchema(String),
    /// `OWNER TO`.
    Owner(String),
}
