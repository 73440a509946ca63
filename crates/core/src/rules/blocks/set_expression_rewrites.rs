use super::seen;
use crate::config::RuleLevel;
use crate::operation::TableAction;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A new expression writes the table anew.
pub const RULE: Rule = Rule {
    id: "set-expression-rewrites",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "A new expression writes the table anew",
    summary: "SET EXPRESSION of a stored generated column computes every row again with ACCESS EXCLUSIVE held.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("set-expression-rewrites.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let finding = seen::actions(cx).into_iter().filter_map(|action| {
        let TableAction::SetExpression { column, .. } = action.action else {
            return None;
        };
        let (statement, table) = (&action.statement, &action.table);
        let effects = seen::effects(cx, statement);
        if !effects.rewrites.iter().any(|work| work.relation == **table) {
            return None;
        }
        let message = format!("Every row of {table} is written anew to compute {column} again, while readers and writers wait.");
        let help = "Add a new column with the new expression by a trigger and batches, then swap the names.";
        seen::weigh(cx, statement, table, seen::say(statement, message).help(help).about(format!("{table}.{column}")))
    });
    finding.collect()
}
