use crate::config::RuleLevel;
use crate::rules::fails::failure::{Refusal, refused};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// `DROP` that PostgreSQL refuses because of dependents.
pub const RULE: Rule = Rule {
    id: "drop-blocked",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "Something depends on what is dropped",
    summary: "PostgreSQL drops nothing that other objects depend on, unless CASCADE is written.",
    checklist: &[7],
    fix: FixKind::None,
    page: page!("drop-blocked.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    refused(cx, Refusal::DropBlocked, HELP)
}

const HELP: &str = "Drop what depends on it first; CASCADE would drop it without naming it.";
