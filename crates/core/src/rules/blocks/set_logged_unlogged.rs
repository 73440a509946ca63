use super::seen;
use crate::config::RuleLevel;
use crate::effects::Cause;
use crate::operation::{Persistence, TableAction};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A table that becomes logged or unlogged.
pub const RULE: Rule = Rule {
    id: "set-logged-unlogged",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "A table in use becomes logged or unlogged",
    summary: "SET LOGGED and SET UNLOGGED write the table and all its indexes anew with ACCESS EXCLUSIVE held; an unlogged table is empty after a crash and on replicas.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("set-logged-unlogged.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let finding = seen::actions(cx).into_iter().filter_map(|action| {
        let TableAction::SetPersistence(persistence) = action.action else {
            return None;
        };
        let (statement, table) = (&action.statement, &action.table);
        let effects = seen::effects(cx, statement);
        if !seen::works(&effects.rewrites, table, Cause::Persistence) {
            return None;
        }
        let mut message = format!(
            "Every row of {table} is written anew, and every index, while readers and writers wait."
        );
        if *persistence == Persistence::Unlogged {
            message
                .push_str(" An unlogged table is emptied by a crash, and replicas do not have it.");
        }
        let help =
            "Copy the rows in batches into a new table of the other kind and swap the names.";
        Some(seen::say(statement, message).help(help).about(table))
    });
    finding.collect()
}
