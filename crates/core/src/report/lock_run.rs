//! The locks of a run as a picture needs them: table by table, from which statement to which commit.

use std::collections::BTreeSet;

use retort_report::{
    Duration, LockHold, LockQuestion, LockRun, LockStep, LockTransaction, LockedRelation,
};

use super::UnknownRevision;
use crate::checklist::duration::{Growing, Seconds, growing, words};
use crate::effects::{Hold, Ledger, RunStatement, Timeline};
use crate::migration::Direction;
use crate::review::{Review, RevisionState, StepOutcome, opaque, relation_kind, summary};
use crate::rules::Context;
use crate::schema::ObjectName;

/// The locks of one revision, or of all under review as they run one after the other.
///
/// # Errors
/// [`UnknownRevision`] where the id names no single revision.
pub fn lock_run(review: &Review, question: &LockQuestion) -> Result<LockRun, UnknownRevision> {
    let direction = question.direction.into();
    let states = states(review, question.revision.as_deref(), direction)?;
    let contexts = Context::all(review);
    let mut statements = Vec::new();
    for (at, state) in states.iter().enumerate() {
        let cx = contexts
            .iter()
            .find(|cx| cx.migration_index() == state.migration);
        let work = cx.map(|cx| growing(cx, direction)).unwrap_or_default();
        for (index, outcome) in state
            .run(direction)
            .iter()
            .flat_map(|run| run.steps.iter().enumerate())
        {
            let of_statement = work.iter().filter(|one| one.statement.index == index);
            let certain = cx.is_some() && outcome.effects.complete;
            statements.push(Statement {
                migration: at,
                state,
                outcome,
                span: Span::of(of_statement, certain),
            });
        }
    }
    let ledger = ledger(review, &statements, direction);
    Ok(written(review, &statements, &ledger))
}

/// What runs, in order.
fn states<'a>(
    review: &'a Review,
    revision: Option<&str>,
    direction: Direction,
) -> Result<Vec<&'a RevisionState>, UnknownRevision> {
    if let Some(id) = revision {
        let found = review.revision(id);
        return found
            .map(|state| vec![state])
            .ok_or_else(|| UnknownRevision(id.to_owned()));
    }
    let timeline = review.timeline.iter().map(AsRef::as_ref);
    let mut states: Vec<&RevisionState> = timeline.filter(|state| state.under_review).collect();
    if direction == Direction::Down {
        states.reverse();
    }
    Ok(states)
}

/// A statement of the run.
struct Statement<'a> {
    migration: usize,
    state: &'a RevisionState,
    outcome: &'a StepOutcome,
    span: Span,
}

/// How long something takes, as far as that is known.
#[derive(Clone, Debug, Default)]
struct Span {
    seconds: Seconds,
    work: Vec<String>,
    known: bool,
}

impl Span {
    fn of<'a>(work: impl Iterator<Item = &'a Growing<'a>>, certain: bool) -> Self {
        let start = Self {
            known: certain,
            ..Self::default()
        };
        work.fold(start, |span, one| {
            span.plus(&Self {
                seconds: one.seconds.unwrap_or_default(),
                work: vec![one.to_string()],
                known: one.seconds.is_some(),
            })
        })
    }

    fn plus(mut self, other: &Self) -> Self {
        self.seconds = self.seconds.plus(other.seconds);
        self.work.extend(other.work.iter().cloned());
        self.known &= other.known;
        self
    }

    fn over<'a>(spans: impl Iterator<Item = &'a Self>) -> Self {
        let start = Self {
            known: true,
            ..Self::default()
        };
        spans.fold(start, Self::plus)
    }

    fn report(&self) -> Duration {
        let Seconds { least, most } = self.seconds;
        let words = match (self.known, self.work.is_empty()) {
            (true, true) => "a moment, whatever the tables' sizes".to_owned(),
            (true, false) if most < 1.0 => "under a second".to_owned(),
            (true, false) => format!("about {}", self.seconds),
            (false, _) if least >= 1.0 => {
                format!("{} or more; not all of it is known", words(least))
            }
            (false, true) => "not known".to_owned(),
            (false, false) => "grows with tables whose size is not known".to_owned(),
        };
        Duration {
            least,
            most: self.known.then_some(most),
            words,
            work: self.work.clone(),
        }
    }
}

fn ledger(review: &Review, statements: &[Statement<'_>], direction: Direction) -> Ledger {
    Ledger::new(statements.iter().map(|statement| {
        let migration = review.migration(statement.state.migration);
        let asked = migration.and_then(|migration| migration.transaction(direction));
        RunStatement {
            migration: statement.migration,
            mode: asked.unwrap_or(review.transaction),
            isolation: statement.outcome.step.isolation,
            operation: &statement.outcome.step.operation,
            effects: &statement.outcome.effects,
        }
    }))
}

fn written(review: &Review, statements: &[Statement<'_>], ledger: &Ledger) -> LockRun {
    let over = |first: usize, last: usize| {
        let stretch = statements.get(first..=last).unwrap_or_default();
        Span::over(stretch.iter().map(|statement| &statement.span)).report()
    };
    let timelines = ledger.timelines();
    let seen: BTreeSet<&ObjectName> = timelines.iter().map(|one| &one.relation).collect();
    let made = statements
        .iter()
        .flat_map(|statement| made_by(statement.outcome))
        .filter(|table| !seen.contains(table))
        .map(ToString::to_string)
        .collect::<BTreeSet<_>>();
    LockRun {
        steps: statements
            .iter()
            .map(|statement| step(review, statement))
            .collect(),
        transactions: ledger
            .transactions
            .iter()
            .map(|transaction| LockTransaction {
                first: transaction.first as u32,
                last: transaction.last as u32,
                end: transaction.end.to_string(),
                duration: over(transaction.first, transaction.last),
            })
            .collect(),
        relations: timelines
            .iter()
            .map(|timeline| relation(review, timeline, &over))
            .collect(),
        new_relations: made.into_iter().collect(),
        duration: Span::over(statements.iter().map(|statement| &statement.span)).report(),
    }
}

/// The tables that are there only after a statement.
fn made_by(outcome: &StepOutcome) -> impl Iterator<Item = &ObjectName> {
    let before = &outcome.before.tables;
    let after = outcome.after.tables.keys();
    after.filter(|name| !before.contains_key(*name))
}

fn step(review: &Review, statement: &Statement<'_>) -> LockStep {
    let outcome = statement.outcome;
    LockStep {
        revision: review
            .migration(statement.state.migration)
            .map(|migration| migration.header.revision.clone())
            .unwrap_or_default(),
        location: review.location(outcome.step.place),
        summary: summary(&outcome.step.operation),
        not_analysed: opaque(outcome).map(|opaque| opaque.reason.clone()),
        duration: statement.span.report(),
    }
}

fn relation(
    review: &Review,
    timeline: &Timeline,
    over: &impl Fn(usize, usize) -> Duration,
) -> LockedRelation {
    let name = timeline.relation.to_string();
    let sizes = &review.config.tables;
    let size = sizes
        .get(&name)
        .or_else(|| sizes.get(&format!("{}.{name}", timeline.relation.schema)));
    let hold = |hold: &Hold| LockHold {
        mode: hold.mode.manual_name().to_owned(),
        why: hold.why.clone(),
        from: hold.from as u32,
        until: hold.until as u32,
        end: hold.end.to_string(),
        blocks_reads: hold.mode.blocks_reads(),
        blocks_writes: hold.mode.blocks_writes(),
        duration: over(hold.from, hold.until),
    };
    LockedRelation {
        rows: size.and_then(|size| size.rows),
        kind: relation_kind(timeline.kind).to_owned(),
        holds: timeline.holds.iter().map(hold).collect(),
        name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::migration::SourceFile;
    use crate::review::{Input, review};

    const ORCHARD: &str = "CREATE TABLE orchard (id bigint PRIMARY KEY, name text);\n\
        CREATE TABLE press (id bigint PRIMARY KEY);\n";
    const CHANGE: &str = "ALTER TABLE orchard ADD COLUMN area int;\n\
        CREATE INDEX orchard_name ON orchard (name);\n\
        CREATE TABLE tree (id bigint PRIMARY KEY, orchard_id bigint REFERENCES orchard);\n";

    fn reviewed(settings: &str) -> Review {
        let input = |path: &str, text: &str, history: bool| Input {
            file: SourceFile::from_bytes(path, text.as_bytes()).unwrap(),
            history,
        };
        let inputs = vec![
            input("000001_orchard.up.sql", ORCHARD, true),
            input(
                "000001_orchard.down.sql",
                "DROP TABLE press; DROP TABLE orchard;",
                true,
            ),
            input("000002_tree.up.sql", CHANGE, false),
            input("000002_tree.down.sql", "DROP TABLE tree;", false),
        ];
        review(inputs, None, Config::from_toml(settings).unwrap())
    }

    fn run(settings: &str, direction: retort_report::Direction) -> LockRun {
        let question = LockQuestion {
            revision: None,
            direction,
        };
        lock_run(&reviewed(settings), &question).unwrap()
    }

    #[test]
    fn bars_reach_from_the_statement_to_the_commit() {
        let run = run(
            "transaction = \"per-migration\"",
            retort_report::Direction::Up,
        );
        let tables: Vec<&LockedRelation> = run
            .relations
            .iter()
            .filter(|one| one.kind == "table")
            .collect();
        assert_eq!(tables.len(), 1, "{:?}", run.relations);
        let hold = &tables[0].holds[0];
        assert_eq!(
            (hold.mode.as_str(), hold.from, hold.until, hold.end.as_str()),
            ("ACCESS EXCLUSIVE", 0, 2, "end of the migration")
        );
        assert!(hold.blocks_reads && hold.blocks_writes);
        assert_eq!(
            run.new_relations,
            ["tree"],
            "nobody waits for a table that is new"
        );
    }

    #[test]
    fn without_transactions_a_lock_ends_with_its_statement() {
        let run = run("transaction = \"none\"", retort_report::Direction::Up);
        let orchard = run
            .relations
            .iter()
            .find(|one| one.name == "orchard")
            .unwrap();
        let stretches: Vec<(u32, u32)> = orchard
            .holds
            .iter()
            .map(|hold| (hold.from, hold.until))
            .collect();
        assert_eq!(stretches, [(0, 0), (1, 1), (2, 2)]);
        assert_eq!(run.transactions.len(), 3);
    }

    #[test]
    fn times_come_from_sizes_and_are_not_made_up() {
        let up = retort_report::Direction::Up;
        let unknown = run("", up);
        assert_eq!(
            unknown.steps[0].duration.most,
            Some(0.0),
            "adding a column only changes the catalog"
        );
        assert_eq!(unknown.steps[1].duration.most, None);
        assert_eq!(
            unknown.duration.words,
            "grows with tables whose size is not known"
        );

        let known = run("[tables.orchard]\nrows = 30000000\n", up);
        let build = &known.steps[1].duration;
        assert_eq!((build.least, build.most), (20.0, Some(200.0)));
        assert_eq!(build.words, "about 20 s to 3 min");
        let orchard = known
            .relations
            .iter()
            .find(|one| one.name == "orchard")
            .unwrap();
        assert_eq!(orchard.rows, Some(30_000_000));
        assert_eq!(
            orchard.holds[0].duration.most,
            Some(200.0),
            "held while the index is built"
        );
    }

    #[test]
    fn downgrades_are_a_run_of_their_own() {
        let run = run("", retort_report::Direction::Down);
        let names: Vec<&str> = run.relations.iter().map(|one| one.name.as_str()).collect();
        assert!(
            names.contains(&"tree") && names.contains(&"orchard"),
            "{names:?}"
        );
    }

    #[test]
    fn an_unknown_revision_is_refused() {
        let question = LockQuestion {
            revision: Some("cellar".into()),
            direction: retort_report::Direction::Up,
        };
        assert!(lock_run(&reviewed(""), &question).is_err());
    }
}
