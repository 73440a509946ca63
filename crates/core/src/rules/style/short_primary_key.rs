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
    page: include_str!("short-primary-key.md"),
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
            matches!(data_type.as_str(), "integer" | "smallint")
                .then_some((creation, column, data_type))
        })
    });
    short
        .map(|(creation, column, data_type)| {
            let name = creation.name();
            let message = format!("The primary key {name}.{column} is {data_type}: when its numbers run out, every INSERT fails.");
            let draft = creation.statement.say(message).at(creation.place_of_column(column));
            draft.help("Use bigint.").about(format!("{name}.{column}"))
        })
        .collect()
}
