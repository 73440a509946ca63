//! The SQL that a tool would run, as Alembic's offline mode (`--sql`) prints it.

use crate::alembic;
use crate::migration::{Direction, Ending, Isolation, Migration};
use crate::project::Convention;
use crate::review::{Review, RevisionState, Run};

/// The SQL of these revisions in the order given; for Alembic with its own bookkeeping.
pub fn script(review: &Review, states: &[&RevisionState], direction: Direction) -> String {
    if review.project.convention == Convention::Alembic {
        return alembic_script(review, states, direction);
    }
    let mut parts: Vec<String> = Vec::new();
    for state in states {
        let Some(migration) = review.migration(state.migration) else {
            continue;
        };
        parts.push(format!("-- {}", migration.header.revision));
        if let Some(run) = state.run(direction) {
            parts.extend(body(run).map(|statement| format!("{statement};")));
        }
    }
    parts.join("\n\n") + "\n"
}

fn alembic_script(review: &Review, states: &[&RevisionState], direction: Direction) -> String {
    let migrations: Vec<&Migration> = states
        .iter()
        .filter_map(|state| review.migration(state.migration))
        .collect();
    let first = migrations
        .first()
        .map(|migration| &migration.header.revision);
    let mut applied: Vec<&Migration> = Vec::new();
    for state in &review.timeline {
        let Some(migration) = review.migration(state.migration) else {
            continue;
        };
        let reached = Some(&migration.header.revision) == first;
        if reached && direction == Direction::Up {
            break;
        }
        applied.push(migration);
        if reached {
            break;
        }
    }
    let statements = |migration: &Migration| {
        let state = states.iter().find(|state| {
            let own = review.migration(state.migration);
            own.is_some_and(|own| own.file == migration.file)
        });
        match state {
            Some(state) => alembic_body(review, migration, state.run(direction), direction),
            None => Vec::new(),
        }
    };
    let run = alembic::Run {
        migrations: &migrations,
        applied: &applied,
        statements: &statements,
        history: &review.project.migrations,
        direction,
        transaction: review.transaction,
        settings: &review.config.alembic,
    };
    run.sql()
}

/// What Alembic's offline mode prints for a revision. Where it stops for want of a database, what runs with one follows.
pub(super) fn alembic_body(
    review: &Review,
    migration: &Migration,
    run: Option<&Run>,
    direction: Direction,
) -> Vec<String> {
    let Some(source) = review.sources.get(migration.file.0 as usize) else {
        return Vec::new();
    };
    let project = review.surroundings();
    let offline = alembic::offline_sql(&source.file, migration.file, direction, project);
    let Some(run) = run.filter(|run| offline.fails.is_some() && run.ending == Ending::Normal)
    else {
        return offline.pieces();
    };
    let mut pieces = vec![format!(
        "-- Alembic's offline mode cannot print this revision ({}). With a database it runs, as far as that is known:",
        offline
            .fails
            .as_deref()
            .unwrap_or_default()
            .lines()
            .next()
            .unwrap_or_default()
    )];
    pieces.extend(body(run).map(|statement| format!("{statement};")));
    pieces
}

/// The statements of a half, with the transaction left and entered again around `autocommit_block()`.
pub(super) fn body(run: &Run) -> impl Iterator<Item = String> {
    let mut lines = Vec::new();
    let mut outside = false;
    for outcome in &run.steps {
        let autocommit = outcome.step.isolation == Isolation::Autocommit;
        if autocommit != outside {
            lines.push(if autocommit { "COMMIT" } else { "BEGIN" }.to_owned());
            outside = autocommit;
        }
        if !outcome.step.sql.is_empty() {
            lines.push(outcome.step.sql.clone());
        }
    }
    if outside {
        lines.push("BEGIN".to_owned());
    }
    lines.into_iter()
}
