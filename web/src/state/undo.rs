//! Undo across files. The editor undoes typing in one file; this undoes whatever changed the review.

use std::{collections::BTreeMap, rc::Rc};

use retort_report::Attestation;

use super::{Action, Files, Shared, State, file_name};

/// More steps back than anybody takes.
const MOST: usize = 200;

/// The review as it was before something changed it.
#[derive(Clone, Debug)]
pub struct Step {
    /// What changed it.
    pub label: String,
    /// Changes of one kind that follow each other count as one.
    kind: Kind,
    files: Files,
    open: Vec<Rc<str>>,
    active: Option<Rc<str>>,
    config: Rc<str>,
    attestations: BTreeMap<u8, Attestation>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Single,
    Typing(Rc<str>),
    Settings,
    Word(u8),
}

/// What can be undone and done again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Undo {
    past: Vec<Shared<Step>>,
    future: Vec<Shared<Step>>,
}

impl Undo {
    /// What an undo would undo.
    pub fn label(&self) -> Option<&str> {
        self.past.last().map(|step| step.label.as_str())
    }

    /// What would be done again.
    pub fn redo_label(&self) -> Option<&str> {
        self.future.last().map(|step| step.label.as_str())
    }
}

impl State {
    /// Remembers the review before an action that changes it.
    pub(super) fn remember(&mut self, action: &Action) {
        let Some((kind, label)) = change(action) else {
            return;
        };
        if matches!(action, Action::RenameFile { to, .. } if self.files.get(to.trim()).is_some()) {
            // The name is taken, by another file or by this one: nothing will change.
            return;
        }
        let goes_on = kind != Kind::Single
            && self.undo.future.is_empty()
            && self.undo.past.last().is_some_and(|last| last.kind == kind);
        if goes_on {
            return;
        }
        let step = self.step(kind, label);
        self.undo.past.push(Shared::new(step));
        self.undo.future.clear();
        if self.undo.past.len() > MOST {
            self.undo.past.remove(0);
        }
    }

    pub(super) fn undo(&mut self) {
        if let Some(step) = self.undo.past.pop() {
            let now = self.step(Kind::Single, step.label.clone());
            self.undo.future.push(Shared::new(now));
            self.go_to(&step);
        }
    }

    pub(super) fn redo(&mut self) {
        if let Some(step) = self.undo.future.pop() {
            let now = self.step(Kind::Single, step.label.clone());
            self.undo.past.push(Shared::new(now));
            self.go_to(&step);
        }
    }

    fn step(&self, kind: Kind, label: String) -> Step {
        Step {
            label,
            kind,
            files: self.files.clone(),
            open: self.open.clone(),
            active: self.active.clone(),
            config: self.config.clone(),
            attestations: self.attestations.clone(),
        }
    }

    fn go_to(&mut self, step: &Step) {
        self.files = step.files.returning(&self.files);
        self.open = step.open.clone();
        self.active = step.active.clone();
        self.config = step.config.clone();
        self.attestations = step.attestations.clone();
        self.narrowing = None;
        self.edition += 1;
    }
}

fn change(action: &Action) -> Option<(Kind, String)> {
    let single = |label: String| Some((Kind::Single, label));
    match action {
        Action::TakeIn(intake) if intake.fresh.is_none() => single("taking files in".into()),
        Action::Edit { path, .. } => Some((
            Kind::Typing(path.clone()),
            format!("typing in {}", file_name(path)),
        )),
        Action::RenameFile { from, .. } => single(format!("renaming {}", file_name(from))),
        Action::DeleteFile(path) => single(format!("removing {}", file_name(path))),
        Action::SetHistory { .. } | Action::ReviewAll | Action::ReviewHeads => {
            single("choosing what is under review".into())
        }
        Action::Configure(_) => Some((Kind::Settings, "changing the settings".into())),
        Action::Attest(word) => Some((
            Kind::Word(word.item),
            format!("your word on point {}", word.item),
        )),
        Action::ApplyFix(_) => single("a repair".into()),
        Action::Suppress { .. } => single("silencing a finding".into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Intake;
    use retort_report::InputFile;

    fn with_files(paths: &[&str]) -> State {
        let files = paths.iter().map(|path| InputFile {
            path: (*path).into(),
            text: "SELECT 1;".into(),
            history: false,
        });
        let mut state = State::default();
        state.apply(Action::TakeIn(Intake {
            files: files.collect(),
            ..Intake::default()
        }));
        state
    }

    fn type_text(state: &mut State, path: &str, text: &str) {
        state.apply(Action::Edit {
            path: path.into(),
            text: text.into(),
        });
    }

    fn text(state: &State, path: &str) -> String {
        state.files.get(path).unwrap().text.to_string()
    }

    #[test]
    fn typing_in_one_file_is_one_step_and_steps_span_files() {
        let mut state = with_files(&["a.sql", "b.sql"]);
        type_text(&mut state, "a.sql", "SELECT 12;");
        type_text(&mut state, "a.sql", "SELECT 123;");
        type_text(&mut state, "b.sql", "SELECT 2;");
        state.apply(Action::DeleteFile("a.sql".into()));
        state.apply(Action::Undo);
        assert_eq!(text(&state, "a.sql"), "SELECT 123;");
        state.apply(Action::Undo);
        assert_eq!(text(&state, "b.sql"), "SELECT 1;");
        state.apply(Action::Undo);
        assert_eq!(text(&state, "a.sql"), "SELECT 1;");
        state.apply(Action::Redo);
        state.apply(Action::Redo);
        assert_eq!(text(&state, "a.sql"), "SELECT 123;");
        assert_eq!(text(&state, "b.sql"), "SELECT 2;");
    }

    #[test]
    fn what_comes_back_is_a_new_version_for_the_editor() {
        let mut state = with_files(&["a.sql"]);
        type_text(&mut state, "a.sql", "one");
        let typed = state.files.get("a.sql").unwrap().version;
        type_text(&mut state, "a.sql", "two");
        state.apply(Action::Undo);
        let back = state.files.get("a.sql").unwrap();
        assert!(back.version > typed && !back.typed);
    }

    #[test]
    fn a_new_change_ends_what_could_be_done_again() {
        let mut state = with_files(&["a.sql"]);
        type_text(&mut state, "a.sql", "one");
        state.apply(Action::Undo);
        assert!(state.undo.redo_label().is_some());
        type_text(&mut state, "a.sql", "two");
        assert!(state.undo.redo_label().is_none());
    }

    #[test]
    fn a_name_that_is_taken_changes_nothing_that_could_be_undone() {
        let mut state = with_files(&["a.sql", "b.sql"]);
        let before = state.undo.clone();
        for to in ["a.sql", "b.sql"] {
            state.apply(Action::RenameFile {
                from: "a.sql".into(),
                to: to.into(),
            });
        }
        assert!(state.undo == before);
    }
}
