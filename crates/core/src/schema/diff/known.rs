//! A later state as far as an earlier one can contradict it.

use std::sync::Arc;

use crate::schema::{Column, Knowledge, Schema, Table};

/// `later` without what statements revealed after `earlier`: tables and columns that nobody made were there before, and
/// what was unknown of them is no difference.
pub fn as_far_as_known(earlier: &Schema, later: &Schema) -> Schema {
    let revealed = |table: &Table| !table.is_complete();
    if !earlier.tables.values().any(|table| revealed(table))
        && !later.tables.values().any(|table| revealed(table))
    {
        return later.clone();
    }
    let tables = later.tables.iter().filter_map(|(name, table)| {
        Some(match earlier.tables.get(name) {
            Some(former) if former.is_complete() || Arc::ptr_eq(former, table) => Arc::clone(table),
            Some(former) => Arc::new(masked(former, table)),
            None if revealed(table) => return None,
            None => Arc::clone(table),
        })
    });
    Schema {
        tables: tables.collect(),
        ..later.clone()
    }
}

/// A table of which not everything was known before.
fn masked(former: &Table, table: &Table) -> Table {
    let columns = table
        .columns
        .iter()
        .filter_map(|column| match former.column(&column.name) {
            Some(known) if known.knowledge == Knowledge::Assumed => Some(Column {
                data_type: if known.data_type.is_empty() {
                    String::new()
                } else {
                    column.data_type.clone()
                },
                ..known.clone()
            }),
            None if column.knowledge == Knowledge::Assumed => None,
            _ => Some(column.clone()),
        });
    Table {
        columns: columns.collect(),
        ..table.clone()
    }
}
