//! Indexes.

use super::{Expression, QualifiedName};

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
