use crate::config::RuleLevel;
use crate::operation::Operation;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A hash index.
pub const RULE: Rule = Rule {
    id: "hash-index",
    class: Class::Style,
    level: RuleLevel::Off,
    title: "A hash index",
    summary: "A hash index serves equality only, is never unique and cannot hold several columns.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("hash-index.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let hashed = cx.up().filter_map(|statement| match statement.operation {
        Operation::CreateIndex(index) if index.method.as_deref() == Some("hash") => {
            Some((statement, &index.table))
        }
        _ => None,
    });
    hashed
        .map(|(statement, table)| {
            let message = format!("A hash index on {table} finds equal values only; a btree does that, and order and ranges too.");
            statement.say(message).help("Use btree unless measurements speak for hash.").about(table)
        })
        .collect()
}
