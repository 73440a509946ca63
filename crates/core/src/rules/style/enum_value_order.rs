use crate::config::RuleLevel;
use crate::operation::{EnumPosition, Operation, TypeAction};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A new enum value has no place.
pub const RULE: Rule = Rule {
    id: "enum-value-order",
    class: Class::Style,
    level: RuleLevel::Off,
    title: "A new enum value has no place",
    summary: "ADD VALUE without BEFORE or AFTER puts the value last, whatever order the values have by meaning.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("enum-value-order.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let added = cx.up().filter_map(|statement| match statement.operation {
        Operation::AlterType(alter) => match &alter.action {
            TypeAction::AddValue {
                label,
                position: EnumPosition::Last,
                ..
            } => Some((statement, &alter.name, label)),
            _ => None,
        },
        _ => None,
    });
    added
        .map(|(statement, name, label)| {
            let message = format!("'{label}' becomes the last value of {name}: ORDER BY and < compare by this order, and it cannot be changed.");
            statement.say(message).help("Say BEFORE or AFTER which value it stands.").about(name)
        })
        .collect()
}
