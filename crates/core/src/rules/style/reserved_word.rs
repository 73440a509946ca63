use crate::config::RuleLevel;
use crate::operation::quote_identifier;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A name is a key word.
pub const RULE: Rule = Rule {
    id: "reserved-word",
    class: Class::Style,
    level: RuleLevel::Off,
    title: "A name is a key word",
    summary: "A name that is a key word of SQL has to be quoted wherever it is used.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("reserved-word.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let mut found = Vec::new();
    for creation in cx.created_tables() {
        let name = creation.name();
        if is_key_word(&name.name) {
            found.push(
                creation
                    .statement
                    .say(told("table", &name.name))
                    .help(HELP)
                    .about(&name),
            );
        }
    }
    for (statement, table, column) in cx.defined_columns() {
        if is_key_word(&column.name) {
            let message = told("column", &column.name);
            found.push(
                statement
                    .say_at(column.origin, message)
                    .help(HELP)
                    .about(format!("{table}.{}", column.name)),
            );
        }
    }
    found
}

const HELP: &str = "Choose another name.";

fn told(kind: &str, name: &str) -> String {
    format!("The {kind} {name} is called like a key word: every statement has to put it in quotes.")
}

/// Whether only its meaning makes PostgreSQL quote it.
fn is_key_word(name: &str) -> bool {
    let plain = name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    plain && quote_identifier(name) != name
}
