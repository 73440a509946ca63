//! Runs every revision on the simulated catalog, up and down, statement by statement.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use retort_report::{RevisionReport, RoundTrip};

use super::Source;
use crate::alembic;
use crate::config::Config;
use crate::effects::{self, Effects, Session};
use crate::history::{History, MigrationIndex};
use crate::migration::{
    Direction, Ending, Half, Isolation, Migration, Place, Script, Step, TransactionMode,
};
use crate::operation::{Certainty, Operation, TransactionControl};
use crate::project;
use crate::reversal::LedgerEntry;
use crate::schema::{self, Note, Schema, WillFail, World};
use crate::sql;

/// One statement, run.
#[derive(Clone, Debug)]
pub struct StepOutcome {
    /// The statement.
    pub step: Step,
    /// The catalog before it.
    pub before: Schema,
    /// The catalog after it; where PostgreSQL would refuse it, the best guess to go on with.
    pub after: Schema,
    /// What happened silently, or PostgreSQL's error.
    pub result: Result<Vec<Note>, WillFail>,
    /// What it does to a live database.
    pub effects: Effects,
}

/// One half of a migration, run.
#[derive(Clone, Debug)]
pub struct Run {
    /// The statements in order.
    pub steps: Vec<StepOutcome>,
    /// How the half ends.
    pub ending: Ending,
    /// The catalog after it.
    pub schema: Schema,
}

impl Run {
    /// The first statement that PostgreSQL would surely refuse.
    pub fn error(&self) -> Option<(&StepOutcome, &WillFail)> {
        self.steps
            .iter()
            .find_map(|outcome| outcome.result.as_ref().err().map(|error| (outcome, error)))
    }

    /// What the transactions left behind that ended before PostgreSQL refused a statement, where it surely refuses one, or
    /// before the script raised an error: the rest was rolled back or never ran.
    fn left_by_refusal(&self, mode: TransactionMode, postgres: u16) -> Option<&Schema> {
        let mut session = Session::new(postgres);
        let mut committed = &self.steps.first()?.before;
        for outcome in &self.steps {
            if enter(&mut session, mode, &outcome.step) {
                committed = &outcome.before;
            }
            if outcome.result.is_err() && outcome.step.certainty == Certainty::Always {
                return Some(committed);
            }
            let StepOutcome {
                step,
                before,
                after,
                ..
            } = outcome;
            if leave(&mut session, mode, step, before, after) {
                committed = after;
            }
        }
        matches!(self.ending, Ending::Raises(_)).then_some(committed)
    }

    /// Takes a session through the statements again, without running them.
    fn replay(&self, mode: TransactionMode, session: &mut Session) {
        for outcome in &self.steps {
            enter(session, mode, &outcome.step);
            leave(
                session,
                mode,
                &outcome.step,
                &outcome.before,
                &outcome.after,
            );
        }
    }

    /// Whether every step was analysed.
    pub fn is_analysed(&self) -> bool {
        !self
            .steps
            .iter()
            .any(|outcome| matches!(outcome.step.operation, Operation::Opaque(_)))
    }
}

/// One revision, run.
#[derive(Clone, Debug)]
pub struct RevisionState {
    /// Which migration.
    pub migration: MigrationIndex,
    /// Whether it is under review, or only history.
    pub under_review: bool,
    /// The catalog before it.
    pub before: Schema,
    /// The session that its upgrade starts in.
    pub(super) session: Session,
    /// How its upgrade is wrapped in transactions.
    mode: TransactionMode,
    /// Its up half.
    pub up: Run,
    /// Its down half, run right after the up half.
    pub down: Option<Run>,
    /// What reports say of it, once one was asked for: reviews that share the state share it too.
    pub(super) report: OnceLock<Arc<RevisionReport>>,
    /// Whether its downgrade undoes it, once that was asked for.
    pub(super) round_trip: OnceLock<RoundTrip>,
    /// What it takes of the data, once it was asked for.
    pub(crate) ledger: OnceLock<Vec<LedgerEntry>>,
}

impl RevisionState {
    /// The catalog after the upgrade.
    pub fn after(&self) -> &Schema {
        &self.up.schema
    }

    /// The catalog that the upgrade leaves on a database: where PostgreSQL refuses one of its statements or the script
    /// raises an error, only what was committed before.
    pub fn left(&self) -> &Schema {
        let left = self.up.left_by_refusal(self.mode, self.session.postgres);
        left.unwrap_or(&self.up.schema)
    }

    /// One half.
    pub fn run(&self, direction: Direction) -> Option<&Run> {
        match direction {
            Direction::Up => Some(&self.up),
            Direction::Down => self.down.as_ref(),
        }
    }
}

/// What the simulation needs to know.
pub(super) struct Setting<'a> {
    pub sources: &'a [Arc<Source>],
    pub migrations: &'a [Migration],
    pub history: &'a History,
    pub config: &'a Config,
    pub modules: &'a alembic::Modules,
    pub transaction: TransactionMode,
    pub under_review: &'a BTreeSet<MigrationIndex>,
    pub refused: AfterRefusal,
}

/// What the revisions after one that PostgreSQL refuses start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AfterRefusal {
    /// From what its other statements make: it will be repaired before anything after it runs, and one fault shall not
    /// hide or cause others.
    Repaired,
    /// From what it leaves on the database.
    RolledBack,
}

impl AfterRefusal {
    fn next(self, state: &RevisionState) -> Schema {
        match self {
            Self::Repaired => state.after().clone(),
            Self::RolledBack => state.left().clone(),
        }
    }
}

/// Revisions that were run before from the same text under the same settings.
pub(super) type Known<'a> = BTreeMap<MigrationIndex, &'a Arc<RevisionState>>;

/// Runs every revision in the order of the history, from `base`. What is `known` of a revision is taken over where it
/// started from the same catalog in the same session.
pub(super) fn simulate(
    setting: &Setting<'_>,
    base: Schema,
    known: &Known<'_>,
) -> Vec<Arc<RevisionState>> {
    let mut states: Vec<Arc<RevisionState>> = Vec::with_capacity(setting.history.order.len());
    // A project read from its first migration on, all of it under review, was not deployed in one go.
    let deployed_apart =
        base.world == World::Closed && setting.under_review.len() == setting.history.order.len();
    let mut schema = base;
    let mut session = setting.new_session();
    for index in &setting.history.order {
        let Some(migration) = setting.migrations.get(*index) else {
            continue;
        };
        let under_review = setting.under_review.contains(index);
        let continues =
            under_review && !deployed_apart && states.last().is_some_and(|last| last.under_review);
        let mode_of = |direction| {
            migration
                .transaction(direction)
                .unwrap_or(setting.transaction)
        };
        let mode = mode_of(Direction::Up);
        if mode != TransactionMode::PerRun || !continues {
            session = setting.new_session();
            schema.end_transaction();
        }
        let same = |known: &&Arc<RevisionState>| {
            known.under_review == under_review && known.session == session && known.before == schema
        };
        if let Some(known) = known.get(index).copied().filter(same) {
            if mode == TransactionMode::PerRun && under_review {
                known.up.replay(mode, &mut session);
            }
            schema = setting.refused.next(known);
            states.push(Arc::clone(known));
            continue;
        }
        let before = schema;
        let entered = session.clone();
        let up = setting.run(migration, Direction::Up, mode, before.clone(), &mut session);
        let down = migration.down.place().map(|_| {
            let mut session = setting.new_session();
            setting.run(
                migration,
                Direction::Down,
                mode_of(Direction::Down),
                up.schema.clone(),
                &mut session,
            )
        });
        let state = RevisionState {
            migration: *index,
            under_review,
            before,
            session: entered,
            mode,
            up,
            down,
            report: OnceLock::new(),
            round_trip: OnceLock::new(),
            ledger: OnceLock::new(),
        };
        schema = setting.refused.next(&state);
        states.push(Arc::new(state));
    }
    states
}

impl Setting<'_> {
    fn new_session(&self) -> Session {
        Session::new(self.config.postgres)
    }

    fn run(
        &self,
        migration: &Migration,
        direction: Direction,
        mode: TransactionMode,
        schema: Schema,
        session: &mut Session,
    ) -> Run {
        let mut simulator = Simulator {
            schema,
            steps: Vec::new(),
            session,
            mode,
        };
        let ending = match migration.half(direction) {
            Half::Missing => Ending::Empty,
            Half::Function(place) => match self.sources.get(place.file.0 as usize) {
                Some(source) => {
                    let project = alembic::Surroundings {
                        settings: &self.config.alembic,
                        modules: self.modules,
                    };
                    alembic::evaluate(&source.file, place.file, direction, project, &mut simulator)
                        .ending
                }
                None => Ending::Empty,
            },
            Half::Sql(place) => simulator.run_sql(self.sources, *place),
        };
        if mode != TransactionMode::PerRun {
            simulator.schema.end_transaction();
        }
        Run {
            steps: simulator.steps,
            ending,
            schema: simulator.schema,
        }
    }
}

/// Applies statements one after another.
struct Simulator<'a> {
    schema: Schema,
    steps: Vec<StepOutcome>,
    session: &'a mut Session,
    mode: TransactionMode,
}

impl Simulator<'_> {
    fn run_sql(&mut self, sources: &[Arc<Source>], place: Place) -> Ending {
        let Some(source) = sources.get(place.file.0 as usize) else {
            return Ending::Empty;
        };
        for step in sql_script(&source.file.text, place).steps {
            alembic::Catalog::execute(self, &step);
        }
        if self.steps.is_empty() {
            Ending::Empty
        } else {
            Ending::Normal
        }
    }
}

/// The transaction that a statement finds: `AUTOCOMMIT` ends the one before it. Says whether one ended.
fn enter(session: &mut Session, mode: TransactionMode, step: &Step) -> bool {
    let is_alone = mode == TransactionMode::None && !session.in_explicit_transaction();
    let ends = step.isolation == Isolation::Autocommit || is_alone;
    if ends {
        session.commit();
    }
    ends
}

/// What a statement leaves to those after it. Says whether the transaction ends with it.
fn leave(
    session: &mut Session,
    mode: TransactionMode,
    step: &Step,
    before: &Schema,
    after: &Schema,
) -> bool {
    session.record(&step.operation, before, after);
    let control = matches!(
        step.operation,
        Operation::Transaction(TransactionControl::Commit | TransactionControl::Rollback)
    );
    let ends = control || (commits_alone(mode, step) && !session.in_explicit_transaction());
    if ends {
        session.commit();
    }
    ends
}

fn commits_alone(mode: TransactionMode, step: &Step) -> bool {
    step.isolation == Isolation::Autocommit || mode == TransactionMode::None
}

impl alembic::Catalog for Simulator<'_> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn execute(&mut self, step: &Step) {
        if enter(self.session, self.mode, step) {
            self.schema.end_transaction();
        }
        let before = self.schema.clone();
        let (mut after, result) = apply(&before, &step.operation);
        let effects = match &result {
            Ok(notes) => {
                effects::of_applied(&step.operation, &before, (&after, notes), self.session)
            }
            Err(_) => effects::of(&step.operation, &before, self.session),
        };
        let result = match schema::refused_by(self.session.postgres, &before, &step.operation) {
            Some(refused) => Err(refused),
            None => result,
        };
        if leave(self.session, self.mode, step, &before, &after) {
            after.end_transaction();
        }
        self.schema = after.clone();
        self.steps.push(StepOutcome {
            step: step.clone(),
            before,
            after,
            result,
            effects,
        });
    }
}

/// The statements of a stretch of SQL.
fn sql_script(text: &str, place: Place) -> Script {
    let written = place.span.slice(text);
    let (stretch, condition) = (&project::sql_text(written), project::condition(written));
    let certainty = match condition {
        Some(_) => Certainty::Sometimes,
        None => Certainty::Always,
    };
    let offset = place.span.start as usize;
    let steps = sql::read(stretch).into_iter().map(|statement| {
        let source = statement.span.shifted(offset);
        let sql = statement.span.slice(stretch).to_owned();
        let whole = crate::text::Span::new(0, sql.len());
        Step {
            place: Place {
                file: place.file,
                span: source,
            },
            sql,
            origins: vec![(whole, source)],
            operation: statement.operation,
            isolation: Isolation::Ordinary,
            certainty,
            condition: condition.clone(),
            implicit: false,
        }
    });
    Script {
        steps: steps.collect(),
        ending: Ending::Normal,
    }
}

/// Applies one operation. Where PostgreSQL would refuse it because something does not exist, the state after it assumes
/// that it does, so that one missing piece does not hide everything that follows.
fn apply(before: &Schema, operation: &Operation) -> (Schema, Result<Vec<Note>, WillFail>) {
    match schema::apply(before, operation) {
        Ok(applied) => (applied.schema, Ok(applied.notes)),
        Err(error) if is_missing_object(&error) && before.world == World::Closed => {
            let open = Schema {
                world: World::Open,
                ..before.clone()
            };
            let assumed = schema::apply(&open, operation).map(|applied| Schema {
                world: World::Closed,
                ..applied.schema
            });
            (assumed.unwrap_or_else(|_| before.clone()), Err(error))
        }
        Err(error) => (before.clone(), Err(error)),
    }
}

/// Undefined table, column, object, function, schema (PostgreSQL's appendix A, class 42 and 3F).
fn is_missing_object(error: &WillFail) -> bool {
    matches!(
        error.sqlstate,
        "42P01" | "42703" | "42704" | "42883" | "3F000"
    )
}
