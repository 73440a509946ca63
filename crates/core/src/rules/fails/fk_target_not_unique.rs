use crate::config::RuleLevel;
use crate::rules::fails::failure::{Refusal, refused};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A foreign key whose target is not unique.
pub const RULE: Rule = Rule {
    id: "fk-target-not-unique",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "A foreign key points at columns that are not unique",
    summary: "A foreign key must reference a primary key, a unique constraint or a full \
        unique index.",
    checklist: &[7],
    fix: FixKind::None,
    page: page!("fk-target-not-unique.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    refused(cx, Refusal::TargetNotUnique, HELP)
}

const HELP: &str =
    "Reference the primary key, or add a unique constraint on the referenced columns first.";
