use super::seen;
use crate::config::RuleLevel;
use crate::operation::Operation;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A new partition locks the whole table.
pub const RULE: Rule = Rule {
    id: "create-partition-locks-parent",
    class: Class::Blocks,
    level: RuleLevel::Info,
    title: "A new partition locks the whole table",
    summary: "CREATE TABLE … PARTITION OF takes ACCESS EXCLUSIVE on the partitioned table; ATTACH PARTITION does not.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("create-partition-locks-parent.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let parts = seen::statements(cx).filter_map(|statement| match statement.operation {
        Operation::CreateTable(create) => {
            let parent = seen::sees(cx, &statement, &create.partition_of.as_ref()?.parent)?;
            Some((statement, parent, create.name.as_ref()?))
        }
        _ => None,
    });
    parts
        .map(|(statement, parent, name)| {
            let message = format!("Creating {name} as a partition keeps readers and writers of all of {parent} out until the transaction ends.");
            let help = format!("CREATE TABLE {name} (LIKE {parent} …) first, then ALTER TABLE {parent} ATTACH PARTITION: that lets them pass.");
            seen::say(&statement, message).help(help).about(name)
        })
        .collect()
}
