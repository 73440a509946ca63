//! Words for what the report encodes, and counts in words.

use retort_report::{Change, ChecklistStatus, Level, Mark, ProofVerdict, RoundTripVerdict};

use crate::components::Glyph;

/// "1 file", "2 files".
pub fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {many}")
    }
}

/// A level's name, icon and style.
pub fn level(level: Level) -> (&'static str, Glyph, &'static str) {
    match level {
        Level::Error => ("error", Glyph::Error, "is-error"),
        Level::Warning => ("warning", Glyph::Warning, "is-warning"),
        Level::Info => ("note", Glyph::Info, "is-info"),
    }
}

/// How a point of the checklist stands: words, icon and style.
pub fn status(status: ChecklistStatus) -> (&'static str, Glyph, &'static str) {
    match status {
        ChecklistStatus::Holds => ("holds", Glyph::Check, "is-good"),
        ChecklistStatus::Fails => ("fails", Glyph::Cross, "is-error"),
        ChecklistStatus::Attest => ("your word needed", Glyph::Person, "is-ask"),
        ChecklistStatus::Unknown => ("not analysed", Glyph::Question, "is-unknown"),
    }
}

/// The word for a change, its sign and style.
pub fn change(change: Change) -> (&'static str, &'static str, &'static str) {
    match change {
        Change::Unchanged => ("unchanged", "", "is-same"),
        Change::Added => ("added", "+", "is-added"),
        Change::Removed => ("removed", "−", "is-removed"),
        Change::Changed => ("changed", "~", "is-changed"),
    }
}

/// The style of a mark.
pub fn mark_class(mark: Mark) -> &'static str {
    match mark {
        Mark::Unchanged => "is-same",
        Mark::Added => "is-added",
        Mark::Removed => "is-removed",
        Mark::Changed => "is-changed",
        Mark::Renamed => "is-renamed",
    }
}

/// What a verdict on a downgrade says, and its icon and style.
pub fn verdict(verdict: RoundTripVerdict) -> (&'static str, Glyph, &'static str) {
    match verdict {
        RoundTripVerdict::Restores => {
            ("The downgrade restores the schema", Glyph::Check, "is-good")
        }
        RoundTripVerdict::ColumnOrder => (
            "The downgrade restores the schema but for the order of columns",
            Glyph::Check,
            "is-good",
        ),
        RoundTripVerdict::Differs => (
            "The downgrade leaves another schema behind",
            Glyph::Cross,
            "is-error",
        ),
        RoundTripVerdict::Fails => (
            "PostgreSQL would refuse the downgrade",
            Glyph::Cross,
            "is-error",
        ),
        RoundTripVerdict::Missing => ("There is no downgrade", Glyph::Cross, "is-error"),
        RoundTripVerdict::Unknown => (
            "Not certain whether the downgrade restores the schema",
            Glyph::Question,
            "is-unknown",
        ),
    }
}

/// How a proof on PostgreSQL ended, and its icon and style.
pub fn proof_verdict(verdict: ProofVerdict) -> (&'static str, Glyph, &'static str) {
    match verdict {
        ProofVerdict::Restores => (
            "Up, down and up again: the schema is the same each time",
            Glyph::Check,
            "is-good",
        ),
        ProofVerdict::ColumnOrder => (
            "Up, down and up again: the schema is the same but for the order of columns",
            Glyph::Check,
            "is-good",
        ),
        ProofVerdict::Differs => (
            "The way there and back does not lead to the same schema",
            Glyph::Cross,
            "is-error",
        ),
        ProofVerdict::Fails => ("PostgreSQL refused a statement", Glyph::Cross, "is-error"),
        ProofVerdict::OneWay => (
            "The upgrade runs; there is no downgrade to run",
            Glyph::Warning,
            "is-warning",
        ),
        ProofVerdict::NotReached => (
            "The revision before could not be reached",
            Glyph::Question,
            "is-unknown",
        ),
        ProofVerdict::Incomplete => (
            "What could be run restores the schema, but something was left out",
            Glyph::Question,
            "is-unknown",
        ),
    }
}
