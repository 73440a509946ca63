use std::collections::BTreeSet;

use super::seen;
use crate::config::RuleLevel;
use crate::effects::Cause;
use crate::operation::TableAction;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A change of type that reads every row.
pub const RULE: Rule = Rule {
    id: "alter-type-rechecks",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "A change of type reads the whole table",
    summary: "Where values are stored as before, ALTER COLUMN TYPE still verifies checks and foreign keys again and rebuilds indexes whose order may differ, with ACCESS EXCLUSIVE held.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("alter-type-rechecks.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let finding = seen::actions(cx).into_iter().filter_map(|action| {
        let TableAction::SetType { column, .. } = action.action else {
            return None;
        };
        let (statement, table) = (&action.statement, &action.table);
        let effects = seen::effects(cx, statement);
        if !effects.rewrites.is_empty() || cx.is_emptied(statement, table) {
            return None;
        }
        let verified = effects.scans.iter().filter(|work| matches!(work.cause, Cause::Check | Cause::ForeignKey));
        let verified = verified.map(|work| work.why.clone());
        let rebuilt = effects.index_builds.iter().filter(|build| build.rebuild);
        let rebuilt = rebuilt.map(|build| format!("index {} is rebuilt", build.index.name));
        let reasons: BTreeSet<String> = verified.chain(rebuilt).collect();
        if reasons.is_empty() {
            return None;
        }
        let reasons: Vec<String> = reasons.into_iter().collect();
        let message = format!(
            "The values of {column} stay as they are, but all of {table} is read while readers and writers wait: {}.",
            reasons.join("; ")
        );
        let help = "Drop the check and add it again NOT VALID; build the new index CONCURRENTLY beforehand and drop the old one.";
        Some(seen::say(statement, message).help(help).about(format!("{table}.{column}")))
    });
    finding.collect()
}
