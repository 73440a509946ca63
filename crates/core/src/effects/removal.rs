//! What goes when something is dropped: the difference that the simulated catalog shows, in locks and in words.

use super::catalog;
use super::recorder::Recorder;
use super::{LockMode, RelationKind};
use crate::operation::Operation;
use crate::schema::{self, Note, ObjectName, Schema, Table, changed};

/// Everything that is gone after an operation. Where PostgreSQL would refuse it, nothing is.
pub(super) fn record(recorder: &mut Recorder<'_>, operation: &Operation) {
    let known = recorder.applied.take();
    // What stands inside another statement is only a part of what that one leaves.
    match known.filter(|known| std::ptr::eq(known.operation, operation)) {
        Some(known) => record_difference(recorder, known.after, known.notes),
        None => {
            if let Ok(applied) = schema::apply(recorder.schema, operation) {
                record_difference(recorder, &applied.schema, &applied.notes);
            }
        }
    }
}

fn record_difference(recorder: &mut Recorder<'_>, after: &Schema, notes: &[Note]) {
    let before = recorder.schema;
    for note in notes {
        if let Note::TakenAlong { object, .. } = note {
            recorder.takes_along(object.to_string());
        }
    }
    for one in changed(&before.tables, &after.tables) {
        match (one.before, one.after) {
            (Some(table), None) => dropped_table(recorder, one.name, table),
            (Some(table), Some(left)) => changed_table(recorder, one.name, table, left),
            (None, _) => {}
        }
    }
    dropped_views(recorder, after);
    dropped_sequences(recorder, after);
}

fn dropped_table(recorder: &mut Recorder<'_>, name: &ObjectName, table: &Table) {
    recorder.lock_table(name, LockMode::AccessExclusive, "dropped");
    recorder.drops(name, RelationKind::Table);
    recorder.destroys(format!("table {name}"));
    for index in catalog::indexes(recorder.schema, name) {
        drop_index(recorder, &index.name);
    }
    for key in &table.foreign_keys {
        recorder.lock_partner(
            &key.references.table_name(),
            LockMode::AccessExclusive,
            "referenced by a foreign key of the dropped table",
        );
    }
    if let Some(parent) = catalog::partition_parent(recorder.schema, name) {
        recorder.lock_relative(&parent, LockMode::AccessExclusive, "loses a partition");
        if let Some(default) = catalog::default_partition(recorder.schema, &parent) {
            recorder.lock_relative(
                &default,
                LockMode::AccessExclusive,
                "takes over the bound of the dropped partition",
            );
        }
    }
}

fn changed_table(recorder: &mut Recorder<'_>, name: &ObjectName, table: &Table, left: &Table) {
    if left.foreign_keys.len() < table.foreign_keys.len() {
        recorder.lock_partner(name, LockMode::AccessExclusive, "loses a foreign key");
    }
    if let Some(why) = loss(table, left) {
        recorder.lock_table(name, LockMode::AccessExclusive, why);
    } else if table.statistics != left.statistics {
        recorder.lock_table(
            name,
            LockMode::ShareUpdateExclusive,
            "loses extended statistics",
        );
    }
    for column in &table.columns {
        if left.column(&column.name).is_none() {
            recorder.destroys(format!("column {} of {name}", column.name));
        }
    }
    let remaining: Vec<_> = index_names(left);
    for index in catalog::indexes(recorder.schema, name) {
        if !remaining.contains(&index.name) {
            drop_index(recorder, &index.name);
        }
    }
    for key in &table.foreign_keys {
        if !left.foreign_keys.iter().any(|other| other.name == key.name) {
            recorder.lock_partner(
                &key.references.table_name(),
                LockMode::AccessExclusive,
                "referenced by the dropped foreign key",
            );
        }
    }
}

/// Why a table that stays is locked.
fn loss(table: &Table, left: &Table) -> Option<&'static str> {
    let fewer = |before: usize, after: usize| after < before;
    let lost_default = || {
        table.columns.iter().any(|column| {
            let left = left.column(&column.name);
            left.is_some_and(|left| column.default.is_some() && left.default.is_none())
        })
    };
    let lost_identity = || {
        table.columns.iter().any(|column| {
            let left = left.column(&column.name);
            left.is_some_and(|left| column.identity.is_some() && left.identity.is_none())
        })
    };
    if fewer(table.columns.len(), left.columns.len()) {
        Some("loses a column")
    } else if fewer(index_names(table).len(), index_names(left).len()) {
        Some("loses an index")
    } else if fewer(table.check_constraints.len(), left.check_constraints.len()) {
        Some("loses a check")
    } else if fewer(table.triggers.len(), left.triggers.len()) {
        Some("loses a trigger")
    } else if fewer(table.policies.len(), left.policies.len()) {
        Some("loses a policy")
    } else if lost_default() {
        Some("loses a default")
    } else if lost_identity() {
        Some("loses an identity")
    } else {
        None
    }
}

fn index_names(table: &Table) -> Vec<ObjectName> {
    catalog::table_indexes(table)
        .into_iter()
        .map(|index| index.name)
        .collect()
}

fn drop_index(recorder: &mut Recorder<'_>, index: &ObjectName) {
    recorder.lock_index(index, LockMode::AccessExclusive, "dropped");
    recorder.drops(index, RelationKind::Index);
}

fn dropped_views(recorder: &mut Recorder<'_>, after: &Schema) {
    let changed = changed(&recorder.schema.views, &after.views);
    let gone = changed.into_iter().filter(|one| one.after.is_none());
    for (name, view) in gone.filter_map(|one| Some((one.name, one.before?))) {
        let materialized = view.kind == "materialized view";
        let kind = if materialized {
            RelationKind::MaterializedView
        } else {
            RelationKind::View
        };
        recorder.lock(name, kind, LockMode::AccessExclusive, "dropped");
        recorder.drops(name, kind);
        for index in catalog::indexes(recorder.schema, name) {
            drop_index(recorder, &index.name);
        }
    }
}

fn dropped_sequences(recorder: &mut Recorder<'_>, after: &Schema) {
    let before = recorder.schema;
    let own = changed(&before.sequences, &after.sequences);
    let of_identities = changed(&before.identity_sequences, &after.identity_sequences);
    let gone = own.into_iter().chain(of_identities);
    let gone = gone.filter(|one| {
        !after.sequences.contains_key(one.name) && !after.identity_sequences.contains_key(one.name)
    });
    for name in gone.map(|one| one.name) {
        recorder.lock(
            name,
            RelationKind::Sequence,
            LockMode::AccessExclusive,
            "dropped",
        );
        recorder.drops(name, RelationKind::Sequence);
    }
}
