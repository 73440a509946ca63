use super::seen::{self, Runs};
use crate::config::RuleLevel;
use crate::effects::Timeout;
use crate::operation::Operation;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A table is locked by hand.
pub const RULE: Rule = Rule {
    id: "explicit-lock-table",
    class: Class::Blocks,
    level: RuleLevel::Info,
    title: "A table is locked by hand",
    summary: "LOCK TABLE keeps others out until the transaction ends, whatever the statements after it need.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("explicit-lock-table.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let runs = Runs::of(cx);
    let mut found = Vec::new();
    for statement in seen::statements(cx) {
        let Operation::Lock(lock) = statement.operation else {
            continue;
        };
        // With a timeout it is a choice: to order the locks, and to give up rather than to stop everybody.
        let parameters = runs.run(&statement).parameters(&statement);
        let timed = parameters.is_some_and(|parameters| {
            matches!(parameters.timeout("lock_timeout"), Timeout::After(_))
        });
        if timed {
            continue;
        }
        let strong = seen::lock_others_wait_for(cx, &statement);
        if let Some(strong) = strong.filter(|_| !lock.nowait) {
            let (mode, table) = (strong.mode.manual_name(), &strong.relation);
            let message = format!("{table} is locked in {mode} mode until the transaction ends.");
            let help = "Leave it out where the statements take their own locks; to fix the order of locks, set lock_timeout first.";
            found.push(seen::say(&statement, message).help(help).about(table));
        }
    }
    found
}
