//! Two states of a schema as one: everything that is in either, and how it changed.

use std::collections::{BTreeMap, BTreeSet};

use retort_report::{CardRow, Change, RowKind};

use super::renames::Renames;
use crate::schema::{
    Check, Column, ForeignKeyConstraint, Index, Key, Knowledge, ObjectName, Schema, Table,
};

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

// ---------------------------------------------------------------------------------------------------------------- rows

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

/// Columns in the later order; a removed one stands after the one that it followed.
fn column_rows(pair: &Pair<'_>, renames: &Renames) -> Vec<CardRow> {
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
    let known = old.knowledge == Knowledge::Complete && new.knowledge == Knowledge::Complete;
    let both_types = !old.data_type.is_empty() && !new.data_type.is_empty();
    if old.data_type != new.data_type && (known || both_types) {
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

// --------------------------------------------------------------------------------------------------------- definitions

/// How the definition of a primary key begins.
const PRIMARY_KEY: &str = "primary key";

/// Something with a name and a definition in one line.
struct Definition {
    name: String,
    text: String,
    badges: Vec<String>,
}

/// Pairs by name; what is left, by equal definitions: that is a rename.
fn pair_by_name(
    pair: &Pair<'_>,
    list: fn(&Table) -> Vec<Definition>,
) -> Vec<(Option<Definition>, Option<Definition>)> {
    let mut before = pair.before.map(list).unwrap_or_default();
    let after = pair.after.map(list).unwrap_or_default();
    let names: BTreeSet<String> = after
        .iter()
        .map(|definition| definition.name.clone())
        .collect();
    let mut pairs = Vec::new();
    for new in after {
        let same = before.iter().position(|old| old.name == new.name);
        let renamed = || {
            let free = |old: &Definition| !names.contains(&old.name) && old.text == new.text;
            before.iter().position(free)
        };
        let old = same.or_else(renamed).map(|at| before.remove(at));
        pairs.push((old, Some(new)));
    }
    pairs.extend(before.into_iter().map(|old| (Some(old), None)));
    pairs
}

fn definition_row(kind: RowKind, before: Option<Definition>, after: Option<Definition>) -> CardRow {
    let (change, old) = match (&before, &after) {
        (None, _) => (Change::Added, None),
        (Some(_), None) => (Change::Removed, None),
        (Some(old), Some(new)) => {
            let changed = old.text != new.text || old.name != new.name;
            let changed = if changed {
                Change::Changed
            } else {
                Change::Unchanged
            };
            (changed, Some((old.name.clone(), old.text.clone())))
        }
    };
    let Some(shown) = after.or(before) else {
        return empty_row(kind);
    };
    let (old_name, old_text) = old.unzip();
    CardRow {
        change,
        before: old_text.filter(|text| *text != shown.text),
        renamed_from: old_name.filter(|name| *name != shown.name),
        name: shown.name,
        detail: shown.text,
        badges: shown.badges,
        ..empty_row(kind)
    }
}

fn plain(name: &str, text: String) -> Definition {
    Definition {
        name: name.to_owned(),
        text,
        badges: Vec::new(),
    }
}

fn constraints(table: &Table) -> Vec<Definition> {
    let primary = table
        .primary_key
        .iter()
        .map(|key| key_definition(key, PRIMARY_KEY));
    let unique = table
        .unique_constraints
        .iter()
        .map(|key| key_definition(key, "unique"));
    let checks = table.check_constraints.iter().map(check_definition);
    let exclusions = table
        .exclusion_constraints
        .iter()
        .map(|exclusion| plain(&exclusion.name, exclusion.definition.clone()));
    primary
        .chain(unique)
        .chain(checks)
        .chain(exclusions)
        .collect()
}

fn key_definition(key: &Key, kind: &str) -> Definition {
    let mut text = format!("{kind} ({})", key.columns.join(", "));
    if !key.include.is_empty() {
        text.push_str(&format!(" include ({})", key.include.join(", ")));
    }
    if key.nulls_not_distinct == Some(true) {
        text.push_str(" nulls not distinct");
    }
    text.push_str(deferral(key.deferrable, key.initially_deferred));
    plain(&key.name, text)
}

fn check_definition(check: &Check) -> Definition {
    let mut found = plain(&check.name, format!("check {}", check.expression));
    if !check.validated {
        found.text.push_str(" not valid");
        found.badges.push("NOT VALID".into());
    }
    if check.no_inherit {
        found.text.push_str(" no inherit");
    }
    found
}

fn deferral(deferrable: bool, initially: bool) -> &'static str {
    match (deferrable, initially) {
        (false, _) => "",
        (true, false) => " deferrable",
        (true, true) => " deferrable initially deferred",
    }
}

fn indexes(table: &Table) -> Vec<Definition> {
    table.indexes.iter().map(index_definition).collect()
}

fn index_definition(index: &Index) -> Definition {
    let keys: Vec<String> = index
        .keys
        .iter()
        .map(|key| {
            let target = match (&key.column, &key.expression) {
                (Some(column), _) => column.clone(),
                (None, Some(expression)) => expression.clone(),
                (None, None) => String::new(),
            };
            let order = if key.order == "desc" { " desc" } else { "" };
            format!("{target}{order}")
        })
        .collect();
    let unique = if index.unique { "unique " } else { "" };
    let mut text = format!("{unique}{} ({})", index.method, keys.join(", "));
    if !index.include.is_empty() {
        text.push_str(&format!(" include ({})", index.include.join(", ")));
    }
    if let Some(predicate) = &index.predicate {
        text.push_str(&format!(" where {predicate}"));
    }
    if index.nulls_not_distinct {
        text.push_str(" nulls not distinct");
    }
    if !index.options.is_empty() {
        text.push_str(&format!(" with ({})", index.options.join(", ")));
    }
    let mut badges = Vec::new();
    if !index.valid {
        text.push_str(" invalid");
        badges.push("INVALID".to_owned());
    }
    Definition {
        name: index.name.clone(),
        text,
        badges,
    }
}

/// What a card shows only where it changed.
fn others(table: &Table) -> Vec<Definition> {
    let triggers = table.triggers.iter().map(|trigger| {
        let mut text = format!("trigger {} {}", trigger.timing, trigger.events.join(" or "));
        text.push_str(&format!(
            " for each {} runs {}",
            trigger.level, trigger.function
        ));
        if trigger.enabled != "origin" {
            text.push_str(&format!(", {}", trigger.enabled));
        }
        plain(&trigger.name, text)
    });
    let policies = table.policies.iter().map(|policy| {
        let mut text = format!(
            "policy for {} to {}",
            policy.command,
            policy.roles.join(", ")
        );
        if let Some(using) = &policy.using {
            text.push_str(&format!(" using ({using})"));
        }
        if let Some(check) = &policy.with_check {
            text.push_str(&format!(" with check ({check})"));
        }
        plain(&policy.name, text)
    });
    let statistics = table
        .statistics
        .iter()
        .map(|statistics| plain(&statistics.name, statistics.definition.clone()));
    let mut found: Vec<Definition> = triggers.chain(policies).chain(statistics).collect();
    let security = match (table.row_security.enabled, table.row_security.forced) {
        (false, false) => None,
        (true, false) => Some("enabled"),
        (false, true) => Some("forced, not enabled"),
        (true, true) => Some("enabled, forced"),
    };
    found.extend(security.map(|text| plain("row security", text.into())));
    let lines = [
        ("comment", table.comment.clone()),
        ("partitioned by", table.partition_by.clone()),
        (
            "partition of",
            table.partition_of.as_ref().map(|partition| {
                format!(
                    "{} {}",
                    ObjectName::new(&partition.schema, &partition.table),
                    partition.bound
                )
            }),
        ),
        (
            "options",
            (!table.options.is_empty()).then(|| table.options.join(", ")),
        ),
        (
            "persistence",
            (table.persistence != "permanent").then(|| table.persistence.to_owned()),
        ),
    ];
    for (name, text) in lines {
        found.extend(text.map(|text| plain(name, text)));
    }
    found.extend(
        table
            .inherits
            .iter()
            .map(|parent| plain("inherits", parent.to_string())),
    );
    found
}

// -------------------------------------------------------------------------------------------------------- foreign keys

/// A foreign key with its ends found in the merged schema.
struct Resolved<'a> {
    key: &'a ForeignKeyConstraint,
    to: usize,
    /// Its columns by their later names, so that a rename does not look like another key.
    columns: Vec<String>,
    to_columns: Vec<String>,
    table: &'a Table,
}

fn merge_foreign_keys(
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
