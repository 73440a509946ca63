use crate::config::RuleLevel;
use crate::rules::fails::failure::{Refusal, refused};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A column that stands twice in one statement.
pub const RULE: Rule = Rule {
    id: "duplicate-column",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "A column is named twice",
    summary: "A table cannot have two columns of one name.",
    checklist: &[7],
    fix: FixKind::None,
    page: include_str!("duplicate-column.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    refused(cx, Refusal::DuplicateColumn, HELP)
}

const HELP: &str = "Remove or rename one of the two.";
