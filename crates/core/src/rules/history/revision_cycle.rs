use crate::config::RuleLevel;
use crate::history::HistoryProblem;
use crate::migration::Migration;
use crate::review::Review;
use crate::rules::history::place;
use crate::rules::{Check, Class, Draft, FixKind, Rule};

/// A cycle of parents.
pub const RULE: Rule = Rule {
    id: "revision-cycle",
    class: Class::History,
    level: RuleLevel::Error,
    title: "Revisions descend from each other",
    summary: "A revision is its own ancestor, so there is no order in which to run them.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("revision-cycle.md"),
    check: Check::Project(check),
};

fn check(review: &Review) -> Vec<Draft> {
    let cycles = review
        .history
        .problems
        .iter()
        .filter_map(|problem| match problem {
            HistoryProblem::Cycle { members } => Some(members),
            _ => None,
        });
    cycles
        .filter_map(|members| {
            let migrations: Vec<&Migration> = members
                .iter()
                .filter_map(|index| review.migration(*index))
                .collect();
            let ids: Vec<&str> = migrations
                .iter()
                .map(|migration| migration.header.revision.as_str())
                .collect();
            let (first, others) = place::primary(review, &migrations)?;
            let message = format!(
                "These revisions descend from each other: {}. Alembic refuses the whole history.",
                ids.join(", ")
            );
            let draft = Draft::new(place::parents(first), message)
                .about(ids.join(", "))
                .help("Correct down_revision of the one that was changed last.");
            Some(others.iter().fold(draft, |draft, other| {
                draft.related(
                    place::parents(other),
                    format!("{} is part of it", other.header.revision),
                )
            }))
        })
        .collect()
}
