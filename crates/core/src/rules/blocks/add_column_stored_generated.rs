use std::collections::BTreeSet;

use super::seen;
use crate::config::RuleLevel;
use crate::operation::TableAction;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A new stored generated column.
pub const RULE: Rule = Rule {
    id: "add-column-stored-generated",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "A stored generated column is added to a table in use",
    summary: "A new stored generated column is computed for every row: the table and all its indexes are written anew with ACCESS EXCLUSIVE held.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("add-column-stored-generated.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let added = seen::new_columns(cx).into_iter();
    let rewriting = added.filter(|(_, column)| {
        column
            .generated
            .as_ref()
            .is_some_and(|generated| generated.stored)
    });
    let mut told = BTreeSet::new();
    let finding = rewriting.filter_map(|(action, column)| {
        let table = &action.table;
        // The columns of one statement are computed by one rewrite.
        if !told.insert((action.statement.direction, action.statement.point())) {
            return None;
        }
        let stored = action.alter.actions.iter().filter_map(|action| match action {
            TableAction::AddColumn { column, .. } => column
                .generated
                .as_ref()
                .is_some_and(|generated| generated.stored)
                .then_some(column.name.as_str()),
            _ => None,
        });
        let names = stored.collect::<Vec<_>>().join(", ");
        let message = format!("Every row of {table} is written anew to compute {names}, while readers and writers wait.");
        let help = "Add a plain column, keep it by a trigger and fill it in batches; from PostgreSQL 18 a VIRTUAL column costs nothing.";
        let draft = seen::say_at_column(&action.statement, column, message);
        Some(draft.help(help).about(format!("{table}.{}", column.name)))
    });
    finding.collect()
}
