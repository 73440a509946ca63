use crate::config::RuleLevel;
use crate::migration::{Direction, Migration, Place};
use crate::review::Review;
use crate::rules::house::docstring;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A missing docstring, or one without a description.
pub const RULE: Rule = Rule {
    id: "docstring-missing",
    class: Class::House,
    level: RuleLevel::Info,
    title: "The file does not say what it changes",
    summary: "An Alembic file begins with a docstring: what it changes, its revision, its \
        parent and its date.",
    checklist: &[1],
    fix: FixKind::None,
    page: page!("docstring-missing.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    if !cx.is_alembic() || cx.is_snippet() {
        return Vec::new();
    }
    let migration = cx.migration();
    let Some(fault) = fault(cx.review_of_run(), migration) else {
        return Vec::new();
    };
    let (fault, shown) = match fault {
        Fault::NoDocstring => (
            "has no docstring",
            "shows it as \u{201c}empty message\u{201d}",
        ),
        Fault::NoTitle => (
            "has a docstring that does not say what it changes",
            "does not tell it either",
        ),
    };
    let revision = &migration.header.revision;
    let message = match cx.no_docstrings() {
        None => format!("Revision {revision} {fault}: `alembic history` {shown}."),
        Some(habit) if habit.is_told_at(cx.position()) => format!(
            "{} of {} files of this project, this one too, do not begin with what they change: `alembic history` does not tell it either.",
            habit.without, habit.all
        ),
        Some(_) => return Vec::new(),
    };
    let place = Place {
        file: migration.file,
        span: migration.revision_span,
    };
    let help = "Begin the file with a docstring: a line that says what changes, then Revision \
        ID, Revises and Create Date.";
    vec![Draft::new(place, message).help(help).about(revision)]
}

/// What a file's docstring lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// All of it.
    NoDocstring,
    /// A line that says what changes.
    NoTitle,
}

/// What the docstring of a migration lacks.
pub(crate) fn fault(review: &Review, migration: &Migration) -> Option<Fault> {
    // A revision that only joins two others is told by its parents.
    if migration.header.parents.len() > 1 && joins_only(review, migration) {
        return None;
    }
    let text = &review.source(migration.file)?.file.text;
    match docstring::read(text) {
        None => Some(Fault::NoDocstring),
        Some(found) if found.title.is_empty() => Some(Fault::NoTitle),
        Some(_) => None,
    }
}

/// Whether a migration does nothing in either direction.
fn joins_only(review: &Review, migration: &Migration) -> bool {
    let state = review.timeline.iter().find(|state| {
        review
            .migration(state.migration)
            .is_some_and(|known| known.file == migration.file)
    });
    state.is_none_or(|state| {
        [Direction::Up, Direction::Down]
            .into_iter()
            .all(|direction| state.run(direction).is_none_or(|run| run.steps.is_empty()))
    })
}
