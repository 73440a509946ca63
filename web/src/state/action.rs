use std::rc::Rc;

use retort_report::{Attestation, FileRole, InputFile, Location, Report};
use yew::Reducible;

use super::{
    Copying, Cursor, Dialog, Engine, Keeping, Notice, Pane, Panel, Proof, ProofAction, ProofEnd,
    Reveal, Saved, Shared, State, Theme, Tone, file_name,
};

/// From this many files on, only the newest revisions are under review unless the person says otherwise.
const NARROW_FROM: usize = 6;

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
    /// What is worth knowing, one line each.
    pub remarks: Vec<String>,
    /// What could not be taken in, one line each.
    pub problems: Vec<String>,
}

/// Everything that can happen.
pub enum Action {
    TakeIn(Intake),
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
    ShowTable(Rc<str>),
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
        report: Box<Report>,
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
            Action::Edit { path, text } => self.edit(&path, text),
            Action::RenameFile { from, to } => self.rename_file(&from, to.trim()),
            Action::DeleteFile(path) => self.delete_file(&path),
            Action::SetHistory { path, history } => {
                self.narrow_to_heads = false;
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
                self.narrow_to_heads = false;
                self.files.set_history(|_| false);
                self.edition += 1;
            }
            Action::ReviewHeads => {
                self.narrow();
                self.edition += 1;
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
            Action::Guide(step) => self.guide = step,
            Action::Undo => self.undo(),
            Action::Redo => self.redo(),
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
            Action::Reviewed { edition, report } => self.reviewed(edition, *report),
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

    fn take_in(&mut self, intake: Intake) {
        if let Some(review) = intake.review {
            self.put_aside(String::new());
            self.open_shared(review);
        } else if let Some(name) = intake.fresh {
            self.put_aside(name);
        }
        let first = intake
            .files
            .first()
            .map(|file| Rc::from(file.path.as_str()));
        let many = self.files.len() + intake.files.len() >= NARROW_FROM;
        let batch = intake.files.len();
        for file in intake.files {
            self.files.put(&file.path, file.text.into(), file.history);
        }
        if let Some(config) = intake.config {
            self.config = config.into();
        }
        self.narrow_to_heads = many && batch > 1;
        self.edition += 1;
        self.dialog = None;
        if let Some(path) = first {
            self.show(path);
        }
        if intake.problems.is_empty() && intake.remarks.is_empty() {
            return;
        }
        let tone = if intake.problems.is_empty() {
            Tone::Plain
        } else {
            Tone::Problem
        };
        let text = match batch {
            0 => "No file was opened.".to_owned(),
            1 => "One file was opened.".to_owned(),
            _ => format!("{batch} files were opened."),
        };
        let details = [intake.problems, intake.remarks].concat();
        self.tell(tone, text, details);
    }

    /// Begins a review, and offers the way back to the one that was open.
    fn put_aside(&mut self, name: String) {
        let before = self.clone();
        self.start_anew(name);
        if !before.files.is_empty() {
            let text = match before.name.trim() {
                "" => {
                    "The review that was open was put aside. It is among your reviews.".to_owned()
                }
                name => format!("“{name}” was put aside. It is among your reviews."),
            };
            self.offer_undo(text, before);
        }
    }

    fn offer_undo(&mut self, text: String, mut before: Self) {
        before.notices.clear();
        self.tell(Tone::Plain, text, Vec::new());
        if let Some(notice) = self.notices.last_mut() {
            notice.undo = Some(Shared::new(before));
        }
    }

    fn bring_back(&mut self, notice: u32) {
        let notice = self.notices.iter().find(|one| one.id == notice);
        let Some(before) = notice.and_then(|notice| notice.undo.clone()) else {
            return;
        };
        *self = Self {
            files: before.files.continuing(&self.files),
            edition: self.edition + 1,
            engine: self.engine.clone(),
            keeping: self.keeping.clone(),
            theme: self.theme,
            last_serial: self.last_serial,
            ..Self::clone(&before)
        };
    }

    fn start_anew(&mut self, name: String) {
        *self = Self {
            id: self.fresh_id(),
            name,
            seed: self.seed.clone(),
            keeping: self.keeping.clone(),
            files: self.files.emptied(),
            config: self.config.clone(),
            edition: self.edition + 1,
            engine: self.engine.clone(),
            theme: self.theme,
            last_serial: self.last_serial,
            ..Self::default()
        };
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

    fn show(&mut self, path: Rc<str>) {
        if self.files.get(&path).is_none() {
            return;
        }
        if !self.open.contains(&path) {
            self.open.push(path.clone());
        }
        self.active = Some(path);
        self.pane = Pane::Editor;
    }

    fn close_tab(&mut self, path: &str) {
        let Some(index) = self.open.iter().position(|open| open.as_ref() == path) else {
            return;
        };
        self.open.remove(index);
        if self.active.as_deref() == Some(path) {
            let neighbour = index.min(self.open.len().saturating_sub(1));
            self.active = self.open.get(neighbour).cloned();
        }
    }

    fn reveal(&mut self, location: &Location) {
        let path: Rc<str> = location.file.as_str().into();
        self.show(path.clone());
        self.reveal = Some(Reveal {
            serial: self.serial(),
            path,
            line: location.line,
            column: location.column,
            end_line: location.end_line,
            end_column: location.end_column,
        });
    }

    fn select_revision(&mut self, revision: Option<Rc<str>>) {
        let file = revision.as_ref().and_then(|id| {
            let report = self.report.as_ref()?;
            let revision = report.revisions.iter().find(|one| one.id == id.as_ref())?;
            Some(Rc::from(revision.file.as_str()))
        });
        self.revision = revision;
        if let Some(file) = file {
            self.show(file);
        }
    }

    fn select_finding(&mut self, id: u32) {
        let Some(location) = self
            .finding_by_id(id)
            .map(|finding| finding.location.clone())
        else {
            return;
        };
        self.finding = Some(id);
        self.reveal(&location);
    }

    /// Goes through the findings in the order of the report, from the selected one or from the cursor.
    fn next_finding(&mut self, back: bool) {
        let Some(report) = self.report.clone() else {
            return;
        };
        let count = report.findings.len();
        let selected = report
            .findings
            .iter()
            .position(|one| Some(one.id) == self.finding);
        let next = match (selected, back) {
            (Some(index), false) => (index + 1) % count.max(1),
            (Some(index), true) => (index + count - 1) % count.max(1),
            (None, false) => 0,
            (None, true) => count.saturating_sub(1),
        };
        if let Some(finding) = report.findings.get(next) {
            self.panel = Panel::Findings;
            self.rule = None;
            self.select_finding(finding.id);
        }
    }

    fn show_panel(&mut self, panel: Panel) {
        self.panel = panel;
        self.rule = None;
        self.pane = Pane::Review;
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

    fn reviewed(&mut self, edition: u64, report: Report) {
        if edition < self.report_edition {
            return;
        }
        if self.engine != Engine::Ready {
            self.engine = Engine::Ready;
        }
        self.refused = None;
        self.keep_selection(&report);
        self.report = Some(Shared::new(report));
        self.report_edition = edition;
        if self.narrow_to_heads && edition == self.edition {
            self.narrow();
        }
    }

    /// Ids of findings belong to one report: the selected one is found again by its fingerprint.
    fn keep_selection(&mut self, report: &Report) {
        let again = |id: Option<u32>| {
            let fingerprint = &self.finding_by_id(id?)?.fingerprint;
            let mut findings = report.findings.iter();
            findings
                .find(|finding| finding.fingerprint == *fingerprint)
                .map(|finding| finding.id)
        };
        let (finding, fix) = (again(self.finding), again(self.fix));
        self.finding = finding;
        self.fix = fix;
        let gone = |id: &Rc<str>| report.revisions.iter().all(|one| one.id != id.as_ref());
        if self.revision.as_ref().is_some_and(gone) {
            self.revision = None;
        }
    }

    /// Leaves only the files of the heads under review.
    fn narrow(&mut self) {
        self.narrow_to_heads = false;
        let Some(report) = self.report.clone() else {
            return;
        };
        let newest: Vec<&str> = report
            .revisions
            .iter()
            .filter(|revision| report.heads.contains(&revision.id))
            .flat_map(|revision| [Some(revision.file.as_str()), revision.down_file.as_deref()])
            .flatten()
            .collect();
        let migrations = report
            .files
            .iter()
            .filter(|file| matches!(file.role, FileRole::Review | FileRole::History))
            .count();
        if newest.is_empty() || migrations < NARROW_FROM {
            return;
        }
        self.files
            .set_history(|file| !newest.contains(&file.path.as_ref()));
        self.edition += 1;
        if let Some(first) = newest.first() {
            self.open.clear();
            self.show((*first).into());
        }
        let names: Vec<&str> = newest.iter().map(|path| file_name(path)).collect();
        let text = format!(
            "Of {migrations} migrations only the newest is under review: {}. The others serve as history; \
             the list at the left switches each, or all.",
            names.join(", "),
        );
        self.tell(Tone::Plain, text, Vec::new());
    }

    fn prove(&mut self, revision: Rc<str>, action: ProofAction) {
        if let ProofAction::Begin {
            edition,
            plan,
            start,
        } = action
        {
            let proof = Proof::new(edition, *plan, start);
            self.proofs.insert(revision, Shared::new(proof));
            return;
        }
        let Some(known) = self.proofs.get(&revision) else {
            return;
        };
        let mut proof = Proof::clone(known);
        match action {
            ProofAction::Told(events) => events.into_iter().for_each(|event| proof.tell(event)),
            ProofAction::Cancel => proof.end = Some(ProofEnd::Cancelled),
            ProofAction::Begin { .. } => {}
        }
        self.proofs.insert(revision, Shared::new(proof));
    }

    fn tell(&mut self, tone: Tone, text: String, details: Vec<String>) {
        let id = self.serial();
        self.notices.push(Notice {
            id,
            tone,
            text,
            details,
            undo: None,
        });
    }

    /// The state of a page that has just opened.
    pub fn opening(seed: &str, theme: Theme) -> Self {
        let mut state = Self {
            theme,
            seed: seed.into(),
            restoring: true,
            ..Self::default()
        };
        state.id = state.fresh_id();
        state
    }

    fn fresh_id(&mut self) -> Rc<str> {
        let number = self.serial();
        format!("{}-{number}", self.seed).into()
    }

    /// Goes on with a kept review.
    fn restore(&mut self, saved: Saved, id: Option<Rc<str>>) {
        self.start_anew(saved.name);
        for file in saved.files {
            self.files.put(&file.path, file.text.into(), file.history);
        }
        let known = |path: &String| self.files.get(path).map(|file| file.path.clone());
        self.open = saved.open.iter().filter_map(known).collect();
        self.active = saved.active.as_ref().and_then(known);
        self.config = saved.config.into();
        self.attestations = saved
            .attestations
            .into_iter()
            .map(|word| (word.item, word))
            .collect();
        match id {
            Some(id) => self.id = id,
            None => self.name = format!("{} (copy)", self.title()),
        }
    }

    /// Opens a review that somebody shared, as one of its own.
    fn open_shared(&mut self, saved: Saved) {
        let name = saved.name.clone();
        self.restore(saved, None);
        self.name = name;
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
