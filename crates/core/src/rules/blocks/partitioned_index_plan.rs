use super::seen;
use crate::config::RuleLevel;
use crate::operation::Operation;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// An index on a partitioned table in one step.
pub const RULE: Rule = Rule {
    id: "partitioned-index-plan",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "An index on a partitioned table is built in one step",
    summary: "CREATE INDEX on a partitioned table stops writers on every partition until all their indexes are built, and refuses CONCURRENTLY.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("partitioned-index-plan.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let finding = cx.both().filter_map(|statement| {
        let Operation::CreateIndex(create) = statement.operation else {
            return None;
        };
        let table = seen::sees(cx, &statement, &create.table)?;
        let partitions = statement.before().children(&table).count();
        if create.only || partitions == 0 || !seen::is_partitioned(&statement, &table) {
            return None;
        }
        let message = if create.concurrently {
            format!("PostgreSQL refuses CONCURRENTLY on {table}, because it is partitioned.")
        } else {
            format!("Nobody writes to {table} or any of its partitions until the indexes of all of them are built.")
        };
        let help = format!("CREATE INDEX … ON ONLY {table}; then one CREATE INDEX CONCURRENTLY per partition; then ALTER INDEX … ATTACH PARTITION for each.");
        Some(seen::say(&statement, message).help(help).about(table))
    });
    finding.collect()
}
