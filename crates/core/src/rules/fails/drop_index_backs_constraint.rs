use crate::config::RuleLevel;
use crate::rules::fails::failure::{Refusal, refused};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// `DROP INDEX` on the index of a constraint.
pub const RULE: Rule = Rule {
    id: "drop-index-backs-constraint",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "The index belongs to a constraint",
    summary: "The index of a primary key, unique or exclusion constraint goes only with its \
        constraint.",
    checklist: &[7],
    fix: FixKind::None,
    page: page!("drop-index-backs-constraint.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    refused(cx, Refusal::IndexOfConstraint, HELP)
}

const HELP: &str =
    "Drop the constraint: ALTER TABLE … DROP CONSTRAINT (op.drop_constraint in Alembic).";
