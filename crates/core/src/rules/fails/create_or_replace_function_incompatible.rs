use crate::config::RuleLevel;
use crate::rules::fails::failure::{Refusal, refused};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// `CREATE OR REPLACE FUNCTION` that PostgreSQL refuses.
pub const RULE: Rule = Rule {
    id: "create-or-replace-function-incompatible",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "A function cannot be replaced like this",
    summary: "CREATE OR REPLACE FUNCTION cannot change the result type or the names of parameters.",
    checklist: &[7],
    fix: FixKind::None,
    page: page!("create-or-replace-function-incompatible.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    refused(cx, Refusal::FunctionReplacement, HELP)
}

const HELP: &str = "Drop the function first, and make what depends on it again.";
