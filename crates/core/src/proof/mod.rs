//! What a proof on a real PostgreSQL runs: the way to the revision before, then up, down and up again.
//!
//! Nothing is run here. `web/prove/runner.js` carries the plan out, in the page and under Node.

mod assumed;
mod sample;

use std::collections::BTreeSet;
use std::sync::Arc;

use retort_report::{HalfState, ProofHalf, ProofPlan, ProofRun, ProofStatement, SampleRows};

use crate::migration::{Direction, Isolation, Migration, TransactionMode};
use crate::operation::{Certainty, Operation};
use crate::reversal;
use crate::review::{Review, RevisionState, Run, StepOutcome};
use crate::schema::{self, Schema};
use crate::sql;

/// What is run to prove a revision; none if there is no such revision. `rows` rows are made up for each table.
pub fn plan(review: &Review, revision: &str, rows: u32) -> Option<ProofPlan> {
    let wanted = review.revision(revision)?.migration;
    if !review.is_open_world() {
        return plan_in(review, wanted, assumed::Assumed::default(), rows);
    }
    let assumed = assumed::assume(review, wanted);
    let closed = review.on_base(assumed.schema.clone());
    plan_in(&closed, wanted, assumed, rows)
}

fn plan_in(
    review: &Review,
    wanted: usize,
    assumed: assumed::Assumed,
    rows: u32,
) -> Option<ProofPlan> {
    let at = review
        .timeline
        .iter()
        .position(|state| state.migration == wanted)?;
    let (earlier, state) = (review.timeline.get(..at)?, review.timeline.get(at)?);
    let migration = review.migration(wanted)?;
    Some(ProofPlan {
        revision: migration.header.revision.clone(),
        title: migration.header.title.clone(),
        extensions: extensions(earlier, state, &state.before),
        assumed: assumed.words,
        not_made: assumed.not_made,
        base: review.base().map(reversal::make).unwrap_or_default(),
        history: earlier
            .iter()
            .filter_map(|state| history(review, state))
            .collect(),
        no_history: earlier
            .iter()
            .find_map(|state| unrunnable(review, state))
            .or_else(|| unknown_before(state)),
        schema: reversal::make(&state.before),
        rows: sample_rows(&state.before, rows),
        up: half(review, migration, state, Direction::Up),
        down: half(review, migration, state, Direction::Down),
        before: schema::to_json(&state.before).to_string(),
        after: schema::to_json(state.after()).to_string(),
        restored: state
            .down
            .as_ref()
            .map(|run| schema::to_json(&run.schema).to_string()),
    })
}

fn sample_rows(schema: &Schema, rows: u32) -> Vec<SampleRows> {
    match rows {
        0 => Vec::new(),
        count => sample::rows(schema, count),
    }
}

fn half(
    review: &Review,
    migration: &Migration,
    state: &RevisionState,
    direction: Direction,
) -> ProofHalf {
    let report = review.half_report(migration.half(direction), state.run(direction));
    ProofHalf {
        transaction: in_transaction(review, migration, direction),
        steps: match report.state {
            HalfState::Missing | HalfState::Raises => Vec::new(),
            HalfState::Empty | HalfState::Present => report.steps,
        },
        state: report.state,
    }
}

fn in_transaction(review: &Review, migration: &Migration, direction: Direction) -> bool {
    let mode = migration.transaction(direction);
    mode.unwrap_or(review.transaction) != TransactionMode::None
}

fn history(review: &Review, state: &RevisionState) -> Option<ProofRun> {
    let migration = review.migration(state.migration)?;
    let statements = state.up.steps.iter().map(|outcome| ProofStatement {
        sql: outcome.step.sql.clone(),
        autocommit: outcome.step.isolation == Isolation::Autocommit,
    });
    Some(ProofRun {
        revision: migration.header.revision.clone(),
        transaction: in_transaction(review, migration, Direction::Up),
        statements: statements
            .filter(|statement| !statement.sql.is_empty())
            .collect(),
    })
}

/// Why an earlier revision cannot be run as it was read.
fn unrunnable(review: &Review, state: &RevisionState) -> Option<String> {
    let revision = &review.migration(state.migration)?.header.revision;
    let why = state.up.steps.iter().find_map(|outcome| {
        if let Operation::Opaque(opaque) = &outcome.step.operation {
            return Some(opaque.reason.clone());
        }
        if sql::has_bound_values(&outcome.step.sql) {
            return Some("a statement is sent with values that are only known then".to_owned());
        }
        if outcome.step.certainty != Certainty::Always {
            return Some("a statement runs only under a condition".to_owned());
        }
        let error = outcome.result.as_ref().err()?;
        Some(format!("PostgreSQL would refuse it: {error}"))
    })?;
    Some(format!("revision {revision}: {why}"))
}

fn unknown_before(state: &RevisionState) -> Option<String> {
    (state.before.unknown_steps > 0)
        .then(|| "an earlier statement could not be analysed".to_owned())
}

/// The extensions that exist before, or that a statement makes.
fn extensions(
    earlier: &[Arc<RevisionState>],
    state: &RevisionState,
    before: &Schema,
) -> Vec<String> {
    let steps = |run: &Run| -> Vec<String> { run.steps.iter().filter_map(made).collect() };
    let mut names: BTreeSet<String> = before.extensions.keys().cloned().collect();
    names.extend(earlier.iter().flat_map(|state| steps(&state.up)));
    names.extend(steps(&state.up));
    names.extend(state.down.iter().flat_map(steps));
    names.remove("plpgsql");
    names.into_iter().collect()
}

fn made(outcome: &StepOutcome) -> Option<String> {
    match &outcome.step.operation {
        Operation::CreateExtension(create) => Some(create.name.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
