//! The revision graph: order, heads, bases, branches, merges, and what is wrong with it.

mod order;

use std::collections::{BTreeMap, BTreeSet};

use crate::migration::Migration;

/// A migration by its place in the project's list.
pub type MigrationIndex = usize;

/// The graph of a project's migrations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Every migration, in the order in which the tool upgrades. Members of a cycle come last.
    pub order: Vec<MigrationIndex>,
    /// Parents and dependencies that are there, by migration.
    pub parents: Vec<Vec<MigrationIndex>>,
    /// Migrations that no other one names as its parent, in file order.
    pub heads: Vec<MigrationIndex>,
    /// Migrations without parents, in file order.
    pub bases: Vec<MigrationIndex>,
    /// What is wrong.
    pub problems: Vec<HistoryProblem>,
}

/// What is wrong with a graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HistoryProblem {
    /// Two migrations have one id. Alembic warns and uses the one it reads last.
    DuplicateRevision {
        /// The one that counts here.
        kept: MigrationIndex,
        /// The other one, which is left out of the order.
        other: MigrationIndex,
    },
    /// A parent or dependency is not among the files.
    MissingParent {
        /// Whose.
        migration: MigrationIndex,
        /// Its id.
        parent: String,
    },
    /// Migrations that descend from each other.
    Cycle {
        /// Its members, in file order.
        members: Vec<MigrationIndex>,
    },
    /// Several migrations that nothing descends from and that no branch label tells apart.
    MultipleHeads {
        /// The heads.
        heads: Vec<MigrationIndex>,
    },
    /// One branch label on migrations of which neither descends from the other.
    DuplicateLabel {
        /// The label.
        label: String,
        /// Where it is used.
        migrations: Vec<MigrationIndex>,
    },
}

impl History {
    /// Reads the graph of these migrations, which stand in file order.
    pub fn new(migrations: &[Migration]) -> Self {
        let mut problems = Vec::new();
        let by_id = index_by_id(migrations, &mut problems);
        let labels = labels(migrations);
        let mut parents = Vec::with_capacity(migrations.len());
        let mut versioned_parents = Vec::with_capacity(migrations.len());
        for (index, migration) in migrations.iter().enumerate() {
            let header = &migration.header;
            let mut find = |names: &[String]| -> Vec<MigrationIndex> {
                let mut found = Vec::new();
                for name in names {
                    match resolve(name, &by_id, &labels) {
                        Some(parent) => found.push(parent),
                        None => problems.push(HistoryProblem::MissingParent {
                            migration: index,
                            parent: name.clone(),
                        }),
                    }
                }
                found
            };
            let versioned = find(&header.parents);
            let mut all = versioned.clone();
            all.extend(find(&header.depends_on));
            let mut seen = BTreeSet::new();
            all.retain(|parent| seen.insert(*parent));
            parents.push(all);
            versioned_parents.push(versioned);
        }
        let members: BTreeSet<MigrationIndex> = by_id.values().copied().collect();
        let cyclic = order::cyclic(&members, &parents);
        if !cyclic.is_empty() {
            problems.push(HistoryProblem::Cycle {
                members: cyclic.iter().copied().collect(),
            });
        }
        let sound: BTreeSet<MigrationIndex> = members.difference(&cyclic).copied().collect();
        let without_children = |links: &[Vec<MigrationIndex>]| -> Vec<MigrationIndex> {
            let named: BTreeSet<MigrationIndex> = sound
                .iter()
                .filter_map(|at| links.get(*at))
                .flatten()
                .copied()
                .collect();
            sound.difference(&named).copied().collect()
        };
        // A dependency alone does not end a branch, but it does order the walk.
        let heads = without_children(&versioned_parents);
        let mut order = order::upgrade_order(
            &sound,
            &parents,
            &versioned_parents,
            &without_children(&parents),
        );
        order.extend(cyclic.iter().copied());
        let is_base = |index: &MigrationIndex| {
            migrations
                .get(*index)
                .is_some_and(|m| m.header.parents.is_empty())
        };
        let bases = sound.iter().copied().filter(is_base).collect();
        problems.extend(duplicate_labels(&labels, &parents));
        if heads.len() > 1 && !told_apart(&heads, migrations, &parents) {
            problems.push(HistoryProblem::MultipleHeads {
                heads: heads.clone(),
            });
        }
        Self {
            order,
            parents,
            heads,
            bases,
            problems,
        }
    }

    /// Everything this migration descends from, itself not counted.
    pub fn ancestors(&self, index: MigrationIndex) -> BTreeSet<MigrationIndex> {
        order::ancestors(index, &self.parents)
    }

    /// Whether every parent that is named is there.
    pub fn is_complete(&self) -> bool {
        let breaks = |problem: &HistoryProblem| {
            matches!(
                problem,
                HistoryProblem::MissingParent { .. } | HistoryProblem::Cycle { .. }
            )
        };
        !self.problems.iter().any(breaks)
    }
}

fn index_by_id<'a>(
    migrations: &'a [Migration],
    problems: &mut Vec<HistoryProblem>,
) -> BTreeMap<&'a str, MigrationIndex> {
    let mut by_id = BTreeMap::new();
    for (index, migration) in migrations.iter().enumerate() {
        if let Some(other) = by_id.insert(migration.header.revision.as_str(), index) {
            problems.push(HistoryProblem::DuplicateRevision { kept: index, other });
        }
    }
    by_id
}

fn labels(migrations: &[Migration]) -> BTreeMap<&str, Vec<MigrationIndex>> {
    let mut labels: BTreeMap<&str, Vec<MigrationIndex>> = BTreeMap::new();
    for (index, migration) in migrations.iter().enumerate() {
        for label in &migration.header.branch_labels {
            labels.entry(label).or_default().push(index);
        }
    }
    labels
}

/// By id, by branch label, or by an unambiguous beginning of an id, as Alembic resolves names.
fn resolve(
    name: &str,
    by_id: &BTreeMap<&str, MigrationIndex>,
    labels: &BTreeMap<&str, Vec<MigrationIndex>>,
) -> Option<MigrationIndex> {
    let name = name.split_once('@').map_or(name, |(_, revision)| revision);
    if let Some(index) = by_id.get(name) {
        return Some(*index);
    }
    if let Some(labelled) = labels.get(name) {
        return labelled.last().copied();
    }
    let mut starting = by_id
        .range(name..)
        .take_while(|(id, _)| id.starts_with(name));
    match (starting.next(), starting.next()) {
        (Some((_, index)), None) if name.len() >= 4 => Some(*index),
        _ => None,
    }
}

fn duplicate_labels(
    labels: &BTreeMap<&str, Vec<MigrationIndex>>,
    parents: &[Vec<MigrationIndex>],
) -> Vec<HistoryProblem> {
    let related = |one: MigrationIndex, other: MigrationIndex| {
        order::ancestors(one, parents).contains(&other)
            || order::ancestors(other, parents).contains(&one)
    };
    let clashes = labels.iter().filter(|(_, users)| {
        users.iter().any(|one| {
            users
                .iter()
                .any(|other| one != other && !related(*one, *other))
        })
    });
    clashes
        .map(|(label, users)| HistoryProblem::DuplicateLabel {
            label: (*label).to_owned(),
            migrations: users.clone(),
        })
        .collect()
}

/// Heads on branches of different labels are meant to be several.
fn told_apart(
    heads: &[MigrationIndex],
    migrations: &[Migration],
    parents: &[Vec<MigrationIndex>],
) -> bool {
    let mut seen = BTreeSet::new();
    heads.iter().all(|head| {
        let mut line = order::ancestors(*head, parents);
        line.insert(*head);
        let mut labels = line
            .iter()
            .filter_map(|index| migrations.get(*index))
            .flat_map(|migration| &migration.header.branch_labels);
        labels.any(|label| seen.insert(label.clone()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::{FileId, Half, Header};
    use crate::text::Span;

    fn migration(id: &str, parents: &[&str]) -> Migration {
        Migration {
            header: Header {
                revision: id.into(),
                parents: parents.iter().map(|name| (*name).to_owned()).collect(),
                ..Header::default()
            },
            file: FileId(0),
            revision_span: Span::default(),
            parents_span: Span::default(),
            up: Half::Missing,
            down: Half::Missing,
            transaction: None,
            down_transaction: None,
        }
    }

    #[test]
    fn a_line_is_ordered_whatever_the_order_of_its_files() {
        let migrations = [
            migration("c", &["b"]),
            migration("a", &[]),
            migration("b", &["a"]),
        ];
        let history = History::new(&migrations);
        assert_eq!(history.order, [1, 2, 0]);
        assert_eq!(history.heads, [0]);
        assert_eq!(history.bases, [1]);
        assert!(history.problems.is_empty());
    }

    #[test]
    fn a_merge_comes_after_both_branches() {
        let migrations = [
            migration("a", &[]),
            migration("b1", &["a"]),
            migration("b2", &["a"]),
            migration("m", &["b1", "b2"]),
        ];
        let history = History::new(&migrations);
        assert_eq!(history.order.first(), Some(&0));
        assert_eq!(history.order.last(), Some(&3));
        assert_eq!(history.order.len(), 4);
    }

    #[test]
    fn two_heads_a_missing_parent_a_twin_and_a_cycle_are_told() {
        let heads = [
            migration("a", &[]),
            migration("b", &["a"]),
            migration("c", &["a"]),
        ];
        assert!(matches!(
            History::new(&heads).problems.as_slice(),
            [HistoryProblem::MultipleHeads { heads }] if heads == &[1, 2]
        ));
        assert!(!History::new(&[migration("b", &["zz"])]).is_complete());
        let twins = [migration("a", &[]), migration("a", &[])];
        assert!(matches!(
            History::new(&twins).problems.as_slice(),
            [HistoryProblem::DuplicateRevision { kept: 1, other: 0 }]
        ));
        let cycle = [
            migration("a", &["b"]),
            migration("b", &["a"]),
            migration("c", &[]),
        ];
        let history = History::new(&cycle);
        assert_eq!(history.order, [2, 0, 1]);
        assert!(matches!(
            history.problems.as_slice(),
            [HistoryProblem::Cycle { members }] if members == &[0, 1]
        ));
    }
}
