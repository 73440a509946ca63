//! Foreign keys as edges between the merged tables.

use std::collections::BTreeMap;

use retort_report::Change;

use super::{MergedEdge, Pair};
use crate::diagram::renames::Renames;
use crate::schema::{ForeignKeyConstraint, ObjectName, Table};

/// A foreign key with its ends found in the merged schema.
struct Resolved<'a> {
    key: &'a ForeignKeyConstraint,
    to: usize,
    /// Its columns by their later names, so that a rename does not look like another key.
    columns: Vec<String>,
    to_columns: Vec<String>,
    table: &'a Table,
}

pub(super) fn merge_foreign_keys(
    at: usize,
    pairs: &[Pair<'_>],
    renames: &Renames,
    places: &BTreeMap<&ObjectName, usize>,
    earlier: &BTreeMap<ObjectName, usize>,
) -> Vec<MergedEdge> {
    let Some(pair) = pairs.get(at) else {
        return Vec::new();
    };
    let after: Vec<Resolved<'_>> = pair.after.map_or_else(Vec::new, |table| {
        let keys = table.foreign_keys.iter().filter_map(|key| {
            let to = *places.get(&key.references.table_name())?;
            Some(Resolved {
                key,
                to,
                columns: key.columns.clone(),
                to_columns: key.references.columns.clone(),
                table,
            })
        });
        keys.collect()
    });
    let mut before: Vec<Resolved<'_>> = pair.before.map_or_else(Vec::new, |table| {
        let keys = table.foreign_keys.iter().filter_map(|key| {
            let to = *earlier.get(&key.references.table_name())?;
            let target = pairs.get(to).map_or(&pair.name, |pair| &pair.name);
            let later = |table: &ObjectName, columns: &[String]| -> Vec<String> {
                let rename = |column: &String| renames.column_after(table, column).to_owned();
                columns.iter().map(rename).collect()
            };
            Some(Resolved {
                key,
                to,
                columns: later(&pair.name, &key.columns),
                to_columns: later(target, &key.references.columns),
                table,
            })
        });
        keys.collect()
    });

    let mut edges = Vec::new();
    for new in after {
        let same_ends = |old: &Resolved<'_>| {
            old.to == new.to && old.columns == new.columns && old.to_columns == new.to_columns
        };
        let named = before
            .iter()
            .position(|old| old.key.name == new.key.name && same_ends(old));
        let found = named.or_else(|| before.iter().position(same_ends));
        let change = match found.map(|place| before.remove(place)) {
            Some(old) if same_behaviour(old.key, new.key) => Change::Unchanged,
            Some(_) => Change::Changed,
            None if pair.before.is_none() && !new.table.is_complete() => Change::Unchanged,
            None => Change::Added,
        };
        edges.push(merged_edge(at, &new, change));
    }
    edges.extend(
        before
            .iter()
            .map(|old| merged_edge(at, old, Change::Removed)),
    );
    edges
}

fn same_behaviour(old: &ForeignKeyConstraint, new: &ForeignKeyConstraint) -> bool {
    let comparable = ForeignKeyConstraint {
        columns: new.columns.clone(),
        references: new.references.clone(),
        ..old.clone()
    };
    comparable == *new
}

fn merged_edge(from: usize, resolved: &Resolved<'_>, change: Change) -> MergedEdge {
    let key = resolved.key;
    let mut sorted: Vec<&str> = key.columns.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    let optional = key.columns.iter().any(|column| {
        resolved
            .table
            .column(column)
            .is_none_or(|column| column.nullable)
    });
    let keys = resolved
        .table
        .primary_key
        .iter()
        .chain(&resolved.table.unique_constraints);
    let unique = keys
        .map(|key| key.columns.iter().map(String::as_str).collect::<Vec<_>>())
        .chain(
            resolved
                .table
                .indexes
                .iter()
                .filter(|index| index.unique && index.predicate.is_none())
                .map(|index| {
                    index
                        .keys
                        .iter()
                        .filter_map(|key| key.column.as_deref())
                        .collect()
                }),
        )
        .any(|mut columns| {
            columns.sort_unstable();
            columns == sorted
        });
    MergedEdge {
        name: key.name.clone(),
        from,
        from_columns: resolved.columns.clone(),
        to: resolved.to,
        to_columns: resolved.to_columns.clone(),
        change,
        optional,
        unique,
    }
}
