//! What is in view: tabs, lines, revisions, findings.

use std::rc::Rc;

use retort_report::Location;

use super::{Pane, Panel, Reveal, State};

impl State {
    pub(super) fn show(&mut self, path: Rc<str>) {
        if self.files.get(&path).is_none() {
            return;
        }
        if !self.open.contains(&path) {
            self.open.push(path.clone());
        }
        self.active = Some(path);
        self.pane = Pane::Editor;
    }

    /// Gives every file under review a tab.
    pub(super) fn open_all_reviewed(&mut self) {
        let reviewed = self.files.iter().filter(|file| !file.history);
        self.open = reviewed.map(|file| file.path.clone()).collect();
    }

    pub(super) fn close_tab(&mut self, path: &str) {
        let Some(index) = self.open.iter().position(|open| open.as_ref() == path) else {
            return;
        };
        self.open.remove(index);
        if self.active.as_deref() == Some(path) {
            let neighbour = index.min(self.open.len().saturating_sub(1));
            self.active = self.open.get(neighbour).cloned();
        }
    }

    pub(super) fn reveal(&mut self, location: &Location) {
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

    pub(super) fn select_revision(&mut self, revision: Option<Rc<str>>) {
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

    pub(super) fn select_finding(&mut self, id: u32) {
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
    pub(super) fn next_finding(&mut self, back: bool) {
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
            self.panel_chosen = true;
            self.rule = None;
            self.select_finding(finding.id);
        }
    }

    pub(super) fn show_panel(&mut self, panel: Panel) {
        self.panel = panel;
        self.panel_chosen = true;
        self.rule = None;
        self.pane = Pane::Review;
    }
}
