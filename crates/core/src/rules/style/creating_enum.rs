use crate::config::RuleLevel;
use crate::operation::{Operation, TypeKind};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// An enum type is created.
pub const RULE: Rule = Rule {
    id: "creating-enum",
    class: Class::Style,
    level: RuleLevel::Off,
    title: "An enum type is created",
    summary: "Values of an enum type can be added but never removed; a table or a CHECK can be changed freely.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("creating-enum.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let created = cx.up().filter_map(|statement| match statement.operation {
        Operation::CreateType(create) if matches!(create.kind, TypeKind::Enum(_)) => {
            Some((statement, &create.name))
        }
        _ => None,
    });
    created
        .map(|(statement, name)| {
            let message = format!("Values of {name} can be added later, but none can be removed.");
            let help = "Use a table of values with a foreign key, or text with a CHECK.";
            statement.say(message).help(help).about(name)
        })
        .collect()
}
