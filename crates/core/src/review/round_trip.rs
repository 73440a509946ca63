//! Whether a downgrade undoes its upgrade.

use retort_report::{RoundTrip, RoundTripVerdict};

use super::RevisionState;
use crate::migration::Ending;
use crate::operation::{Certainty, Operation};
use crate::schema::{self, Change, ObjectChange, SchemaDiff};

/// The verdict on a revision's own downgrade: the schema before against the schema after up and down.
pub fn round_trip(state: &RevisionState) -> RoundTrip {
    let verdict = |verdict, differences| RoundTrip {
        verdict,
        differences,
    };
    let Some(down) = &state.down else {
        return verdict(RoundTripVerdict::Missing, Vec::new());
    };
    if let Ending::Raises(message) = &down.ending {
        let said = if message.is_empty() {
            "an error".to_owned()
        } else {
            format!("\u{201c}{message}\u{201d}")
        };
        return verdict(
            RoundTripVerdict::Fails,
            vec![format!("the downgrade raises {said} on purpose")],
        );
    }
    if let Some((_, error)) = down.error() {
        let told = format!(
            "PostgreSQL refuses it: {} ({})",
            error.message, error.sqlstate
        );
        return verdict(RoundTripVerdict::Fails, vec![told]);
    }
    let difference = schema::diff(&state.before, &down.schema, &[]);
    let uncertain = |outcome: &super::StepOutcome| {
        outcome.step.certainty != Certainty::Always
            || matches!(outcome.step.operation, Operation::Opaque(_))
    };
    let guessed = state.up.steps.iter().chain(&down.steps).any(uncertain);
    if difference.is_empty() {
        let kind = if guessed {
            RoundTripVerdict::Unknown
        } else {
            RoundTripVerdict::Restores
        };
        return verdict(kind, Vec::new());
    }
    let lines = difference.lines();
    if is_column_order_only(&difference) {
        return verdict(RoundTripVerdict::ColumnOrder, lines);
    }
    let kind = if guessed {
        RoundTripVerdict::Unknown
    } else {
        RoundTripVerdict::Differs
    };
    verdict(kind, lines)
}

fn is_column_order_only(difference: &SchemaDiff) -> bool {
    let moved = |change: &ObjectChange| {
        change.change == Change::Changed
            && change.fields.iter().all(|field| field.field == "position")
    };
    difference.changes.iter().all(moved)
}
