use crate::config::RuleLevel;
use crate::operation::Operation;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// An index has many columns.
pub const RULE: Rule = Rule {
    id: "wide-index",
    class: Class::Style,
    level: RuleLevel::Off,
    title: "An index has many columns",
    summary: "A non-unique index over more than three columns is large and is rarely used to its end.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("wide-index.md"),
    check: Check::Migration(check),
};

/// How many keys are usual.
const USUAL: usize = 3;

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let wide = cx.up().filter_map(|statement| match statement.operation {
        Operation::CreateIndex(index) if !index.unique && index.keys.len() > USUAL => {
            Some((statement, index))
        }
        _ => None,
    });
    wide.map(|(statement, index)| {
        let (table, count) = (&index.table, index.keys.len());
        let message = format!("The index on {table} has {count} keys: queries seldom use more than the first three, and each write pays for all.");
        statement.say(message).help("Lead with the most selective columns and leave out the rest, or INCLUDE them.").about(table)
    })
    .collect()
}
