//! All that the app knows, changed in one place: [`State::reduce`].

mod action;
mod answers;
mod beginnings;
mod comment;
mod files;
mod places;
mod proof;
pub mod repair;
mod saved;
mod shared;
mod undo;

use std::{collections::BTreeMap, rc::Rc};

use retort_report::{Attestation, Direction, Finding, Report};

use crate::lessons::LessonId;

pub use self::{
    action::{Action, Intake},
    files::{Files, SourceFile, file_name, is_same},
    proof::{Proof, ProofAction, ProofEnd, ProofStart, Proofs},
    saved::{Saved, load, save_theme},
    shared::Shared,
    undo::Undo,
};

/// The tabs of the right panel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Panel {
    #[default]
    Checklist,
    Findings,
    Schema,
    Locks,
    Proof,
}

/// The three panes, of which a narrow window shows one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    Revisions,
    #[default]
    Editor,
    Review,
}

/// What lies over the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialog {
    Examples,
    /// The guided lessons.
    Lessons,
    Reviews,
    Settings,
    Export,
    Help,
    Rename(Rc<str>),
    /// Silences a finding.
    Suppress(u32),
    /// Gives the review to somebody.
    Share,
    /// Takes in a pull request.
    PullRequest,
    /// Writes a new migration.
    Recipe,
    /// Finds a command or a place.
    Palette,
}

/// Light, dark, or what the system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

/// How the core fares.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Engine {
    #[default]
    Starting,
    Ready,
    /// It could not be loaded: why.
    Unavailable(String),
    /// It crashed on this edition of the input.
    Crashed(u64),
}

/// Whether the work is kept in the browser.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Keeping {
    #[default]
    Nothing,
    Saved,
    /// Only in this window: why.
    Failed(String),
}

/// Something said once, until dismissed.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    pub id: u32,
    pub tone: Tone,
    pub text: String,
    /// What else there is to say, one line each.
    pub details: Vec<String>,
    /// The work as it was before, where something was put aside.
    pub undo: Option<Shared<State>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It was done, as asked: said only for a moment.
    Done,
    Plain,
    Problem,
}

/// How far the reading of files has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    pub done: usize,
    pub of: usize,
}

/// A place to bring into view in the editor.
#[derive(Clone, Debug, PartialEq)]
pub struct Reveal {
    /// Tells two requests for the same place apart.
    pub serial: u32,
    pub path: Rc<str>,
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
}

/// A text to put on the clipboard.
#[derive(Clone, Debug, PartialEq)]
pub struct Copying {
    /// Tells two requests for the same text apart.
    pub serial: u32,
    pub text: Rc<str>,
}

/// Where the cursor is.
#[derive(Clone, Debug, PartialEq)]
pub struct Cursor {
    pub path: Rc<str>,
    pub line: u32,
}

/// See the module.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// Tells reviews apart in the browser's store.
    pub id: Rc<str>,
    /// The review's name.
    pub name: String,
    pub files: Files,
    /// Paths of the files that have a tab.
    pub open: Vec<Rc<str>>,
    /// The one that is shown.
    pub active: Option<Rc<str>>,
    /// The text of `retort.toml`.
    pub config: Rc<str>,
    pub attestations: BTreeMap<u8, Attestation>,
    /// Counts the changes of what a review depends on.
    pub edition: u64,
    pub report: Option<Shared<Report>>,
    /// The edition that the report is about.
    pub report_edition: u64,
    /// Why the newest edition has no report.
    pub refused: Option<String>,
    /// After the next report, keep only the heads under review, and say this with it.
    pub narrowing: Option<Vec<String>>,
    /// Whether a diff or a pull request told what is under review.
    pub told_apart: bool,
    /// Whether a history is on its way in: what is under review is known only with its first report.
    pub opening: bool,
    /// How many of the files on their way in are read.
    pub reading: Option<Reading>,
    pub engine: Engine,
    pub keeping: Keeping,
    pub theme: Theme,
    /// The revision that the panel tells about; none for all.
    pub revision: Option<Rc<str>>,
    /// The direction whose locks are shown; the upgrade if none.
    pub lock_direction: Option<Direction>,
    pub finding: Option<u32>,
    /// The point of the checklist that is in view.
    pub point: Option<u8>,
    /// The table that the picture shows in its middle.
    pub table: Option<Rc<str>>,
    pub cursor: Option<Cursor>,
    pub reveal: Option<Reveal>,
    pub panel: Panel,
    /// Whether the person chose that tab.
    pub panel_chosen: bool,
    pub pane: Pane,
    /// Whether the panel takes the editor's room too.
    pub wide_panel: bool,
    /// The rule whose page is shown.
    pub rule: Option<Rc<str>>,
    /// The finding whose repair is previewed.
    pub fix: Option<u32>,
    pub dialog: Option<Dialog>,
    pub notices: Vec<Notice>,
    /// Proofs on a real PostgreSQL.
    pub proofs: Proofs,
    /// Whether the SQL that runs is shown beside the file.
    pub beside: bool,
    /// The words that findings are searched for.
    pub search: String,
    /// The lesson that this review is, if it is one.
    pub lesson: Option<Rc<LessonId>>,
    /// The step of the guided review, if one is under way.
    pub guide: Option<usize>,
    /// A text on its way to the clipboard.
    pub copying: Option<Copying>,
    /// What can be undone and done again.
    pub undo: Undo,
    /// Whether the kept review is still on its way.
    pub restoring: bool,
    /// Begins the ids of the reviews that this page begins.
    seed: Rc<str>,
    last_serial: u32,
}

impl State {
    /// The review's name, or what it is called as long as it has none.
    pub fn title(&self) -> String {
        if !self.name.trim().is_empty() {
            return self.name.trim().to_owned();
        }
        let mut reviewed = self.files.iter().filter(|file| !file.history);
        let first = reviewed.next().or_else(|| self.files.iter().next());
        first.map_or_else(
            || "Untitled review".to_owned(),
            |file| file_name(&file.path).to_owned(),
        )
    }

    /// Whether the report is about the text as it is now.
    pub fn is_current(&self) -> bool {
        self.report.is_some() && self.report_edition == self.edition
    }

    /// Whether there is nothing to show of a history yet.
    pub fn is_opening(&self) -> bool {
        self.opening
            && self.refused.is_none()
            && matches!(self.engine, Engine::Starting | Engine::Ready)
    }

    pub fn finding_by_id(&self, id: u32) -> Option<&Finding> {
        let report = self.report.as_ref()?;
        report.findings.iter().find(|finding| finding.id == id)
    }

    /// The persons' words, in the order of the points.
    pub fn words(&self) -> Vec<Attestation> {
        self.attestations.values().cloned().collect()
    }

    fn serial(&mut self) -> u32 {
        self.last_serial += 1;
        self.last_serial
    }
}
