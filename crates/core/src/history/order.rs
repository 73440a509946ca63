//! The order in which Alembic runs revisions.

use std::collections::BTreeSet;

use super::MigrationIndex;

/// Everything `index` descends from.
pub(super) fn ancestors(
    index: MigrationIndex,
    parents: &[Vec<MigrationIndex>],
) -> BTreeSet<MigrationIndex> {
    let mut seen = BTreeSet::new();
    let mut todo: Vec<MigrationIndex> = parents.get(index).cloned().unwrap_or_default();
    while let Some(next) = todo.pop() {
        if seen.insert(next) {
            todo.extend(parents.get(next).into_iter().flatten());
        }
    }
    seen
}

/// The members of cycles, and what descends from them.
pub(super) fn cyclic(
    members: &BTreeSet<MigrationIndex>,
    parents: &[Vec<MigrationIndex>],
) -> BTreeSet<MigrationIndex> {
    let mut children = vec![Vec::new(); parents.len()];
    let mut waiting = vec![0_usize; parents.len()];
    for index in members {
        for parent in parents
            .get(*index)
            .into_iter()
            .flatten()
            .filter(|parent| members.contains(parent))
        {
            if let Some(list) = children.get_mut(*parent) {
                list.push(*index);
            }
            if let Some(count) = waiting.get_mut(*index) {
                *count += 1;
            }
        }
    }
    let is_free = |index: &MigrationIndex| waiting.get(*index) == Some(&0);
    let mut free: Vec<MigrationIndex> = members.iter().copied().filter(is_free).collect();
    let mut left = members.clone();
    while let Some(next) = free.pop() {
        left.remove(&next);
        for child in children.get(next).into_iter().flatten() {
            if let Some(count) = waiting.get_mut(*child) {
                *count -= 1;
                if *count == 0 {
                    free.push(*child);
                }
            }
        }
    }
    left
}

/// A branch that is being walked down, with everything below it.
struct Walk {
    at: MigrationIndex,
    below: BTreeSet<MigrationIndex>,
}

/// Alembic's `RevisionMap._topological_sort` (alembic/script/revision.py) over all revisions, turned round: it walks down
/// from the heads, one branch as far as no other branch still needs it, so branches stay together. File order breaks ties.
pub(super) fn upgrade_order(
    members: &BTreeSet<MigrationIndex>,
    parents: &[Vec<MigrationIndex>],
    versioned_parents: &[Vec<MigrationIndex>],
    heads: &[MigrationIndex],
) -> Vec<MigrationIndex> {
    let with_ancestors = |at: MigrationIndex| {
        let mut below = ancestors(at, parents);
        below.insert(at);
        Walk { at, below }
    };
    let mut todo = members.clone();
    let mut walks: Vec<Walk> = heads.iter().copied().map(with_ancestors).collect();
    let mut current = 0;
    let mut output = Vec::with_capacity(members.len());
    while let Some(candidate) = walks.get(current).map(|walk| walk.at) {
        let needed_by = walks
            .iter()
            .enumerate()
            .position(|(at, walk)| at != current && walk.below.contains(&candidate));
        if let Some(other) = needed_by {
            current = other;
            continue;
        }
        if todo.remove(&candidate) {
            output.push(candidate);
        }
        let of = |links: &[Vec<MigrationIndex>]| links.get(candidate).cloned().unwrap_or_default();
        let all = of(parents);
        let walked = |parent: &MigrationIndex| walks.iter().any(|walk| walk.at == *parent);
        let next: Vec<MigrationIndex> = all
            .iter()
            .copied()
            .filter(|parent| todo.contains(parent) && !walked(parent))
            .collect();
        let Some((first, rest)) = next.split_first() else {
            walks.remove(current);
            current = current.saturating_sub(1);
            continue;
        };
        let plain = all.len() == 1 && of(versioned_parents).len() == 1;
        if let Some(here) = walks.get_mut(current) {
            if plain {
                here.at = *first;
                here.below.remove(&candidate);
            } else {
                *here = with_ancestors(*first);
            }
        }
        walks.extend(rest.iter().copied().map(with_ancestors));
    }
    output.reverse();
    output
}
