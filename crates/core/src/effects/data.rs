//! Statements that change or read rows, and the foreign keys they run into.

use super::queries::{self, Depth};
use super::recorder::Recorder;
use super::{Cause, LockMode, RelationKind, catalog, code, tokens};
use crate::operation::{Copy, Delete, Insert, QualifiedName, Select, Update};
use crate::schema::{ForeignKeyConstraint, ObjectName};

/// `INSERT`.
pub(super) fn insert(recorder: &mut Recorder<'_>, insert: &Insert) {
    let Some(table) = target(recorder, &insert.table, "rows are added") else {
        return;
    };
    look_up_parents(recorder, &table, |key| {
        insert.columns.is_empty()
            || key
                .columns
                .iter()
                .any(|column| insert.columns.contains(column))
    });
    if tokens::has_words(&insert.sql, ["on", "conflict"]) {
        recorder.lock_indexes(
            &table,
            LockMode::RowExclusive,
            "searched for rows that are there already",
        );
    }
    queries::read(
        recorder,
        &insert.reads,
        Depth::Planned,
        LockMode::AccessShare,
    );
    if !insert.reads.is_empty() && tokens::takes_every_row(&insert.sql) {
        queries::scan(recorder, &insert.reads, "every row is copied");
    }
}

/// `UPDATE`.
pub(super) fn update(recorder: &mut Recorder<'_>, update: &Update) {
    let Some(table) = target(recorder, &update.table, "rows are changed") else {
        return;
    };
    planned(recorder, &table);
    if update.predicate.is_none() {
        recorder.scan(&table, Cause::Query, "every row is changed");
    }
    let assigned = |column: &String| update.assignments.iter().any(|(name, _)| name == column);
    look_up_parents(recorder, &table, |key| key.columns.iter().any(assigned));
    look_up_children(
        recorder,
        &table,
        |key| key.references.columns.iter().any(assigned),
        |key| key.on_update,
    );
    queries::read(
        recorder,
        &update.reads,
        Depth::Planned,
        LockMode::AccessShare,
    );
}

/// `DELETE`.
pub(super) fn delete(recorder: &mut Recorder<'_>, delete: &Delete) {
    let Some(table) = target(recorder, &delete.table, "rows are deleted") else {
        return;
    };
    planned(recorder, &table);
    if delete.predicate.is_none() {
        recorder.scan(&table, Cause::Query, "every row is deleted");
        recorder.destroys(format!("all rows of {table}"));
    }
    look_up_children(recorder, &table, |_| true, |key| key.on_delete);
    queries::read(
        recorder,
        &delete.reads,
        Depth::Planned,
        LockMode::AccessShare,
    );
}

/// `SELECT`.
pub(super) fn select(recorder: &mut Recorder<'_>, select: &Select) {
    read(recorder, select);
    // What a function of the project's own does is not known.
    let own = |call: &QualifiedName| {
        recorder
            .schema
            .functions
            .keys()
            .any(|(name, _)| name.name == call.name)
    };
    if select.calls.iter().any(own) {
        recorder.uncertain();
        code::called(recorder, select);
    }
}

/// What a query itself reads.
pub(super) fn read(recorder: &mut Recorder<'_>, select: &Select) {
    let mode = if select.locks_rows {
        LockMode::RowShare
    } else {
        LockMode::AccessShare
    };
    queries::read(recorder, &select.reads, Depth::Planned, mode);
}

/// `COPY`.
pub(super) fn copy(recorder: &mut Recorder<'_>, copy: &Copy) {
    let Some(name) = &copy.table else {
        return;
    };
    if copy.from {
        if let Some(table) = target(recorder, name, "rows are added") {
            look_up_parents(recorder, &table, |_| true);
        }
    } else {
        queries::read(
            recorder,
            std::slice::from_ref(name),
            Depth::Planned,
            LockMode::AccessShare,
        );
    }
}

/// The table whose rows change; through a view the tables it reads.
fn target(recorder: &mut Recorder<'_>, name: &QualifiedName, why: &str) -> Option<ObjectName> {
    let relation = recorder.relation(name)?;
    recorder.lock_relation(&relation, LockMode::RowExclusive, why);
    let triggers = recorder
        .schema
        .tables
        .get(&relation.name)
        .is_some_and(|table| !table.triggers.is_empty());
    if triggers || relation.kind == RelationKind::View {
        recorder.uncertain();
    }
    if relation.kind == RelationKind::View {
        let reads = recorder
            .schema
            .views
            .get(&relation.name)
            .map(|view| view.reads.clone());
        for read in reads.unwrap_or_default() {
            let kind =
                catalog::kind_of(recorder.schema, &read.relation).unwrap_or(RelationKind::Table);
            let why = format!("changed through the view {}", relation.name);
            if kind == RelationKind::Table {
                queries::plan_over(recorder, &read.relation, LockMode::RowExclusive, &why);
            } else {
                recorder.lock(&read.relation, kind, LockMode::RowExclusive, why);
            }
        }
    }
    Some(relation.name)
}

/// The planner opens the indexes of a table whose rows are looked for, and everything below it.
fn planned(recorder: &mut Recorder<'_>, table: &ObjectName) {
    if catalog::kind_of(recorder.schema, table) == Some(RelationKind::View) {
        return;
    }
    queries::plan_over(
        recorder,
        table,
        LockMode::RowExclusive,
        "rows are looked for",
    );
    for below in queries::partitions(recorder, table) {
        queries::plan_over(
            recorder,
            &below,
            LockMode::RowExclusive,
            "rows are looked for",
        );
    }
}

/// Rows that get a value in a foreign key are looked up in the referenced table, and locked there.
fn look_up_parents(
    recorder: &mut Recorder<'_>,
    table: &ObjectName,
    changes: impl Fn(&ForeignKeyConstraint) -> bool,
) {
    let keys = recorder
        .schema
        .tables
        .get(table)
        .map(|table| table.foreign_keys.as_slice())
        .unwrap_or_default();
    for key in keys.iter().filter(|key| changes(key) && !key.not_enforced) {
        let parent = key.references.table_name();
        queries::plan_over(
            recorder,
            &parent,
            LockMode::RowShare,
            "looked up for the foreign key",
        );
        for below in queries::partitions(recorder, &parent) {
            queries::plan_over(
                recorder,
                &below,
                LockMode::RowShare,
                "looked up for the foreign key",
            );
        }
    }
}

/// Rows that reference a row that goes or gets another key are looked for, by a scan where no index helps.
fn look_up_children(
    recorder: &mut Recorder<'_>,
    table: &ObjectName,
    concerns: impl Fn(&ForeignKeyConstraint) -> bool,
    action: impl Fn(&ForeignKeyConstraint) -> &'static str,
) {
    let schema = recorder.schema;
    let parent = table.clone();
    let incoming: Vec<_> = catalog::incoming(schema, &parent)
        .filter(|(_, key)| concerns(key) && !key.not_enforced)
        .collect();
    for (child, key) in incoming {
        let mode = match action(key) {
            "no action" | "restrict" => LockMode::RowShare,
            _ => LockMode::RowExclusive,
        };
        queries::plan_over(
            recorder,
            child,
            mode,
            "looked through for rows that reference the changed ones",
        );
        let helps = |columns: &Vec<&str>| {
            columns
                .first()
                .is_some_and(|first| key.columns.iter().any(|column| column == first))
        };
        let indexed = schema
            .tables
            .get(child)
            .is_some_and(|table| table.indexed_column_lists().iter().any(helps));
        if !indexed {
            let why = format!("no index helps to find the rows that reference {table}");
            recorder.scan(child, Cause::Referential, why);
        }
    }
}
