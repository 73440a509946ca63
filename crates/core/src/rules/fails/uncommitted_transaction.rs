use super::transaction_nesting::is_managed;
use crate::config::RuleLevel;
use crate::operation::{Operation, TransactionControl};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};

/// BEGIN without COMMIT or ROLLBACK.
pub const RULE: Rule = Rule {
    id: "uncommitted-transaction",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "A transaction is begun and not ended",
    summary: "A file that says BEGIN and never COMMIT leaves nothing behind.",
    checklist: &[7],
    fix: FixKind::None,
    page: page!("uncommitted-transaction.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    // The tool commits at the end; that BEGIN does not belong there is told by transaction-nesting.
    if is_managed(cx) {
        return Vec::new();
    }
    [cx.up().collect::<Vec<_>>(), cx.down().collect()]
        .iter()
        .filter_map(|half| left_open(half))
        .collect()
}

fn left_open(half: &[Statement<'_>]) -> Option<Draft> {
    let mut open = None;
    for statement in half.iter().filter(|statement| !statement.is_nested()) {
        match statement.operation {
            Operation::Transaction(TransactionControl::Begin) => open = Some(statement),
            Operation::Transaction(TransactionControl::Commit | TransactionControl::Rollback) => {
                open = None
            }
            _ => {}
        }
    }
    let draft = open?.say(
        "This BEGIN is never followed by a COMMIT: when the session ends, everything \
        after it is undone.",
    );
    Some(draft.help("Write COMMIT at the end, or remove BEGIN if the tool opens the transaction."))
}
