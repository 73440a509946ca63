use super::seen;
use crate::config::RuleLevel;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A new serial column.
pub const RULE: Rule = Rule {
    id: "add-column-serial",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "A serial column is added to a table in use",
    summary: "A new serial column gets a number in every row: the table and all its indexes are written anew with ACCESS EXCLUSIVE held.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("add-column-serial.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let added = seen::new_columns(cx).into_iter();
    let rewriting = added.filter(|(_, column)| column.data_type.is_serial());
    let finding = rewriting.map(|(action, column)| {
        let (name, table) = (&column.name, &action.table);
        let message = format!("Every row of {table} is written anew to give {name} its number, while readers and writers wait.");
        let help = "Add a nullable bigint column, then a sequence as its default, then number the old rows in batches.";
        seen::say_at_column(&action.statement, column, message).help(help).about(format!("{table}.{name}"))
    });
    finding.collect()
}
