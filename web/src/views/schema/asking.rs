use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use retort_report::{Arrangement, Between, DiagramScope, Report};
use yew::prelude::*;

use super::Answers;
use crate::{
    bridge::{Bridge, CallError},
    desk::use_desk,
    state::Shared,
};

/// The earlier of the two states.
#[derive(Clone, Debug, PartialEq)]
pub enum Since {
    /// Before the later revision.
    Before,
    /// Before the first revision.
    Start,
    /// After this revision.
    Revision(String),
}

/// Two states: an earlier one, and the one after a revision.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    pub since: Since,
    pub to: String,
}

impl Question {
    /// What the revision does; without one, what all under review do together.
    pub fn about(report: &Report, revision: Option<&str>) -> Option<Self> {
        let revisions = &report.revisions;
        let chosen = revision.and_then(|id| revisions.iter().find(|one| one.id == id));
        if let Some(one) = chosen {
            return Some(Self {
                since: Since::Before,
                to: one.id.clone(),
            });
        }
        let first = revisions.iter().position(|one| one.under_review);
        let last = revisions.iter().rposition(|one| one.under_review);
        let last = last.unwrap_or(revisions.len().checked_sub(1)?);
        if first == Some(last) {
            return Some(Self {
                since: Since::Before,
                to: revisions.get(last)?.id.clone(),
            });
        }
        let before = first
            .and_then(|first| first.checked_sub(1))
            .and_then(|at| revisions.get(at));
        Some(Self {
            since: before.map_or(Since::Start, |one| Since::Revision(one.id.clone())),
            to: revisions.get(last)?.id.clone(),
        })
    }

    /// Whether its revisions are still there.
    pub fn fits(&self, report: &Report) -> bool {
        let known = |id: &String| report.revisions.iter().any(|one| one.id == *id);
        known(&self.to) && !matches!(&self.since, Since::Revision(id) if !known(id))
    }

    /// The place of the later revision in the order in which they run.
    pub fn position(&self, report: &Report) -> Option<usize> {
        report.revisions.iter().position(|one| one.id == self.to)
    }

    /// The same with another later revision. Where that runs before the earlier state, what it did itself: nobody who
    /// goes back asks for a difference backwards.
    pub fn up_to(&self, report: &Report, position: usize) -> Option<Self> {
        let since = match &self.since {
            Since::Revision(id) => report.revisions.iter().position(|one| one.id == *id),
            Since::Before | Since::Start => None,
        };
        Some(Self {
            to: report.revisions.get(position)?.id.clone(),
            since: match since {
                Some(since) if position <= since => Since::Before,
                _ => self.since.clone(),
            },
        })
    }

    pub fn between(
        &self,
        report: &Report,
        scope: DiagramScope,
        arrangement: Arrangement,
    ) -> Between {
        let from = match &self.since {
            Since::Start => None,
            Since::Revision(id) => Some(id.clone()),
            Since::Before => {
                let before = self.position(report).and_then(|at| at.checked_sub(1));
                before
                    .and_then(|at| report.revisions.get(at))
                    .map(|one| one.id.clone())
            }
        };
        Between {
            from,
            to: self.to.clone(),
            scope,
            arrangement,
        }
    }
}

/// Asks the core whenever the question or the review changes; while it draws, only the newest question waits. The last
/// answer stays until the next is there.
#[hook]
pub fn use_answers(report: &Shared<Report>, between: Option<&Between>) -> Answers {
    let desk = use_desk();
    let answers = use_state_eq(Answers::default);
    let asking = use_memo((), {
        let setter = answers.setter();
        let bridge = desk.bridge.clone();
        move |()| Asking::new(bridge, setter)
    });
    use_effect_with(
        (report.clone(), between.cloned()),
        move |(report, between)| {
            if let Some(between) = between {
                asking.ask(report, between);
            }
        },
    );
    (*answers).clone()
}

/// One question at a time.
#[derive(Clone)]
struct Asking(Rc<Inner>);

struct Inner {
    bridge: Bridge,
    setter: UseStateSetter<Answers>,
    /// Kept beside the state, as two answers may arrive between two renders.
    latest: RefCell<Answers>,
    busy: Cell<bool>,
    next: RefCell<Option<(Shared<Report>, Between)>>,
    compared: RefCell<Option<(Shared<Report>, Option<String>, String)>>,
}

impl Asking {
    fn new(bridge: Bridge, setter: UseStateSetter<Answers>) -> Self {
        Self(Rc::new(Inner {
            bridge,
            setter,
            latest: Default::default(),
            busy: Default::default(),
            next: Default::default(),
            compared: Default::default(),
        }))
    }

    fn ask(&self, report: &Shared<Report>, between: &Between) {
        if self.0.busy.get() {
            self.0.next.replace(Some((report.clone(), between.clone())));
            return;
        }
        self.0.busy.set(true);
        self.ask_for_difference(report, between);
        let (this, asked) = (self.clone(), between.clone());
        self.0.bridge.diagram(between, move |answer| {
            this.put(|answers| match answer {
                Ok(diagram) => {
                    answers.diagram = Some(Shared::new(diagram));
                    answers.of = Some(asked);
                    answers.refused = None;
                }
                Err(CallError::Refused(reason)) => answers.refused = Some(reason),
                Err(CallError::Crashed) => answers.refused = Some("the analysis stopped".into()),
            });
            this.0.busy.set(false);
            let next = this.0.next.take();
            if let Some((report, between)) = next {
                this.ask(&report, &between);
            }
        });
    }

    /// The difference in words does not depend on how the picture is arranged.
    fn ask_for_difference(&self, report: &Shared<Report>, between: &Between) {
        let states = (report.clone(), between.from.clone(), between.to.clone());
        if self.0.compared.borrow().as_ref() == Some(&states) {
            return;
        }
        self.0.compared.replace(Some(states));
        let this = self.clone();
        self.0.bridge.schema_diff(between, move |answer| {
            if let Ok(diff) = answer {
                this.put(|answers| answers.diff = Some(Shared::new(diff)));
            }
        });
    }

    fn put(&self, change: impl FnOnce(&mut Answers)) {
        let mut latest = self.0.latest.borrow_mut();
        change(&mut latest);
        self.0.setter.set(latest.clone());
    }
}
