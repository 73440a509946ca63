use super::seen;
use crate::config::RuleLevel;
use crate::effects::Cause;
use crate::operation::{Operation, QualifiedName, TableAction};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A new partition beside a default partition.
pub const RULE: Rule = Rule {
    id: "default-partition-scan",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "A new partition makes PostgreSQL read the default partition",
    summary: "With a default partition, attaching or creating another one reads all of its rows with ACCESS EXCLUSIVE held on it.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("default-partition-scan.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let finding = seen::statements(cx).filter_map(|statement| {
        let parent = statement.resolve(parent(statement.operation)?);
        let mut children = statement.before().children(&parent);
        let default = children.find(|table| seen::is_default_partition(table))?.object_name();
        let effects = seen::effects(cx, &statement);
        let read = seen::works(&effects.scans, &default, Cause::PartitionBound);
        if !read || !seen::is_visible(cx, &statement, &default) {
            return None;
        }
        let message = format!("All rows of the default partition {default} are read, in case some belong to the new one, while its readers and writers wait.");
        let help = "Add a CHECK to the default partition that excludes the new bound, NOT VALID, and validate it first.";
        Some(seen::say(&statement, message).help(help).about(default))
    });
    finding.collect()
}

/// The partitioned table that gets a partition.
fn parent(operation: &Operation) -> Option<&QualifiedName> {
    match operation {
        Operation::CreateTable(create) => create
            .partition_of
            .as_ref()
            .map(|partition| &partition.parent),
        Operation::AlterTable(alter) => {
            let attaches = alter
                .actions
                .iter()
                .any(|action| matches!(action, TableAction::AttachPartition { .. }));
            attaches.then_some(&alter.name)
        }
        _ => None,
    }
}
