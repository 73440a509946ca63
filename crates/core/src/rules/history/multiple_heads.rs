use crate::config::RuleLevel;
use crate::history::HistoryProblem;
use crate::migration::Migration;
use crate::review::Review;
use crate::rules::history::place;
use crate::rules::{Check, Class, Draft, FixKind, Rule};

/// More than one head.
pub const RULE: Rule = Rule {
    id: "multiple-heads",
    class: Class::History,
    level: RuleLevel::Error,
    title: "The history has several heads",
    summary: "Two migrations have no successor, so `alembic upgrade head` does not know which \
        one is meant.",
    checklist: &[],
    fix: FixKind::None,
    page: include_str!("multiple-heads.md"),
    check: Check::Project(check),
};

fn check(review: &Review) -> Vec<Draft> {
    let heads = review
        .history
        .problems
        .iter()
        .filter_map(|problem| match problem {
            HistoryProblem::MultipleHeads { heads } => Some(heads),
            _ => None,
        });
    heads
        .filter_map(|heads| {
            let migrations: Vec<&Migration> = heads
                .iter()
                .filter_map(|index| review.migration(*index))
                .collect();
            let (last, others) = place::primary(review, &migrations)?;
            let ids: Vec<&str> = migrations
                .iter()
                .map(|migration| migration.header.revision.as_str())
                .collect();
            let message = format!(
                "The history has {} heads: {}. `alembic upgrade head` refuses with \
            \u{201c}Multiple head revisions\u{201d}.",
                ids.len(),
                ids.join(", ")
            );
            let help = format!(
                "Merge them (alembic merge -m \"merge\" {}), or set down_revision of the \
            newer one to the other.",
                ids.join(" ")
            );
            let draft = Draft::new(place::id(last), message)
                .help(help)
                .about(ids.join(", "));
            Some(others.iter().fold(draft, |draft, other| {
                draft.related(
                    place::id(other),
                    format!("{} is a head too", other.header.revision),
                )
            }))
        })
        .collect()
}
