use crate::config::RuleLevel;
use crate::history::HistoryProblem;
use crate::review::Review;
use crate::rules::history::place;
use crate::rules::{Check, Class, Draft, FixKind, Rule};

/// A parent that is not there.
pub const RULE: Rule = Rule {
    id: "missing-parent",
    class: Class::History,
    level: RuleLevel::Error,
    title: "A parent revision is missing",
    summary: "down_revision names a revision that is not among the files.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("missing-parent.md"),
    check: Check::Project(check),
};

fn check(review: &Review) -> Vec<Draft> {
    // A migration on its own, or the excerpt of a history, is a normal thing to review.
    if review.project.migrations.len() < 2 {
        return Vec::new();
    }
    let excerpt = review.history.bases.is_empty();
    let missing = review
        .history
        .problems
        .iter()
        .filter_map(|problem| match problem {
            HistoryProblem::MissingParent { migration, parent } => Some((*migration, parent)),
            _ => None,
        });
    missing
        .filter_map(|(index, parent)| {
            let migration = review.migration(index)?;
            let (migration, _) = place::primary(review, &[migration])?;
            let revision = &migration.header.revision;
            let message = format!(
                "{revision} names {parent} as its parent, which is not among these \
                files: Alembic stops with KeyError {parent:?}, and what existed before \
                is not known here."
            );
            let draft = Draft::new(place::parents(migration), message).about(revision);
            let draft = draft.help("Add the missing file, or correct down_revision.");
            Some(if excerpt {
                draft.level(RuleLevel::Info)
            } else {
                draft
            })
        })
        .collect()
}
