use crate::config::RuleLevel;
use crate::operation::{Operation, TypeAction};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// `ALTER TYPE … RENAME VALUE`.
pub const RULE: Rule = Rule {
    id: "rename-enum-value",
    class: Class::Loses,
    level: RuleLevel::Warning,
    title: "An enum value is renamed under running code",
    summary: "Code that is running still writes and compares the old label.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("rename-enum-value.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    cx.up()
        .filter_map(|statement| {
            let Operation::AlterType(alter) = statement.operation else {
                return None;
            };
            let TypeAction::RenameValue { label, to } = &alter.action else {
                return None;
            };
            let made_here = !cx
                .before()
                .types
                .contains_key(&statement.resolve(&alter.name))
                && cx.before().type_named(&alter.name).is_none();
            if statement.fails() || (made_here && !cx.is_open_world()) {
                return None;
            }
            let name = &alter.name;
            let message = format!(
                "From this commit on the value '{label}' of {name} is '{to}': old code \
                that writes or compares '{label}' fails with \u{201c}invalid input \
                value for enum\u{201d}."
            );
            let help = "Add the new value, let new code use it, change the rows, and leave the \
                old value unused.";
            Some(
                statement
                    .say(message)
                    .about(format!("{name}.{label}"))
                    .help(help),
            )
        })
        .collect()
}
