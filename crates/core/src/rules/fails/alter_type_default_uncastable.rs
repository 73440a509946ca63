use crate::config::RuleLevel;
use crate::rules::fails::failure::{Refusal, refused};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// `ALTER COLUMN TYPE` whose default has no cast to the new type.
pub const RULE: Rule = Rule {
    id: "alter-type-default-uncastable",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "A default does not fit the new type",
    summary: "The column's default cannot be cast to its new type.",
    checklist: &[7],
    fix: FixKind::None,
    page: page!("alter-type-default-uncastable.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    refused(cx, Refusal::DefaultUncastable, HELP)
}

const HELP: &str = "Drop the default, change the type, set the default anew.";
