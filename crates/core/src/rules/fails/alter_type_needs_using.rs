use crate::config::RuleLevel;
use crate::rules::fails::failure::{Refusal, refused};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// `ALTER COLUMN TYPE` without a cast from the old type.
pub const RULE: Rule = Rule {
    id: "alter-type-needs-using",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "A change of type needs USING",
    summary: "PostgreSQL has no automatic cast from the old type to the new one.",
    checklist: &[7],
    fix: FixKind::None,
    page: page!("alter-type-needs-using.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    refused(cx, Refusal::NeedsUsing, HELP)
}

const HELP: &str =
    "Say how the values become the new type: USING column::type (postgresql_using in Alembic).";
