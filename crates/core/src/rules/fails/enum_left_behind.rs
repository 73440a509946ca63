use crate::config::RuleLevel;
use crate::fix;
use crate::migration::{Direction, Ending};
use crate::operation::{Operation, TypeAction};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};
use crate::schema::{ObjectName, TypeDefinition};

/// A type that the upgrade makes and the downgrade does not drop.
pub const RULE: Rule = Rule {
    id: "enum-left-behind",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "An enum type stays behind",
    summary: "The downgrade drops what used an enum type and leaves the type: the next \
        upgrade fails.",
    checklist: &[6, 7],
    fix: FixKind::Edit,
    page: page!("enum-left-behind.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let state = cx.state();
    let Some(down) = state
        .down
        .as_ref()
        .filter(|run| run.ending == Ending::Normal)
    else {
        return Vec::new();
    };
    let left = down.schema.types.iter().filter(|(name, made)| {
        matches!(made.definition, TypeDefinition::Enum { .. })
            && !cx.before().types.contains_key(*name)
            && cx.after().types.contains_key(*name)
    });
    let place = cx.migration().down.place();
    // What the upgrade drops or renames before it makes it anew was there before, also where no statement at hand shows it.
    let was_there = |name: &ObjectName| {
        cx.up().any(|statement| match statement.operation {
            Operation::DropType(drop) => {
                let mut names = drop.names.iter();
                names.any(|dropped| statement.before().creation_name(dropped) == *name)
            }
            Operation::AlterType(alter) => {
                matches!(alter.action, TypeAction::Rename(_))
                    && statement.before().creation_name(&alter.name) == *name
            }
            _ => false,
        })
    };
    let left = left.filter(|(name, _)| !was_there(name));
    left.filter_map(|(name, _)| {
        let maker = cx.up().find(|statement| {
            !statement.before().types.contains_key(name)
                && statement.after().types.contains_key(name)
        })?;
        let message = format!(
            "The downgrade leaves the enum type {name}, which the upgrade creates: the \
            next upgrade fails with \u{201c}type already exists\u{201d}."
        );
        let draft = Draft::new(place?, message)
            .in_half(Direction::Down)
            .about(name);
        let help = format!(
            "Drop it at the end of the downgrade: \
            sa.Enum(name=\"{}\").drop(op.get_bind()), or DROP TYPE {name}.",
            name.name
        );
        Some(
            draft
                .help(help)
                .related(maker.place(), "the type is created here")
                .fix(fix::drop_enum(cx, name)),
        )
    })
    .collect()
}
