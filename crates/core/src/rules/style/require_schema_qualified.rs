use crate::config::RuleLevel;
use crate::operation::{Operation, Persistence};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A table is created without its schema.
pub const RULE: Rule = Rule {
    id: "require-schema-qualified",
    class: Class::Style,
    level: RuleLevel::Off,
    title: "A table is created without its schema",
    summary: "Where a name without a schema lands depends on the search path of the session that runs the migration.",
    checklist: &[],
    fix: FixKind::None,
    page: include_str!("require-schema-qualified.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let bare = cx.up().filter_map(|statement| match statement.operation {
        Operation::CreateTable(create) if create.persistence != Persistence::Temporary => {
            let name = create.name.as_ref().filter(|name| name.schema.is_none())?;
            Some((statement, name))
        }
        _ => None,
    });
    bare.map(|(statement, name)| {
        let message =
            format!("{name} is created in whatever schema comes first in the search path.");
        statement
            .say(message)
            .help(format!("Write the schema: public.{name}."))
            .about(name)
    })
    .collect()
}
