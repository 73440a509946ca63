use crate::config::RuleLevel;
use crate::operation::{Operation, TableAction};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// `RENAME TO` of a table that others use.
pub const RULE: Rule = Rule {
    id: "rename-table",
    class: Class::Loses,
    level: RuleLevel::Warning,
    title: "A table is renamed under running code",
    summary: "Code that is running still uses the old name until it is replaced.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("rename-table.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let renamed = cx
        .table_actions()
        .filter_map(|(statement, table, action)| match action {
            TableAction::RenameTable { to } => Some((statement, table, to.as_str())),
            _ => None,
        });
    renamed
        .filter(|(statement, table, _)| {
            let is_table = statement.before().tables.contains_key(table) || cx.is_open_world();
            let replaced = cx.later(statement).any(|later| match later.operation {
                Operation::CreateView(view) => view.name.name == table.name,
                Operation::CreateTable(create) => create
                    .name
                    .as_ref()
                    .is_some_and(|name| name.name == table.name),
                _ => false,
            });
            is_table && !replaced && !statement.fails() && !cx.is_new(statement, table)
        })
        .map(|(statement, table, to)| {
            let message = format!(
                "From this commit on table {table} is called {to}: instances of the old \
                code that still run fail on every query."
            );
            let help = format!(
                "Create a view {} over {to} in the same transaction and drop it a \
                release later: simple views take writes too.",
                table.name
            );
            statement.say(message).about(&table).help(help)
        })
        .collect()
}
