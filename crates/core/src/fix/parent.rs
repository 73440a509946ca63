//! Several heads made one: a branch put behind the other one, or a revision that merges them.

use std::ffi::OsStr;
use std::path::Path;

use super::Fix;
use crate::history::{HistoryProblem, MigrationIndex};
use crate::migration::SourceFile;
use crate::review::Review;
use crate::rules::house::docstring;
use crate::text::{Edit, fnv1a};

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

/// A revision that merges all heads and does nothing else, to stand beside them; none where there is only one head, or
/// where they are no scripts of Alembic's. Its id follows from theirs, so that it is the same each time.
pub fn merge_revision(review: &Review) -> Option<SourceFile> {
    let problems = review.history.problems.iter();
    let mut heads = problems.filter_map(|problem| match problem {
        HistoryProblem::MultipleHeads { heads } => Some(heads),
        _ => None,
    });
    let heads: Vec<_> = heads
        .next()?
        .iter()
        .filter_map(|index| review.migration(*index))
        .collect();
    let last = review.source(heads.last()?.file)?;
    let (folder, _) = last.file.path.rsplit_once('/').unwrap_or_default();
    let is_script = Path::new(last.file.path.as_ref()).extension() == Some(OsStr::new("py"));
    is_script.then_some(())?;
    let mut ids: Vec<&str> = heads
        .iter()
        .map(|head| head.header.revision.as_str())
        .collect();
    ids.sort_unstable();
    let told = ids.join(", ");
    let id = format!("{:012x}", fnv1a(&told) >> 16);
    let parents: Vec<String> = ids.iter().map(|id| format!("{id:?}")).collect();
    let slash = if folder.is_empty() { "" } else { "/" };
    Some(SourceFile {
        path: format!("{folder}{slash}{id}_merge.py").into(),
        text: format!(
            "\"\"\"Merge {}.\n\nRevision ID: {id}\nRevises: {told}\n\"\"\"\n\nrevision = \"{id}\"\ndown_revision = ({})\n\
             branch_labels = None\ndepends_on = None\n\n\ndef upgrade() -> None:\n    pass\n\n\ndef downgrade() -> None:\n    pass\n",
            ids.join(" and "),
            parents.join(", ")
        )
        .into(),
    })
}
