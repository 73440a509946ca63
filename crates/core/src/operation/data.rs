//! Statements that change data, the transaction or the session, and those we do not model.

use super::{Expression, Operation, QualifiedName};
use crate::text::{Origin, Span};

/// `INSERT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Insert {
    /// The table.
    pub table: QualifiedName,
    /// The columns, if named.
    pub columns: Vec<String>,
    /// Tables that are read.
    pub reads: Vec<QualifiedName>,
    /// The statement as written.
    pub sql: String,
}

/// `UPDATE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// The table.
    pub table: QualifiedName,
    /// The assignments: column and value.
    pub assignments: Vec<(String, Expression)>,
    /// `WHERE`.
    pub predicate: Option<Expression>,
    /// Other tables that are read (`FROM`, subqueries).
    pub reads: Vec<QualifiedName>,
    /// Whether the predicate holds the rows to a batch (`LIMIT` in a subquery, a range of keys).
    pub batched: bool,
    /// The statement as written.
    pub sql: String,
}

/// `DELETE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delete {
    /// The table.
    pub table: QualifiedName,
    /// `WHERE`.
    pub predicate: Option<Expression>,
    /// Other tables that are read (`USING`, subqueries).
    pub reads: Vec<QualifiedName>,
    /// Whether the predicate holds the rows to a batch.
    pub batched: bool,
    /// The statement as written.
    pub sql: String,
}

/// `SELECT` and other statements that only read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Select {
    /// Tables that are read.
    pub reads: Vec<QualifiedName>,
    /// Functions called, lower case: `setval`, `pg_notify`, or one of the project's own.
    pub calls: Vec<QualifiedName>,
    /// `FOR UPDATE` and its kin.
    pub locks_rows: bool,
    /// The statement as written.
    pub sql: String,
}

/// `TRUNCATE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truncate {
    /// The tables.
    pub tables: Vec<QualifiedName>,
    /// `RESTART IDENTITY`.
    pub restart_identity: bool,
    /// `CASCADE`.
    pub cascade: bool,
}

/// `COPY`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// The table; none for a query.
    pub table: Option<QualifiedName>,
    /// `FROM` (true) or `TO`.
    pub from: bool,
    /// The statement as written, without its data.
    pub sql: String,
}

/// Transaction control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransactionControl {
    /// `BEGIN`, `START TRANSACTION`.
    Begin,
    /// `COMMIT`, `END`.
    Commit,
    /// `ROLLBACK`, `ABORT`.
    Rollback,
    /// `SAVEPOINT name`.
    Savepoint(String),
    /// `RELEASE SAVEPOINT name`.
    Release(String),
    /// `ROLLBACK TO name`.
    RollbackTo(String),
    /// Two-phase commit, `SET TRANSACTION`, as written.
    Other(String),
}

/// `SET` and `RESET`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetParameter {
    /// The parameter, lower case: `lock_timeout`, `search_path`, `timezone`, `role`.
    pub name: String,
    /// The value as written, without quotes for a single string; none for `RESET` and `TO DEFAULT`.
    pub value: Option<String>,
    /// `LOCAL`: to the end of the transaction.
    pub local: bool,
}

/// `SET CONSTRAINTS`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetConstraints {
    /// The constraints; empty for `ALL`.
    pub names: Vec<QualifiedName>,
    /// `DEFERRED` (true) or `IMMEDIATE`.
    pub deferred: bool,
}

/// `LOCK TABLE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockTable {
    /// The tables.
    pub tables: Vec<QualifiedName>,
    /// The mode as PostgreSQL's `pg_locks` names it: `AccessExclusiveLock`.
    pub mode: String,
    /// `NOWAIT`.
    pub nowait: bool,
}

/// `VACUUM`, `ANALYZE`, `CLUSTER`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maintenance {
    /// Which.
    pub kind: MaintenanceKind,
    /// The tables; empty for all.
    pub tables: Vec<QualifiedName>,
    /// The statement as written.
    pub sql: String,
}

/// Kinds of maintenance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaintenanceKind {
    /// `VACUUM`.
    Vacuum,
    /// `VACUUM FULL`.
    VacuumFull,
    /// `ANALYZE`.
    Analyze,
    /// `CLUSTER`.
    Cluster,
}

/// `DO`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoBlock {
    /// The language; `plpgsql` where missing.
    pub language: String,
    /// The body.
    pub body: String,
    /// The statements found in the body, in order.
    pub statements: Vec<InnerStatement>,
}

/// `CALL`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The procedure.
    pub procedure: QualifiedName,
    /// The statement as written.
    pub sql: String,
}

/// A statement inside a block.
#[derive(Clone, Debug, Eq)]
pub struct InnerStatement {
    /// Where it stands in the text of the outer statement.
    pub span: Span,
    /// Whether it surely runs, once: follows from the guards.
    pub certainty: Certainty,
    /// What it stands under, outermost first.
    pub guards: Vec<Guard>,
    /// What it does.
    pub operation: Operation,
}

/// Equal wherever it stands, like all that operations are made of.
impl PartialEq for InnerStatement {
    fn eq(&self, other: &Self) -> bool {
        (&self.certainty, &self.guards, &self.operation)
            == (&other.certainty, &other.guards, &other.operation)
    }
}

/// What decides whether a statement inside a block runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Guard {
    /// `IF condition`, `CASE WHEN condition`: it runs if the condition holds, or, `negated`, if it does not.
    Condition {
        /// The condition; variables whose values are known stand as literals.
        condition: Expression,
        /// In `ELSE`, in a later `ELSIF`, or after an `IF … RETURN`.
        negated: bool,
        /// Which passing of this condition.
        occasion: Occasion,
    },
    /// In a block that catches errors: undone if one of them is raised in it.
    Catches {
        /// `duplicate_object`, `others`, an SQLSTATE.
        errors: Vec<String>,
        /// Which passing of this block.
        occasion: Occasion,
    },
    /// In a handler: it runs if one of its errors was raised.
    Handles {
        /// `duplicate_object`, `others`, an SQLSTATE.
        errors: Vec<String>,
        /// The block that catches them.
        occasion: Occasion,
    },
    /// In a loop; its head as written.
    Loop(String),
    /// Behind a place where the block may have been left.
    Left,
}

/// Which passing of a condition or block: the same for all statements under it. Counted within one body; guards are
/// compared by what they say, so any two are equal.
#[derive(Clone, Copy, Debug, Default)]
pub struct Occasion(pub u32);

impl PartialEq for Occasion {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Occasion {}

/// Whether and how often a statement runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Certainty {
    /// Once.
    #[default]
    Always,
    /// Under a condition that is not known here.
    Sometimes,
    /// In a loop whose rounds are not known here.
    Repeatedly,
}

/// A statement that is PostgreSQL and was read whole, but changes nothing that the schema model has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmodelled {
    /// What kind of statement, in PostgreSQL's words: `GRANT`, `CREATE PUBLICATION`.
    pub kind: String,
    /// The relation it works on, if it is one.
    pub relation: Option<QualifiedName>,
    /// The statement as written.
    pub sql: String,
}

/// What could not be analysed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opaque {
    /// The text, as written.
    pub text: String,
    /// Why, for a person: "depends on the rows of a query".
    pub reason: String,
    /// Where in the statement the trouble is; empty at its start where it is the whole.
    pub at: Origin,
    /// What kind of trouble it is.
    pub kind: OpaqueKind,
    /// What it may have changed.
    pub scope: OpaqueScope,
}

impl Opaque {
    /// Why it is not analysed, in words that tell a slip in the file from what Retort does not know.
    pub fn why(&self) -> String {
        let reason = self.reason.trim_end_matches('.');
        match self.kind {
            OpaqueKind::Syntax => format!("syntax error: {reason}"),
            OpaqueKind::NotModelled | OpaqueKind::Dynamic => reason.to_owned(),
        }
    }
}

/// What a step that could not be analysed may have changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpaqueScope {
    /// Rows only: the schema after it is still certain.
    Data,
    /// The type of a column that the next step makes or changes, and with it types that are made on the way.
    Types,
    /// Anything: nothing about the schema is certain after it.
    Anything,
}

/// Kinds of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpaqueKind {
    /// It cannot be parsed: most likely a mistake in the file.
    Syntax,
    /// It is valid, but we do not know what it does.
    NotModelled,
    /// What it does is only known when it runs.
    Dynamic,
}
