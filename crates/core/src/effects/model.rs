use serde::Serialize;

use crate::schema::ObjectName;

/// PostgreSQL's table-level lock modes, weakest first (manual, "Explicit Locking").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum LockMode {
    /// `SELECT`.
    #[serde(rename = "AccessShareLock")]
    AccessShare,
    /// `SELECT … FOR UPDATE`.
    #[serde(rename = "RowShareLock")]
    RowShare,
    /// `INSERT`, `UPDATE`, `DELETE`.
    #[serde(rename = "RowExclusiveLock")]
    RowExclusive,
    /// `VACUUM`, `ANALYZE`, `CREATE INDEX CONCURRENTLY`, `VALIDATE CONSTRAINT`.
    #[serde(rename = "ShareUpdateExclusiveLock")]
    ShareUpdateExclusive,
    /// `CREATE INDEX`.
    #[serde(rename = "ShareLock")]
    Share,
    /// `CREATE TRIGGER`, `ADD FOREIGN KEY`.
    #[serde(rename = "ShareRowExclusiveLock")]
    ShareRowExclusive,
    /// `REFRESH MATERIALIZED VIEW CONCURRENTLY`.
    #[serde(rename = "ExclusiveLock")]
    Exclusive,
    /// Most `ALTER TABLE`, `DROP TABLE`, `TRUNCATE`.
    #[serde(rename = "AccessExclusiveLock")]
    AccessExclusive,
}

impl LockMode {
    /// As the manual names it: `ACCESS EXCLUSIVE`.
    pub fn manual_name(self) -> &'static str {
        match self {
            Self::AccessShare => "ACCESS SHARE",
            Self::RowShare => "ROW SHARE",
            Self::RowExclusive => "ROW EXCLUSIVE",
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::Exclusive => "EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }

    /// Whether a plain `SELECT` waits for it.
    pub fn blocks_reads(self) -> bool {
        self == Self::AccessExclusive
    }

    /// Whether `INSERT`, `UPDATE` and `DELETE` wait for it.
    pub fn blocks_writes(self) -> bool {
        self >= Self::Share
    }

    /// From the name in `pg_locks`: `AccessExclusiveLock`.
    pub fn from_pg_locks(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|mode| mode.pg_locks_name() == name)
    }

    /// As `pg_locks` names it: `AccessExclusiveLock`.
    pub fn pg_locks_name(self) -> &'static str {
        match self {
            Self::AccessShare => "AccessShareLock",
            Self::RowShare => "RowShareLock",
            Self::RowExclusive => "RowExclusiveLock",
            Self::ShareUpdateExclusive => "ShareUpdateExclusiveLock",
            Self::Share => "ShareLock",
            Self::ShareRowExclusive => "ShareRowExclusiveLock",
            Self::Exclusive => "ExclusiveLock",
            Self::AccessExclusive => "AccessExclusiveLock",
        }
    }

    /// Every mode, weakest first.
    pub const ALL: [Self; 8] = [
        Self::AccessShare,
        Self::RowShare,
        Self::RowExclusive,
        Self::ShareUpdateExclusive,
        Self::Share,
        Self::ShareRowExclusive,
        Self::Exclusive,
        Self::AccessExclusive,
    ];
}

/// Kinds of relations that are locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RelationKind {
    /// A table of any kind.
    Table,
    /// An index.
    Index,
    /// A sequence.
    Sequence,
    /// A view.
    View,
    /// A materialized view.
    #[serde(rename = "materialized view")]
    MaterializedView,
    /// A composite type, which is a relation to PostgreSQL.
    #[serde(rename = "composite type")]
    CompositeType,
}

impl RelationKind {
    /// Whether it holds rows that sessions read.
    pub fn holds_rows(self) -> bool {
        matches!(self, Self::Table | Self::MaterializedView)
    }
}

/// A relation that a statement drops.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct DroppedRelation {
    /// Its name.
    #[serde(flatten)]
    pub name: ObjectName,
    /// What it was.
    pub kind: RelationKind,
}

/// A lock on one relation: the strongest the statement takes there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lock {
    /// The relation.
    #[serde(flatten)]
    pub relation: ObjectName,
    /// What it is.
    pub kind: RelationKind,
    /// How strong.
    pub mode: LockMode,
    /// Why, in a few words: "referenced by the new foreign key".
    pub why: String,
    /// How the statement comes to it.
    pub via: Via,
    /// Made earlier in the same transaction: nobody else can see it, so nobody waits.
    pub invisible: bool,
}

/// How a statement comes to lock a relation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Via {
    /// The statement works on it, or on something that belongs to it.
    #[default]
    Statement,
    /// A foreign key has the relation at its other end.
    ForeignKey,
    /// It stands below or above the statement's table: a partition, a child, a parent.
    Inheritance,
}

/// Work that grows with a relation, unless its cause says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Work {
    /// The relation.
    #[serde(flatten)]
    pub relation: ObjectName,
    /// Why, in a few words.
    pub why: String,
    /// The kind of reason.
    pub cause: Cause,
    /// Made earlier in the same transaction: it is empty or its rows are known only here.
    pub invisible: bool,
}

/// Why a relation is read from end to end or written anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// A new column whose value differs from row to row, or must be computed for each.
    ColumnValue,
    /// A column's type changes in a way that changes its bytes.
    ColumnType,
    /// A check is verified against the rows.
    Check,
    /// `NOT NULL` is verified.
    NotNull,
    /// A foreign key is verified.
    ForeignKey,
    /// An exclusion constraint is verified.
    Exclusion,
    /// A partition's bound is verified.
    PartitionBound,
    /// A domain's constraint is verified in the tables that use it.
    Domain,
    /// An index is built from the rows.
    IndexBuild,
    /// The rows are read while they are written anew.
    Rewrite,
    /// The table becomes logged or unlogged.
    Persistence,
    /// The table moves to another tablespace or access method.
    Storage,
    /// `VACUUM FULL`, `CLUSTER`.
    Maintenance,
    /// A materialized view is filled.
    Refresh,
    /// A query reads it.
    Query,
    /// A foreign key that references the rows being changed is looked up.
    Referential,
    /// The table gets a new, empty file: no work, however large it was.
    Truncate,
}

impl Cause {
    /// Whether the work grows with the relation.
    pub fn grows(self) -> bool {
        self != Self::Truncate
    }
}

/// An index that is built.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IndexBuild {
    /// The index.
    #[serde(flatten)]
    pub index: ObjectName,
    /// Its table's name.
    pub table: String,
    /// Whether it existed before.
    pub rebuild: bool,
    /// Whether it is built without blocking writers.
    pub concurrently: bool,
    /// The table is new in this transaction.
    pub invisible: bool,
}

/// What one statement does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Effects {
    /// Relations that existed before the statement and are locked, by name.
    pub locks: Vec<Lock>,
    /// Tables whose heap is written anew.
    pub rewrites: Vec<Work>,
    /// Indexes built or rebuilt (not on tables that the statement itself makes).
    pub index_builds: Vec<IndexBuild>,
    /// Tables read from end to end.
    pub scans: Vec<Work>,
    /// Scans that are not needed, and why: "a valid check already proves it".
    pub skipped_scans: Vec<Work>,
    /// Why it cannot run inside a transaction block, if it cannot.
    pub refuses_transaction: Option<String>,
    /// Data that is gone afterwards: "column legacy_code of product".
    pub destroys: Vec<String>,
    /// Relations that are gone afterwards: those named and those that go along.
    pub drops: Vec<DroppedRelation>,
    /// Indexes that are dropped and made again, whether or not over their old file.
    pub recreates: Vec<ObjectName>,
    /// Objects that go silently with what was named.
    pub takes_along: Vec<String>,
    /// Columns whose planner statistics are lost: `table.column`.
    pub loses_statistics: Vec<String>,
    /// False where a table was only assumed or an earlier step was not analysed: there may be more.
    pub complete: bool,
}
