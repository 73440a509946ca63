use crate::config::RuleLevel;
use crate::operation::{ConstraintKind, ReferentialAction};
use crate::rules::finding::constraints;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A foreign key does not say what a delete does.
pub const RULE: Rule = Rule {
    id: "fk-on-delete-explicit",
    class: Class::Style,
    level: RuleLevel::Off,
    title: "A foreign key does not say what a delete does",
    summary: "Without ON DELETE the deletion of a parent row fails; whether that is meant should be written down.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("fk-on-delete-explicit.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let mut found = Vec::new();
    for statement in cx.up() {
        for constraint in constraints(statement.operation) {
            let ConstraintKind::ForeignKey(key) = &constraint.kind else {
                continue;
            };
            if key.on_delete != ReferentialAction::NoAction {
                continue;
            }
            let (columns, parent) = (key.columns.join(", "), &key.references);
            let message = format!(
                "The foreign key on {columns} does not say what happens when a row of {parent} is deleted: the DELETE will fail."
            );
            let help = "Say ON DELETE RESTRICT, CASCADE or SET NULL.";
            found.push(
                statement
                    .say_at(constraint.origin, message)
                    .help(help)
                    .about(columns),
            );
        }
    }
    found
}
