use crate::config::RuleLevel;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// An integer column may be too small.
pub const RULE: Rule = Rule {
    id: "prefer-bigint",
    class: Class::Style,
    level: RuleLevel::Off,
    title: "An integer column may be too small",
    summary: "int and smallint columns have to be written anew when values outgrow them.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("prefer-bigint.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let defined = cx.defined_columns();
    let found = defined.filter(|(_, _, column)| {
        (column.data_type.is_built_in() || column.data_type.is_serial())
            && matches!(
                column.data_type.name.as_str(),
                "integer" | "smallint" | "serial" | "smallserial"
            )
    });
    found
        .map(|(statement, table, column)| {
            let name = format!("{table}.{}", column.name);
            let message = format!("{name} has four bytes or fewer: values that outgrow them mean writing the table anew.");
            let help = "Use bigint, unless the range is small by nature.";
            statement.say_at(column.origin, message).help(help).about(name)
        })
        .collect()
}
