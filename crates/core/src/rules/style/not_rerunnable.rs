use crate::config::RuleLevel;
use crate::migration::TransactionMode;
use crate::operation::Operation;
use crate::rules::Statement;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A migration outside a transaction cannot be run again.
pub const RULE: Rule = Rule {
    id: "not-rerunnable",
    class: Class::Style,
    level: RuleLevel::Off,
    title: "A migration outside a transaction cannot be run again",
    summary: "Where nothing is rolled back, a failure in the middle leaves statements that a second run trips over.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("not-rerunnable.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let statements: Vec<Statement<'_>> = cx.up().filter(Statement::changes_schema).collect();
    if cx.transaction_mode() != TransactionMode::None || statements.len() < 2 {
        return Vec::new();
    }
    let fragile = statements
        .into_iter()
        .filter_map(|statement| Some((what(statement.operation)?, statement)));
    fragile
        .map(|((guard, name), statement)| {
            let message = format!("If a later statement fails, this one is not undone, and a second run trips over {name}.");
            statement.say(message).help(format!("Say {guard}.")).about(name)
        })
        .collect()
}

/// The guard that a statement could have and does not, and what it is about. An index that is built concurrently has none:
/// IF NOT EXISTS would take an invalid one for built.
fn what(operation: &Operation) -> Option<(&'static str, String)> {
    match operation {
        Operation::CreateTable(create) if !create.if_not_exists => {
            Some(("IF NOT EXISTS", create.name.as_ref()?.to_string()))
        }
        Operation::CreateIndex(create) if !create.if_not_exists && !create.concurrently => {
            Some(("IF NOT EXISTS", create.name.clone()?))
        }
        Operation::CreateSchema(create) if !create.if_not_exists => {
            Some(("IF NOT EXISTS", create.name.clone()))
        }
        Operation::CreateSequence(create) if !create.if_not_exists => {
            Some(("IF NOT EXISTS", create.name.to_string()))
        }
        Operation::DropTable(drop) if !drop.if_exists => {
            Some(("IF EXISTS", drop.names.first()?.to_string()))
        }
        Operation::DropIndex(drop) if !drop.if_exists => {
            Some(("IF EXISTS", drop.names.first()?.to_string()))
        }
        _ => None,
    }
}
