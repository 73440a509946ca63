use crate::config::RuleLevel;
use crate::rules::fails::failure::{Refusal, refused};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// Any other certain refusal.
pub const RULE: Rule = Rule {
    id: "statement-fails",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "PostgreSQL refuses this statement",
    summary: "On the state of the schema at this point the statement fails.",
    checklist: &[7],
    fix: FixKind::None,
    page: page!("statement-fails.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    refused(cx, Refusal::Other, HELP)
}

const HELP: &str =
    "Read PostgreSQL's message; the statement fails on every database with this history.";
