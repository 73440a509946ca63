//! The SQL that a tool would run, as Alembic's offline mode (`--sql`) prints it.

use crate::migration::{Direction, Isolation, TransactionMode};
use crate::project::Convention;
use crate::review::{Review, RevisionState, Run};

/// The SQL of these revisions in the order given, with the tool's own bookkeeping where that is Alembic's.
pub fn script(review: &Review, states: &[&RevisionState], direction: Direction) -> String {
    let alembic = review.project.convention == Convention::Alembic;
    let mut parts: Vec<String> = Vec::new();
    let whole = alembic && review.transaction == TransactionMode::PerRun;
    if whole {
        parts.push("BEGIN;".into());
    }
    let mut heads = Heads::before(review, states, direction);
    if alembic && direction == Direction::Up && heads.0.is_empty() {
        parts.push(VERSION_TABLE.into());
    }
    for state in states {
        let Some(migration) = review.migration(state.migration) else {
            continue;
        };
        let own = alembic && review.transaction == TransactionMode::PerMigration;
        if own {
            parts.push("BEGIN;".into());
        }
        let (id, parents) = (&migration.header.revision, &migration.header.parents);
        let parents_text = parents.join(", ");
        parts.push(match (alembic, direction) {
            (true, Direction::Up) => format!("-- Running upgrade {parents_text} -> {id}"),
            (true, Direction::Down) => format!("-- Running downgrade {id} -> {parents_text}"),
            (false, _) => format!("-- {id}"),
        });
        if let Some(run) = state.run(direction) {
            parts.extend(body(run).map(|statement| format!("{statement};")));
        }
        if alembic {
            parts.extend(match direction {
                Direction::Up => heads.upgrade(id, parents),
                Direction::Down => heads.downgrade(id, parents),
            });
        }
        if own {
            parts.push("COMMIT;".into());
        }
    }
    if whole {
        parts.push("COMMIT;".into());
    }
    parts.join("\n\n") + "\n"
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

const VERSION_TABLE: &str = "CREATE TABLE alembic_version (\n    version_num VARCHAR(32) NOT NULL, \n    \
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)\n);";

/// The rows of `alembic_version`.
struct Heads(Vec<String>);

impl Heads {
    /// The rows that the first of these revisions finds.
    fn before(review: &Review, states: &[&RevisionState], direction: Direction) -> Self {
        let mut heads = Self(Vec::new());
        let Some(first) = states.first() else {
            return heads;
        };
        for state in &review.timeline {
            let reached = state.migration == first.migration;
            if reached && direction == Direction::Up {
                break;
            }
            if let Some(migration) = review.migration(state.migration) {
                heads.upgrade(&migration.header.revision, &migration.header.parents);
            }
            if reached {
                break;
            }
        }
        heads
    }

    fn upgrade(&mut self, id: &str, parents: &[String]) -> Vec<String> {
        let mut replaced: Vec<String> = parents
            .iter()
            .filter(|parent| self.0.contains(parent))
            .cloned()
            .collect();
        self.0.retain(|head| !replaced.contains(head));
        self.0.push(id.to_owned());
        // One row is changed into the new one; the other parents of a merge go.
        let kept = replaced.pop();
        let mut lines: Vec<String> = replaced.iter().map(|head| delete(head)).collect();
        lines.push(kept.map_or_else(|| insert(id), |head| update(&head, id)));
        lines
    }

    fn downgrade(&mut self, id: &str, parents: &[String]) -> Vec<String> {
        self.0.retain(|head| head != id);
        self.0.extend(parents.iter().cloned());
        let mut parents = parents.iter();
        let mut lines = vec![match parents.next() {
            Some(parent) => update(id, parent),
            None => delete(id),
        }];
        lines.extend(parents.map(|parent| insert(parent)));
        if self.0.is_empty() {
            lines.push("DROP TABLE alembic_version;".into());
        }
        lines
    }
}

fn insert(id: &str) -> String {
    format!(
        "INSERT INTO alembic_version (version_num) VALUES ('{}') RETURNING alembic_version.version_num;",
        quoted(id)
    )
}

fn update(from: &str, to: &str) -> String {
    let (from, to) = (quoted(from), quoted(to));
    format!(
        "UPDATE alembic_version SET version_num='{to}' WHERE alembic_version.version_num = '{from}';"
    )
}

fn delete(id: &str) -> String {
    format!(
        "DELETE FROM alembic_version WHERE alembic_version.version_num = '{}';",
        quoted(id)
    )
}

fn quoted(id: &str) -> String {
    id.replace('\'', "''")
}
