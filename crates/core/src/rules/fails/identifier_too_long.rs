use crate::config::RuleLevel;
use crate::operation::{IndexAction, Operation, TableAction};
use crate::rules::finding::constraints;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A name that PostgreSQL truncates.
pub const RULE: Rule = Rule {
    id: "identifier-too-long",
    class: Class::Fails,
    level: RuleLevel::Warning,
    title: "A name is longer than 63 bytes",
    summary: "PostgreSQL cuts names after 63 bytes, in silence.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("identifier-too-long.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    cx.both()
        .flat_map(|statement| {
            let long = names(statement.operation)
                .into_iter()
                .filter(|name| name.len() > LONGEST);
            long.map(|name| {
                let kept = truncated(name);
                let message = format!(
                    "The name {name} has {} bytes; PostgreSQL keeps {LONGEST} and makes \
                    it {kept}: code and later migrations that use the full name may not \
                    find it, and two such names can collide.",
                    name.len()
                );
                statement
                    .say(message)
                    .help("Choose a shorter name.")
                    .about(name)
            })
            .collect::<Vec<_>>()
        })
        .collect()
}

/// `NAMEDATALEN` less one.
const LONGEST: usize = 63;

/// The names that a statement gives.
fn names(operation: &Operation) -> Vec<&str> {
    let mut names: Vec<&str> = constraints(operation)
        .into_iter()
        .filter_map(|constraint| constraint.name.as_deref())
        .collect();
    match operation {
        Operation::CreateTable(create) => {
            names.extend(create.name.as_ref().map(|name| name.name.as_str()));
            names.extend(create.columns.iter().map(|column| column.name.as_str()));
        }
        Operation::CreateIndex(index) => names.extend(index.name.as_deref()),
        Operation::CreateType(create) => names.push(&create.name.name),
        Operation::CreateSequence(create) => names.push(&create.name.name),
        Operation::CreateView(create) => names.push(&create.name.name),
        Operation::CreateFunction(create) => names.push(&create.name.name),
        Operation::CreateTrigger(create) => names.push(&create.name),
        Operation::AlterIndex(alter) => {
            if let IndexAction::Rename(to) = &alter.action {
                names.push(to);
            }
        }
        Operation::AlterTable(alter) => names.extend(alter.actions.iter().filter_map(given)),
        _ => {}
    }
    names
}

fn given(action: &TableAction) -> Option<&str> {
    match action {
        TableAction::AddColumn { column, .. } => Some(&column.name),
        TableAction::RenameColumn { to, .. }
        | TableAction::RenameTable { to }
        | TableAction::RenameConstraint { to, .. } => Some(to),
        _ => None,
    }
}

/// The name as PostgreSQL keeps it: cut at a character, not inside one.
fn truncated(name: &str) -> &str {
    let cut = (0..=LONGEST)
        .rev()
        .find(|at| name.is_char_boundary(*at))
        .unwrap_or_default();
    name.get(..cut).unwrap_or(name)
}
