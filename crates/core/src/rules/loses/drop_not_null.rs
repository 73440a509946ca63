use crate::config::RuleLevel;
use crate::operation::TableAction;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// `DROP NOT NULL` on a column that existed before.
pub const RULE: Rule = Rule {
    id: "drop-not-null",
    class: Class::Loses,
    level: RuleLevel::Info,
    title: "NOT NULL is taken off a column",
    summary: "Readers that rely on a value meet NULL from now on.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("drop-not-null.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let dropped = cx
        .table_actions()
        .filter_map(|(statement, table, action)| match action {
            TableAction::DropNotNull { column } => Some((statement, table, column.as_str())),
            _ => None,
        });
    dropped
        .filter(|(statement, table, column)| {
            let known = statement
                .before()
                .tables
                .get(table)
                .and_then(|table| table.column(column));
            let was_nullable = known.is_some_and(|column| column.nullable) && !cx.is_open_world();
            !statement.fails()
                && !was_nullable
                && !cx.is_new(statement, table)
                && !cx.added_here(statement, table, column)
        })
        .map(|(statement, table, column)| {
            let message = format!(
                "{table}.{column} may be NULL from now on: code that reads it as a \
                value, and queries with NOT IN or concatenation, meet NULL. A downgrade \
                fails once a NULL is stored."
            );
            let draft = statement.say(message).about(format!("{table}.{column}"));
            draft.help("Make sure that all readers cope with NULL before the first one is written.")
        })
        .collect()
}
