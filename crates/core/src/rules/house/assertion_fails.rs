use std::collections::BTreeSet;

use crate::assertion::{Violation, violations};
use crate::config::RuleLevel;
use crate::migration::Place;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// What the team asserts of its schema does not hold after a migration.
pub const RULE: Rule = Rule {
    id: "assertion-fails",
    class: Class::House,
    level: RuleLevel::Error,
    title: "An assertion about the schema does not hold",
    summary: "After the migration the schema is not what an [[assert]] of retort.toml demands.",
    checklist: &[11],
    fix: FixKind::None,
    page: page!("assertion-fails.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let assertions = &cx.config().assertions;
    if assertions.is_empty() {
        return Vec::new();
    }
    let before = violations(assertions, cx.before());
    let after = violations(assertions, cx.state().after());
    let mut drafts: Vec<Draft> = after
        .difference(&before)
        .map(|violation| broken(cx, violation))
        .collect();
    if is_last(cx) {
        let from_the_start: BTreeSet<Violation> = cx
            .review()
            .base()
            .map(|base| violations(assertions, base))
            .unwrap_or_default();
        // What never held is told once, at the end.
        let never = after
            .intersection(&before)
            .filter(|violation| from_the_start.contains(*violation));
        drafts.extend(never.map(|violation| {
            let place = Place {
                file: cx.migration().file,
                span: cx.migration().revision_span,
            };
            Draft::new(place, violation.message()).about(&violation.object)
        }));
    }
    drafts
}

fn is_last(cx: &Context<'_>) -> bool {
    cx.position() + 1 == cx.review().timeline.len()
}

/// At the statement after which it no longer holds.
fn broken(cx: &Context<'_>, violation: &Violation) -> Draft {
    let assertions = &cx.config().assertions;
    let breaks = cx.up().filter(|statement| {
        let holds = !violations(assertions, statement.before()).contains(violation);
        holds && violations(assertions, &statement.outcome.after).contains(violation)
    });
    match breaks.last() {
        Some(statement) => statement.say(violation.message()).about(&violation.object),
        None => {
            let place = Place {
                file: cx.migration().file,
                span: cx.migration().revision_span,
            };
            Draft::new(place, violation.message()).about(&violation.object)
        }
    }
}
