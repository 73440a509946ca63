use crate::config::RuleLevel;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A column is of type char(n).
pub const RULE: Rule = Rule {
    id: "ban-char",
    class: Class::Style,
    level: RuleLevel::Off,
    title: "A column is of type char(n)",
    summary: "char(n) pads with blanks, takes more room than text, and compares in surprising ways.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("ban-char.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let defined = cx.defined_columns();
    let found = defined.filter(|(_, _, column)| {
        (column.data_type.is_built_in() || column.data_type.is_serial())
            && column.data_type.name == "character"
    });
    found
        .map(|(statement, table, column)| {
            let name = format!("{table}.{}", column.name);
            let message = format!("{name} is char(n): values are padded with blanks, which some operators ignore and others do not.");
            let help = "Use text, with a CHECK on its length where that is a rule of the business.";
            statement.say_at(column.origin, message).help(help).about(name)
        })
        .collect()
}
