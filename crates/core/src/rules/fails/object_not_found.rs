use crate::config::RuleLevel;
use crate::rules::fails::failure::{Refusal, refused};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A statement that names what is not there.
pub const RULE: Rule = Rule {
    id: "object-not-found",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "A name that nothing has",
    summary: "A statement names a table, column, constraint or index that does not exist at \
        that point.",
    checklist: &[7],
    fix: FixKind::None,
    page: page!("object-not-found.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    refused(cx, Refusal::NotFound, HELP)
}

const HELP: &str = "Check the name and the order of the statements.";
