use crate::config::RuleLevel;
use crate::rules::fails::failure::{Refusal, refused};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A key of a partitioned table without its partition columns.
pub const RULE: Rule = Rule {
    id: "partition-key-in-unique",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "A unique key lacks the partition columns",
    summary: "Every primary key and unique constraint of a partitioned table must contain all \
        its partition columns.",
    checklist: &[7],
    fix: FixKind::None,
    page: page!("partition-key-in-unique.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    refused(cx, Refusal::PartitionKey, HELP)
}

const HELP: &str =
    "Add the partition columns to the key, or make it unique in each partition only.";
