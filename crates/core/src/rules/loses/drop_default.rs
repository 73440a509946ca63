use crate::config::RuleLevel;
use crate::operation::{Opaque, OpaqueScope, Operation, TableAction};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};

/// A required column loses its default.
pub const RULE: Rule = Rule {
    id: "drop-default",
    class: Class::Loses,
    level: RuleLevel::Info,
    title: "A required column loses its default",
    summary: "Code that leaves the column out of its INSERT fails from that commit on.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("drop-default.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let dropped = cx
        .table_actions()
        .filter_map(|(statement, table, action)| match action {
            TableAction::DropDefault { column } => Some((statement, table, column)),
            _ => None,
        });
    let needed = dropped.filter(|(statement, table, column)| {
        let known = statement
            .before()
            .tables
            .get(table)
            .and_then(|table| table.column(column));
        let required = known.is_some_and(|column| !column.nullable && column.default.is_some());
        let again = cx
            .now(statement, table)
            .and_then(|table| table.column(column))
            .is_some_and(|column| {
                column.default.is_some() || column.nullable || column.identity.is_some()
            });
        let told = required && !again && !statement.fails() && !cx.is_new(statement, table);
        told && !cx
            .up()
            .any(|later| later.index > statement.index && is_unread(&later))
    });
    needed
        .map(|(statement, table, column)| {
            let message = format!("{table}.{column} is required and loses its default: old code that leaves it out of its INSERT fails.");
            let help = "Keep the default until no running code leaves the column out.";
            statement.say(message).help(help).about(format!("{table}.{column}"))
        })
        .collect()
}

/// Whether it may give the column a default again, or an identity: nobody knows.
fn is_unread(statement: &Statement<'_>) -> bool {
    let unread = |opaque: &Opaque| opaque.scope == OpaqueScope::Anything;
    matches!(statement.operation, Operation::Opaque(opaque) if unread(opaque))
}
