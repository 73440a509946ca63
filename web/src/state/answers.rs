//! What comes back: reports, and the course of proofs.

use std::rc::Rc;

use retort_report::Report;

use super::{
    Engine, Panel, Proof, ProofAction, ProofEnd, Shared, State, Tone, action::NARROW_FROM,
    file_name,
};

impl State {
    pub(super) fn reviewed(&mut self, edition: u64, report: Rc<Report>) {
        if edition < self.report_edition {
            return;
        }
        if self.engine != Engine::Ready {
            self.engine = Engine::Ready;
        }
        self.refused = None;
        let first = self.report.is_none() || self.opening;
        self.keep_selection(&report);
        self.report = Some(report.into());
        self.report_edition = edition;
        if edition == self.edition
            && let Some(remarks) = self.narrowing.take()
        {
            self.narrow(remarks);
        }
        // One that is narrowed is shown with the next report.
        self.opening &= !self.is_current();
        if first && !self.opening && !self.panel_chosen {
            self.panel = self.first_panel();
        }
    }

    /// What a person sees first: what was found, if anything was.
    fn first_panel(&self) -> Panel {
        match &self.report {
            Some(report) if !report.findings.is_empty() => Panel::Findings,
            _ => Panel::Checklist,
        }
    }

    /// Ids of findings belong to one report: the selected one is found again by its fingerprint.
    pub(super) fn keep_selection(&mut self, report: &Report) {
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

    /// Leaves only the newest of many revisions under review, and says so beside these remarks.
    fn narrow(&mut self, remarks: Vec<String>) {
        let revisions = self
            .report
            .as_ref()
            .map_or(0, |report| report.revisions.len());
        let newest = if revisions < NARROW_FROM {
            Vec::new()
        } else {
            self.review_heads()
        };
        if let Some(first) = newest.first() {
            self.open.clear();
            self.show(first.clone());
            let names: Vec<&str> = newest.iter().map(|path| file_name(path)).collect();
            let text = format!(
                "Under review is the newest of {revisions} revisions, {}. The others are its history.",
                names.join(", "),
            );
            self.tell(Tone::Plain, text, remarks);
        } else if !remarks.is_empty() {
            self.tell(Tone::Plain, "The files were opened.".to_owned(), remarks);
        }
    }

    /// Leaves only the heads under review; gives the paths of their files.
    pub(super) fn review_heads(&mut self) -> Vec<Rc<str>> {
        let Some(report) = self.report.clone() else {
            return Vec::new();
        };
        let heads = report
            .revisions
            .iter()
            .filter(|revision| report.heads.contains(&revision.id))
            .flat_map(|revision| [Some(&revision.file), revision.down_file.as_ref()])
            .flatten();
        let newest: Vec<Rc<str>> = heads.map(|path| Rc::from(path.as_str())).collect();
        if !newest.is_empty() {
            self.files.set_history(|file| !newest.contains(&file.path));
            self.edition += 1;
        }
        newest
    }

    pub(super) fn prove(&mut self, revision: Rc<str>, action: ProofAction) {
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
}
