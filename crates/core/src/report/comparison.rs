use std::fmt;
use std::sync::Arc;

use crate::review::{self, Review, RevisionState};
use crate::schema::{Object, ObjectKind, ObjectName, Rename, Schema, World};

/// Two states of a history, and what was renamed between them.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The one a comparison starts from.
    pub before: Schema,
    /// The one it leads to.
    pub after: Schema,
    /// Renames on the way, in order.
    pub renames: Vec<Rename>,
}

/// No revision, or more than one, has an id that begins like this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRevision(pub String);

impl fmt::Display for UnknownRevision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no revision, or several, begin with {:?}", self.0)
    }
}

/// The states after `from` (none: before the first revision) and after `to` (none: the last).
///
/// # Errors
/// [`UnknownRevision`] where an id names no single revision.
pub fn compare(
    review: &Review,
    from: Option<&str>,
    to: Option<&str>,
) -> Result<Comparison, UnknownRevision> {
    let start = from.map_or(Ok(0), |id| place(review, id).map(|at| at + 1))?;
    let end = to.map_or(Ok(review.timeline.len()), |id| {
        place(review, id).map(|at| at + 1)
    })?;
    let (first, last) = (start.min(end), start.max(end));
    let on_the_way = review.timeline.get(first..last).unwrap_or_default();
    let forward: Vec<Rename> = on_the_way
        .iter()
        .flat_map(|state| review::renames(&state.up.steps))
        .collect();
    let (earlier, later) = (known_at(review, first, last), state_at(review, last));
    Ok(if start <= end {
        Comparison {
            before: earlier,
            after: later,
            renames: forward,
        }
    } else {
        Comparison {
            before: later,
            after: earlier,
            renames: forward.iter().rev().map(reversed).collect(),
        }
    })
}

/// The state before the first revision under review, and after the last.
pub fn compare_reviewed(review: &Review) -> Option<Comparison> {
    let mut under_review = review.timeline.iter().filter(|state| state.under_review);
    let first = under_review.next()?;
    let last = under_review.next_back().unwrap_or(first);
    let on_the_way = || review.timeline.iter().filter(|state| state.under_review);
    let steps = on_the_way().flat_map(|state| &state.up.steps);
    Some(Comparison {
        before: review::hindsight(&first.before, steps).schema,
        after: last.after().clone(),
        renames: on_the_way()
            .flat_map(|state| review::renames(&state.up.steps))
            .collect(),
    })
}

/// The place of a revision in the timeline.
fn place(review: &Review, id: &str) -> Result<usize, UnknownRevision> {
    let unknown = || UnknownRevision(id.to_owned());
    let state = review.revision(id).ok_or_else(unknown)?;
    let is_it = |other: &Arc<RevisionState>| other.migration == state.migration;
    review.timeline.iter().position(is_it).ok_or_else(unknown)
}

/// The catalog after this many revisions.
fn state_at(review: &Review, revisions: usize) -> Schema {
    let state = match revisions.checked_sub(1) {
        Some(last) => review.timeline.get(last).map(|state| state.after()),
        None => review.base(),
    };
    state
        .cloned()
        .unwrap_or_else(|| Schema::empty(World::Closed))
}

/// The same, with what the revisions up to `last` show to have been there.
fn known_at(review: &Review, revisions: usize, last: usize) -> Schema {
    let on_the_way = review.timeline.get(revisions..last).unwrap_or_default();
    let steps = on_the_way.iter().flat_map(|state| &state.up.steps);
    review::hindsight(&state_at(review, revisions), steps).schema
}

/// The same rename the other way round.
fn reversed(rename: &Rename) -> Rename {
    let old_name = rename.from.name.clone();
    Rename {
        from: match &rename.from.on {
            Some(table) => Object::on(rename.from.kind, &rename.to.name, table),
            None => Object::new(rename.from.kind, &rename.to),
        },
        to: match rename.from.kind {
            ObjectKind::Table => old_name,
            _ => ObjectName::new(&rename.to.schema, &old_name.name),
        },
    }
}
