use retort_report::{Between, DiagramScope, Report};
use yew::prelude::*;

use super::Answers;
use crate::{bridge::CallError, desk::use_desk, state::Shared};

/// Two states: after one revision, or before the first, and after another.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    pub from: Option<String>,
    pub to: String,
}

impl Question {
    /// What the revision does; without one, what all under review do together.
    pub fn about(report: &Report, revision: Option<&str>) -> Option<Self> {
        let revisions = &report.revisions;
        let position = |id: &str| revisions.iter().position(|one| one.id == id);
        let (first, last) = match revision.and_then(position) {
            Some(at) => (at, at),
            None => {
                let first = revisions
                    .iter()
                    .position(|one| one.under_review)
                    .unwrap_or(0);
                let last = revisions.iter().rposition(|one| one.under_review);
                (first, last.unwrap_or(revisions.len().checked_sub(1)?))
            }
        };
        let before = first.checked_sub(1).and_then(|at| revisions.get(at));
        Some(Self {
            from: before.map(|one| one.id.clone()),
            to: revisions.get(last)?.id.clone(),
        })
    }

    /// Whether its revisions are still there.
    pub fn fits(&self, report: &Report) -> bool {
        let known = |id: &String| report.revisions.iter().any(|one| one.id == *id);
        self.from.as_ref().is_none_or(known) && known(&self.to)
    }

    pub fn between(&self, scope: DiagramScope) -> Between {
        Between {
            from: self.from.clone(),
            to: self.to.clone(),
            scope,
        }
    }
}

/// Asks the core whenever the question or the review changes. The last answer stays until the next is there.
#[hook]
pub fn use_answers(
    report: &Shared<Report>,
    question: Option<&Question>,
    scope: DiagramScope,
) -> Answers {
    let desk = use_desk();
    let answers = use_state_eq(Answers::default);
    let newest = use_mut_ref(|| 0_u32);
    // Kept beside the state, as two answers to one question arrive between two renders.
    let latest = use_mut_ref(Answers::default);
    {
        let (bridge, setter) = (desk.bridge.clone(), answers.setter());
        let between = question.map(|question| question.between(scope));
        use_effect_with((report.clone(), between), move |(_, between)| {
            let Some(between) = between else { return };
            *newest.borrow_mut() += 1;
            let mine = *newest.borrow();
            let put = {
                let (newest, latest) = (newest.clone(), latest.clone());
                move |change: &dyn Fn(&mut Answers)| {
                    if *newest.borrow() == mine {
                        change(&mut latest.borrow_mut());
                        setter.set(latest.borrow().clone());
                    }
                }
            };
            let put_diff = put.clone();
            bridge.diagram(between, move |answer| match answer {
                Ok(diagram) => {
                    let diagram = Shared::new(diagram);
                    put(&|answers| {
                        answers.diagram = Some(diagram.clone());
                        answers.refused = None;
                    });
                }
                Err(CallError::Refused(reason)) => {
                    put(&|answers| answers.refused = Some(reason.clone()));
                }
                Err(CallError::Crashed) => {
                    put(&|answers| answers.refused = Some("the analysis stopped".into()));
                }
            });
            bridge.schema_diff(between, move |answer| {
                if let Ok(diff) = answer {
                    let diff = Shared::new(diff);
                    put_diff(&|answers| answers.diff = Some(diff.clone()));
                }
            });
        });
    }
    (*answers).clone()
}
