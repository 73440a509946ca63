use crate::config::RuleLevel;
use crate::fix;
use crate::operation::{ConstraintKind, Operation};
use crate::rules::finding::constraints;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A constraint has no name.
pub const RULE: Rule = Rule {
    id: "unnamed-constraint",
    class: Class::Style,
    level: RuleLevel::Off,
    title: "A constraint has no name",
    summary: "A constraint without a name gets one from PostgreSQL, which a later migration has to guess.",
    checklist: &[],
    fix: FixKind::Edit,
    page: page!("unnamed-constraint.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let mut found = Vec::new();
    for statement in cx.up() {
        let table = match statement.operation {
            Operation::CreateTable(create) => create.name.as_ref(),
            Operation::AlterTable(alter) => Some(&alter.name),
            _ => None,
        };
        let (Some(table), true) = (table, cx.config().alembic.naming_convention.is_empty()) else {
            continue;
        };
        let unnamed = constraints(statement.operation).into_iter();
        for constraint in unnamed.filter(|constraint| constraint.name.is_none()) {
            let what = match &constraint.kind {
                ConstraintKind::PrimaryKey(_) | ConstraintKind::NotNull { .. } => continue,
                ConstraintKind::Unique(_) => "unique constraint",
                ConstraintKind::Check { .. } => "check",
                ConstraintKind::ForeignKey(_) => "foreign key",
                ConstraintKind::Exclude(_) => "exclusion constraint",
            };
            let message = format!(
                "This {what} of {table} has no name: PostgreSQL makes one up, and whoever drops it has to guess."
            );
            let help = "Name it, or configure a naming convention (MetaData(naming_convention=…)).";
            found.push(
                statement
                    .say_at(constraint.origin, message)
                    .help(help)
                    .about(table)
                    .fix(fix::constraint_name(
                        cx,
                        &statement,
                        &statement.resolve(table),
                        constraint,
                    )),
            );
        }
    }
    found
}
