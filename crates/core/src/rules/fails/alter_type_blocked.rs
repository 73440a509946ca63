use crate::config::RuleLevel;
use crate::rules::fails::failure::{Refusal, refused};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// `ALTER COLUMN TYPE` that PostgreSQL refuses because of dependents.
pub const RULE: Rule = Rule {
    id: "alter-type-blocked",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "A type cannot change because something depends on the column",
    summary: "A column that a view, a generated column, a trigger or a policy uses cannot \
        change its type.",
    checklist: &[7],
    fix: FixKind::None,
    page: page!("alter-type-blocked.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    refused(cx, Refusal::TypeChangeBlocked, HELP)
}

const HELP: &str =
    "Drop what depends on the column, change the type, and make it again, in the same transaction.";
