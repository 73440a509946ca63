//! `CREATE TABLE` in all its forms.

use super::{ColumnDefinition, Constraint, QualifiedName};

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
    /// Columns in the order written. After `PARTITION OF` and `OF` they carry no type, only what is added to a column.
    pub columns: Vec<ColumnDefinition>,
    /// Table constraints in the order written. Constraints written at a column are with that column.
    pub constraints: Vec<Constraint>,
    /// `LIKE source INCLUDING …`.
    pub like: Vec<LikeClause>,
    /// `INHERITS (…)`.
    pub inherits: Vec<QualifiedName>,
    /// `OF type`: the columns are the attributes of this composite type.
    pub of_type: Option<QualifiedName>,
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

/// How and for how long the rows of a `CREATE TABLE … AS` are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableStorage {
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
    /// `USING`, `WITH`, `ON COMMIT`, `TABLESPACE`.
    pub storage: TableStorage,
    /// The query.
    pub query: String,
    /// Tables the query reads.
    pub reads: Vec<QualifiedName>,
    /// False for `WITH NO DATA`.
    pub with_data: bool,
}
