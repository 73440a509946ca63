use crate::config::RuleLevel;
use crate::history::HistoryProblem;
use crate::migration::{Migration, Place};
use crate::review::Review;
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
    page: include_str!("duplicate-revision-id.md"),
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
            let (kept, other) = (review.migration(kept)?, review.migration(other)?);
            let place = |migration: &Migration| Place {
                file: migration.file,
                span: migration.revision_span,
            };
            let path = |migration: &Migration| {
                review
                    .source(migration.file)
                    .map_or("", |source| source.file.path.as_str())
            };
            let id = &kept.header.revision;
            let message = format!(
                "{} and {} both have revision {id}: only one of them ever runs.",
                path(other),
                path(kept)
            );
            let draft = Draft::new(place(kept), message).about(id);
            let draft = draft.help(
                "Give one of them a new id, and change down_revision of what descends from it.",
            );
            Some(draft.related(place(other), format!("{id} is here too")))
        })
        .collect()
}
