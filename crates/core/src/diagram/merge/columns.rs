//! The rows of a card's columns.

use std::collections::BTreeSet;

use retort_report::{CardRow, Change, RowKind};

use super::{Pair, empty_row};
use crate::diagram::renames::Renames;
use crate::schema::{Column, Index, Knowledge, Table};

/// Columns in the later order; a removed one stands after the one that it followed.
pub(super) fn column_rows(pair: &Pair<'_>, renames: &Renames) -> Vec<CardRow> {
    let (Some(before), Some(after)) = (pair.before, pair.after) else {
        let one = pair.after.or(pair.before);
        return one.map_or_else(Vec::new, |table| {
            let rows = table.columns.iter().map(|column| match pair.after {
                Some(_) => column_row(table, None, Some(column)),
                None => column_row(table, Some(column), None),
            });
            rows.collect()
        });
    };
    let mut taken = BTreeSet::new();
    let mut rows: Vec<(Option<&str>, CardRow)> = Vec::new();
    for column in &after.columns {
        let old_name = renames.column_before(&pair.name, &column.name);
        let old = before.column(old_name).filter(|_| taken.insert(old_name));
        rows.push((
            old.map(|old| old.name.as_str()),
            column_row(after, old, Some(column)),
        ));
    }
    let mut follows = None;
    for column in &before.columns {
        if !taken.contains(column.name.as_str()) {
            let at = follows.map_or(0, |previous: &str| {
                let place = rows.iter().position(|(name, _)| *name == Some(previous));
                place.map_or(rows.len(), |place| place + 1)
            });
            rows.insert(
                at,
                (Some(&column.name), column_row(before, Some(column), None)),
            );
        }
        follows = Some(column.name.as_str());
    }
    rows.into_iter().map(|(_, row)| row).collect()
}

/// The row of a column; `table` is where its badges are read.
fn column_row(table: &Table, before: Option<&Column>, after: Option<&Column>) -> CardRow {
    let Some(shown) = after.or(before) else {
        return empty_row(RowKind::Column);
    };
    let mut row = CardRow {
        name: shown.name.clone(),
        detail: type_of(shown).to_owned(),
        badges: badges(table, shown),
        ..empty_row(RowKind::Column)
    };
    match (before, after) {
        (None, Some(column)) if column.knowledge == Knowledge::Assumed => {}
        (None, _) => {
            row.change = Change::Added;
            row.detail = definition(shown);
        }
        (Some(_), None) => {
            row.change = Change::Removed;
            row.detail = definition(shown);
        }
        (Some(old), Some(new)) => {
            if old.name != new.name {
                row.change = Change::Changed;
                row.renamed_from = Some(old.name.clone());
            }
            if let Some((old, new)) = differing(old, new) {
                row.change = Change::Changed;
                row.before = Some(old);
                row.detail = new;
            }
        }
    }
    row
}

fn type_of(column: &Column) -> &str {
    if column.data_type.is_empty() {
        "type not known"
    } else {
        &column.data_type
    }
}

/// The whole column in one line. Its nullability is a badge.
fn definition(column: &Column) -> String {
    let mut parts = vec![type_of(column).to_owned()];
    let optional = [
        default(column),
        generated(column),
        identity(column),
        collation(column),
    ];
    parts.extend(optional.into_iter().flatten());
    parts.join(" ")
}

fn default(column: &Column) -> Option<String> {
    column
        .default
        .as_ref()
        .map(|value| format!("default {value}"))
}

fn generated(column: &Column) -> Option<String> {
    column
        .generated
        .as_ref()
        .map(|value| format!("generated as ({value})"))
}

fn identity(column: &Column) -> Option<String> {
    column.identity.map(|value| format!("identity {value}"))
}

fn collation(column: &Column) -> Option<String> {
    column
        .collation
        .as_ref()
        .map(|value| format!("collate {value}"))
}

/// What two columns do not share, before and after; none where they are the same.
fn differing(old: &Column, new: &Column) -> Option<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    if old.data_type != new.data_type && !new.data_type.is_empty() {
        pairs.push((type_of(old).into(), type_of(new).into()));
    }
    if old.nullable != new.nullable {
        let word = |column: &Column| {
            if column.nullable {
                "nullable"
            } else {
                "not null"
            }
        };
        pairs.push((word(old).into(), word(new).into()));
    }
    let optional: [(fn(&Column) -> Option<String>, &str); 4] = [
        (default, "no default"),
        (generated, "not generated"),
        (identity, "no identity"),
        (collation, "the type's collation"),
    ];
    for (part, none) in optional {
        let (before, after) = (part(old), part(new));
        if before != after {
            pairs.push((before.unwrap_or(none.into()), after.unwrap_or(none.into())));
        }
    }
    if old.comment != new.comment {
        let text = |column: &Column| match &column.comment {
            Some(comment) => format!("comment “{comment}”"),
            None => "no comment".into(),
        };
        pairs.push((text(old), text(new)));
    }
    let (before, after): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
    (!before.is_empty()).then(|| (before.join(", "), after.join(", ")))
}

fn badges(table: &Table, column: &Column) -> Vec<String> {
    let name = &column.name;
    let is_only = |columns: &[String]| matches!(columns, [one] if one == name);
    let primary = table
        .primary_key
        .as_ref()
        .is_some_and(|key| key.columns.contains(name));
    let foreign = table
        .foreign_keys
        .iter()
        .any(|key| key.columns.contains(name));
    let unique = table
        .unique_constraints
        .iter()
        .any(|key| is_only(&key.columns))
        || table.indexes.iter().any(|index| is_unique_on(index, name));
    let marks = [
        (primary, "PK"),
        (foreign, "FK"),
        (unique, "U"),
        (!column.nullable && !primary, "NN"),
    ];
    marks
        .into_iter()
        .filter(|(holds, _)| *holds)
        .map(|(_, badge)| badge.to_owned())
        .collect()
}

fn is_unique_on(index: &Index, column: &str) -> bool {
    let only = matches!(index.keys.as_slice(), [key] if key.column.as_deref() == Some(column));
    index.unique && index.predicate.is_none() && only
}
