//! Two states of a schema as one: everything that is in either, and how it changed.

mod columns;
mod definitions;
mod foreign_keys;

use std::collections::{BTreeMap, BTreeSet};

use retort_report::{CardRow, Change, RowKind};

use self::{
    columns::column_rows,
    definitions::{PRIMARY_KEY, constraints, definition_row, indexes, others, pair_by_name},
    foreign_keys::merge_foreign_keys,
};
use super::renames::Renames;
use crate::schema::{ObjectName, Schema, Table};

/// The merged schema. Edges name tables by their place.
pub(super) struct Merged {
    pub tables: Vec<MergedTable>,
    pub edges: Vec<MergedEdge>,
}

/// A table of either state.
pub(super) struct MergedTable {
    pub key: String,
    pub name: String,
    pub renamed_from: Option<String>,
    pub change: Change,
    pub assumed: bool,
    pub rows: Vec<CardRow>,
    pub hidden_rows: u32,
}

/// A foreign key of either state.
#[derive(Clone, Debug)]
pub(super) struct MergedEdge {
    pub name: String,
    pub from: usize,
    pub from_columns: Vec<String>,
    pub to: usize,
    pub to_columns: Vec<String>,
    pub change: Change,
    pub optional: bool,
    pub unique: bool,
}

/// A table of both states, under its later name.
struct Pair<'a> {
    name: ObjectName,
    before: Option<&'a Table>,
    after: Option<&'a Table>,
}

pub(super) fn merge(before: &Schema, after: &Schema, renames: &Renames) -> Merged {
    let pairs = pair_tables(before, after, renames);
    let places: BTreeMap<&ObjectName, usize> = pairs
        .iter()
        .enumerate()
        .map(|(at, pair)| (&pair.name, at))
        .collect();
    // Where a table of the earlier state is in the merged one.
    let earlier: BTreeMap<ObjectName, usize> = pairs
        .iter()
        .enumerate()
        .filter_map(|(at, pair)| Some((pair.before?.object_name(), at)))
        .collect();

    let mut edges = Vec::new();
    let mut tables = Vec::new();
    for (at, pair) in pairs.iter().enumerate() {
        let own = merge_foreign_keys(at, &pairs, renames, &places, &earlier);
        let keys_changed = own.iter().any(|edge| edge.change != Change::Unchanged);
        tables.push(merge_table(pair, renames, keys_changed));
        edges.extend(own);
    }
    Merged { tables, edges }
}

/// Every table of either state, by name; a removed one stands where its name puts it.
fn pair_tables<'a>(before: &'a Schema, after: &'a Schema, renames: &Renames) -> Vec<Pair<'a>> {
    let mut taken = BTreeSet::new();
    let mut pairs: BTreeMap<(ObjectName, bool), Pair<'a>> = BTreeMap::new();
    for (name, table) in after.tables.iter() {
        let old = renames.table_before(name);
        // A rename counts only where both ends are there.
        let earlier = before.tables.get(old).filter(|_| taken.insert(old.clone()));
        pairs.insert(
            (name.clone(), true),
            Pair {
                name: name.clone(),
                before: earlier.map(AsRef::as_ref),
                after: Some(table),
            },
        );
    }
    for (name, table) in before.tables.iter() {
        if !taken.contains(name) {
            let pair = Pair {
                name: name.clone(),
                before: Some(table),
                after: None,
            };
            pairs.insert((name.clone(), false), pair);
        }
    }
    pairs.into_values().collect()
}

fn merge_table(pair: &Pair<'_>, renames: &Renames, keys_changed: bool) -> MergedTable {
    let rows = rows(pair, renames);
    let renamed_from = match (pair.before, pair.after) {
        (Some(old), Some(new)) if old.object_name() != new.object_name() => {
            Some(old.object_name().to_string())
        }
        _ => None,
    };
    let change = match (pair.before, pair.after) {
        (None, Some(table)) if !table.is_complete() => Change::Unchanged,
        (None, _) => Change::Added,
        (Some(_), None) => Change::Removed,
        (Some(_), Some(_)) => {
            let inside = rows.iter().any(|row| row.change != Change::Unchanged);
            if renamed_from.is_some() || inside || keys_changed {
                Change::Changed
            } else {
                Change::Unchanged
            }
        }
    };
    // A removed table may have the name of one that took its place.
    let name = pair.name.to_string();
    let replaced = change == Change::Removed && pair.after.is_none();
    MergedTable {
        key: if replaced {
            format!("{name} (removed)")
        } else {
            name.clone()
        },
        name,
        renamed_from,
        change,
        assumed: pair
            .after
            .or(pair.before)
            .is_some_and(|table| !table.is_complete()),
        rows,
        hidden_rows: 0,
    }
}

fn rows(pair: &Pair<'_>, renames: &Renames) -> Vec<CardRow> {
    let mut rows = column_rows(pair, renames);
    let definitions = [
        (RowKind::Constraint, pair_by_name(pair, constraints)),
        (RowKind::Index, pair_by_name(pair, indexes)),
        (RowKind::Other, pair_by_name(pair, others)),
    ];
    let both = pair.before.is_some() && pair.after.is_some();
    for (kind, pairs) in definitions {
        let new = pairs
            .into_iter()
            .map(|(before, after)| definition_row(kind, before, after));
        rows.extend(new.filter(|row| {
            let is_key = row.detail.starts_with(PRIMARY_KEY);
            match kind {
                RowKind::Other => !both || row.change != Change::Unchanged,
                // The badges of its columns already tell of a primary key that came or went with its table.
                _ => !is_key || both && row.change != Change::Unchanged,
            }
        }));
    }
    rows
}

fn empty_row(kind: RowKind) -> CardRow {
    CardRow {
        kind,
        name: String::new(),
        detail: String::new(),
        badges: Vec::new(),
        change: Change::Unchanged,
        before: None,
        renamed_from: None,
        y: 0.0,
    }
}
