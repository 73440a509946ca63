use crate::config::RuleLevel;
use crate::fix;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A text column has a limit.
pub const RULE: Rule = Rule {
    id: "prefer-text",
    class: Class::Style,
    level: RuleLevel::Off,
    title: "A text column has a limit",
    summary: "varchar(n) is no faster than text, and making n smaller later writes the table anew.",
    checklist: &[],
    fix: FixKind::Edit,
    page: include_str!("prefer-text.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let defined = cx.defined_columns();
    let found = defined.filter(|(_, _, column)| {
        (column.data_type.is_built_in() || column.data_type.is_serial())
            && column.data_type.name == "character varying"
            && !column.data_type.modifiers.is_empty()
    });
    found
        .map(|(statement, table, column)| {
            let name = format!("{table}.{}", column.name);
            let message = format!(
                "{name} is varchar(n): a limit that is a guess today fails an INSERT tomorrow."
            );
            let help = "Use text, with a CHECK on its length where that is a rule of the business.";
            statement
                .say_at(column.origin, message)
                .help(help)
                .about(name)
                .fix(fix::unlimited_text(cx, &statement, column.origin))
        })
        .collect()
}
