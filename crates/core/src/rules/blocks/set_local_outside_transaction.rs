use super::seen::{self, Runs};
use crate::config::RuleLevel;
use crate::operation::Operation;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// SET LOCAL that does nothing.
pub const RULE: Rule = Rule {
    id: "set-local-outside-transaction",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "SET LOCAL has no effect outside a transaction",
    summary: "Outside a transaction block SET LOCAL only gives a warning, so the timeout it asks for is not in force.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("set-local-outside-transaction.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let runs = Runs::of(cx);
    let finding = seen::statements(cx).filter_map(|statement| {
        let Operation::Set(set) = statement.operation else {
            return None;
        };
        if !set.local || runs.run(&statement).in_block(&statement) {
            return None;
        }
        let name = &set.name;
        let message = format!("No transaction is open here, so {name} is not set at all: PostgreSQL only gives a warning.");
        let help = format!("Use SET {name} without LOCAL, and RESET it at the end; or open a transaction.");
        Some(statement.say(message).help(help))
    });
    finding.collect()
}
