use crate::config::RuleLevel;
use crate::operation::{IndexTarget, Operation};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// An index names a column twice.
pub const RULE: Rule = Rule {
    id: "index-duplicate-column",
    class: Class::Style,
    level: RuleLevel::Off,
    title: "An index names a column twice",
    summary: "A column that comes twice in an index makes it larger and finds nothing more.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("index-duplicate-column.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let mut found = Vec::new();
    for statement in cx.up() {
        let Operation::CreateIndex(index) = statement.operation else {
            continue;
        };
        let keys = index
            .keys
            .iter()
            .filter(|key| key.operator_class.is_none() && key.collation.is_none());
        let columns: Vec<&str> = keys
            .filter_map(|key| match &key.target {
                IndexTarget::Column(column) => Some(column.as_str()),
                IndexTarget::Expression(_) => None,
            })
            .collect();
        let twice = columns
            .iter()
            .enumerate()
            .find(|(at, column)| columns.iter().take(*at).any(|other| other == *column));
        if let Some((_, column)) = twice {
            let message =
                format!("The index names {column} twice: it grows and finds nothing more.");
            found.push(
                statement
                    .say(message)
                    .help("Name the column once.")
                    .about(format!("{}.{column}", index.table)),
            );
        }
    }
    found
}
