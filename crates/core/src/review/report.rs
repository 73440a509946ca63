//! A review as plain data.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use retort_report::{
    DataLoss, FileReport, FileRole, HalfReport, HalfState, Language, Location, LockReport,
    NotAnalysed, Problem, Report, RevisionReport, SCHEMA_VERSION, StatementError, StepReport,
    WorkReport,
};

use super::changes::{changes, note_words};
use super::{Review, RevisionState, Run, Source, StepOutcome, round_trip, summary};
use crate::checklist;
use crate::effects::{IndexBuild, Lock, RelationKind, Work};
use crate::migration::{Direction, Ending, FileId, Half, Migration, Place, TransactionMode};
use crate::operation::{Certainty, Opaque, Operation};
use crate::project::{InputProblem, ProblemKind};
use crate::reversal;

/// How much of an unanalysed text is repeated in a report, in characters.
const EXCERPT: usize = 200;

impl Review {
    /// The review as plain data.
    pub fn report(&self) -> Report {
        let findings = crate::rules::report(self);
        Report {
            schema_version: SCHEMA_VERSION,
            convention: self.project.convention.to_string(),
            transaction: transaction_words(self.transaction).to_owned(),
            postgres: self.config.postgres,
            open_world: self.is_open_world(),
            files: self.files(),
            revisions: self
                .timeline
                .iter()
                .filter_map(|state| self.known_revision_report(state))
                .collect(),
            heads: self
                .history
                .heads
                .iter()
                .filter_map(|index| self.id(*index))
                .collect(),
            checklist: checklist::report(self, &findings),
            findings,
            not_analysed: self.not_analysed(),
            problems: self.problems(),
        }
    }

    /// A place in every way it is asked for.
    pub fn location(&self, place: Place) -> Option<Location> {
        Some(self.source(place.file)?.location(place.span))
    }

    fn id(&self, index: usize) -> Option<String> {
        Some(self.migration(index)?.header.revision.clone())
    }

    fn files(&self) -> Vec<Arc<FileReport>> {
        let mut states: BTreeMap<FileId, Vec<&RevisionState>> = BTreeMap::new();
        for state in &self.timeline {
            let files: BTreeSet<FileId> = self
                .migration(state.migration)
                .into_iter()
                .flat_map(Migration::files)
                .collect();
            for file in files {
                states.entry(file).or_default().push(state);
            }
        }
        let sources = self.sources.iter().zip((0..).map(FileId));
        sources
            .map(|(source, file)| {
                let states = states.get(&file).map(Vec::as_slice).unwrap_or_default();
                Arc::new(self.file_report(file, source, states))
            })
            .collect()
    }

    fn file_report(&self, file: FileId, source: &Source, states: &[&RevisionState]) -> FileReport {
        let path = source.file.path.as_ref();
        let outcomes = states
            .iter()
            .flat_map(|state| [Some(&state.up), state.down.as_ref()])
            .flatten()
            .flat_map(|run| &run.steps)
            .filter(|outcome| outcome.step.place.file == file && !outcome.step.implicit);
        let (mut steps, mut analysed) = (0, 0);
        for outcome in outcomes {
            steps += 1;
            analysed += u32::from(opaque(outcome).is_none());
        }
        let ignored = self
            .project
            .problems
            .iter()
            .find(|problem| problem.kind == ProblemKind::Ignored && problem.file == path);
        FileReport {
            path: path.to_owned(),
            role: match (ignored, source.history) {
                (Some(_), _) => FileRole::Ignored,
                (None, true) => FileRole::History,
                (None, false) => FileRole::Review,
            },
            note: ignored.map(|problem| problem.message.clone()),
            language: language(path),
            revisions: states
                .iter()
                .filter_map(|state| self.id(state.migration))
                .collect(),
            steps_analysed: analysed,
            steps,
        }
    }

    /// A state is shared only by reviews that say the same of it, so its report is worked out once.
    fn known_revision_report(&self, state: &RevisionState) -> Option<Arc<RevisionReport>> {
        if let Some(known) = state.report.get() {
            return Some(Arc::clone(known));
        }
        let report = Arc::new(self.revision_report(state)?);
        Some(Arc::clone(state.report.get_or_init(|| report)))
    }

    fn revision_report(&self, state: &RevisionState) -> Option<RevisionReport> {
        let migration = self.migration(state.migration)?;
        let path_of = |file: FileId| self.source(file).map(|source| source.file.path.to_string());
        let down_file = migration.down.place().map(|place| place.file);
        Some(RevisionReport {
            id: migration.header.revision.clone(),
            parents: migration.header.parents.clone(),
            title: migration.header.title.clone(),
            created: migration.header.created.clone(),
            branch_labels: migration.header.branch_labels.clone(),
            file: path_of(migration.file)?,
            down_file: down_file
                .filter(|file| *file != migration.file)
                .and_then(path_of),
            under_review: state.under_review,
            up: self.half_report(&migration.up, Some(&state.up)),
            down: self.half_report(&migration.down, state.down.as_ref()),
            round_trip: round_trip(state).clone(),
            changes: changes(state),
            losses: self.losses(state),
        })
    }

    fn losses(&self, state: &RevisionState) -> Vec<DataLoss> {
        let entries = reversal::ledger(state).iter();
        let told = entries.map(|entry| DataLoss {
            direction: match entry.direction {
                Direction::Up => retort_report::Direction::Up,
                Direction::Down => retort_report::Direction::Down,
            },
            table: entry.taken.table.to_string(),
            what: entry.taken.to_string(),
            destroys: entry.taken.kind.destroys(),
            column: entry.taken.column.clone(),
            location: self.location(entry.at),
            copied: entry.copied_at.and_then(|place| self.location(place)),
        });
        told.collect()
    }

    pub(crate) fn half_report(&self, half: &Half, run: Option<&Run>) -> HalfReport {
        let state = match (half, run.map(|run| &run.ending)) {
            (Half::Missing, _) | (_, None) => HalfState::Missing,
            (_, Some(Ending::Empty)) => HalfState::Empty,
            (_, Some(Ending::Raises(_))) => HalfState::Raises,
            (_, Some(Ending::Normal)) => HalfState::Present,
        };
        let steps = run.map(|run| run.steps.as_slice()).unwrap_or_default();
        HalfReport {
            state,
            steps: steps
                .iter()
                .filter_map(|outcome| self.step_report(outcome))
                .collect(),
            location: half.place().and_then(|place| self.location(place)),
        }
    }

    fn step_report(&self, outcome: &StepOutcome) -> Option<StepReport> {
        let step = &outcome.step;
        let (notes, error) = match &outcome.result {
            Ok(notes) => (notes.iter().filter_map(note_words).collect(), None),
            Err(error) => {
                let error = StatementError {
                    message: error.message.clone(),
                    sqlstate: error.sqlstate.to_owned(),
                };
                (Vec::new(), Some(error))
            }
        };
        let effects = &outcome.effects;
        Some(StepReport {
            location: self.location(step.place)?,
            sql: step.sql.clone(),
            summary: summary(&step.operation),
            not_analysed: opaque(outcome).map(Opaque::why),
            condition: step.condition.clone(),
            autocommit: step.isolation == crate::migration::Isolation::Autocommit,
            certain: step.certainty == Certainty::Always,
            error,
            notes,
            locks: effects
                .locks
                .iter()
                .map(|lock| self.lock_report(outcome, lock))
                .collect(),
            rewrites: effects.rewrites.iter().map(work_report).collect(),
            index_builds: effects.index_builds.iter().map(build_report).collect(),
            scans: effects.scans.iter().map(work_report).collect(),
            destroys: effects.destroys.clone(),
        })
    }

    fn lock_report(&self, outcome: &StepOutcome, lock: &Lock) -> LockReport {
        let alone = outcome.step.isolation == crate::migration::Isolation::Autocommit;
        let held_until = match self.transaction {
            _ if alone => "end of this statement",
            TransactionMode::None => "end of this statement",
            TransactionMode::PerMigration => "end of this migration",
            TransactionMode::PerRun => "end of the whole upgrade",
        };
        LockReport {
            relation: lock.relation.to_string(),
            kind: relation_kind(lock.kind).to_owned(),
            mode: lock.mode.manual_name().to_owned(),
            why: lock.why.clone(),
            blocks_reads: lock.mode.blocks_reads(),
            blocks_writes: lock.mode.blocks_writes(),
            invisible: lock.invisible,
            held_until: held_until.to_owned(),
        }
    }

    fn problems(&self) -> Vec<Problem> {
        let shown = self
            .project
            .problems
            .iter()
            .filter(|problem| problem.kind != ProblemKind::Ignored);
        shown.map(|problem| self.problem(problem)).collect()
    }

    fn problem(&self, problem: &InputProblem) -> Problem {
        let source = self
            .sources
            .iter()
            .find(|source| *source.file.path == *problem.file);
        Problem {
            kind: problem.kind.word(),
            message: problem.message.clone(),
            location: source.map_or_else(
                || nowhere(&problem.file),
                |source| source.location(problem.span),
            ),
        }
    }

    fn not_analysed(&self) -> Vec<NotAnalysed> {
        let mut found = Vec::new();
        for state in &self.timeline {
            let runs = [Some(&state.up), state.down.as_ref()];
            for outcome in runs.into_iter().flatten().flat_map(|run| &run.steps) {
                let Some((opaque, location)) =
                    opaque(outcome).zip(self.location(outcome.step.place))
                else {
                    continue;
                };
                found.push(NotAnalysed {
                    reason: opaque.why(),
                    text: opaque.text.chars().take(EXCERPT).collect(),
                    location,
                    revision: self.id(state.migration),
                });
            }
        }
        found
    }
}

/// What could not be analysed of a statement, if anything.
pub(crate) fn opaque(outcome: &StepOutcome) -> Option<&Opaque> {
    match &outcome.step.operation {
        Operation::Opaque(opaque) => Some(opaque),
        _ => None,
    }
}

/// The head of a file that could not be read.
fn nowhere(path: &str) -> Location {
    Location {
        file: path.to_owned(),
        line: 1,
        column: 1,
        end_line: 1,
        end_column: 1,
        start: 0,
        end: 0,
        from: 0,
        to: 0,
    }
}

fn language(path: &str) -> Language {
    match path
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_ascii_lowercase())
        .as_deref()
    {
        Some("py") => Language::Python,
        Some("sql") => Language::Sql,
        _ => Language::Text,
    }
}

fn transaction_words(mode: TransactionMode) -> &'static str {
    match mode {
        TransactionMode::PerRun => "one transaction for all revisions of an upgrade",
        TransactionMode::PerMigration => "one transaction for each migration",
        TransactionMode::None => "no transaction: each statement commits by itself",
    }
}

/// The word for a kind of relation.
pub(crate) fn relation_kind(kind: RelationKind) -> &'static str {
    match kind {
        RelationKind::Table => "table",
        RelationKind::Index => "index",
        RelationKind::Sequence => "sequence",
        RelationKind::View => "view",
        RelationKind::MaterializedView => "materialized view",
        RelationKind::CompositeType => "composite type",
    }
}

fn work_report(work: &Work) -> WorkReport {
    WorkReport {
        relation: work.relation.to_string(),
        why: work.why.clone(),
        invisible: work.invisible,
    }
}

fn build_report(build: &IndexBuild) -> WorkReport {
    let how = match (build.rebuild, build.concurrently) {
        (false, false) => "built",
        (false, true) => "built without blocking writers",
        (true, false) => "rebuilt",
        (true, true) => "rebuilt without blocking writers",
    };
    WorkReport {
        relation: build.index.to_string(),
        why: format!("{how} on {}", build.table),
        invisible: build.invisible,
    }
}
