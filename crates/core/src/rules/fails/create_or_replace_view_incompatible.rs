use crate::config::RuleLevel;
use crate::rules::fails::failure::{Refusal, refused};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// `CREATE OR REPLACE VIEW` that PostgreSQL refuses.
pub const RULE: Rule = Rule {
    id: "create-or-replace-view-incompatible",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "A view cannot be replaced like this",
    summary: "CREATE OR REPLACE VIEW can only append columns.",
    checklist: &[7],
    fix: FixKind::None,
    page: page!("create-or-replace-view-incompatible.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    refused(cx, Refusal::ViewReplacement, HELP)
}

const HELP: &str = "Drop the view and create it again, or only append columns.";
