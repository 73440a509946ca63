//! Tables, columns, constraints and indexes.

use super::{Expression, QualifiedName, SequenceOptions, TypeName};
use crate::text::Origin;

/// Whether an object outlives the session, and whether it is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Persistence {
    /// The normal kind.
    #[default]
    Permanent,
    /// `UNLOGGED`: lost after a crash, absent on replicas.
    Unlogged,
    /// `TEMPORARY`: gone with the session.
    Temporary,
}

/// `CREATE TABLE`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateTable {
    /// The table.
    pub name: Option<QualifiedName>,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// `UNLOGGED`, `TEMPORARY`.
    pub persistence: Persistence,
    /// `CREATE FOREIGN TABLE … SERVER server`.
    pub foreign_server: Option<String>,
    /// Columns in the order written.
    pub columns: Vec<ColumnDefinition>,
    /// Table constraints in the order written. Constraints written at a column are with that column.
    pub constraints: Vec<Constraint>,
    /// `LIKE source INCLUDING …`.
    pub like: Vec<LikeClause>,
    /// `INHERITS (…)`.
    pub inherits: Vec<QualifiedName>,
    /// `PARTITION OF parent bound`.
    pub partition_of: Option<PartitionOf>,
    /// `PARTITION BY …` as written after `BY`: `RANGE (created_at)`.
    pub partition_by: Option<String>,
    /// `USING access_method`.
    pub access_method: Option<String>,
    /// `WITH (…)`, as `name=value`.
    pub options: Vec<String>,
    /// `ON COMMIT …` of a temporary table, as written after it.
    pub on_commit: Option<String>,
    /// `TABLESPACE`.
    pub tablespace: Option<String>,
}

/// `PARTITION OF parent FOR VALUES …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionOf {
    /// The partitioned table.
    pub parent: QualifiedName,
    /// `FOR VALUES FROM (…) TO (…)` or `DEFAULT`.
    pub bound: String,
}

/// `LIKE source [INCLUDING …]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LikeClause {
    /// The table copied from.
    pub source: QualifiedName,
    /// Options in order, lower case: `including all`, `excluding indexes`.
    pub options: Vec<String>,
}

/// `CREATE TABLE … AS query`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateTableAs {
    /// The table.
    pub name: QualifiedName,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// `UNLOGGED`, `TEMPORARY`.
    pub persistence: Persistence,
    /// Column names given in parentheses.
    pub columns: Vec<String>,
    /// The query.
    pub query: String,
    /// Tables the query reads.
    pub reads: Vec<QualifiedName>,
    /// False for `WITH NO DATA`.
    pub with_data: bool,
}

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

/// `ALTER TABLE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterTable {
    /// The table (or view, index, sequence, which PostgreSQL accepts for some actions).
    pub name: QualifiedName,
    /// `IF EXISTS`.
    pub if_exists: bool,
    /// `ONLY`: not its children.
    pub only: bool,
    /// The actions in order; renames and `SET SCHEMA` stand alone.
    pub actions: Vec<TableAction>,
}

/// One action of `ALTER TABLE`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TableAction {
    /// `ADD COLUMN`.
    AddColumn {
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
        /// The column.
        column: Box<ColumnDefinition>,
    },
    /// `DROP COLUMN`.
    DropColumn {
        /// `IF EXISTS`.
        if_exists: bool,
        /// The column.
        column: String,
        /// `CASCADE`.
        cascade: bool,
    },
    /// `RENAME COLUMN`.
    RenameColumn {
        /// From.
        column: String,
        /// To.
        to: String,
    },
    /// `ALTER COLUMN TYPE`.
    SetType {
        /// The column.
        column: String,
        /// The new type.
        data_type: TypeName,
        /// `COLLATE`.
        collation: Option<QualifiedName>,
        /// `USING`.
        using: Option<Expression>,
    },
    /// `SET DEFAULT`.
    SetDefault {
        /// The column.
        column: String,
        /// The default.
        default: Expression,
    },
    /// `DROP DEFAULT`.
    DropDefault {
        /// The column.
        column: String,
    },
    /// `SET NOT NULL`.
    SetNotNull {
        /// The column.
        column: String,
    },
    /// `DROP NOT NULL`.
    DropNotNull {
        /// The column.
        column: String,
    },
    /// `SET EXPRESSION AS` (PostgreSQL 17).
    SetExpression {
        /// The column.
        column: String,
        /// The new expression.
        expression: Expression,
    },
    /// `DROP EXPRESSION`.
    DropExpression {
        /// The column.
        column: String,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// `ADD GENERATED … AS IDENTITY`.
    AddIdentity {
        /// The column.
        column: String,
        /// The identity.
        identity: Identity,
    },
    /// `SET GENERATED`, `SET sequence option`, `RESTART`.
    AlterIdentity {
        /// The column.
        column: String,
        /// `SET GENERATED ALWAYS` (true) or `BY DEFAULT` (false).
        always: Option<bool>,
        /// Options of the sequence.
        options: SequenceOptions,
    },
    /// `DROP IDENTITY`.
    DropIdentity {
        /// The column.
        column: String,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// `ALTER COLUMN SET STATISTICS`, `SET STORAGE`, `SET COMPRESSION`, `SET (…)`, `RESET (…)`.
    SetColumnOption {
        /// The column.
        column: String,
        /// Which.
        option: ColumnOption,
        /// As written after the keyword.
        value: String,
    },
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
    /// `VALIDATE CONSTRAINT`.
    ValidateConstraint {
        /// The constraint.
        name: String,
    },
    /// `ALTER CONSTRAINT … DEFERRABLE …`.
    AlterConstraint {
        /// The constraint.
        name: String,
        /// When it is to be checked.
        deferral: Option<Deferral>,
        /// `ENFORCED` (true) or `NOT ENFORCED` (PostgreSQL 18).
        enforced: Option<bool>,
    },
    /// `RENAME CONSTRAINT`.
    RenameConstraint {
        /// From.
        name: String,
        /// To.
        to: String,
    },
    /// `RENAME TO`.
    RenameTable {
        /// To.
        to: String,
    },
    /// `SET SCHEMA`.
    SetSchema {
        /// To.
        schema: String,
    },
    /// `ATTACH PARTITION`.
    AttachPartition {
        /// The table.
        partition: QualifiedName,
        /// `FOR VALUES …` or `DEFAULT`.
        bound: String,
    },
    /// `DETACH PARTITION`.
    DetachPartition {
        /// The partition.
        partition: QualifiedName,
        /// How.
        mode: DetachMode,
    },
    /// `INHERIT parent`.
    Inherit(QualifiedName),
    /// `NO INHERIT parent`.
    NoInherit(QualifiedName),
    /// `ENABLE`, `DISABLE`, `ENABLE REPLICA`, `ENABLE ALWAYS TRIGGER`.
    SetTrigger {
        /// The trigger, or `ALL` or `USER` as such.
        trigger: TriggerSelector,
        /// What it becomes.
        enabled: TriggerEnabled,
    },
    /// `ENABLE`, `DISABLE RULE`.
    SetRule {
        /// The rule.
        rule: String,
        /// What it becomes.
        enabled: TriggerEnabled,
    },
    /// `ENABLE ROW LEVEL SECURITY` and its kin.
    RowSecurity(RowSecurityChange),
    /// `REPLICA IDENTITY …`, as written after it.
    ReplicaIdentity(String),
    /// `CLUSTER ON index`.
    ClusterOn(String),
    /// `SET WITHOUT CLUSTER`.
    WithoutCluster,
    /// `SET LOGGED`, `SET UNLOGGED`.
    SetPersistence(Persistence),
    /// `SET ACCESS METHOD`.
    SetAccessMethod(String),
    /// `SET TABLESPACE`.
    SetTablespace(String),
    /// `SET (storage parameters)`, as `name=value`.
    SetOptions(Vec<String>),
    /// `RESET (storage parameters)`.
    ResetOptions(Vec<String>),
    /// `OWNER TO`.
    Owner(String),
    /// PostgreSQL, but without an effect that we model, as written.
    Other(String),
}

/// What `SetColumnOption` sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnOption {
    /// `SET STATISTICS`.
    Statistics,
    /// `SET STORAGE`.
    Storage,
    /// `SET COMPRESSION`.
    Compression,
    /// `SET (…)`.
    Set,
    /// `RESET (…)`.
    Reset,
}

/// How a partition is detached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DetachMode {
    /// In one step, under an exclusive lock.
    Plain,
    /// `CONCURRENTLY`.
    Concurrently,
    /// `FINALIZE`.
    Finalize,
}

/// Which triggers an action means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TriggerSelector {
    /// One by name.
    Named(String),
    /// `ALL`.
    All,
    /// `USER`.
    User,
}

/// When a trigger fires, by the session's replication role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TriggerEnabled {
    /// `ENABLE`.
    Origin,
    /// `DISABLE`.
    Disabled,
    /// `ENABLE REPLICA`.
    Replica,
    /// `ENABLE ALWAYS`.
    Always,
}

/// Row security on a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowSecurityChange {
    /// `ENABLE ROW LEVEL SECURITY`.
    Enable,
    /// `DISABLE ROW LEVEL SECURITY`.
    Disable,
    /// `FORCE ROW LEVEL SECURITY`.
    Force,
    /// `NO FORCE ROW LEVEL SECURITY`.
    NoForce,
}

/// `CREATE INDEX`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateIndex {
    /// The name; PostgreSQL chooses one where it is missing.
    pub name: Option<String>,
    /// The table.
    pub table: QualifiedName,
    /// `UNIQUE`.
    pub unique: bool,
    /// `CONCURRENTLY`.
    pub concurrently: bool,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// `ONLY`.
    pub only: bool,
    /// `USING`; `btree` where missing.
    pub method: Option<String>,
    /// The keys in order.
    pub keys: Vec<IndexKey>,
    /// `INCLUDE (…)`.
    pub include: Vec<String>,
    /// `NULLS NOT DISTINCT`.
    pub nulls_not_distinct: bool,
    /// `WITH (…)`, as `name=value`.
    pub options: Vec<String>,
    /// `TABLESPACE`.
    pub tablespace: Option<String>,
    /// `WHERE`.
    pub predicate: Option<Expression>,
}

/// One key of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexKey {
    /// A column or an expression.
    pub target: IndexTarget,
    /// `COLLATE`.
    pub collation: Option<QualifiedName>,
    /// Operator class with its parameters as written.
    pub operator_class: Option<String>,
    /// `DESC`.
    pub descending: bool,
    /// `NULLS FIRST` (true) or `NULLS LAST`, if written.
    pub nulls_first: Option<bool>,
}

/// What an index key indexes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IndexTarget {
    /// A column.
    Column(String),
    /// An expression, without its outer parentheses.
    Expression(Expression),
}

/// `ALTER INDEX`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterIndex {
    /// The index.
    pub name: QualifiedName,
    /// `IF EXISTS`.
    pub if_exists: bool,
    /// What is done.
    pub action: IndexAction,
}

/// What `ALTER INDEX` does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IndexAction {
    /// `RENAME TO`.
    Rename(String),
    /// `ATTACH PARTITION`.
    AttachPartition(QualifiedName),
    /// `SET (…)`.
    SetOptions(Vec<String>),
    /// `RESET (…)`.
    ResetOptions(Vec<String>),
    /// `SET TABLESPACE`.
    SetTablespace(String),
    /// `ALTER COLUMN n SET STATISTICS`, `DEPENDS ON EXTENSION`, as written.
    Other(String),
}

/// `DROP INDEX`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DropIndex {
    /// The indexes.
    pub names: Vec<QualifiedName>,
    /// `CONCURRENTLY`.
    pub concurrently: bool,
    /// `IF EXISTS`.
    pub if_exists: bool,
    /// `CASCADE`.
    pub cascade: bool,
    /// `table_name=` of Alembic's `drop_index`, which the SQL does not carry.
    pub table_hint: TableHint,
}

/// The table an index is said to belong to; no part of the statement, so it does not count when comparing.
#[derive(Clone, Debug, Default)]
pub struct TableHint(pub Option<QualifiedName>);

impl PartialEq for TableHint {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for TableHint {}

/// `REINDEX`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reindex {
    /// What is named.
    pub target: ReindexTarget,
    /// The name; none for `SYSTEM` and `DATABASE` without one.
    pub name: Option<QualifiedName>,
    /// `CONCURRENTLY`.
    pub concurrently: bool,
}

/// What `REINDEX` works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReindexTarget {
    /// One index.
    Index,
    /// All indexes of a table.
    Table,
    /// All in a schema.
    Schema,
    /// All in the database.
    Database,
    /// The system catalogs.
    System,
}
