//! Tables and what stands on them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::fields::{Fields, lone, pair};
use super::{Change, ObjectChange, Rename};
use crate::schema::{
    Check, Column, ForeignKeyConstraint, Index, IndexKeyPart, Key, Knowledge, Object, ObjectKind,
    ObjectName, Policy, Schema, Table, Trigger,
};

/// Where names went: by the table's last name, the columns' old names by their new ones, and its first name.
struct Renames {
    /// A table's name before, by its name after.
    tables: BTreeMap<ObjectName, ObjectName>,
    /// A column's name before, by its table's name after and its own.
    columns: BTreeMap<(ObjectName, String), String>,
}

impl Renames {
    /// Follows renames in their order: a later one starts from the name that an earlier one gave.
    fn follow(renames: &[Rename]) -> Self {
        let mut followed = Self {
            tables: BTreeMap::new(),
            columns: BTreeMap::new(),
        };
        for rename in renames {
            match (rename.from.kind, &rename.from.on) {
                (ObjectKind::Table, _) => followed.table(&rename.from.name, &rename.to),
                (ObjectKind::Column, Some(table)) => {
                    followed.column(table, &rename.from.name.name, &rename.to.name)
                }
                _ => {}
            }
        }
        followed
    }

    fn table(&mut self, from: &ObjectName, to: &ObjectName) {
        let first = self.tables.remove(from).unwrap_or_else(|| from.clone());
        self.tables.insert(to.clone(), first);
        let moved: Vec<(ObjectName, String)> = self
            .columns
            .keys()
            .filter(|(table, _)| table == from)
            .cloned()
            .collect();
        for key in moved {
            if let Some(first) = self.columns.remove(&key) {
                self.columns.insert((to.clone(), key.1), first);
            }
        }
    }

    fn column(&mut self, table: &ObjectName, from: &str, to: &str) {
        let first = self
            .columns
            .remove(&(table.clone(), from.to_owned()))
            .unwrap_or_else(|| from.to_owned());
        self.columns.insert((table.clone(), to.to_owned()), first);
    }

    /// The old name of a column, where it has another one now.
    fn column_before<'a>(&'a self, table: &ObjectName, name: &'a str) -> &'a str {
        let known = self.columns.get(&(table.clone(), name.to_owned()));
        known.map_or(name, String::as_str)
    }
}

/// Compares all tables.
pub(super) fn tables(
    before: &Schema,
    after: &Schema,
    renames: &[Rename],
    changes: &mut Vec<ObjectChange>,
) {
    let mut renames = Renames::follow(renames);
    renames.tables.retain(|to, from| {
        after.tables.contains_key(to) && before.tables.contains_key(from) && to != from
    });
    let moved: BTreeSet<&ObjectName> = renames.tables.values().collect();
    let names: BTreeSet<&ObjectName> = before.tables.keys().chain(after.tables.keys()).collect();
    for name in names {
        let new = after.tables.get(name);
        let old = match renames.tables.get(name) {
            Some(first) => before.tables.get(first),
            None => before.tables.get(name).filter(|_| !moved.contains(name)),
        };
        match (old, new) {
            (Some(old), Some(new)) => table(old, new, &renames, changes),
            (Some(_), None) => {
                changes.push(lone(Change::Removed, Object::new(ObjectKind::Table, name)))
            }
            (None, Some(new)) if new.is_complete() => {
                changes.push(lone(Change::Added, Object::new(ObjectKind::Table, name)));
            }
            // A table that is only assumed was not made in between.
            (None, Some(_) | None) => {}
        }
    }
}

fn table(old: &Arc<Table>, new: &Arc<Table>, renames: &Renames, changes: &mut Vec<ObjectChange>) {
    if Arc::ptr_eq(old, new) {
        return;
    }
    let name = new.object_name();
    let mut fields = Fields::new();
    if old.is_complete() && new.is_complete() {
        table_fields(old, new, &mut fields);
    }
    let renamed_from = (old.object_name() != name).then(|| old.object_name().to_string());
    let fields = fields.finish();
    if renamed_from.is_some() || !fields.is_empty() {
        changes.push(ObjectChange {
            object: Object::new(ObjectKind::Table, &name),
            change: Change::Changed,
            renamed_from,
            fields,
        });
    }
    columns(&name, old, new, renames, changes);
    constraints(&name, old, new, renames, changes);
    indexes(&name, &old.indexes, &new.indexes, changes);
    triggers(&name, &old.triggers, &new.triggers, changes);
    policies(&name, old, new, changes);
    statistics(&name, old, new, changes);
}

fn table_fields(old: &Table, new: &Table, fields: &mut Fields) {
    let kind = |table: &Table| match table.kind {
        crate::schema::TableKind::Table => "table",
        crate::schema::TableKind::Partitioned => "partitioned table",
        crate::schema::TableKind::Foreign => "foreign table",
    };
    fields.text("kind", kind(old), kind(new));
    fields.text("persistence", old.persistence, new.persistence);
    fields.optional("comment", old.comment.as_deref(), new.comment.as_deref());
    fields.optional(
        "partition key",
        old.partition_by.as_deref(),
        new.partition_by.as_deref(),
    );
    let place = |table: &Table| {
        let place = table.partition_of.as_ref();
        place.map(|place| format!("{} {}", place.parent(), place.bound))
    };
    fields.optional("partition of", place(old).as_deref(), place(new).as_deref());
    let parents = |table: &Table| {
        table
            .inherits
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    fields.list("parents", &parents(old), &parents(new));
    fields.list("options", &old.options, &new.options);
    let security = |table: &Table| match (table.row_security.enabled, table.row_security.forced) {
        (true, true) => "forced",
        (true, false) => "enabled",
        (false, true) => "forced but disabled",
        (false, false) => "disabled",
    };
    fields.text("row security", security(old), security(new));
}

fn columns(
    name: &ObjectName,
    old: &Table,
    new: &Table,
    renames: &Renames,
    changes: &mut Vec<ObjectChange>,
) {
    let moved = moved_columns(name, old, new, renames);
    let old_name = |column: &Column| renames.column_before(name, &column.name).to_owned();
    let object = |column: &str| Object::on(ObjectKind::Column, column, name);
    for column in &new.columns {
        let before = old_name(column);
        match old.column(&before) {
            Some(earlier) => {
                let mut fields = column_fields(earlier, column);
                if let Some((from, to)) = moved.get(column.name.as_str()) {
                    fields.number("position", *from, *to);
                }
                let fields = fields.finish();
                let renamed_from = (before != column.name).then_some(before);
                if renamed_from.is_some() || !fields.is_empty() {
                    changes.push(ObjectChange {
                        object: object(&column.name),
                        change: Change::Changed,
                        renamed_from,
                        fields,
                    });
                }
            }
            // A column that a later statement merely names was there before.
            None if column.knowledge == Knowledge::Assumed && !old.is_complete() => {}
            None => {
                let mut fields = Fields::new();
                fields.optional("type", None, Some(&column.data_type));
                changes.push(ObjectChange {
                    object: object(&column.name),
                    change: Change::Added,
                    renamed_from: None,
                    fields: fields.finish(),
                });
            }
        }
    }
    let kept: BTreeSet<String> = new.columns.iter().map(old_name).collect();
    for column in old
        .columns
        .iter()
        .filter(|column| !kept.contains(&column.name))
    {
        changes.push(lone(Change::Removed, object(&column.name)));
    }
}

fn column_fields(old: &Column, new: &Column) -> Fields {
    let mut fields = Fields::new();
    let known_type = |column: &'_ Column| {
        let known = !column.data_type.is_empty();
        known.then(|| column.data_type.clone())
    };
    if let Some(new_type) = known_type(new) {
        fields.optional("type", known_type(old).as_deref(), Some(&new_type));
    }
    fields.either(
        "nullability",
        ["null", "not null"],
        old.nullable,
        new.nullable,
    );
    fields.optional("default", old.default.as_deref(), new.default.as_deref());
    if old.knowledge == Knowledge::Assumed || new.knowledge == Knowledge::Assumed {
        return fields;
    }
    fields.optional(
        "generated",
        old.generated.as_deref(),
        new.generated.as_deref(),
    );
    fields.optional("identity", old.identity, new.identity);
    fields.optional(
        "collation",
        old.collation.as_deref(),
        new.collation.as_deref(),
    );
    fields.optional("comment", old.comment.as_deref(), new.comment.as_deref());
    fields
}

/// Columns that stand elsewhere among those that both states have, with their places (counted from 1) before and after.
/// As few as possible are called moved: those outside a longest run that kept its order.
fn moved_columns<'a>(
    name: &ObjectName,
    old: &Table,
    new: &'a Table,
    renames: &Renames,
) -> BTreeMap<&'a str, (i64, i64)> {
    if !old.is_complete() || !new.is_complete() {
        return BTreeMap::new();
    }
    let place = |column: &Column| {
        let before = renames.column_before(name, &column.name);
        old.columns
            .iter()
            .position(|earlier| earlier.name == before)
    };
    let common: Vec<(&str, usize, usize)> = new
        .columns
        .iter()
        .enumerate()
        .filter_map(|(now, column)| Some((column.name.as_str(), place(column)?, now)))
        .collect();
    let places: Vec<usize> = common.iter().map(|(_, before, _)| *before).collect();
    let stayed = longest_rising(&places);
    let moved = common
        .into_iter()
        .enumerate()
        .filter(|(at, _)| !stayed.contains(at));
    moved
        .map(|(_, (column, before, now))| (column, (before as i64 + 1, now as i64 + 1)))
        .collect()
}

/// The places of a longest rising subsequence.
fn longest_rising(values: &[usize]) -> BTreeSet<usize> {
    // best[n] is the place of the least value that ends a rising subsequence of n + 1 values.
    let mut best: Vec<usize> = Vec::new();
    let mut previous: Vec<Option<usize>> = Vec::with_capacity(values.len());
    for (at, value) in values.iter().enumerate() {
        let length = best.partition_point(|end| values.get(*end) < Some(value));
        previous.push(
            length
                .checked_sub(1)
                .and_then(|shorter| best.get(shorter).copied()),
        );
        match best.get_mut(length) {
            Some(end) => *end = at,
            None => best.push(at),
        }
    }
    let mut members = BTreeSet::new();
    let mut next = best.last().copied();
    while let Some(at) = next {
        members.insert(at);
        next = previous.get(at).copied().flatten();
    }
    members
}

fn constraints(
    name: &ObjectName,
    old: &Table,
    new: &Table,
    renames: &Renames,
    changes: &mut Vec<ObjectChange>,
) {
    let before = |columns: &[String]| -> Vec<String> {
        columns
            .iter()
            .map(|column| renames.column_before(name, column).to_owned())
            .collect()
    };
    let object = |constraint: &str| Object::on(ObjectKind::Constraint, constraint, name);
    let keys = |table: &'_ Table| -> Vec<Key> {
        table
            .primary_key
            .iter()
            .chain(&table.unique_constraints)
            .cloned()
            .collect()
    };
    let (old_keys, new_keys) = (keys(old), keys(new));
    for (old, new) in pair(&old_keys, &new_keys, |key| &key.name) {
        both(
            old,
            new,
            changes,
            |key| object(&key.name),
            |old, new| key_fields(old, new, &before),
        );
    }
    for (old, new) in pair(&old.check_constraints, &new.check_constraints, |check| {
        &check.name
    }) {
        let renamed = renames.columns.keys().any(|(table, _)| table == name);
        both(
            old,
            new,
            changes,
            |check| object(&check.name),
            |old, new| check_fields(old, new, renamed),
        );
    }
    for (old, new) in pair(&old.foreign_keys, &new.foreign_keys, |key| &key.name) {
        both(
            old,
            new,
            changes,
            |key| object(&key.name),
            |old, new| foreign_key_fields(old, new, renames, &before),
        );
    }
    for (old, new) in pair(
        &old.exclusion_constraints,
        &new.exclusion_constraints,
        |exclusion| &exclusion.name,
    ) {
        both(
            old,
            new,
            changes,
            |exclusion| object(&exclusion.name),
            |old, new| {
                let mut fields = Fields::new();
                fields.text("definition", &old.definition, &new.definition);
                fields.optional("comment", old.comment.as_deref(), new.comment.as_deref());
                fields
            },
        );
    }
}

/// Tells a pair's change.
fn both<T: PartialEq>(
    old: Option<&T>,
    new: Option<&T>,
    changes: &mut Vec<ObjectChange>,
    object: impl Fn(&T) -> Object,
    compare: impl Fn(&T, &T) -> Fields,
) {
    match (old, new) {
        (Some(old), Some(new)) if old != new => {
            changes.extend(compare(old, new).into_change(object(new)))
        }
        (Some(old), None) => changes.push(lone(Change::Removed, object(old))),
        (None, Some(new)) => changes.push(lone(Change::Added, object(new))),
        (Some(_), Some(_)) | (None, None) => {}
    }
}

fn deferral(deferrable: bool, initially_deferred: bool) -> &'static str {
    match (deferrable, initially_deferred) {
        (_, true) => "initially deferred",
        (true, false) => "deferrable",
        (false, false) => "not deferrable",
    }
}

fn key_fields(old: &Key, new: &Key, before: &impl Fn(&[String]) -> Vec<String>) -> Fields {
    let mut fields = Fields::new();
    fields.list("columns", &old.columns, &before(&new.columns));
    fields.list("include", &old.include, &before(&new.include));
    let nulls = |key: &Key| key.nulls_not_distinct == Some(true);
    fields.either(
        "nulls",
        ["not distinct", "distinct"],
        nulls(old),
        nulls(new),
    );
    fields.text(
        "deferral",
        deferral(old.deferrable, old.initially_deferred),
        deferral(new.deferrable, new.initially_deferred),
    );
    fields.optional("comment", old.comment.as_deref(), new.comment.as_deref());
    fields
}

fn check_fields(old: &Check, new: &Check, columns_renamed: bool) -> Fields {
    let mut fields = Fields::new();
    // A renamed column is renamed in the condition too, which is no change of it.
    if !columns_renamed || old.columns == new.columns {
        fields.text("condition", &old.expression, &new.expression);
    }
    fields.either(
        "inheritance",
        ["no inherit", "inherit"],
        old.no_inherit,
        new.no_inherit,
    );
    fields.either(
        "validity",
        ["valid", "not valid"],
        old.validated,
        new.validated,
    );
    fields.either(
        "enforcement",
        ["not enforced", "enforced"],
        old.not_enforced,
        new.not_enforced,
    );
    fields.optional("comment", old.comment.as_deref(), new.comment.as_deref());
    fields
}

fn foreign_key_fields(
    old: &ForeignKeyConstraint,
    new: &ForeignKeyConstraint,
    renames: &Renames,
    before: &impl Fn(&[String]) -> Vec<String>,
) -> Fields {
    let mut fields = Fields::new();
    fields.list("columns", &old.columns, &before(&new.columns));
    let target = new.references.table_name();
    let target_before = renames.tables.get(&target).unwrap_or(&target);
    let columns_before: Vec<&str> = new
        .references
        .columns
        .iter()
        .map(|column| renames.column_before(&target, column))
        .collect();
    let text = |table: &ObjectName, columns: &str| format!("{table} ({columns})");
    fields.text(
        "references",
        &text(
            &old.references.table_name(),
            &old.references.columns.join(", "),
        ),
        &text(target_before, &columns_before.join(", ")),
    );
    fields.text("on delete", old.on_delete, new.on_delete);
    fields.text("on update", old.on_update, new.on_update);
    fields.list(
        "on delete columns",
        &old.delete_columns,
        &before(&new.delete_columns),
    );
    fields.text("match", old.match_type, new.match_type);
    fields.text(
        "deferral",
        deferral(old.deferrable, old.initially_deferred),
        deferral(new.deferrable, new.initially_deferred),
    );
    fields.either(
        "validity",
        ["valid", "not valid"],
        old.validated,
        new.validated,
    );
    fields.either(
        "enforcement",
        ["not enforced", "enforced"],
        old.not_enforced,
        new.not_enforced,
    );
    fields.optional("comment", old.comment.as_deref(), new.comment.as_deref());
    fields
}

/// Compares the indexes of a table or a materialized view.
pub(super) fn indexes(
    on: &ObjectName,
    old: &[Index],
    new: &[Index],
    changes: &mut Vec<ObjectChange>,
) {
    for (old, new) in pair(old, new, |index| &index.name) {
        both(
            old,
            new,
            changes,
            |index| Object::on(ObjectKind::Index, &index.name, on),
            index_fields,
        );
    }
}

fn index_fields(old: &Index, new: &Index) -> Fields {
    let mut fields = Fields::new();
    fields.either(
        "uniqueness",
        ["unique", "not unique"],
        old.unique,
        new.unique,
    );
    fields.text("method", &old.method, &new.method);
    let keys = |index: &Index| index.keys.iter().map(key_text).collect::<Vec<_>>();
    fields.list("keys", &keys(old), &keys(new));
    fields.list("include", &old.include, &new.include);
    fields.optional("where", old.predicate.as_deref(), new.predicate.as_deref());
    fields.either(
        "nulls",
        ["not distinct", "distinct"],
        old.nulls_not_distinct,
        new.nulls_not_distinct,
    );
    fields.either("validity", ["valid", "not valid"], old.valid, new.valid);
    fields.list("options", &old.options, &new.options);
    fields.optional("comment", old.comment.as_deref(), new.comment.as_deref());
    fields
}

fn key_text(key: &IndexKeyPart) -> String {
    let target = key
        .column
        .as_deref()
        .or(key.expression.as_deref())
        .unwrap_or_default();
    let mut text = target.to_owned();
    for part in [&key.collation, &key.opclass].into_iter().flatten() {
        text.push(' ');
        text.push_str(part);
    }
    match (key.order, key.nulls) {
        ("desc", "first") => text.push_str(" desc"),
        ("desc", _) => text.push_str(" desc nulls last"),
        (_, "first") => text.push_str(" nulls first"),
        _ => {}
    }
    text
}

/// Compares the triggers of a table or view.
pub(super) fn triggers(
    on: &ObjectName,
    old: &[Trigger],
    new: &[Trigger],
    changes: &mut Vec<ObjectChange>,
) {
    for (old, new) in pair(old, new, |trigger| &trigger.name) {
        both(
            old,
            new,
            changes,
            |trigger| Object::on(ObjectKind::Trigger, &trigger.name, on),
            trigger_fields,
        );
    }
}

fn trigger_fields(old: &Trigger, new: &Trigger) -> Fields {
    let mut fields = Fields::new();
    fields.text("timing", old.timing, new.timing);
    fields.list("events", &old.events, &new.events);
    fields.list("columns", &old.update_of, &new.update_of);
    fields.text("level", old.level, new.level);
    fields.text(
        "function",
        &old.function.to_string(),
        &new.function.to_string(),
    );
    fields.text("enabled", old.enabled, new.enabled);
    fields.optional("condition", old.when.as_deref(), new.when.as_deref());
    fields.either("constraint", ["yes", "no"], old.constraint, new.constraint);
    fields.text(
        "deferral",
        deferral(old.deferrable, old.initially_deferred),
        deferral(new.deferrable, new.initially_deferred),
    );
    fields.optional("comment", old.comment.as_deref(), new.comment.as_deref());
    fields
}

fn policies(name: &ObjectName, old: &Table, new: &Table, changes: &mut Vec<ObjectChange>) {
    let compare = |old: &Policy, new: &Policy| {
        let mut fields = Fields::new();
        fields.text("command", &old.command, &new.command);
        fields.either(
            "kind",
            ["permissive", "restrictive"],
            old.permissive,
            new.permissive,
        );
        fields.list("roles", &old.roles, &new.roles);
        fields.optional("using", old.using.as_deref(), new.using.as_deref());
        fields.optional(
            "with check",
            old.with_check.as_deref(),
            new.with_check.as_deref(),
        );
        fields
    };
    for (old, new) in pair(&old.policies, &new.policies, |policy| &policy.name) {
        both(
            old,
            new,
            changes,
            |policy| Object::on(ObjectKind::Policy, &policy.name, name),
            compare,
        );
    }
}

fn statistics(name: &ObjectName, old: &Table, new: &Table, changes: &mut Vec<ObjectChange>) {
    for (old, new) in pair(&old.statistics, &new.statistics, |statistics| {
        (&statistics.schema, &statistics.name)
    }) {
        both(
            old,
            new,
            changes,
            |one| Object::on(ObjectKind::Statistics, &one.name, name),
            |old, new| {
                let mut fields = Fields::new();
                fields.text("definition", &old.definition, &new.definition);
                fields
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::longest_rising;

    #[test]
    fn as_few_columns_as_possible_are_called_moved() {
        // a b c d e with b moved to the end: everything else stayed.
        let stayed = longest_rising(&[0, 2, 3, 4, 1]);
        assert_eq!(stayed.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert!(longest_rising(&[]).is_empty());
    }
}
