use crate::config::RuleLevel;
use crate::operation::TableAction;
use crate::rules::expression;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};
use crate::schema::Table;

/// `DROP COLUMN` of a column that multi-column constraints or indexes use.
pub const RULE: Rule = Rule {
    id: "drop-column-takes-along",
    class: Class::Loses,
    level: RuleLevel::Warning,
    title: "Dropping a column silently drops more",
    summary: "A dropped column takes constraints and indexes over several columns along, \
        without CASCADE and without a word.",
    checklist: &[9],
    fix: FixKind::None,
    page: page!("drop-column-takes-along.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let dropped = cx
        .table_actions()
        .filter_map(|(statement, table, action)| match action {
            TableAction::DropColumn { column, .. } => Some((statement, table, column.as_str())),
            _ => None,
        });
    dropped
        .filter_map(|(statement, table, column)| {
            let known = statement.before().tables.get(&table)?;
            let goes_too: Vec<&str> = statement
                .table_actions()
                .iter()
                .filter_map(dropped_column)
                .collect();
            let taken = taken_along(known, column, &goes_too);
            if taken.is_empty() || statement.fails() || cx.is_new(&statement, &table) {
                return None;
            }
            let message = format!(
                "Dropping {table}.{column} also drops {}, which other columns use.",
                taken.join(", ")
            );
            let draft = statement.say(message).about(format!("{table}.{column}"));
            Some(draft.help(
                "Make what is still needed of it over the remaining columns, before or \
                in the same migration.",
            ))
        })
        .collect()
}

fn dropped_column(action: &TableAction) -> Option<&str> {
    match action {
        TableAction::DropColumn { column, .. } => Some(column),
        _ => None,
    }
}

/// Constraints and indexes that use this column and others that stay, in words.
fn taken_along(table: &Table, column: &str, goes_too: &[&str]) -> Vec<String> {
    let shared = |columns: &[&str]| {
        columns.contains(&column) && columns.iter().any(|name| !goes_too.contains(name))
    };
    let names =
        |columns: &[String]| shared(&columns.iter().map(String::as_str).collect::<Vec<_>>());
    let keys = table
        .unique_constraints
        .iter()
        .filter(|key| names(&key.columns) || names(&key.include));
    let keys = keys.map(|key| {
        format!(
            "unique constraint {} ({})",
            key.name,
            key.columns.join(", ")
        )
    });
    let primary = table.primary_key.iter().filter(|key| names(&key.columns));
    let primary =
        primary.map(|key| format!("primary key {} ({})", key.name, key.columns.join(", ")));
    let checks = table
        .check_constraints
        .iter()
        .filter(|check| names(&check.columns));
    let checks = checks.map(|check| format!("check {}", check.name));
    let foreign = table.foreign_keys.iter().filter(|key| names(&key.columns));
    let foreign =
        foreign.map(|key| format!("foreign key {} ({})", key.name, key.columns.join(", ")));
    let indexes = table.indexes.iter().filter(|index| {
        let columns: Vec<&str> = index
            .keys
            .iter()
            .filter_map(|key| key.column.as_deref())
            .chain(index.include.iter().map(String::as_str))
            .collect();
        let in_predicate = index
            .predicate
            .as_ref()
            .is_some_and(|predicate| expression::mentions(predicate, column));
        shared(&columns) || (in_predicate && !columns.contains(&column))
    });
    let indexes = indexes.map(|index| format!("index {}", index.name));
    primary
        .chain(keys)
        .chain(checks)
        .chain(foreign)
        .chain(indexes)
        .collect()
}
