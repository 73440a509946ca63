use serde::{Deserialize, Serialize};

use crate::{HalfState, StatementError, StepReport};

/// What a proof on a real PostgreSQL runs: the way to the revision before, then up, down and up again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ProofPlan {
    /// The revision.
    pub revision: String,
    /// Its title.
    pub title: String,
    /// Extensions that some statement needs.
    pub extensions: Vec<String>,
    /// What is assumed to exist because its migrations are not there, in words.
    pub assumed: Vec<String>,
    /// What would have to exist, too, and cannot be made, in words.
    pub not_made: Vec<String>,
    /// Makes what exists before the first revision of `history`.
    pub base: Vec<String>,
    /// The upgrades of the revisions before.
    pub history: Vec<ProofRun>,
    /// Why the history cannot be run as it is, so that `schema` is taken, if it cannot.
    pub no_history: Option<String>,
    /// Makes the simulated schema before the revision, in place of `base` and `history`.
    pub schema: Vec<String>,
    /// Rows for the tables, made up.
    pub rows: Vec<SampleRows>,
    /// The upgrade.
    pub up: ProofHalf,
    /// The downgrade.
    pub down: ProofHalf,
    /// The simulated catalogs, as the JSON text of `retort schema --format json`: before the upgrade,
    pub before: String,
    /// after it,
    pub after: String,
    /// and after the downgrade, if there is one.
    pub restored: Option<String>,
}

/// The statements of an earlier revision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ProofRun {
    /// The revision.
    pub revision: String,
    /// Whether they share one transaction.
    pub transaction: bool,
    /// The statements.
    pub statements: Vec<ProofStatement>,
}

/// One statement of an earlier revision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ProofStatement {
    /// The statement.
    pub sql: String,
    /// Whether it runs outside the transaction.
    pub autocommit: bool,
}

/// One half of the revision under proof.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ProofHalf {
    /// Whether there is one, and what it is.
    pub state: HalfState,
    /// Whether its statements share one transaction.
    pub transaction: bool,
    /// The statements, with what is foretold of each.
    pub steps: Vec<StepReport>,
}

/// Rows made up for one table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct SampleRows {
    /// The table, qualified unless in `public`.
    pub table: String,
    /// The statement that inserts them.
    pub sql: Option<String>,
    /// Why there are none.
    pub reason: Option<String>,
}

/// Part of a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum ProofPhase {
    /// To the revision before.
    Setup,
    /// Rows made up.
    Rows,
    /// The upgrade.
    Up,
    /// The downgrade.
    Down,
    /// The upgrade once more.
    Again,
}

/// What happens while a proof runs; see `web/prove/runner.js`. Times are in milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum ProofEvent {
    /// PostgreSQL is being loaded.
    Loading {
        /// Bytes so far.
        loaded: f64,
        /// Bytes in all.
        total: f64,
    },
    /// PostgreSQL is there.
    Started {
        /// Its version: `18.6`.
        version: String,
        /// How long that took.
        milliseconds: f64,
    },
    /// A part begins.
    Phase {
        /// Which.
        phase: ProofPhase,
        /// How many statements it has.
        statements: u32,
    },
    /// A statement ran.
    Statement {
        /// In which part.
        phase: ProofPhase,
        /// Which of it, from 0; of the up and down parts the step of that index.
        index: u32,
        /// The statement.
        sql: String,
        /// Whether it was run at all: what was not analysed has no SQL.
        skipped: bool,
        /// How long it took.
        milliseconds: f64,
        /// PostgreSQL's refusal.
        error: Option<ProofError>,
        /// The locks it took on relations that existed before, with the mode as the manual names it; none where that
        /// cannot be seen, because the statement commits by itself.
        locks: Option<Vec<ProofLock>>,
        /// Relations that were written anew.
        rewrites: Vec<String>,
        /// PostgreSQL's answer is not the one that was foretold.
        unforetold: bool,
    },
    /// The real catalog was compared.
    Catalog {
        /// After which part.
        phase: ProofPhase,
        /// How the simulated one differs: defects of Retort.
        defects: Vec<String>,
        /// How it differs from the real one before (after down) or after the first upgrade (after the second); none
        /// where there is nothing to compare with.
        changed: Option<Vec<String>>,
    },
    /// Sample rows could not be made for a table.
    NoRows {
        /// The table.
        table: String,
        /// Why.
        reason: String,
    },
    /// All is said.
    Done {
        /// How it went.
        verdict: ProofVerdict,
        /// How long all took, with the start.
        milliseconds: f64,
    },
    /// PostgreSQL could not be run.
    Broken {
        /// Why.
        reason: String,
    },
}

/// A lock that PostgreSQL holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ProofLock {
    /// The relation, qualified unless in `public`.
    pub relation: String,
    /// As the manual names it: `ACCESS EXCLUSIVE`.
    pub mode: String,
}

/// PostgreSQL's refusal of a statement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ProofError {
    /// Message and code.
    #[serde(flatten)]
    pub error: StatementError,
    /// More about it.
    pub detail: Option<String>,
    /// Line of the statement, from 1, where PostgreSQL says.
    pub line: Option<u32>,
    /// Column, from 1, in characters.
    pub column: Option<u32>,
}

/// How a proof ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum ProofVerdict {
    /// Up, down and up again ran, and each time the schema was the same.
    Restores,
    /// The same, but for the order of columns.
    ColumnOrder,
    /// They ran, but the schema was another.
    Differs,
    /// A statement of the revision was refused.
    Fails,
    /// There is no downgrade to run.
    OneWay,
    /// The revision before could not be reached.
    NotReached,
    /// Something was left out, so that nothing is proven.
    Incomplete,
}
