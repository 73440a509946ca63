use std::rc::Rc;

use retort_report::{Attestation, Direction, InputFile, Location, Report};
use yew::Reducible;

use crate::lessons::LessonId;

use super::{
    Copying, Cursor, Dialog, Engine, Keeping, Notice, Pane, Panel, ProofAction, Reading, Saved,
    State, Theme, Tone, file_name,
};

/// From this many files on, only the newest revisions are under review unless the person says otherwise.
pub(super) const NARROW_FROM: usize = 6;

/// Files that came in together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Intake {
    pub files: Vec<InputFile>,
    /// The text of a `retort.toml` among them.
    pub config: Option<String>,
    /// Whether they replace the review that is open.
    pub fresh: Option<String>,
    /// A whole review that was saved as a file.
    pub review: Option<Saved>,
    /// The lesson that these files begin.
    pub lesson: Option<LessonId>,
    /// Whether they say themselves what is under review, as a diff does.
    pub told_apart: bool,
    /// What is worth knowing, one line each.
    pub remarks: Vec<String>,
    /// What could not be taken in, one line each.
    pub problems: Vec<String>,
}

/// Everything that can happen.
pub enum Action {
    TakeIn(Intake),
    /// Files on their way in are being read.
    Read(Reading),
    Edit {
        path: Rc<str>,
        text: Rc<str>,
    },
    RenameFile {
        from: Rc<str>,
        to: String,
    },
    DeleteFile(Rc<str>),
    SetHistory {
        path: Rc<str>,
        history: bool,
    },
    ReviewAll,
    ReviewHeads,
    StartAnew,
    /// Goes on with a kept review, under its id or as a copy.
    Restore {
        review: Box<Saved>,
        id: Option<Rc<str>>,
    },
    /// Goes on with the review that was left, unless another was begun meanwhile.
    Resume {
        review: Box<Saved>,
        id: Rc<str>,
    },
    /// Waits no longer for the review that was left.
    GoOn,
    /// Opens a review that somebody shared.
    OpenShared(Box<Saved>),
    /// There is no kept review to go on with; perhaps as another tab has it, by this name.
    NothingToRestore(Option<String>),
    /// Another tab wrote this review: what is here becomes one of its own.
    Separate,
    Undo,
    Redo,
    ToggleBeside,
    Search(String),
    Guide(Option<usize>),
    /// The review goes on without its lesson.
    LeaveLesson,
    /// Puts a finding on the clipboard, as a comment in Markdown.
    CopyFinding(u32),
    /// Writes a comment that silences a finding, with the reason.
    Suppress {
        finding: u32,
        reason: String,
    },
    /// Undoes what a notice tells of.
    BringBack(u32),
    RenameReview(String),
    Configure(Rc<str>),
    Attest(Attestation),
    Show(Rc<str>),
    CloseTab(Rc<str>),
    Reveal(Location),
    SelectRevision(Option<Rc<str>>),
    SelectFinding(u32),
    NextFinding {
        back: bool,
    },
    /// A table, or something of it, into the middle of the picture.
    ShowTable(Rc<str>),
    /// A finding among the others, and its line.
    ShowFinding(u32),
    /// The locks of a revision, in one direction.
    ShowLocks(Option<Rc<str>>, Direction),
    /// The other direction of the locks shown.
    TurnLocks(Direction),
    /// A point of the checklist.
    ShowPoint(u8),
    MoveCursor(Cursor),
    ShowPanel(Panel),
    ShowPane(Pane),
    WidenPanel(bool),
    ShowRule(Option<Rc<str>>),
    PreviewFix(Option<u32>),
    ApplyFix(u32),
    OpenDialog(Dialog),
    CloseDialog,
    SetTheme(Theme),
    Reviewed {
        edition: u64,
        report: Rc<Report>,
    },
    Refused {
        edition: u64,
        reason: String,
    },
    EngineIs(Engine),
    EngineCrashed,
    KeepingIs(Keeping),
    Tell {
        tone: Tone,
        text: String,
        details: Vec<String>,
    },
    Dismiss(u32),
    /// Something happened to the proof of a revision.
    Prove(Rc<str>, ProofAction),
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        match &action {
            Action::GoOn if !self.restoring => return self,
            Action::MoveCursor(cursor) if self.cursor.as_ref() == Some(cursor) => return self,
            Action::KeepingIs(keeping) if self.keeping == *keeping => return self,
            _ => {}
        }
        let mut state = Rc::unwrap_or_clone(self);
        state.apply(action);
        Rc::new(state)
    }
}

impl State {
    pub(super) fn apply(&mut self, action: Action) {
        self.remember(&action);
        match action {
            Action::TakeIn(intake) => self.take_in(intake),
            Action::Read(reading) => self.reading = Some(reading),
            Action::Edit { path, text } => self.edit(&path, text),
            Action::RenameFile { from, to } => self.rename_file(&from, to.trim()),
            Action::DeleteFile(path) => self.delete_file(&path),
            Action::SetHistory { path, history } => {
                self.narrowing = None;
                self.files.set_history(|file| {
                    if file.path == path {
                        history
                    } else {
                        file.history
                    }
                });
                self.edition += 1;
            }
            Action::ReviewAll => {
                self.narrowing = None;
                self.files.set_history(|_| false);
                self.edition += 1;
            }
            Action::ReviewHeads => {
                self.narrowing = None;
                self.review_heads();
            }
            Action::StartAnew => self.put_aside(String::new()),
            Action::Restore { review, id } => self.restore(*review, id),
            Action::Resume { review, id } => {
                self.restoring = false;
                if self.files.is_empty() {
                    self.restore(*review, Some(id));
                }
            }
            Action::GoOn => self.restoring = false,
            Action::OpenShared(review) => self.open_shared(*review),
            Action::NothingToRestore(elsewhere) => {
                self.restoring = false;
                if let Some(name) = elsewhere {
                    let text = format!(
                        "“{name}” is open in another tab. This tab begins a review of its own, so that neither \
                         overwrites the other."
                    );
                    self.tell(Tone::Plain, text, Vec::new());
                }
            }
            Action::Separate => {
                self.name = format!("{} (copy)", self.title());
                self.id = self.fresh_id();
                let text = format!(
                    "Another tab changed this review too. What you have here is kept beside it, as “{}”.",
                    self.name
                );
                self.tell(Tone::Problem, text, Vec::new());
            }
            Action::CopyFinding(id) => {
                let text = self
                    .finding_by_id(id)
                    .map(|finding| super::comment::comment(finding, &self.files));
                self.copying = text.map(|text| Copying {
                    serial: self.serial(),
                    text: text.into(),
                });
            }
            Action::ToggleBeside => {
                self.beside = !self.beside;
                self.pane = Pane::Editor;
            }
            Action::Search(words) => self.search = words,
            Action::LeaveLesson => self.lesson = None,
            Action::Guide(step) => self.guide = step,
            Action::Undo => {
                self.undo();
                self.notices.retain(|notice| notice.undo.is_none());
            }
            Action::Redo => {
                self.redo();
                self.notices.retain(|notice| notice.undo.is_none());
            }
            Action::Suppress { finding, reason } => self.suppress(finding, &reason),
            Action::BringBack(notice) => self.bring_back(notice),
            Action::RenameReview(name) => self.name = name,
            Action::Configure(config) => {
                self.config = config;
                self.edition += 1;
            }
            Action::Attest(word) => {
                self.attestations.insert(word.item, word);
            }
            Action::Show(path) => self.show(path),
            Action::CloseTab(path) => self.close_tab(&path),
            Action::Reveal(location) => self.reveal(&location),
            Action::SelectRevision(revision) => self.select_revision(revision),
            Action::SelectFinding(id) => self.select_finding(id),
            Action::NextFinding { back } => self.next_finding(back),
            Action::ShowTable(table) => {
                self.table = Some(table);
                self.show_panel(Panel::Schema);
            }
            Action::ShowFinding(id) => {
                self.select_finding(id);
                self.show_panel(Panel::Findings);
            }
            Action::ShowLocks(revision, direction) => {
                self.revision = revision;
                self.lock_direction = Some(direction);
                self.show_panel(Panel::Locks);
            }
            Action::TurnLocks(direction) => self.lock_direction = Some(direction),
            Action::ShowPoint(point) => {
                self.point = Some(point);
                self.show_panel(Panel::Checklist);
            }
            Action::MoveCursor(cursor) => self.cursor = Some(cursor),
            Action::ShowPanel(panel) => self.show_panel(panel),
            Action::ShowPane(pane) => self.pane = pane,
            Action::WidenPanel(wide) => self.wide_panel = wide,
            Action::ShowRule(rule) => {
                if rule.is_some() {
                    self.pane = Pane::Review;
                }
                self.rule = rule;
            }
            Action::PreviewFix(finding) => self.fix = finding,
            Action::ApplyFix(finding) => self.apply_fix(finding),
            Action::OpenDialog(dialog) => self.dialog = Some(dialog),
            Action::CloseDialog => self.dialog = None,
            Action::SetTheme(theme) => self.theme = theme,
            Action::Reviewed { edition, report } => self.reviewed(edition, report),
            Action::Refused { edition, reason } => {
                if edition == self.edition {
                    self.refused = Some(reason);
                }
            }
            Action::EngineIs(engine) => self.engine = engine,
            Action::EngineCrashed => self.engine = Engine::Crashed(self.edition),
            Action::KeepingIs(keeping) => self.keeping = keeping,
            Action::Tell {
                tone,
                text,
                details,
            } => self.tell(tone, text, details),
            Action::Dismiss(id) => self.notices.retain(|notice| notice.id != id),
            Action::Prove(revision, action) => self.prove(revision, action),
        }
    }

    fn edit(&mut self, path: &str, text: Rc<str>) {
        let Some(file) = self.files.get(path) else {
            return;
        };
        if file.text == text {
            return;
        }
        self.files.type_text(path, text);
        self.edition += 1;
    }

    fn rename_file(&mut self, from: &str, to: &str) {
        if from == to {
            return;
        }
        if !self.files.rename(from, to) {
            let text = format!("There is already a file named {to}.");
            self.tell(Tone::Problem, text, Vec::new());
            return;
        }
        let to: Rc<str> = to.into();
        for path in self.open.iter_mut().chain(self.active.as_mut()) {
            if path.as_ref() == from {
                *path = to.clone();
            }
        }
        self.edition += 1;
    }

    fn delete_file(&mut self, path: &str) {
        let before = self.clone();
        self.close_tab(path);
        self.files.remove(path);
        self.edition += 1;
        if self.files.is_empty() {
            self.start_anew(String::new());
        }
        self.offer_undo(
            format!("{} was removed from the review.", file_name(path)),
            before,
        );
    }

    fn apply_fix(&mut self, id: u32) {
        self.fix = None;
        let Some(fix) = self
            .finding_by_id(id)
            .and_then(|finding| finding.fix.clone())
        else {
            return;
        };
        if !self.is_current() {
            let text = "The text changed since this repair was worked out. Try again in a moment.";
            self.tell(Tone::Problem, text.to_owned(), Vec::new());
            return;
        }
        let mut paths: Vec<&str> = fix.edits.iter().map(|edit| edit.file.as_str()).collect();
        paths.dedup();
        for path in paths {
            let Some(file) = self.files.get(path) else {
                continue;
            };
            let history = file.history;
            if let Some(text) = super::repair::apply(&file.text, path, &fix) {
                self.files.put(path, text.into(), history);
                self.edition += 1;
                self.show(path.into());
            }
        }
        self.finding = None;
    }

    pub(super) fn tell(&mut self, tone: Tone, text: String, details: Vec<String>) {
        let id = self.serial();
        // One at a time, so that they do not pile up; problems stay.
        if tone != Tone::Problem {
            self.notices
                .retain(|notice| notice.tone != tone || notice.undo.is_some());
        }
        self.notices.push(Notice {
            id,
            tone,
            text,
            details,
            undo: None,
        });
    }

    /// Writes the comment that silences a finding above the line it is about.
    fn suppress(&mut self, id: u32, reason: &str) {
        let Some(finding) = self.finding_by_id(id).filter(|_| self.is_current()) else {
            return;
        };
        let path = finding.location.file.clone();
        let Some(file) = self.files.get(&path) else {
            return;
        };
        let history = file.history;
        let text = super::repair::suppress(&file.text, file.language(), finding, reason);
        self.files.put(&path, text.into(), history);
        self.edition += 1;
        self.show(path.into());
        self.finding = None;
    }
}
