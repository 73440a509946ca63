use crate::config::RuleLevel;
use crate::operation::Operation;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A database is dropped.
pub const RULE: Rule = Rule {
    id: "drop-database",
    class: Class::Loses,
    level: RuleLevel::Error,
    title: "A database is dropped",
    summary: "DROP DATABASE removes every table with every row, and no downgrade brings one back.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("drop-database.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let dropped = cx.both().filter(|statement| {
        matches!(statement.operation, Operation::Unmodelled(other) if other.kind == "DROP DATABASE")
    });
    dropped
        .map(|statement| {
            let message =
                "This drops a whole database with all its rows: only a backup brings it back.";
            statement
                .say(message)
                .help("Leave it to a person with a backup at hand.")
        })
        .collect()
}
