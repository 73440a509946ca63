use crate::config::RuleLevel;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A column is of type json.
pub const RULE: Rule = Rule {
    id: "prefer-jsonb",
    class: Class::Style,
    level: RuleLevel::Off,
    title: "A column is of type json",
    summary: "json keeps text and parses it on each read; it has no equality and no useful index.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("prefer-jsonb.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let defined = cx.defined_columns();
    let found = defined.filter(|(_, _, column)| {
        (column.data_type.is_built_in() || column.data_type.is_serial())
            && column.data_type.name == "json"
    });
    found
        .map(|(statement, table, column)| {
            let name = format!("{table}.{}", column.name);
            let message = format!("{name} is json: it is parsed on each read, and SELECT DISTINCT, GROUP BY and indexes on it are refused.");
            let help = "Use jsonb (postgresql.JSONB in Alembic), unless the exact text has to be kept.";
            statement.say_at(column.origin, message).help(help).about(name)
        })
        .collect()
}
