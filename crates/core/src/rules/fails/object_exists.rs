use crate::config::RuleLevel;
use crate::rules::fails::failure::{Refusal, refused};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A statement that creates what is there.
pub const RULE: Rule = Rule {
    id: "object-exists",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "The name is taken",
    summary: "A statement creates something whose name exists already.",
    checklist: &[7],
    fix: FixKind::None,
    page: page!("object-exists.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    refused(cx, Refusal::Exists, HELP)
}

const HELP: &str = "Choose another name, or drop the old object first.";
