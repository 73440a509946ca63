use std::cell::RefCell;

use retort_core::alembic::{self, Catalog, Modules, Surroundings};
use retort_core::config::{AlembicSettings, Config};
use retort_core::migration::{Direction, FileId, SourceFile, Step};
use retort_core::review::{Input, Review, review, review_with_problems};
use retort_core::schema::{Schema, World};
use retort_core::sql;
use retort_report::Report;

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
    /// The review of one pasted file of 200 lines.
    ReviewPaste,
    /// The review of a file of 200 lines after each keystroke, all the rest being history.
    Keystroke,
    /// The same, all the rest being under review too.
    KeystrokeInReview,
}

impl Task {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 8] = [
        Self::ReadSql,
        Self::ReadAlembic,
        Self::ReviewSql,
        Self::ReviewAlembic,
        Self::ReviewAfterEdit,
        Self::ReviewPaste,
        Self::Keystroke,
        Self::KeystrokeInReview,
    ];

    /// What it does, in words.
    pub fn title(self) -> &'static str {
        match self {
            Self::ReadSql => "read SQL",
            Self::ReadAlembic => "read Alembic",
            Self::ReviewSql => "review SQL",
            Self::ReviewAlembic => "review Alembic",
            Self::ReviewAfterEdit => "review after one edit",
            Self::ReviewPaste => "review a pasted file",
            Self::Keystroke => "review after a keystroke",
            Self::KeystrokeInReview => "review after a keystroke, all under review",
        }
    }

    /// How often it runs: the middle time counts, and the longest but one in a hundred.
    pub fn runs(self) -> usize {
        match self {
            Self::Keystroke | Self::KeystrokeInReview => 100,
            _ => 7,
        }
    }
}

/// The histories that tasks work on.
pub struct Workload {
    sql: Vec<SourceFile>,
    alembic: Vec<SourceFile>,
    edited: Vec<SourceFile>,
    before_edit: Review,
    paste: Vec<SourceFile>,
    revisions: usize,
    writing: RefCell<Writing>,
    writing_in_review: RefCell<Writing>,
}

/// A person writes on the newest file of a history.
struct Writing {
    /// Whether the files before the newest are only history.
    history: bool,
    keystroke: usize,
    review: Review,
    report: Report,
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
            paste: source_files(vec![history::newest(0, 0)]),
            revisions,
            writing: RefCell::new(Writing::new(&alembic, revisions, true)),
            writing_in_review: RefCell::new(Writing::new(&alembic, revisions, false)),
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
            Task::ReviewPaste => weight(&review(inputs(files), None, Config::default())),
            Task::Keystroke => self
                .writing
                .borrow_mut()
                .strike(&self.alembic, self.revisions),
            Task::KeystrokeInReview => self
                .writing_in_review
                .borrow_mut()
                .strike(&self.alembic, self.revisions),
        }
    }

    fn files(&self, task: Task) -> &[SourceFile] {
        match task {
            Task::ReadSql | Task::ReviewSql => &self.sql,
            Task::ReadAlembic | Task::ReviewAlembic | Task::Keystroke | Task::KeystrokeInReview => {
                &self.alembic
            }
            Task::ReviewAfterEdit => &self.edited,
            Task::ReviewPaste => &self.paste,
        }
    }
}

impl Writing {
    fn new(earlier: &[SourceFile], revisions: usize, history: bool) -> Self {
        let inputs = at_keystroke(earlier, history, revisions, 0);
        let review = review(inputs, None, Config::default());
        Self {
            history,
            keystroke: 0,
            report: review.report(),
            review,
        }
    }

    /// What the worker does when a key was struck: review, and tell what changed.
    fn strike(&mut self, earlier: &[SourceFile], revisions: usize) -> usize {
        self.keystroke += 1;
        let review = review_with_problems(
            at_keystroke(earlier, self.history, revisions, self.keystroke),
            Vec::new(),
            None,
            Config::default(),
            Some(&self.review),
        );
        let report = review.report();
        let change = report.change_since(Some(&self.report));
        (self.review, self.report) = (review, report);
        change.report.revisions.len()
    }
}

/// The earlier files, as history or not, and the newest one under review.
fn at_keystroke(
    earlier: &[SourceFile],
    history: bool,
    revisions: usize,
    keystroke: usize,
) -> Vec<Input> {
    let newest = source_files(vec![history::newest(revisions, keystroke)]);
    let mut all = inputs(earlier);
    for input in &mut all {
        input.history = history;
    }
    all.extend(inputs(&newest));
    all
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
        .map(|(path, text)| SourceFile {
            path: path.into(),
            text: text.into(),
        })
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
