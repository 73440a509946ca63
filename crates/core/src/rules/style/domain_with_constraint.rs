use crate::config::RuleLevel;
use crate::operation::{Operation, TypeKind};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A domain has a constraint.
pub const RULE: Rule = Rule {
    id: "domain-with-constraint",
    class: Class::Style,
    level: RuleLevel::Off,
    title: "A domain has a constraint",
    summary: "A constraint of a domain cannot be changed without checking every table that uses it, with writers waiting.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("domain-with-constraint.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let bound = cx.up().filter_map(|statement| match statement.operation {
        Operation::CreateType(create) => match &create.kind {
            TypeKind::Domain(domain) if domain.not_null || !domain.checks.is_empty() => {
                Some((statement, &create.name))
            }
            _ => None,
        },
        _ => None,
    });
    bound
        .map(|(statement, name)| {
            let message = format!("The constraint of {name} holds for every column of it: a later change checks all their tables at once.");
            statement.say(message).help("Put a CHECK on the columns.").about(name)
        })
        .collect()
}
