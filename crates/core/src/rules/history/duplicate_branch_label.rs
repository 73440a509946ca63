use crate::config::RuleLevel;
use crate::history::HistoryProblem;
use crate::migration::Migration;
use crate::review::Review;
use crate::rules::history::place;
use crate::rules::{Check, Class, Draft, FixKind, Rule};

/// A label on revisions of which neither descends from the other.
pub const RULE: Rule = Rule {
    id: "duplicate-branch-label",
    class: Class::History,
    level: RuleLevel::Error,
    title: "One branch label on unrelated revisions",
    summary: "A branch label must name one line of revisions.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("duplicate-branch-label.md"),
    check: Check::Project(check),
};

fn check(review: &Review) -> Vec<Draft> {
    let clashes = review
        .history
        .problems
        .iter()
        .filter_map(|problem| match problem {
            HistoryProblem::DuplicateLabel { label, migrations } => Some((label, migrations)),
            _ => None,
        });
    clashes
        .filter_map(|(label, migrations)| {
            let users: Vec<&Migration> = migrations
                .iter()
                .filter_map(|index| review.migration(*index))
                .collect();
            let (last, others) = place::primary(review, &users)?;
            let message = format!(
                "Branch label {label} stands on revisions that do not descend from each \
                other: Alembic refuses it."
            );
            let draft = Draft::new(place::id(last), message)
                .about(label)
                .help("Remove the label from all but one of them.");
            Some(others.iter().fold(draft, |draft, other| {
                draft.related(
                    place::id(other),
                    format!("{} has it too", other.header.revision),
                )
            }))
        })
        .collect()
}
