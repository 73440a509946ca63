use crate::config::RuleLevel;
use crate::operation::{Constraint, ConstraintKind, TableAction, Validity};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};
use crate::schema::Table;

/// A `NOT VALID` constraint that no later migration validates.
pub const RULE: Rule = Rule {
    id: "constraint-never-validated",
    class: Class::House,
    level: RuleLevel::Info,
    title: "A constraint is never validated",
    summary: "A constraint is added NOT VALID, later migrations are there, and none validates it: old rows may break it for ever.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("constraint-never-validated.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let unvalidated = |action: &TableAction| match action {
        TableAction::AddConstraint(constraint) => constraint.validity == Validity::NotValid,
        _ => false,
    };
    if !cx.table_actions().any(|(_, _, action)| unvalidated(action)) {
        return Vec::new();
    }
    // The last migration at hand may well be the first of two deploys.
    let is_last = cx.position() + 1 >= cx.review().timeline.len();
    let Some(head) = cx.review().head().filter(|_| !is_last) else {
        return Vec::new();
    };
    let left = cx.table_actions().filter_map(|(statement, table, action)| {
        let TableAction::AddConstraint(constraint) = action else {
            return None;
        };
        let name = constraint.name.as_deref()?;
        let last = head.tables.get(&table)?;
        let open = constraint.validity == Validity::NotValid && is_unvalidated(last, constraint, name);
        let message = format!(
            "{name} of {table} was added NOT VALID, and no later migration validates it: rows from before may break it, and the planner cannot rely on it."
        );
        let help = format!("Add a migration with ALTER TABLE {table} VALIDATE CONSTRAINT {name}.");
        open.then(|| statement.say_at(constraint.origin, message).help(help).about(format!("{table}.{name}")))
    });
    left.collect()
}

fn is_unvalidated(table: &Table, constraint: &Constraint, name: &str) -> bool {
    match constraint.kind {
        ConstraintKind::Check { .. } => table
            .check_constraints
            .iter()
            .any(|check| check.name == name && !check.validated),
        ConstraintKind::ForeignKey(_) => table
            .foreign_keys
            .iter()
            .any(|key| key.name == name && !key.validated),
        _ => false,
    }
}
