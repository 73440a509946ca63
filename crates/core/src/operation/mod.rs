//! The DDL model: what a migration does, in PostgreSQL's terms.
//!
//! Two front ends produce operations ([`crate::sql`] and [`crate::alembic`]), two printers write them back. The enum is
//! closed: a statement that is PostgreSQL but has no effect that we model is [`Operation::Unmodelled`]; one that could not
//! be read is [`Operation::Opaque`]. Nothing is ever dropped.
//!
//! Identifiers are raw: folded to lower case where they were not quoted, without quotes. Expressions are SQL text.

mod alter_table;
mod column;
mod constraint;
#[cfg(test)]
mod coverage;
mod data;
mod function;
mod index;
mod names;
mod objects;
mod policy;
mod sequence;
mod table;
mod trigger;
mod type_name;
mod user_type;
mod view;

pub use alter_table::*;
pub use column::*;
pub use constraint::*;
pub use data::*;
pub use function::*;
pub use index::*;
pub use names::*;
pub use objects::*;
pub use policy::*;
pub use sequence::*;
pub use table::*;
pub use trigger::*;
pub use type_name::{TypeName, UNKNOWN_TYPE};
pub use user_type::*;
pub use view::*;

/// One statement's effect.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operation {
    // Tables
    /// `CREATE TABLE`, also `… PARTITION OF`, `… INHERITS`, `… LIKE`, foreign and temporary tables.
    CreateTable(Box<CreateTable>),
    /// `CREATE TABLE … AS`, `SELECT … INTO`.
    CreateTableAs(CreateTableAs),
    /// `ALTER TABLE` with its actions in order, also renames and `SET SCHEMA`; `ALTER FOREIGN TABLE` too.
    AlterTable(AlterTable),
    /// `DROP TABLE`.
    DropTable(Drop),

    // Indexes
    /// `CREATE INDEX`.
    CreateIndex(Box<CreateIndex>),
    /// `ALTER INDEX`.
    AlterIndex(AlterIndex),
    /// `DROP INDEX`.
    DropIndex(DropIndex),
    /// `REINDEX`.
    Reindex(Reindex),

    // Types
    /// `CREATE TYPE` of any kind, and `CREATE DOMAIN`.
    CreateType(CreateType),
    /// `ALTER TYPE`.
    AlterType(AlterType),
    /// `ALTER DOMAIN`.
    AlterDomain(AlterDomain),
    /// `DROP TYPE`, `DROP DOMAIN`.
    DropType(Drop),

    // Sequences
    /// `CREATE SEQUENCE`.
    CreateSequence(CreateSequence),
    /// `ALTER SEQUENCE`.
    AlterSequence(AlterSequence),
    /// `DROP SEQUENCE`.
    DropSequence(Drop),

    // Views
    /// `CREATE VIEW`, `CREATE MATERIALIZED VIEW`.
    CreateView(Box<CreateView>),
    /// `ALTER VIEW`, `ALTER MATERIALIZED VIEW`.
    AlterView(AlterView),
    /// `DROP VIEW`, `DROP MATERIALIZED VIEW`.
    DropView(DropView),
    /// `REFRESH MATERIALIZED VIEW`.
    RefreshMaterializedView(RefreshMaterializedView),

    // Code
    /// `CREATE FUNCTION`, `CREATE PROCEDURE`, `CREATE AGGREGATE`.
    CreateFunction(Box<CreateFunction>),
    /// `ALTER FUNCTION`, `ALTER PROCEDURE`.
    AlterFunction(AlterFunction),
    /// `DROP FUNCTION`, `DROP PROCEDURE`, `DROP AGGREGATE`, `DROP ROUTINE`.
    DropFunction(DropFunction),
    /// `CREATE TRIGGER`.
    CreateTrigger(Box<CreateTrigger>),
    /// `ALTER TRIGGER … RENAME`.
    RenameTrigger(RenameOnTable),
    /// `DROP TRIGGER`.
    DropTrigger(DropOnTable),
    /// `DO`: an anonymous block.
    Do(DoBlock),
    /// `CALL procedure(…)`.
    Call(Call),

    // Row security
    /// `CREATE POLICY`.
    CreatePolicy(CreatePolicy),
    /// `ALTER POLICY`.
    AlterPolicy(AlterPolicy),
    /// `DROP POLICY`.
    DropPolicy(DropOnTable),

    // Schemas and extensions
    /// `CREATE SCHEMA`.
    CreateSchema(CreateSchema),
    /// `ALTER SCHEMA … RENAME TO`.
    RenameSchema(RenameSchema),
    /// `DROP SCHEMA`.
    DropSchema(Drop),
    /// `CREATE EXTENSION`.
    CreateExtension(CreateExtension),
    /// `DROP EXTENSION`.
    DropExtension(Drop),

    // Planner and documentation
    /// `CREATE STATISTICS`.
    CreateStatistics(CreateStatistics),
    /// `DROP STATISTICS`.
    DropStatistics(Drop),
    /// `COMMENT ON`.
    Comment(Comment),

    // Data
    /// `INSERT`.
    Insert(Insert),
    /// `UPDATE`.
    Update(Update),
    /// `DELETE`.
    Delete(Delete),
    /// `SELECT`, `VALUES`, `TABLE`.
    Select(Select),
    /// `TRUNCATE`.
    Truncate(Truncate),
    /// `COPY … FROM` or `TO`.
    Copy(Copy),

    // Transactions and session
    /// `BEGIN`, `COMMIT`, `ROLLBACK`, savepoints.
    Transaction(TransactionControl),
    /// `SET`, `SET LOCAL`, `RESET`.
    Set(SetParameter),
    /// `SET CONSTRAINTS`.
    SetConstraints(SetConstraints),
    /// `LOCK TABLE`.
    Lock(LockTable),

    // Maintenance
    /// `VACUUM`, `ANALYZE`, `CLUSTER`.
    Maintain(Maintenance),

    /// PostgreSQL, read in full, without an effect on the schema model: grants, owners, publications, roles, rules, ….
    Unmodelled(Unmodelled),
    /// Could not be read, or runs what cannot be known before it runs. What follows is no longer certain.
    Opaque(Opaque),
}
