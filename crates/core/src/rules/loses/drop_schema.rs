use crate::config::RuleLevel;
use crate::operation::Operation;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// `DROP SCHEMA` of a schema that existed before.
pub const RULE: Rule = Rule {
    id: "drop-schema",
    class: Class::Loses,
    level: RuleLevel::Error,
    title: "A schema is dropped",
    summary: "DROP SCHEMA takes every table, view, type and function in it along.",
    checklist: &[9],
    fix: FixKind::None,
    page: page!("drop-schema.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let dropped = cx.up().flat_map(|statement| {
        let (names, cascade) = match statement.operation {
            Operation::DropSchema(drop) => (drop.names.as_slice(), drop.cascade),
            _ => (&[][..], false),
        };
        names
            .iter()
            .map(move |name| (statement, name.name.as_str(), cascade))
    });
    dropped
        .filter(|(statement, name, _)| {
            let there = cx.before().schemas.contains_key(*name) || cx.is_open_world();
            there && !statement.fails()
        })
        .filter_map(|(statement, name, cascade)| {
            let tables = statement
                .before()
                .tables
                .keys()
                .filter(|table| table.schema == name)
                .count();
            if !cascade && tables == 0 {
                return None;
            }
            let known = if tables == 0 {
                "everything in it".to_owned()
            } else {
                format!("{tables} tables and everything else in it")
            };
            let message = format!("This drops schema {name} with {known}.");
            Some(statement.say(message).about(name).help(
                "Move or save what is needed; drop tables by name, then the empty schema \
                without CASCADE.",
            ))
        })
        .collect()
}
