use super::seen::{self, Runs};
use crate::config::RuleLevel;
use crate::effects::Timeout;
use crate::migration::Direction;
use crate::operation::{Operation, TransactionControl};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A timeout ended before the statement it was meant for.
pub const RULE: Rule = Rule {
    id: "timeout-scope-ended",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "A timeout ended before the statement it was meant for",
    summary: "SET LOCAL holds until the transaction ends; what comes after a COMMIT waits without limit.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("timeout-scope-ended.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let runs = Runs::of(cx);
    let mut last = None;
    let mut ended = None;
    for statement in seen::statements(cx).filter(|statement| statement.direction == Direction::Up) {
        match statement.operation {
            Operation::Set(set) if set.name == "lock_timeout" && set.value.is_some() => {
                (last, ended) = (Some(set.local), None);
            }
            Operation::Transaction(TransactionControl::Commit) => {
                ended = last
                    .filter(|local| *local)
                    .map(|_| "was set with SET LOCAL and ended with its transaction");
            }
            Operation::Transaction(TransactionControl::Rollback) => {
                ended = last.map(|_| "was set in a transaction that is rolled back");
            }
            _ => {}
        }
        let parameters = runs.run(&statement).parameters(&statement);
        let limited = parameters
            .is_some_and(|known| matches!(known.timeout("lock_timeout"), Timeout::After(_)));
        let lock = seen::lock_others_wait_for(cx, &statement).filter(|_| !limited);
        if let Some((lock, how)) = lock.zip(ended) {
            let message = format!(
                "lock_timeout {how}: this waits for {} without limit.",
                lock.relation
            );
            let help = "Set it again in this transaction, or use SET without LOCAL.";
            return vec![statement.say(message).help(help).about(&lock.relation)];
        }
    }
    Vec::new()
}
