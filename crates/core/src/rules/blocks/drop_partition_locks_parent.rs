use super::seen;
use crate::config::RuleLevel;
use crate::operation::Operation;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};
use crate::schema::Partition;

/// Dropping a partition locks the whole table.
pub const RULE: Rule = Rule {
    id: "drop-partition-locks-parent",
    class: Class::Blocks,
    level: RuleLevel::Info,
    title: "Dropping a partition locks the whole table",
    summary: "DROP TABLE of a partition takes ACCESS EXCLUSIVE on the partitioned table.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("drop-partition-locks-parent.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let mut found = Vec::new();
    for statement in seen::statements(cx) {
        let Operation::DropTable(drop) = statement.operation else {
            continue;
        };
        for name in &drop.names {
            let parent = statement
                .table(name)
                .and_then(|table| table.partition_of.as_ref());
            let Some(parent) = parent.map(Partition::parent) else {
                continue;
            };
            if !seen::is_visible(cx, &statement, &parent) {
                continue;
            }
            let message = format!(
                "Dropping the partition {name} keeps readers and writers of all of {parent} out."
            );
            let help = format!(
                "ALTER TABLE {parent} DETACH PARTITION {name} CONCURRENTLY first (14 and later), then drop it."
            );
            found.push(seen::say(&statement, message).help(help).about(name));
        }
    }
    found
}
