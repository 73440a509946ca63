//! A branch put behind the other one.

use super::Fix;
use crate::history::MigrationIndex;
use crate::review::Review;
use crate::rules::house::docstring;
use crate::text::Edit;

/// Makes a revision that has one parent descend from another one instead, in its code and in its docstring.
pub fn another_parent(review: &Review, revision: MigrationIndex, parent: &str) -> Option<Fix> {
    let migration = review.migration(revision)?;
    let [former] = migration.header.parents.as_slice() else {
        return None;
    };
    let source = review.source(migration.file).filter(|file| !file.history)?;
    let text = &source.file.text;
    let written = migration.parents_span.slice(text);
    let replaced = written.replace(former.as_str(), parent);
    (replaced != written).then_some(())?;
    let mut edits = vec![(
        migration.file,
        Edit {
            span: migration.parents_span,
            text: replaced,
        },
    )];
    let line = docstring::read(text).and_then(|docstring| docstring.revises);
    if let Some(line) = line.filter(|line| line.ids == [former.as_str()]) {
        edits.push((
            migration.file,
            Edit {
                span: line.span,
                text: line.span.slice(text).replace(former.as_str(), parent),
            },
        ));
    }
    let own = &migration.header.revision;
    Some(Fix::new(
        format!("Let {own} follow {parent} instead of {former}"),
        edits,
    ))
}
