use super::seen;
use crate::config::RuleLevel;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A new identity column.
pub const RULE: Rule = Rule {
    id: "add-column-identity",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "An identity column is added to a table in use",
    summary: "A new identity column gets a number in every row: the table and all its indexes are written anew with ACCESS EXCLUSIVE held.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("add-column-identity.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let added = seen::new_columns(cx).into_iter();
    let rewriting = added.filter(|(_, column)| column.identity.is_some());
    let finding = rewriting.map(|(action, column)| {
        let (name, table) = (&column.name, &action.table);
        let message = format!("Every row of {table} is written anew to give {name} its number, while readers and writers wait.");
        let help = "Add a nullable bigint column, number the rows in batches, prove NOT NULL by a check, then ADD GENERATED … AS IDENTITY.";
        seen::say_at_column(&action.statement, column, message).help(help).about(format!("{table}.{name}"))
    });
    finding.collect()
}
