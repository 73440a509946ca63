use crate::config::RuleLevel;
use crate::operation::{Operation, Persistence, QualifiedName};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};

/// A table is created without its schema.
pub const RULE: Rule = Rule {
    id: "require-schema-qualified",
    class: Class::Style,
    level: RuleLevel::Off,
    title: "A table is created without its schema",
    summary: "Where a name without a schema lands depends on the search path of the session that runs the migration.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("require-schema-qualified.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let bare = cx.up().flat_map(|statement| {
        let (does, names): (&str, Vec<&QualifiedName>) = match statement.operation {
            Operation::CreateTable(create) if create.persistence != Persistence::Temporary => {
                ("is created", create.name.iter().collect())
            }
            Operation::CreateTableAs(create) if create.persistence != Persistence::Temporary => {
                ("is created", vec![&create.name])
            }
            Operation::AlterTable(alter) if !is_temporary(&statement, &alter.name) => {
                ("is looked for", vec![&alter.name])
            }
            Operation::DropTable(drop) => ("is looked for", drop.names.iter().collect()),
            _ => ("", Vec::new()),
        };
        let bare = names.into_iter().filter(|name| name.schema.is_none());
        bare.map(move |name| (statement, does, name))
    });
    bare.map(|(statement, does, name)| {
        let message = format!("{name} {does} in whatever schema comes first in the search path.");
        statement
            .say(message)
            .help(format!("Write the schema: public.{name}."))
            .about(name)
    })
    .collect()
}

fn is_temporary(statement: &Statement<'_>, name: &QualifiedName) -> bool {
    statement
        .table(name)
        .is_some_and(|table| table.persistence == "temporary")
}
