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
    let renamed = renamed.filter(|(statement, table, column, _)| {
        !statement.fails()
            && !cx.is_new(statement, table)
            && !cx.added_here(statement, table, column)
            && !is_renamed_too(cx, table)
            && !comes_back(cx, statement, table, column)
    });
    let mut tables: Vec<Renames<'_>> = Vec::new();
    for (statement, table, column, to) in renamed {
        match tables.iter_mut().find(|known| known.table == table) {
            Some(known) => known.columns.push((column, to)),
            None => tables.push(Renames {
                statement,
                table,
                columns: vec![(column, to)],
            }),
        }
    }
    tables.iter().filter_map(Renames::told).collect()
}

/// The columns of one table that get other names: the code that meets one of them meets them all.
struct Renames<'a> {
    /// The first statement.
    statement: Statement<'a>,
    table: ObjectName,
    columns: Vec<(&'a str, &'a str)>,
}

impl Renames<'_> {
    fn told(&self) -> Option<Draft> {
        let table = &self.table;
        let ((first, to), more) = self.columns.split_first()?;
        let what = if more.is_empty() {
            format!("{table}.{first} is called {to}")
        } else {
            let shown = self.columns.iter().take(SHOWN);
            let shown: Vec<String> = shown
                .map(|(column, to)| format!("{column} is {to}"))
                .collect();
            let rest = match self.columns.len().saturating_sub(SHOWN) {
                0 => String::new(),
                rest => format!(", and {rest} more"),
            };
            format!(
                "{} columns of {table} have other names ({}{rest})",
                self.columns.len(),
                shown.join(", ")
            )
        };
        let message = format!(
            "From this commit on {what}: instances of the old code that still run fail on \
            every query that names {}.",
            if more.is_empty() { "it" } else { "one of them" }
        );
        let help = "If old and new code run side by side during a deploy, add the new \
            column, write both, and drop the old one a release later.";
        Some(
            self.statement
                .say(message)
                .about(format!("{table}.{first}"))
                .help(help),
        )
    }
}

/// How many new names are told.
const SHOWN: usize = 4;

/// Whether the upgrade gives the table another name too: old code fails on that already.
fn is_renamed_too(cx: &Context<'_>, table: &ObjectName) -> bool {
    cx.table_actions().any(|(_, owner, action)| match action {
        TableAction::RenameTable { to } => {
            owner == *table || (owner.schema == table.schema && *to == table.name)
        }
        TableAction::SetSchema { schema } => {
            owner == *table || (*schema == table.schema && owner.name == table.name)
        }
        _ => false,
    })
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
