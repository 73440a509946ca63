use crate::config::RuleLevel;
use crate::history::HistoryProblem;
use crate::migration::Migration;
use crate::review::Review;
use crate::rules::history::place;
use crate::rules::{Check, Class, Draft, FixKind, Rule};

/// A revision id that two files have.
pub const RULE: Rule = Rule {
    id: "duplicate-revision-id",
    class: Class::History,
    level: RuleLevel::Error,
    title: "Two migrations have one revision id",
    summary: "Alembic uses only one of two files with the same revision id.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("duplicate-revision-id.md"),
    check: Check::Project(check),
};

fn check(review: &Review) -> Vec<Draft> {
    let twins = review
        .history
        .problems
        .iter()
        .filter_map(|problem| match problem {
            HistoryProblem::DuplicateRevision { kept, other } => Some((*kept, *other)),
            _ => None,
        });
    twins
        .filter_map(|(kept, other)| {
            let twins = [review.migration(other)?, review.migration(kept)?];
            let (one, others) = place::primary(review, &twins)?;
            let other = others.first()?;
            let path = |migration: &Migration| {
                review
                    .source(migration.file)
                    .map_or("", |source| source.file.path.as_ref())
            };
            let id = &one.header.revision;
            let message = format!(
                "{} and {} both have revision {id}: only one of them ever runs.",
                path(other),
                path(one)
            );
            let draft = Draft::new(place::id(one), message).about(id);
            let draft = draft.help(
                "Give one of them a new id, and change down_revision of what descends from it.",
            );
            Some(draft.related(place::id(other), format!("{id} is here too")))
        })
        .collect()
}
