use crate::config::RuleLevel;
use crate::rules::fails::failure::{Refusal, refused};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// `REFRESH MATERIALIZED VIEW CONCURRENTLY` without a unique index.
pub const RULE: Rule = Rule {
    id: "refresh-concurrently-needs-unique",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "REFRESH CONCURRENTLY needs a unique index",
    summary: "A materialized view is refreshed concurrently only with a unique index over \
        plain columns and all rows.",
    checklist: &[7],
    fix: FixKind::None,
    page: page!("refresh-concurrently-needs-unique.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    refused(cx, Refusal::RefreshNeedsUnique, HELP)
}

const HELP: &str =
    "Create a unique index on the materialized view, without a predicate and without expressions.";
