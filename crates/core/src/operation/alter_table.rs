//! `ALTER TABLE` and its actions.

use super::{
    ColumnDefinition, Constraint, Deferral, Expression, Identity, Persistence, QualifiedName,
    SequenceOptions, TypeName,
};

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
