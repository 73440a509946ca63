use super::seen;
use crate::config::RuleLevel;
use crate::migration::Direction;
use crate::operation::{DetachMode, TableAction};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A partition detached while everybody waits.
pub const RULE: Rule = Rule {
    id: "detach-not-concurrent",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "A partition is detached while everybody waits",
    summary: "DETACH PARTITION without CONCURRENTLY takes ACCESS EXCLUSIVE on the partitioned table, the partition and the default partition.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("detach-not-concurrent.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let finding = seen::actions(cx).into_iter().filter_map(|action| {
        let TableAction::DetachPartition { partition, mode: DetachMode::Plain } = action.action else {
            return None;
        };
        let (statement, parent) = (&action.statement, &action.table);
        let has_default = statement.before().children(parent).any(seen::is_default_partition);
        // Where CONCURRENTLY is refused there is nothing better.
        let refused = cx.config().postgres < 14 || cx.in_transaction(statement) || has_default;
        if refused || statement.direction == Direction::Down {
            return None;
        }
        let message = format!("Detaching {partition} waits for every query on {parent} and makes new ones wait behind it.");
        let help = "Use DETACH PARTITION … CONCURRENTLY.";
        Some(seen::say(statement, message).help(help).about(parent))
    });
    finding.collect()
}
