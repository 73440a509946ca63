//! How reviews begin: with files that came in, from the store, from a link; and how they are put aside.

use std::rc::Rc;

use super::{
    Intake, Panel, Saved, Shared, SourceFile, State, Theme, Tone, action::NARROW_FROM, is_same,
};

impl State {
    pub(super) fn take_in(&mut self, intake: Intake) {
        self.reading = None;
        if let Some(review) = intake.review {
            self.open_shared(review);
        } else if let Some(name) = intake.fresh {
            self.put_aside(name);
        }
        self.lesson = intake.lesson.map(Rc::new).or(self.lesson.take());
        let mut begun = intake.files.iter().filter(|file| !file.history);
        let first = begun.next().or(intake.files.first());
        let mut first = first.map(|file| Rc::from(file.path.as_str()));
        let many = self.files.len() + intake.files.len() >= NARROW_FROM;
        let batch = intake.files.len();
        let is_history = self.told_apart && !intake.told_apart && batch >= NARROW_FROM;
        self.told_apart |= intake.told_apart;
        if is_history {
            first = None;
        }
        for mut file in intake.files {
            if is_history {
                file.history = !self.leave(&file.path);
                if !file.history {
                    first.get_or_insert_with(|| Rc::from(file.path.as_str()));
                }
            }
            self.files.put(&file.path, file.text.into(), file.history);
        }
        if let Some(config) = intake.config {
            self.config = config.into();
        }
        self.edition += 1;
        self.dialog = None;
        if let Some(path) = first {
            self.show(path);
        }
        if self.lesson.is_some() {
            self.open_all_reviewed();
            self.panel = Panel::Findings;
            self.panel_chosen = true;
        }
        let narrows = many && batch > 1 && !self.told_apart;
        // Remarks can wait for what narrowing has to say.
        let (details, waiting) = if narrows && intake.problems.is_empty() {
            (Vec::new(), intake.remarks)
        } else {
            let problems = intake.problems.clone();
            ([problems, intake.remarks].concat(), Vec::new())
        };
        self.opening = narrows && self.report.is_none();
        self.narrowing = narrows.then_some(waiting);
        if details.is_empty() {
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
        self.tell(tone, text, details);
    }

    /// Leaves a file under review that comes again, perhaps told from another folder; whether there was one.
    fn leave(&mut self, path: &str) -> bool {
        let reviewed = |file: &&Rc<SourceFile>| !file.history && is_same(&file.path, path);
        let Some(known) = self
            .files
            .iter()
            .find(reviewed)
            .map(|file| file.path.clone())
        else {
            return false;
        };
        if *known != *path {
            self.close_tab(&known);
            self.files.remove(&known);
        }
        true
    }

    /// Begins a review, and offers the way back to the one that was open.
    pub(super) fn put_aside(&mut self, name: String) {
        let before = self.clone();
        self.start_anew(name);
        self.offer_way_back(before);
    }

    fn offer_way_back(&mut self, before: Self) {
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

    pub(super) fn offer_undo(&mut self, text: String, mut before: Self) {
        before.notices.clear();
        self.notices.retain(|notice| notice.undo.is_none());
        self.tell(Tone::Plain, text, Vec::new());
        if let Some(notice) = self.notices.last_mut() {
            notice.undo = Some(Shared::new(before));
        }
    }

    pub(super) fn bring_back(&mut self, notice: u32) {
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

    pub(super) fn start_anew(&mut self, name: String) {
        *self = Self {
            id: self.fresh_id(),
            name,
            seed: self.seed.clone(),
            keeping: self.keeping.clone(),
            files: self.files.emptied(),
            // A lesson has settings of its own.
            config: if self.lesson.is_some() {
                "".into()
            } else {
                self.config.clone()
            },
            edition: self.edition + 1,
            engine: self.engine.clone(),
            theme: self.theme,
            last_serial: self.last_serial,
            ..Self::default()
        };
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

    pub(super) fn fresh_id(&mut self) -> Rc<str> {
        let number = self.serial();
        format!("{}-{number}", self.seed).into()
    }

    /// Goes on with a kept review.
    pub(super) fn restore(&mut self, saved: Saved, id: Option<Rc<str>>) {
        self.start_anew(saved.name);
        for file in saved.files {
            self.files.put(&file.path, file.text.into(), file.history);
        }
        let known = |path: &String| self.files.get(path).map(|file| file.path.clone());
        self.open = saved.open.iter().filter_map(known).collect();
        self.active = saved.active.as_ref().and_then(known);
        self.config = saved.config.into();
        self.lesson = saved.lesson.map(Rc::new);
        self.panel = saved.panel.unwrap_or_default();
        self.panel_chosen = saved.panel.is_some();
        self.wide_panel = saved.wide_panel;
        self.beside = saved.beside;
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
    pub(super) fn open_shared(&mut self, saved: Saved) {
        let (name, before) = (saved.name.clone(), self.clone());
        self.restore(saved, None);
        self.name = name;
        self.offer_way_back(before);
    }
}
