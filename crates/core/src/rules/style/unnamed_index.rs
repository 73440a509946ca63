use crate::config::RuleLevel;
use crate::operation::Operation;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// An index has no name.
pub const RULE: Rule = Rule {
    id: "unnamed-index",
    class: Class::Style,
    level: RuleLevel::Off,
    title: "An index has no name",
    summary: "CREATE INDEX without a name makes one up, and a second run builds a second index.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("unnamed-index.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let unnamed = cx.up().filter_map(|statement| match statement.operation {
        Operation::CreateIndex(index) if index.name.is_none() => Some((statement, &index.table)),
        _ => None,
    });
    unnamed
        .map(|(statement, table)| {
            let message = format!("The index on {table} has no name: a second run builds another beside it, and whoever drops it has to guess.");
            statement.say(message).help("Name it.").about(table)
        })
        .collect()
}
