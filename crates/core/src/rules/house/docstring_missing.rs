use crate::config::RuleLevel;
use crate::migration::Place;
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
    // A revision that only joins two others is told by its parents.
    let joins = migration.header.parents.len() > 1 && cx.both().next().is_none();
    if joins {
        return Vec::new();
    }
    let (fault, shown) = match docstring::read(cx.text(migration.file)) {
        None => (
            "has no docstring",
            "shows it as \u{201c}empty message\u{201d}",
        ),
        Some(found) if found.title.is_empty() => (
            "has a docstring that does not say what it changes",
            "does not tell it either",
        ),
        Some(_) => return Vec::new(),
    };
    let revision = &migration.header.revision;
    let place = Place {
        file: migration.file,
        span: migration.revision_span,
    };
    let message = format!("Revision {revision} {fault}: `alembic history` {shown}.");
    let help = "Begin the file with a docstring: a line that says what changes, then Revision \
        ID, Revises and Create Date.";
    vec![Draft::new(place, message).help(help).about(revision)]
}
