use crate::config::RuleLevel;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A primary key may run out of numbers.
pub const RULE: Rule = Rule {
    id: "short-primary-key",
    class: Class::Style,
    level: RuleLevel::Off,
    title: "A primary key may run out of numbers",
    summary: "An int or smallint primary key ends at 2147483647 or 32767, and widening it writes the table and all that reference it anew.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("short-primary-key.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let creations = cx.created_tables().into_iter();
    let short = creations.flat_map(|creation| {
        let key = creation
            .table
            .primary_key
            .iter()
            .flat_map(|key| &key.columns);
        key.filter_map(move |column| {
            let data_type = &creation.table.column(column)?.data_type;
            is_short(data_type).then_some((creation, column, data_type))
        })
    });
    let keys: Vec<Draft> = short
        .map(|(creation, column, data_type)| {
            let name = creation.name();
            let message = format!("The primary key {name}.{column} is {data_type}: when its numbers run out, every INSERT fails.");
            let draft = creation.statement.say(message).at(creation.place_of_column(column));
            draft.help("Use bigint.").about(format!("{name}.{column}"))
        })
        .collect();
    keys.into_iter().chain(referencing(cx)).collect()
}

/// Referencing columns that are narrower than bigint.
fn referencing(cx: &Context<'_>) -> Vec<Draft> {
    let made = cx.foreign_keys_made().into_iter();
    let short = made.filter_map(|(statement, table, key)| {
        let column = key.columns.iter().find_map(|name| {
            let column = table.column(name)?;
            is_short(&column.data_type).then_some(column)
        })?;
        let name = table.object_name();
        let message = format!(
            "The foreign key {name}.{} is {}: when the numbers of what it references go beyond that, nothing can reference them.",
            column.name, column.data_type
        );
        let draft = statement.say(message).at(statement.place_of_foreign_key(&key.columns));
        Some(draft.help("Use bigint.").about(format!("{name}.{}", column.name)))
    });
    short.collect()
}

fn is_short(data_type: &str) -> bool {
    matches!(data_type, "integer" | "smallint")
}
