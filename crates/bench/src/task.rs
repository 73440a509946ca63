use retort_core::alembic::{self, Catalog, Modules, Surroundings};
use retort_core::config::{AlembicSettings, Config};
use retort_core::migration::{Direction, FileId, SourceFile, Step};
use retort_core::review::{Input, Review, review, review_with_problems};
use retort_core::schema::{Schema, World};
use retort_core::sql;

use crate::history::{self, File};

/// One thing to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// SQL scripts to operations.
    ReadSql,
    /// Alembic's scripts to steps.
    ReadAlembic,
    /// The whole review of a history of SQL scripts.
    ReviewSql,
    /// The whole review of a history of Alembic's scripts.
    ReviewAlembic,
    /// The review of a history in the middle of which one file changed.
    ReviewAfterEdit,
}

impl Task {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 5] = [
        Self::ReadSql,
        Self::ReadAlembic,
        Self::ReviewSql,
        Self::ReviewAlembic,
        Self::ReviewAfterEdit,
    ];

    /// What it does, in words.
    pub fn title(self) -> &'static str {
        match self {
            Self::ReadSql => "read SQL",
            Self::ReadAlembic => "read Alembic",
            Self::ReviewSql => "review SQL",
            Self::ReviewAlembic => "review Alembic",
            Self::ReviewAfterEdit => "review after one edit",
        }
    }
}

/// The histories that tasks work on.
pub struct Workload {
    sql: Vec<SourceFile>,
    alembic: Vec<SourceFile>,
    edited: Vec<SourceFile>,
    before_edit: Review,
}

impl Workload {
    /// Makes histories of this many revisions.
    pub fn new(revisions: usize) -> Self {
        let files = history::alembic(revisions);
        let alembic = source_files(files.clone());
        Self {
            sql: source_files(history::sql(revisions)),
            edited: source_files(history::with_one_edit(files)),
            before_edit: review(inputs(&alembic), None, Config::default()),
            alembic,
        }
    }

    /// How many bytes of source a task reads.
    pub fn bytes(&self, task: Task) -> usize {
        self.files(task).iter().map(|file| file.text.len()).sum()
    }

    /// Does a task once, and gives how much came out of it.
    pub fn run(&self, task: Task) -> usize {
        let files = self.files(task);
        match task {
            Task::ReadSql => files.iter().map(|file| sql::read(&file.text).len()).sum(),
            Task::ReadAlembic => files.iter().map(read_alembic).sum(),
            Task::ReviewSql | Task::ReviewAlembic => {
                weight(&review(inputs(files), None, Config::default()))
            }
            Task::ReviewAfterEdit => weight(&review_with_problems(
                inputs(files),
                Vec::new(),
                None,
                Config::default(),
                Some(&self.before_edit),
            )),
        }
    }

    fn files(&self, task: Task) -> &[SourceFile] {
        match task {
            Task::ReadSql | Task::ReviewSql => &self.sql,
            Task::ReadAlembic | Task::ReviewAlembic => &self.alembic,
            Task::ReviewAfterEdit => &self.edited,
        }
    }
}

/// How much a review came to, with the report that the app shows.
fn weight(review: &Review) -> usize {
    let report = review.report();
    report.revisions.len() + report.findings.len()
}

fn read_alembic(file: &SourceFile) -> usize {
    let settings = AlembicSettings::default();
    let modules = Modules::default();
    let project = Surroundings {
        settings: &settings,
        modules: &modules,
    };
    [Direction::Up, Direction::Down]
        .into_iter()
        .map(|direction| {
            let mut nothing = Unseen(Schema::empty(World::Open));
            alembic::evaluate(file, FileId(0), direction, project, &mut nothing)
                .steps
                .len()
        })
        .sum()
}

/// A catalog that statements leave as it is, so that reading alone is measured.
struct Unseen(Schema);

impl Catalog for Unseen {
    fn schema(&self) -> &Schema {
        &self.0
    }

    fn execute(&mut self, _step: &Step) {}
}

fn source_files(files: Vec<File>) -> Vec<SourceFile> {
    files
        .into_iter()
        .map(|(path, text)| SourceFile { path, text })
        .collect()
}

fn inputs(files: &[SourceFile]) -> Vec<Input> {
    files
        .iter()
        .map(|file| Input {
            file: file.clone(),
            history: false,
        })
        .collect()
}
