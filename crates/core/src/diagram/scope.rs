//! Which tables a picture shows, and how much of each.

use std::collections::BTreeSet;

use retort_report::{Change, DiagramScope, RowKind};

use super::merge::{Merged, MergedEdge, MergedTable};

/// Tables that reference a changed one, beyond which a picture would be about them instead.
const REFERENCING_SHOWN: usize = 12;

/// Unchanged columns that a changed table may show before they are left out.
const UNCHANGED_ROWS_SHOWN: usize = 12;

/// The chosen part of the merged schema, changed tables first. `also` are keys of tables that are wanted in any case.
pub(super) fn choose(merged: Merged, scope: DiagramScope, also: &[String]) -> Merged {
    let kept: BTreeSet<usize> = match scope {
        DiagramScope::All => (0..merged.tables.len()).collect(),
        DiagramScope::Changed => changed_and_neighbours(&merged, also),
    };
    let mut order: Vec<usize> = kept.into_iter().collect();
    order.sort_by_key(|at| {
        merged
            .tables
            .get(*at)
            .is_some_and(|table| table.change == Change::Unchanged)
    });

    let mut place = vec![None; merged.tables.len()];
    for (new, old) in order.iter().enumerate() {
        if let Some(slot) = place.get_mut(*old) {
            *slot = Some(new);
        }
    }
    let at = |old: usize| place.get(old).copied().flatten();
    let edges: Vec<MergedEdge> = merged
        .edges
        .into_iter()
        .filter_map(|edge| {
            let (from, to) = (at(edge.from)?, at(edge.to)?);
            Some(MergedEdge { from, to, ..edge })
        })
        .collect();

    let mut slots: Vec<Option<MergedTable>> = merged.tables.into_iter().map(Some).collect();
    let mut tables: Vec<MergedTable> = order
        .iter()
        .filter_map(|old| slots.get_mut(*old).and_then(Option::take))
        .collect();
    if scope == DiagramScope::Changed {
        for (at, table) in tables.iter_mut().enumerate() {
            collapse(table, &ports(at, &edges));
        }
    }
    Merged { tables, edges }
}

fn changed_and_neighbours(merged: &Merged, also: &[String]) -> BTreeSet<usize> {
    let is_changed = |at: usize| {
        let table = merged.tables.get(at);
        table.is_some_and(|table| table.change != Change::Unchanged)
    };
    let mut kept: BTreeSet<usize> = (0..merged.tables.len())
        .filter(|at| is_changed(*at))
        .collect();
    let changed = kept.clone();
    for edge in &merged.edges {
        if changed.contains(&edge.from) || edge.change != Change::Unchanged {
            kept.insert(edge.to);
            kept.insert(edge.from);
        }
    }
    for table in &changed {
        let referencing: BTreeSet<usize> = merged
            .edges
            .iter()
            .filter(|edge| edge.to == *table)
            .map(|edge| edge.from)
            .collect();
        kept.extend(referencing.into_iter().take(REFERENCING_SHOWN));
    }
    let wanted = merged.tables.iter().enumerate();
    kept.extend(
        wanted
            .filter(|(_, table)| also.contains(&table.key))
            .map(|(at, _)| at),
    );
    kept
}

/// The columns of a table at which an edge starts or ends.
fn ports(table: usize, edges: &[MergedEdge]) -> BTreeSet<String> {
    let mut columns = BTreeSet::new();
    for edge in edges {
        if edge.from == table {
            columns.extend(edge.from_columns.iter().cloned());
        }
        if edge.to == table {
            columns.extend(edge.to_columns.iter().cloned());
        }
    }
    columns
}

/// Leaves out what did not change: all but keys of a neighbour, and the plain columns of a long changed table.
fn collapse(table: &mut MergedTable, ports: &BTreeSet<String>) {
    let total = table.rows.len();
    let is_key = |row: &retort_report::CardRow| {
        row.kind == RowKind::Column
            && (ports.contains(&row.name) || row.badges.iter().any(|badge| badge == "PK"))
    };
    match table.change {
        Change::Added | Change::Removed => return,
        Change::Unchanged => table.rows.retain(is_key),
        Change::Changed => {
            let unchanged = table
                .rows
                .iter()
                .filter(|row| row.change == Change::Unchanged);
            if unchanged.count() > UNCHANGED_ROWS_SHOWN {
                table
                    .rows
                    .retain(|row| row.change != Change::Unchanged || is_key(row));
            }
        }
    }
    table.hidden_rows = (total - table.rows.len()) as u32;
}
