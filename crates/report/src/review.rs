use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A stretch of a file, in every way it is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Location {
    /// The file's path as given.
    pub file: String,
    /// First line.
    pub line: u32,
    /// First column.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// One past the last column.
    pub end_column: u32,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// First UTF-16 unit.
    pub from: u32,
    /// One past the last UTF-16 unit.
    pub to: u32,
}

/// The result of a review.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Report {
    /// [`crate::SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The tool whose conventions the files follow: `Alembic`, `golang-migrate`, `SQL`, ….
    pub convention: String,
    /// How that tool runs transactions, in words.
    pub transaction: String,
    /// PostgreSQL's major version that was assumed.
    pub postgres: u16,
    /// Whether tables that no statement made were assumed to exist (a migration without its history).
    pub open_world: bool,
    /// Every file given, by path.
    pub files: Vec<Arc<FileReport>>,
    /// Every revision in the order in which the tool runs them.
    pub revisions: Vec<Arc<RevisionReport>>,
    /// Ids of the heads.
    pub heads: Vec<String>,
    /// What was found, by file and place.
    pub findings: Vec<Finding>,
    /// The house's checklist.
    pub checklist: Vec<ChecklistItem>,
    /// What could not be analysed.
    pub not_analysed: Vec<NotAnalysed>,
    /// What is wrong with the input itself.
    pub problems: Vec<Problem>,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct FileReport {
    /// Its path.
    pub path: String,
    /// What it is: `migration`, `schema`, `ignored`.
    pub role: FileRole,
    /// Why it is ignored, or what else is worth saying.
    pub note: Option<String>,
    /// `python` or `sql`.
    pub language: Language,
    /// Revisions written in it.
    pub revisions: Vec<String>,
    /// Steps analysed.
    pub steps_analysed: u32,
    /// Steps in all.
    pub steps: u32,
}

/// What a file is to the review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum FileRole {
    /// A migration under review.
    Review,
    /// A migration that only serves as history.
    History,
    /// A schema dump from which the history starts.
    Baseline,
    /// Not a migration.
    Ignored,
}

/// The language of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// Python.
    Python,
    /// SQL.
    Sql,
    /// Anything else.
    Text,
}

/// Up or down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Upgrade.
    Up,
    /// Downgrade.
    Down,
}

/// One revision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct RevisionReport {
    /// Its id.
    pub id: String,
    /// Ids of its parents.
    pub parents: Vec<String>,
    /// Its title.
    pub title: String,
    /// Creation date as written.
    pub created: Option<String>,
    /// Branch labels.
    pub branch_labels: Vec<String>,
    /// The file that holds it.
    pub file: String,
    /// The file of its down half, where that is another one.
    pub down_file: Option<String>,
    /// Whether it is under review or only history.
    pub under_review: bool,
    /// The up half.
    pub up: HalfReport,
    /// The down half.
    pub down: HalfReport,
    /// Whether the down half undoes the up half.
    pub round_trip: RoundTrip,
    /// How the schema changes, one readable line each.
    pub changes: Vec<ChangeLine>,
    /// What data the two halves take away or change, in the order in which they run.
    pub losses: Vec<DataLoss>,
}

/// Data that a half of a revision takes away or changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct DataLoss {
    /// Which half.
    pub direction: Direction,
    /// The table.
    pub table: String,
    /// The column, where it is not whole rows.
    pub column: Option<String>,
    /// What is lost, in words: "the values of shelf.colour".
    pub what: String,
    /// Whether data is gone afterwards; otherwise it is another.
    pub destroys: bool,
    /// The statement that takes it.
    pub location: Option<Location>,
    /// The statement before it in the same half that copies it elsewhere, if one does.
    pub copied: Option<Location>,
}

/// One half of a revision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct HalfReport {
    /// Whether there is one, and what it is.
    pub state: HalfState,
    /// The steps in order.
    pub steps: Vec<StepReport>,
    /// The place of the half in its file.
    pub location: Option<Location>,
}

/// What a half is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum HalfState {
    /// There is none.
    Missing,
    /// It does nothing.
    Empty,
    /// It raises an error on purpose.
    Raises,
    /// It has steps.
    Present,
}

/// One statement that runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct StepReport {
    /// Where it is written.
    pub location: Location,
    /// The SQL that runs.
    pub sql: String,
    /// What it does, in a few words: "add column status to order".
    pub summary: String,
    /// Why it could not be analysed, if it could not.
    pub not_analysed: Option<String>,
    /// The condition it stands under, where that is not known.
    pub condition: Option<String>,
    /// Whether it runs in a transaction of its own.
    pub autocommit: bool,
    /// Whether it may run several times, or not at all.
    pub certain: bool,
    /// PostgreSQL's error, where it would surely refuse the statement.
    pub error: Option<StatementError>,
    /// What happens silently: objects that go along, statements that are skipped.
    pub notes: Vec<String>,
    /// Locks on relations that existed before.
    pub locks: Vec<LockReport>,
    /// Tables written anew.
    pub rewrites: Vec<WorkReport>,
    /// Indexes built.
    pub index_builds: Vec<WorkReport>,
    /// Tables read from end to end.
    pub scans: Vec<WorkReport>,
    /// Data that is gone afterwards.
    pub destroys: Vec<String>,
}

/// An error that PostgreSQL would raise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct StatementError {
    /// Its message.
    pub message: String,
    /// Its code.
    pub sqlstate: String,
}

/// A lock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct LockReport {
    /// The relation, qualified unless in `public`.
    pub relation: String,
    /// `table`, `index`, `sequence`, `view`, `materialized view`.
    pub kind: String,
    /// As the manual names it: `ACCESS EXCLUSIVE`.
    pub mode: String,
    /// Why.
    pub why: String,
    /// Whether reads wait for it.
    pub blocks_reads: bool,
    /// Whether writes wait for it.
    pub blocks_writes: bool,
    /// New in this transaction: nobody waits.
    pub invisible: bool,
    /// Until when it is held, in words: "end of this migration".
    pub held_until: String,
}

/// Work that grows with a relation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct WorkReport {
    /// The relation.
    pub relation: String,
    /// Why.
    pub why: String,
    /// New in this transaction.
    pub invisible: bool,
}

/// Whether down undoes up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct RoundTrip {
    /// The verdict.
    pub verdict: RoundTripVerdict,
    /// What differs, one readable line each.
    pub differences: Vec<String>,
}

/// Verdicts on a downgrade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum RoundTripVerdict {
    /// The schema is the one before.
    Restores,
    /// The same but for the order of columns.
    ColumnOrder,
    /// It differs.
    Differs,
    /// PostgreSQL would refuse it.
    Fails,
    /// There is none to judge.
    Missing,
    /// Not certain: something was not analysed, or not known.
    Unknown,
}

/// One change of the schema.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ChangeLine {
    /// Of what kind.
    pub change: Change,
    /// In words: "column status of order: text, not null".
    pub text: String,
    /// The table it belongs to, if it does: the key of a card in the diagram.
    pub table: Option<String>,
}

/// How something differs between two states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Not at all.
    Unchanged,
    /// Only in the later state.
    Added,
    /// Only in the earlier state.
    Removed,
    /// In both, with differences.
    Changed,
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Worth knowing.
    Info,
    /// Should be looked at.
    Warning,
    /// Should not be merged.
    Error,
}

/// Something a reviewer should look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Finding {
    /// Unique in this report.
    pub id: u32,
    /// The rule's id.
    pub rule: String,
    /// The rule's class: `fails`, `blocks`, `loses`, `house`, `history`, `style`.
    pub class: String,
    /// How grave.
    pub level: Level,
    /// What is wrong, with names.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Where.
    #[serde(flatten)]
    pub location: Location,
    /// The revision.
    pub revision: Option<String>,
    /// The half.
    pub direction: Option<Direction>,
    /// The object it is about: `table.column`.
    pub object: Option<String>,
    /// Other places that matter.
    pub related: Vec<Related>,
    /// A repair.
    pub fix: Option<Fix>,
    /// The same for the same finding after unrelated edits.
    pub fingerprint: String,
}

/// Another place that matters to a finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Related {
    /// Why.
    pub message: String,
    /// Where.
    #[serde(flatten)]
    pub location: Location,
}

/// A repair.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Fix {
    /// What it does: "Add an index on org_id".
    pub title: String,
    /// The replacements.
    pub edits: Vec<FixEdit>,
}

/// One replacement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct FixEdit {
    /// The file.
    pub file: String,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// First UTF-16 unit.
    pub from: u32,
    /// One past the last UTF-16 unit.
    pub to: u32,
    /// What stands there afterwards.
    pub text: String,
}

/// One point of the checklist.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ChecklistItem {
    /// 1 to 11.
    pub item: u8,
    /// The point.
    pub title: String,
    /// How it stands.
    pub status: ChecklistStatus,
    /// Why.
    pub because: Vec<Because>,
    /// What a person is asked, where a word of theirs is needed.
    pub question: Option<String>,
}

/// How a point of the checklist stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum ChecklistStatus {
    /// It holds.
    Holds,
    /// It does not.
    Fails,
    /// It needs a person's word.
    Attest,
    /// It could not be worked out.
    Unknown,
}

/// A reason for a checklist point's status.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Because {
    /// The reason.
    pub text: String,
    /// Where, if it has a place.
    pub location: Option<Location>,
    /// The finding it comes from.
    pub finding: Option<u32>,
}

/// Something that could not be analysed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct NotAnalysed {
    /// Why.
    pub reason: String,
    /// The text, shortened.
    pub text: String,
    /// Where.
    #[serde(flatten)]
    pub location: Location,
    /// The revision.
    pub revision: Option<String>,
}

/// Something wrong with the input itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Problem {
    /// A stable word for its kind: `empty-file`, `binary`, `python-syntax`, ….
    pub kind: String,
    /// What is wrong, and what to do.
    pub message: String,
    /// Where.
    #[serde(flatten)]
    pub location: Location,
}
