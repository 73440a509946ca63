//! Where a finding about several revisions goes: to one that is under review.

use crate::migration::{Migration, Place};
use crate::review::Review;

/// The last of these migrations whose file is under review, and the others; none if all are history.
pub fn primary<'a>(
    review: &Review,
    migrations: &[&'a Migration],
) -> Option<(&'a Migration, Vec<&'a Migration>)> {
    let reviewed = |migration: &&Migration| {
        review
            .source(migration.file)
            .is_some_and(|source| !source.history)
    };
    let at = migrations.iter().rposition(reviewed)?;
    let others = migrations
        .iter()
        .enumerate()
        .filter(|(index, _)| *index != at);
    Some((
        migrations.get(at)?,
        others.map(|(_, other)| *other).collect(),
    ))
}

/// Where a migration's id is written.
pub fn id(migration: &Migration) -> Place {
    Place {
        file: migration.file,
        span: migration.revision_span,
    }
}

/// Where a migration's parents are written.
pub fn parents(migration: &Migration) -> Place {
    Place {
        file: migration.file,
        span: migration.parents_span,
    }
}
