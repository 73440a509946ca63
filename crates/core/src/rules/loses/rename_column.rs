use crate::config::RuleLevel;
use crate::operation::TableAction;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};
use crate::schema::ObjectName;

/// `RENAME COLUMN` on a table that others use.
pub const RULE: Rule = Rule {
    id: "rename-column",
    class: Class::Loses,
    level: RuleLevel::Info,
    title: "A column is renamed under running code",
    summary: "Code that is running still uses the old name until it is replaced.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("rename-column.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let renamed = cx
        .table_actions()
        .filter_map(|(statement, table, action)| match action {
            TableAction::RenameColumn { column, to } => {
                Some((statement, table, column.as_str(), to.as_str()))
            }
            _ => None,
        });
    renamed
        .filter(|(statement, table, column, _)| {
            !statement.fails()
                && !cx.is_new(statement, table)
                && !cx.added_here(statement, table, column)
                && !comes_back(cx, statement, table, column)
        })
        .map(|(statement, table, column, to)| {
            let message = format!(
                "From this commit on {table}.{column} is called {to}: instances of the \
                old code that still run fail on every query that names it."
            );
            let help = "If old and new code run side by side during a deploy, add the new \
                column, write both, and drop the old one a release later.";
            statement
                .say(message)
                .about(format!("{table}.{column}"))
                .help(help)
        })
        .collect()
}

/// Whether the upgrade goes on to add a column of the old name, so that old code still finds one.
fn comes_back<'a>(
    cx: &Context<'a>,
    statement: &Statement<'a>,
    table: &ObjectName,
    column: &str,
) -> bool {
    cx.now(statement, table)
        .is_some_and(|table| table.column(column).is_some())
}
