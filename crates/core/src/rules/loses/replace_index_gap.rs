use crate::config::RuleLevel;
use crate::operation::{IndexTarget, Operation};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};
use crate::schema::IndexReference;

/// An index is missing until its successor is built.
pub const RULE: Rule = Rule {
    id: "replace-index-gap",
    class: Class::Loses,
    level: RuleLevel::Warning,
    title: "An index is missing until its successor is built",
    summary: "An index is dropped before the one over the same columns is there: queries in between read the whole table.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("replace-index-gap.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let mut found = Vec::new();
    for statement in cx
        .up()
        .filter(|statement| !cx.in_transaction(statement) && !statement.fails())
    {
        let Operation::DropIndex(drop) = statement.operation else {
            continue;
        };
        for name in &drop.names {
            let Some((table, IndexReference::Plain(old))) = statement.before().find_index(name)
            else {
                continue;
            };
            let Some(lead) = old.keys.first().and_then(|key| key.column.clone()) else {
                continue;
            };
            let successor = cx
                .later(&statement)
                .find_map(|later| match later.operation {
                    Operation::CreateIndex(create) if later.resolve(&create.table) == table => {
                        let first = create.keys.first()?;
                        matches!(&first.target, IndexTarget::Column(column) if *column == lead)
                            .then_some(later)
                    }
                    _ => None,
                });
            if let Some(later) = successor {
                let message = format!(
                    "From here until its successor is built no index serves look-ups of {table} by {lead}."
                );
                let help = "Build the new index first, then drop the old one.";
                found.push(
                    statement
                        .say(message)
                        .help(help)
                        .about(name)
                        .related(later.place(), "the successor"),
                );
            }
        }
    }
    found
}
