use crate::config::RuleLevel;
use crate::rules::fails::failure::{Refusal, refused};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// `CREATE TYPE` of an enum that exists.
pub const RULE: Rule = Rule {
    id: "enum-created-twice",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "An enum type is created twice",
    summary: "A statement creates an enum type that exists already.",
    checklist: &[7],
    fix: FixKind::None,
    page: page!("enum-created-twice.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    refused(cx, Refusal::EnumExists, HELP)
}

const HELP: &str = "Use postgresql.ENUM(…, create_type=False) where the type exists, or leave the \
    explicit create() away.";
