use serde::{Deserialize, Serialize};

use crate::{Direction, Location};

/// What is asked of the locks of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct LockQuestion {
    /// The revision that runs alone; none for all under review, one after the other.
    pub revision: Option<String>,
    /// Which halves run. Downgrades run in the opposite order.
    pub direction: Direction,
}

/// From which statement to which commit every lock of a run is held.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct LockRun {
    /// The statements in the order in which they run.
    pub steps: Vec<LockStep>,
    /// The transactions in order, each a stretch of statements.
    pub transactions: Vec<LockTransaction>,
    /// The relations that others can see, by name.
    pub relations: Vec<LockedRelation>,
    /// Tables that the run itself makes, as far as nobody can wait for them: by name.
    pub new_relations: Vec<String>,
    /// How long all of it takes.
    pub duration: Duration,
}

/// A statement of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct LockStep {
    /// The revision it belongs to.
    pub revision: String,
    /// Where it is written.
    pub location: Option<Location>,
    /// What it does, in a few words.
    pub summary: String,
    /// Why it could not be analysed, if it could not.
    pub not_analysed: Option<String>,
    /// How long it takes.
    pub duration: Duration,
}

/// How long something takes once it has its locks, as far as it grows with tables.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Duration {
    /// Seconds, on a fast server with narrow rows. Of what is not known, nothing.
    pub least: f64,
    /// Seconds, on a slow one with wide rows; none where something is not known.
    pub most: Option<f64>,
    /// In words: "12 s to 2 min".
    pub words: String,
    /// The work that grows with a table, each with its own estimate.
    pub work: Vec<String>,
}

/// A transaction of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct LockTransaction {
    /// Its first statement, by its place in the run.
    pub first: u32,
    /// Its last.
    pub last: u32,
    /// What ends it, in words: "end of the migration".
    pub end: String,
    /// How long it takes.
    pub duration: Duration,
}

/// Everything that is held on one relation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct LockedRelation {
    /// Its name, qualified unless in `public`.
    pub name: String,
    /// `table`, `index`, `sequence`, `view`, `materialized view`.
    pub kind: String,
    /// Rows, if the settings tell.
    pub rows: Option<u64>,
    /// Stretches in order; each stronger than the one before it in the same transaction.
    pub holds: Vec<LockHold>,
}

/// A stretch of a run in which a relation is locked in one mode.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct LockHold {
    /// As the manual names it: `ACCESS EXCLUSIVE`.
    pub mode: String,
    /// Why it is taken.
    pub why: String,
    /// The statement that takes it, by its place in the run.
    pub from: u32,
    /// The last statement that runs while it is held.
    pub until: u32,
    /// What ends it, in words.
    pub end: String,
    /// Whether reads wait for it.
    pub blocks_reads: bool,
    /// Whether writes wait for it.
    pub blocks_writes: bool,
    /// How long it is held.
    pub duration: Duration,
}
