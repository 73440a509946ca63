//! The house's checklist: eleven points, each worked out from findings, effects and the simulated round trip, or put to a
//! person as a question.

pub(crate) mod duration;
mod points;

use retort_report::{Because, ChecklistItem, ChecklistStatus, Finding};

use crate::operation::{OpaqueScope, Operation};
use crate::review::{Review, RevisionState};
use crate::rules::{Context, by_id};

/// How many reasons a point gives.
const REASONS: usize = 12;

/// The eleven points for the migrations under review. `findings` are those of the report, whose ids the reasons name.
pub fn report(review: &Review, findings: &[Finding]) -> Vec<ChecklistItem> {
    let board = Board {
        review,
        contexts: Context::all(review),
        findings,
    };
    points::ALL.iter().map(|point| board.item(point)).collect()
}

/// One point.
struct Point {
    /// 1 to 11.
    number: u8,
    /// The point, in the words of the configuration.
    title: fn(&Board<'_>) -> String,
    /// How it stands where no finding fails it.
    verdict: fn(&Board<'_>) -> Verdict,
}

/// How a point stands where no finding fails it.
struct Verdict {
    status: ChecklistStatus,
    because: Vec<Because>,
    question: Option<String>,
}

impl Verdict {
    fn holds(why: impl Into<String>) -> Self {
        Self {
            status: ChecklistStatus::Holds,
            because: vec![reason(why)],
            question: None,
        }
    }

    fn asks(why: Vec<Because>, question: impl Into<String>) -> Self {
        Self {
            status: ChecklistStatus::Attest,
            because: why,
            question: Some(question.into()),
        }
    }

    fn unknown(why: impl Into<String>) -> Self {
        Self {
            status: ChecklistStatus::Unknown,
            because: vec![reason(why)],
            question: None,
        }
    }

    fn fails(because: Vec<Because>) -> Self {
        Self {
            status: ChecklistStatus::Fails,
            because,
            question: None,
        }
    }
}

/// What the points are worked out from.
struct Board<'a> {
    review: &'a Review,
    contexts: Vec<Context<'a>>,
    findings: &'a [Finding],
}

impl Board<'_> {
    fn item(&self, point: &Point) -> ChecklistItem {
        let verdict = self.verdict(point);
        let hidden = verdict.because.len().saturating_sub(REASONS);
        let mut because = verdict.because;
        because.truncate(REASONS);
        if hidden > 0 {
            because.push(reason(format!("and {hidden} more.")));
        }
        ChecklistItem {
            item: point.number,
            title: (point.title)(self),
            status: verdict.status,
            because,
            question: verdict.question,
        }
    }

    fn verdict(&self, point: &Point) -> Verdict {
        if self.contexts.is_empty() {
            return Verdict::unknown("No migration is under review.");
        }
        let failing = self.failing(point.number);
        if failing.is_empty() {
            (point.verdict)(self)
        } else {
            let estimate = (point.number == duration::POINT).then(|| duration::estimate(self));
            Verdict::fails(estimate.flatten().into_iter().chain(failing).collect())
        }
    }

    /// The findings that fail a point: those of a rule that serves it, above mere information.
    fn failing(&self, point: u8) -> Vec<Because> {
        let serves = |finding: &&Finding| {
            by_id(&finding.rule).is_some_and(|rule| rule.checklist.contains(&point))
        };
        let grave = |finding: &&Finding| {
            finding.level > retort_report::Level::Info || DEMANDED.contains(&point)
        };
        let failing = self.findings.iter().filter(serves).filter(grave);
        failing
            .map(|finding| Because {
                text: finding.message.clone(),
                location: Some(finding.location.clone()),
                finding: Some(finding.id),
            })
            .collect()
    }

    /// How many statements that may have changed the schema could not be analysed.
    fn unanalysed(&self) -> usize {
        let changes_anything = |operation: &Operation| matches!(operation, Operation::Opaque(opaque) if opaque.scope == OpaqueScope::Anything);
        let upgrades = self.contexts.iter().flat_map(Context::up);
        upgrades
            .filter(|statement| changes_anything(statement.operation))
            .count()
    }

    /// "Holds" only if everything was analysed.
    fn holds_if_known(&self, why: impl Into<String>) -> Verdict {
        match self.unanalysed() {
            0 => Verdict::holds(why),
            1 => Verdict::unknown("A statement that may change the schema could not be analysed."),
            many => Verdict::unknown(format!(
                "{many} statements that may change the schema could not be analysed."
            )),
        }
    }

    fn states(&self) -> impl Iterator<Item = &RevisionState> {
        self.contexts.iter().map(Context::state)
    }
}

/// Points that even a finding for information fails: a downgrade is there or it is not.
const DEMANDED: &[u8] = &[6];

/// A reason without a place.
fn reason(text: impl Into<String>) -> Because {
    Because {
        text: text.into(),
        location: None,
        finding: None,
    }
}
