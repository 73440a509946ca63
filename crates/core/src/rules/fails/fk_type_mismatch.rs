use crate::config::RuleLevel;
use crate::rules::fails::failure::{Refusal, refused};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A foreign key between incompatible types.
pub const RULE: Rule = Rule {
    id: "fk-type-mismatch",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "A foreign key joins types that do not compare",
    summary: "The columns of a foreign key need types that PostgreSQL can compare.",
    checklist: &[7],
    fix: FixKind::None,
    page: include_str!("fk-type-mismatch.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    refused(cx, Refusal::ForeignKeyTypes, HELP)
}

const HELP: &str = "Give the referencing column the type of the column it references.";
