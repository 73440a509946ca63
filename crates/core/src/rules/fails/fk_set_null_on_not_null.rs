use crate::config::RuleLevel;
use crate::operation::TableAction;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};
use crate::schema::{ForeignKeyConstraint, Table};

/// `ON DELETE SET NULL` or `ON UPDATE SET NULL` over a NOT NULL column.
pub const RULE: Rule = Rule {
    id: "fk-set-null-on-not-null",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "SET NULL on a column that cannot be NULL",
    summary: "ON DELETE SET NULL fails at run time if the referencing column is NOT NULL.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("fk-set-null-on-not-null.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let made = cx.foreign_keys_made().into_iter();
    made.chain(keys_made_required(cx))
        .filter_map(|(statement, table, key)| {
            let (clause, column) = impossible(table, key)?;
            let name = table.object_name();
            let parent = key.references.table_name();
            let message = format!(
                "{clause} SET NULL sets {name}.{column} to NULL, but the column is NOT NULL: \
            deleting or changing a row of {parent} that is referenced fails at run time."
            );
            let draft = Draft {
                place: statement.place_of_foreign_key(&key.columns),
                ..statement.say(message)
            };
            Some(
                draft
                    .help("Use RESTRICT or CASCADE, or let the column be NULL.")
                    .about(format!("{name}.{column}")),
            )
        })
        .collect()
}

/// Keys that were there, where a statement makes one of their columns NOT NULL.
fn keys_made_required<'a>(
    cx: &Context<'a>,
) -> impl Iterator<Item = (Statement<'a>, &'a Table, &'a ForeignKeyConstraint)> {
    let required = cx
        .table_actions()
        .filter_map(|(statement, table, action)| match action {
            TableAction::SetNotNull { column } => Some((statement, table, column)),
            _ => None,
        });
    required.flat_map(|(statement, table, column)| {
        let before = statement.before().tables.get(&table);
        let made_required = before
            .and_then(|table| table.column(column))
            .is_some_and(|column| column.nullable);
        let after = cx.now(&statement, &table).filter(|_| made_required);
        let keys = after.into_iter().flat_map(|table| {
            let keys = table.foreign_keys.iter();
            keys.map(move |key| (table, key))
        });
        let of_column: Vec<_> = keys
            .filter(|(_, key)| {
                key.columns.contains(column)
                    && before.is_some_and(|before| {
                        before.foreign_keys.iter().any(|old| old.name == key.name)
                    })
            })
            .map(|(table, key)| (statement, table, key))
            .collect();
        of_column
    })
}

/// The clause and the column that contradict each other.
fn impossible<'a>(
    table: &'a Table,
    key: &'a ForeignKeyConstraint,
) -> Option<(&'static str, &'a str)> {
    let required = |columns: &'a [String]| {
        let mut names = columns.iter().map(String::as_str);
        names.find(|name| table.column(name).is_some_and(|column| !column.nullable))
    };
    let deleted = if key.delete_columns.is_empty() {
        &key.columns
    } else {
        &key.delete_columns
    };
    let on_delete = required(deleted)
        .filter(|_| key.on_delete == "set null")
        .map(|column| ("ON DELETE", column));
    let on_update = required(&key.columns)
        .filter(|_| key.on_update == "set null")
        .map(|column| ("ON UPDATE", column));
    on_delete.or(on_update)
}
