use super::seen;
use crate::config::RuleLevel;
use crate::operation::ConstraintKind;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// An exclusion constraint on a table in use.
pub const RULE: Rule = Rule {
    id: "add-exclusion-constraint",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "An exclusion constraint is added to a table in use",
    summary: "ADD EXCLUDE builds an index and checks every row under ACCESS EXCLUSIVE, and there is no gentler way to add it.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("add-exclusion-constraint.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let added = seen::added_constraints(cx).into_iter();
    let exclusions =
        added.filter(|(_, constraint)| matches!(constraint.kind, ConstraintKind::Exclude(_)));
    let finding = exclusions.map(|(action, constraint)| {
        let (name, table) = (seen::name_of(constraint), &action.table);
        let message =
            format!("For {name} an index is built from all rows of {table} and every row is checked, while readers and writers wait.");
        let help = "Neither NOT VALID nor USING INDEX exists here: plan a window, or fill a new table that has the constraint.";
        seen::say_of(&action.statement, constraint, message).help(help).about(table)
    });
    finding.collect()
}
