use super::seen;
use crate::config::RuleLevel;
use crate::operation::{ConstraintKind, Nullability};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A virtual column is verified while everybody waits.
pub const RULE: Rule = Rule {
    id: "add-virtual-column-scan",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "A virtual column is verified while everybody waits",
    summary: "A virtual generated column is free, but NOT NULL or CHECK on it reads the whole table with ACCESS EXCLUSIVE held.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("add-virtual-column-scan.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let columns = seen::new_columns(cx).into_iter();
    let bound = columns.filter(|(_, column)| {
        let is_virtual = column
            .generated
            .as_ref()
            .is_some_and(|generated| !generated.stored);
        let checks = |kind: &ConstraintKind| {
            matches!(
                kind,
                ConstraintKind::Check { .. } | ConstraintKind::NotNull { .. }
            )
        };
        let checked = column
            .constraints
            .iter()
            .any(|constraint| checks(&constraint.kind));
        is_virtual && (checked || column.nullability == Nullability::NotNull)
    });
    let finding = bound.map(|(action, column)| {
        let (name, table) = (&column.name, &action.table);
        let message = format!("{name} is computed for every row of {table} to verify its constraint, while readers and writers wait.");
        let help = "Add the column without it, then the constraint NOT VALID, and validate it in a later transaction.";
        seen::say_at_column(&action.statement, column, message).help(help).about(format!("{table}.{name}"))
    });
    finding.collect()
}
