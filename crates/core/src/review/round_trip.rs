//! Whether a downgrade undoes its upgrade.

use retort_report::{RoundTrip, RoundTripVerdict};

use super::{RevisionState, Run, hindsight_of_round_trip};
use crate::migration::Ending;
use crate::operation::{Certainty, Operation};
use crate::schema::{self, Change, ObjectChange, SchemaDiff};

/// The verdict on a revision's own downgrade: the schema before against the schema after up and down.
pub fn round_trip(state: &RevisionState) -> &RoundTrip {
    state.round_trip.get_or_init(|| verdict(state))
}

fn verdict(state: &RevisionState) -> RoundTrip {
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
    let difference = left_over(state, down);
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

/// What differs after up and down, as far as the statements show what was there before.
pub fn left_over(state: &RevisionState, down: &Run) -> SchemaDiff {
    let before = hindsight_of_round_trip(state, down);
    let mut difference = schema::diff(&before.schema, &down.schema, &[]);
    for known in &before.shapeless {
        let changes = &mut difference.changes;
        let count = changes.len();
        changes.retain(|change| change.change != Change::Added || change.object != known.object);
        // Nothing made it again.
        if count == changes.len() && known.dropped {
            changes.push(ObjectChange {
                object: known.object.clone(),
                change: Change::Removed,
                renamed_from: None,
                fields: Vec::new(),
            });
        }
    }
    difference
}

fn is_column_order_only(difference: &SchemaDiff) -> bool {
    let moved = |change: &ObjectChange| {
        change.change == Change::Changed
            && change.fields.iter().all(|field| field.field == "position")
    };
    difference.changes.iter().all(moved)
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use crate::migration::SourceFile;
    use crate::review::{Input, Review, review};

    use super::*;

    /// A revision whose history nobody gave.
    fn alone(up: &str, down: &str) -> Review {
        let file = |half: &str, text: &str| Input {
            file: SourceFile {
                path: format!("000007_change.{half}.sql").into(),
                text: text.into(),
            },
            history: false,
        };
        review(
            vec![file("up", up), file("down", down)],
            None,
            Config::default(),
        )
    }

    #[test]
    fn a_column_left_in_a_table_without_history_is_told() {
        let review = alone(
            "ALTER TABLE boat ADD COLUMN berth text; CREATE INDEX ix_berth ON boat (berth);",
            "DROP INDEX ix_berth;",
        );
        let found = round_trip(&review.timeline[0]);
        assert_eq!(found.verdict, RoundTripVerdict::Differs);
        assert_eq!(
            found.differences,
            ["+ column berth of table boat: type text"]
        );
    }

    /// The downgrade brings back what was there without history.
    fn assert_restores(up: &str, down: &str) {
        let review = alone(up, down);
        let found = round_trip(&review.timeline[0]);
        assert_eq!(
            found.verdict,
            RoundTripVerdict::Restores,
            "{:?}",
            found.differences
        );
    }

    #[test]
    fn a_table_made_again_has_its_sequences_again() {
        assert_restores(
            "DROP TABLE log; DROP TABLE berth;",
            "CREATE TABLE log (id serial PRIMARY KEY); CREATE TABLE berth (id int GENERATED ALWAYS AS IDENTITY);",
        );
    }

    #[test]
    fn what_is_set_of_a_column_made_again_tells_nothing_of_the_first_one() {
        assert_restores(
            "ALTER TABLE boat DROP COLUMN covered;",
            "ALTER TABLE boat ADD COLUMN covered boolean NOT NULL DEFAULT false; ALTER TABLE boat ALTER COLUMN covered DROP DEFAULT;",
        );
    }

    #[test]
    fn what_was_there_without_history_may_come_back() {
        assert_restores(
            "ALTER TABLE boat DROP COLUMN old_register; DROP INDEX ix_boat_length; ALTER TABLE boat DROP CONSTRAINT boat_name_key;",
            "ALTER TABLE boat ADD CONSTRAINT boat_name_key UNIQUE (name); CREATE INDEX ix_boat_length ON boat (length); ALTER TABLE boat ADD COLUMN old_register text;",
        );
    }
}
