//! Types, sequences, views, functions, triggers, policies, schemas, extensions, comments.

use super::{Constraint, QualifiedName, TypeName};

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
    /// `WITH (…)`.
    pub options: Vec<String>,
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
    /// `ALTER COLUMN SET DEFAULT`, `SET (…)`, …, as written.
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

/// Kinds of routines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionKind {
    /// `FUNCTION`.
    Function,
    /// `PROCEDURE`.
    Procedure,
    /// `AGGREGATE`.
    Aggregate,
    /// `ROUTINE`, in `DROP` and `ALTER`: any of them.
    Routine,
}

/// How far a function's result can be relied on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Volatility {
    /// The default.
    #[default]
    Volatile,
    /// The same within a statement.
    Stable,
    /// Always the same.
    Immutable,
}

/// An argument of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// `IN`, `OUT`, `INOUT`, `VARIADIC`.
    pub mode: ArgumentMode,
    /// Its name.
    pub name: Option<String>,
    /// Its type.
    pub data_type: TypeName,
    /// Its default.
    pub default: Option<Expression>,
}

/// How an argument is passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ArgumentMode {
    /// The default.
    #[default]
    In,
    /// `OUT`.
    Out,
    /// `INOUT`.
    InOut,
    /// `VARIADIC`.
    Variadic,
}

/// `CREATE FUNCTION`, `CREATE PROCEDURE`, `CREATE AGGREGATE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateFunction {
    /// The function.
    pub name: QualifiedName,
    /// What it is.
    pub kind: FunctionKind,
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// Its arguments.
    pub arguments: Vec<Argument>,
    /// `RETURNS …`: as `pg_get_function_result()` prints it; none for procedures and functions with `OUT` arguments.
    pub returns: Option<String>,
    /// `LANGUAGE`; `sql` with a standard body.
    pub language: String,
    /// `VOLATILE`, `STABLE`, `IMMUTABLE`.
    pub volatility: Volatility,
    /// `STRICT`.
    pub strict: bool,
    /// `SECURITY DEFINER`.
    pub security_definer: bool,
    /// `SET name = value` clauses, as written.
    pub settings: Vec<String>,
    /// Other attributes, upper case as `pg_get_functiondef()` prints them: `PARALLEL SAFE`, `COST 10`, `LEAKPROOF`.
    pub attributes: Vec<String>,
    /// The body: the text between the quotes.
    pub body: String,
}

/// `ALTER FUNCTION`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterFunction {
    /// What it is.
    pub kind: FunctionKind,
    /// The function.
    pub function: FunctionSignature,
    /// What is done.
    pub action: FunctionAction,
}

/// What `ALTER FUNCTION` does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FunctionAction {
    /// `RENAME TO`.
    Rename(String),
    /// `SET SCHEMA`.
    SetSchema(String),
    /// `OWNER TO`.
    Owner(String),
    /// As written.
    Other(String),
}

/// A function named with its argument types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionSignature {
    /// The name.
    pub name: QualifiedName,
    /// The argument types, if written.
    pub arguments: Option<Vec<TypeName>>,
}

/// `DROP FUNCTION`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DropFunction {
    /// What it is.
    pub kind: FunctionKind,
    /// The functions.
    pub functions: Vec<FunctionSignature>,
    /// `IF EXISTS`.
    pub if_exists: bool,
    /// `CASCADE`.
    pub cascade: bool,
}

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

/// `CREATE SCHEMA`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateSchema {
    /// Its name.
    pub name: String,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
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
    /// A function.
    Function(FunctionSignature),
    /// Anything else, as written.
    Other(String),
}
