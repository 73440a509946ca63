//! The centre: files in, a review out. Everything that is shown or exported is derived from a [`Review`].

mod changes;
mod hindsight;
mod report;
mod round_trip;
mod source;
mod summary;
mod timeline;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use changes::{change_lines, renames};
pub(crate) use hindsight::hindsight_of_journey;
pub use hindsight::{Hindsight, Journey, Shapeless, hindsight, hindsight_of_round_trip};
pub(crate) use report::{opaque, relation_kind};
pub use round_trip::{left_over, round_trip};
pub use source::Source;
pub use summary::summary;
use timeline::AfterRefusal;
pub use timeline::{RevisionState, Run, StepOutcome};

use crate::alembic::{Modules, Surroundings};
use crate::config::Config;
use crate::history::{History, MigrationIndex};
use crate::migration::{FileId, Migration, SourceFile, TransactionMode};
use crate::project::{self, Convention, InputProblem, Project};
use crate::rules::{self, Finding, Said};
use crate::schema::{Schema, World};
use crate::sql;

/// A file as it is handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Path and text.
    pub file: SourceFile,
    /// Whether it only serves as history.
    pub history: bool,
}

/// What a set of files does, and what is to be said of it.
#[derive(Clone, Debug)]
pub struct Review {
    /// The settings it was made with.
    pub config: Config,
    /// Every file, by path.
    pub sources: Vec<Arc<Source>>,
    /// Who wrote the files, and the migrations in them.
    pub project: Project,
    /// The revision graph.
    pub history: History,
    /// The Python modules beside Alembic's scripts.
    pub modules: Modules,
    /// How transactions are run: the setting, or what the tool does.
    pub transaction: TransactionMode,
    /// Every revision, run, in upgrade order.
    pub timeline: Vec<Arc<RevisionState>>,
    /// What was found.
    pub findings: Vec<Finding>,
    /// What the rules said, for the next review of the same files.
    pub(crate) said: Said,
}

/// Reviews files, in whatever order they are given. `baseline` is SQL that makes what exists before the first revision.
pub fn review(inputs: Vec<Input>, baseline: Option<&str>, config: Config) -> Review {
    review_with_problems(inputs, Vec::new(), baseline, config, None)
}

/// The same, with what a shell already found wrong when it read the files. From an `earlier` review of the same files,
/// some of them edited, every revision is taken over that runs as it did; the result is that of a fresh review.
pub fn review_with_problems(
    mut inputs: Vec<Input>,
    unreadable: Vec<InputProblem>,
    baseline: Option<&str>,
    config: Config,
    earlier: Option<&Review>,
) -> Review {
    inputs.sort_by(|one, other| one.file.path.cmp(&other.file.path));
    let files: Vec<SourceFile> = inputs.iter().map(|input| input.file.clone()).collect();
    let mut project = project::detect(&files, earlier.map(|earlier| &earlier.project));
    let sources = sources(inputs, earlier);
    project.problems.extend(unreadable);
    let history = History::new(&project.migrations);
    let modules = Modules::of(&project);
    let transaction = config.transaction.unwrap_or(project.transaction);
    let under_review = under_review(&sources, &project.migrations);
    let setting = timeline::Setting {
        sources: &sources,
        migrations: &project.migrations,
        history: &history,
        config: &config,
        modules: &modules,
        transaction,
        under_review: &under_review,
        refused: AfterRefusal::Repaired,
    };
    let base = base_schema(&project, &history, baseline, &config.search_path);
    let known = earlier
        .map(|earlier| earlier.known_states(&setting))
        .unwrap_or_default();
    let timeline = timeline::simulate(&setting, base, &known);
    let mut review = Review {
        config,
        sources,
        project,
        history,
        modules,
        transaction,
        timeline,
        findings: Vec::new(),
        said: Said::default(),
    };
    (review.findings, review.said) = rules::check(&review, earlier);
    review
}

impl Review {
    /// What surrounds the project's Alembic scripts.
    pub fn surroundings(&self) -> Surroundings<'_> {
        Surroundings {
            settings: &self.config.alembic,
            modules: &self.modules,
        }
    }

    /// The migration of a state.
    pub fn migration(&self, index: MigrationIndex) -> Option<&Migration> {
        self.project.migrations.get(index)
    }

    /// The state of a revision, by its id or an unambiguous beginning of it.
    pub fn revision(&self, id: &str) -> Option<&RevisionState> {
        let id_of = |state: &RevisionState| {
            self.migration(state.migration)
                .map(|migration| migration.header.revision.as_str())
        };
        let mut states = self.timeline.iter().map(Arc::as_ref);
        states
            .clone()
            .find(|state| id_of(state) == Some(id))
            .or_else(|| {
                let mut starting = states
                    .by_ref()
                    .filter(|state| id_of(state).is_some_and(|revision| revision.starts_with(id)));
                match (starting.next(), starting.next()) {
                    (Some(state), None) if !id.is_empty() => Some(state),
                    _ => None,
                }
            })
    }

    /// The catalog before the first revision.
    pub fn base(&self) -> Option<&Schema> {
        self.timeline.first().map(|state| &state.before)
    }

    /// The catalog after the last revision.
    pub fn head(&self) -> Option<&Schema> {
        self.timeline.last().map(|state| state.after())
    }

    /// The states of the migrations that another setting has too, word for word.
    fn known_states(&self, setting: &timeline::Setting<'_>) -> timeline::Known<'_> {
        let paths = |sources: &[Arc<Source>]| {
            sources
                .iter()
                .map(|source| source.file.path.clone())
                .collect::<Vec<_>>()
        };
        let comparable = self.config == *setting.config
            && self.transaction == setting.transaction
            && self.modules == *setting.modules
            && paths(&self.sources) == paths(setting.sources);
        if !comparable {
            return timeline::Known::new();
        }
        let same_text = |file: FileId| {
            let now = setting.sources.get(file.0 as usize);
            self.source(file).map(|source| &source.file.text) == now.map(|now| &now.file.text)
        };
        let same = |index: MigrationIndex| {
            let migration = setting.migrations.get(index);
            self.migration(index) == migration
                && migration.is_some_and(|migration| migration.files().all(same_text))
        };
        let states = self.timeline.iter().map(|state| (state.migration, state));
        states.filter(|(index, _)| same(*index)).collect()
    }

    /// The same migrations, run on another base. Its findings are not worked out.
    pub(crate) fn on_base(&self, base: Schema) -> Self {
        self.run_again(base, AfterRefusal::Repaired, &timeline::Known::new())
    }

    /// The same migrations, run as on a database: one that PostgreSQL refuses leaves to those after it only what was
    /// committed before the refusal. Its findings are not worked out.
    pub(crate) fn as_deployed(&self) -> Self {
        let base = self.base().cloned();
        let states = self.timeline.iter().map(|state| (state.migration, state));
        let known = states.collect();
        self.run_again(
            base.unwrap_or_else(|| Schema::empty(World::Open)),
            AfterRefusal::RolledBack,
            &known,
        )
    }

    fn run_again(&self, base: Schema, refused: AfterRefusal, known: &timeline::Known<'_>) -> Self {
        let under_review = under_review(&self.sources, &self.project.migrations);
        let setting = timeline::Setting {
            sources: &self.sources,
            migrations: &self.project.migrations,
            history: &self.history,
            config: &self.config,
            modules: &self.modules,
            transaction: self.transaction,
            under_review: &under_review,
            refused,
        };
        Self {
            timeline: timeline::simulate(&setting, base, known),
            findings: Vec::new(),
            said: Said::default(),
            ..self.clone()
        }
    }

    /// A file.
    pub fn source(&self, file: FileId) -> Option<&Source> {
        self.sources.get(file.0 as usize).map(Arc::as_ref)
    }

    /// Whether tables that nobody made are assumed to exist.
    pub fn is_open_world(&self) -> bool {
        self.base()
            .is_some_and(|schema| schema.world == World::Open)
    }
}

/// The files, each at its place; those that an earlier review has at the same place are taken over.
fn sources(inputs: Vec<Input>, earlier: Option<&Review>) -> Vec<Arc<Source>> {
    let earlier = earlier.map_or(&[][..], |earlier| earlier.sources.as_slice());
    let inputs = inputs.into_iter().enumerate();
    inputs
        .map(|(at, input)| match earlier.get(at) {
            Some(known) if known.is(&input) => Arc::clone(known),
            _ => Arc::new(Source::new(input)),
        })
        .collect()
}

/// Every migration is under review unless all of its files are history.
fn under_review(sources: &[Arc<Source>], migrations: &[Migration]) -> BTreeSet<MigrationIndex> {
    let is_history = |file: FileId| {
        sources
            .get(file.0 as usize)
            .is_some_and(|source| source.history)
    };
    let reviewed = |migration: &Migration| !migration.files().all(is_history);
    let indexed = migrations.iter().enumerate();
    indexed
        .filter(|(_, migration)| reviewed(migration))
        .map(|(index, _)| index)
        .collect()
}

/// What exists before the first revision. With the whole history at hand nothing else does; a migration without its
/// history may touch anything.
fn base_schema(
    project: &Project,
    history: &History,
    baseline: Option<&str>,
    search_path: &[String],
) -> Schema {
    let whole = history.is_complete() && project.convention != Convention::SingleSql;
    let closed = whole && (project.migrations.len() > 1 || baseline.is_some());
    let mut schema = Schema::empty(if closed { World::Closed } else { World::Open });
    schema.database_search_path = Arc::new(search_path.to_vec());
    schema.begin_session();
    for statement in baseline.map(sql::read).unwrap_or_default() {
        if let Ok(applied) = crate::schema::apply(&schema, &statement.operation) {
            schema = applied.schema;
        }
    }
    // A dump empties the search path of the session that reads it.
    schema.begin_session();
    schema
}
