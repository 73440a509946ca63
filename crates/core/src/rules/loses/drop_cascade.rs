use crate::config::RuleLevel;
use crate::operation::{Operation, TableAction};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};
use crate::schema::Note;

/// A DROP with CASCADE.
pub const RULE: Rule = Rule {
    id: "drop-cascade",
    class: Class::Loses,
    level: RuleLevel::Warning,
    title: "CASCADE drops what is not named",
    summary: "DROP … CASCADE takes everything along that depends on what is dropped.",
    checklist: &[9],
    fix: FixKind::None,
    page: page!("drop-cascade.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    cx.up()
        .filter(|statement| !statement.is_nested() && cascades(statement.operation))
        .filter_map(|statement| {
            let notes = statement.outcome.result.as_ref().ok()?;
            let taken = notes.iter().filter_map(|note| match note {
                Note::TakenAlong {
                    object,
                    by_cascade: true,
                } => Some(object.to_string()),
                _ => None,
            });
            let taken: Vec<String> = taken.collect();
            let everything_known = !cx.is_open_world() && statement.before().unknown_steps == 0;
            if taken.is_empty() && everything_known {
                return None;
            }
            let (message, level) = if taken.is_empty() {
                (
                    "CASCADE drops whatever depends on this, and what that is cannot be \
                    seen here."
                        .to_owned(),
                    RuleLevel::Info,
                )
            } else {
                (
                    format!("CASCADE also drops {}.", taken.join(", ")),
                    RuleLevel::Warning,
                )
            };
            let help = "Drop what is meant by name, without CASCADE: then PostgreSQL refuses \
                what was forgotten.";
            Some(statement.say(message).help(help).level(level))
        })
        .collect()
}

fn cascades(operation: &Operation) -> bool {
    match operation {
        Operation::DropTable(drop)
        | Operation::DropType(drop)
        | Operation::DropSequence(drop)
        | Operation::DropSchema(drop)
        | Operation::DropExtension(drop) => drop.cascade,
        Operation::DropView(view) => view.drop.cascade,
        Operation::DropFunction(function) => function.cascade,
        Operation::AlterTable(alter) => alter.actions.iter().any(|action| {
            matches!(
                action,
                TableAction::DropColumn { cascade: true, .. }
                    | TableAction::DropConstraint { cascade: true, .. }
            )
        }),
        _ => false,
    }
}
