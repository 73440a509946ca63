use crate::config::RuleLevel;
use crate::operation::Operation;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// `TRUNCATE` of a table that others use.
pub const RULE: Rule = Rule {
    id: "truncate",
    class: Class::Loses,
    level: RuleLevel::Warning,
    title: "A table is emptied",
    summary: "TRUNCATE removes every row at once, and locks readers out meanwhile.",
    checklist: &[9],
    fix: FixKind::None,
    page: page!("truncate.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let emptied = cx.up().flat_map(|statement| {
        let names = match statement.operation {
            Operation::Truncate(truncate) if !truncate.cascade => truncate.tables.as_slice(),
            _ => &[],
        };
        names
            .iter()
            .map(move |name| (statement, statement.resolve(name)))
    });
    emptied
        .filter(|(statement, table)| !statement.fails() && !cx.is_new(statement, table))
        .map(|(statement, table)| {
            let message = format!(
                "TRUNCATE removes every row of {table}, fires no DELETE triggers, and \
                holds ACCESS EXCLUSIVE until the transaction ends."
            );
            let draft = statement.say(message).about(&table);
            draft.help("Save what is needed; to remove some rows, DELETE in batches.")
        })
        .collect()
}
