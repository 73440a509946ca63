use super::seen;
use crate::config::RuleLevel;
use crate::effects::Cause;
use crate::operation::TableAction;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A partition attached without a proof.
pub const RULE: Rule = Rule {
    id: "attach-partition-scans",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "A partition is attached without a proof of its bound",
    summary: "ATTACH PARTITION reads the new partition with ACCESS EXCLUSIVE held on it, unless a valid CHECK and NOT NULL already prove the bound.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("attach-partition-scans.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let finding = seen::actions(cx).into_iter().filter_map(|action| {
        let TableAction::AttachPartition { partition, .. } = action.action else {
            return None;
        };
        let statement = &action.statement;
        let child = seen::sees(cx, statement, partition)?;
        let effects = seen::effects(cx, statement);
        if !seen::works(&effects.scans, &child, Cause::PartitionBound) {
            return None;
        }
        let message = format!("Nothing proves that the rows of {child} are within the bound, so all of them are read while its readers and writers wait.");
        let help = "Add a CHECK of the bound and of IS NOT NULL to it, NOT VALID, and validate it before attaching; drop the check afterwards.";
        Some(seen::say(statement, message).help(help).about(child))
    });
    finding.collect()
}
