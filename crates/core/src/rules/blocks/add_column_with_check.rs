use super::seen;
use crate::config::RuleLevel;
use crate::operation::{ConstraintKind, Validity};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A new column with a check, which is verified at once.
pub const RULE: Rule = Rule {
    id: "add-column-with-check",
    class: Class::Blocks,
    level: RuleLevel::Info,
    title: "A new column has a check that is verified at once",
    summary: "ADD COLUMN … CHECK reads the whole table with ACCESS EXCLUSIVE held, although the column has the same value in every row.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("add-column-with-check.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let at_columns = seen::constraints_of_new_columns(cx).into_iter();
    let verified = at_columns.filter(|(_, constraint)| {
        matches!(constraint.kind, ConstraintKind::Check { .. })
            && constraint.validity == Validity::Valid
    });
    let finding = verified.filter_map(|(action, constraint)| {
        let table = &action.table;
        let message = format!("The check of the new column is verified for every row of {table} while readers and writers wait.");
        let help = format!("Add the column alone. {}", seen::two_steps("the check"));
        let draft = action.statement.say_at(constraint.origin, message).help(help).about(table);
        seen::weigh(cx, &action.statement, table, draft)
    });
    finding.collect()
}
