//! `VACUUM`, `ANALYZE`, `CLUSTER`, `LOCK`, comments and extended statistics.

use super::catalog;
use super::queries;
use super::recorder::Recorder;
use super::{Cause, LockMode, RelationKind};
use crate::operation::{
    Comment, CommentTarget, Drop, LockTable, Maintenance, MaintenanceKind, QualifiedName,
};
use crate::schema::{ObjectName, TableKind};

/// `VACUUM`, `ANALYZE`, `CLUSTER`.
pub(super) fn maintain(recorder: &mut Recorder<'_>, maintenance: &Maintenance) {
    match maintenance.kind {
        MaintenanceKind::Vacuum | MaintenanceKind::VacuumFull => {
            recorder.refuses_transaction("VACUUM");
        }
        MaintenanceKind::Cluster if maintenance.tables.is_empty() => {
            recorder.refuses_transaction("CLUSTER");
        }
        MaintenanceKind::Cluster | MaintenanceKind::Analyze => {}
    }
    for table in tables(recorder, &maintenance.tables) {
        match maintenance.kind {
            MaintenanceKind::Vacuum => {
                recorder.lock_table(&table, LockMode::ShareUpdateExclusive, "vacuumed");
                recorder.scan(&table, Cause::Maintenance, "dead rows are looked for");
            }
            MaintenanceKind::Analyze => {
                recorder.lock_table(&table, LockMode::ShareUpdateExclusive, "a sample is read");
            }
            MaintenanceKind::VacuumFull => {
                rewrite(recorder, &table, "written anew without its dead rows");
            }
            MaintenanceKind::Cluster => {
                if recorder
                    .schema
                    .tables
                    .get(&table)
                    .is_some_and(|table| table.kind == TableKind::Partitioned)
                {
                    recorder.refuses_transaction("CLUSTER");
                }
                rewrite(recorder, &table, "written anew in the order of an index");
            }
        }
    }
}

fn rewrite(recorder: &mut Recorder<'_>, table: &ObjectName, why: &str) {
    let kind = catalog::kind_of(recorder.schema, table).unwrap_or(RelationKind::Table);
    recorder.lock(table, kind, LockMode::AccessExclusive, why);
    if recorder.has_rows_of_its_own(table) {
        recorder.rewrite(table, Cause::Maintenance, why);
        for index in catalog::indexes(recorder.schema, table) {
            recorder.rebuild(&index);
        }
    }
}

/// The named tables with their partitions; all of them where none is named.
fn tables(recorder: &mut Recorder<'_>, named: &[QualifiedName]) -> Vec<ObjectName> {
    if named.is_empty() {
        return recorder.schema.tables.keys().cloned().collect();
    }
    let mut found = Vec::new();
    for name in named {
        if let Some(relation) = recorder.relation(name) {
            let is_partitioned = recorder
                .schema
                .tables
                .get(&relation.name)
                .is_some_and(|table| table.kind == TableKind::Partitioned);
            let below = queries::partitions(recorder, &relation.name);
            found.push(relation.name);
            found.extend(below.into_iter().filter(|_| is_partitioned));
        }
    }
    found
}

/// `LOCK TABLE`: children too, and what a view reads.
pub(super) fn lock(recorder: &mut Recorder<'_>, lock: &LockTable) {
    let Some(mode) = LockMode::from_pg_locks(&lock.mode) else {
        recorder.uncertain();
        return;
    };
    for name in &lock.tables {
        let Some(relation) = recorder.relation(name) else {
            continue;
        };
        recorder.lock_relation(&relation, mode, "asked for by LOCK");
        let mut views = vec![relation.name.clone()];
        let mut next = 0;
        while let Some(name) = views.get(next).cloned() {
            let reads = recorder
                .schema
                .views
                .get(&name)
                .map(|view| view.reads.clone())
                .unwrap_or_default();
            for read in reads {
                let kind = catalog::kind_of(recorder.schema, &read.relation)
                    .unwrap_or(RelationKind::Table);
                recorder.lock(
                    &read.relation,
                    kind,
                    mode,
                    format!("read by the view {name}"),
                );
                if !views.contains(&read.relation) {
                    views.push(read.relation);
                }
            }
            next += 1;
        }
        for below in catalog::descendants(recorder.schema, &relation.name) {
            recorder.lock_table(&below, mode, "asked for by LOCK on its parent");
        }
    }
}

/// `COMMENT ON`.
pub(super) fn comment(recorder: &mut Recorder<'_>, comment: &Comment) {
    let (relation, mode) = match &comment.target {
        CommentTarget::Table(name)
        | CommentTarget::Column { table: name, .. }
        | CommentTarget::Index(name)
        | CommentTarget::Sequence(name)
        | CommentTarget::View(name)
        | CommentTarget::MaterializedView(name) => (name, LockMode::ShareUpdateExclusive),
        CommentTarget::Constraint { table, .. }
        | CommentTarget::Trigger { table, .. }
        | CommentTarget::Policy { table, .. } => (table, LockMode::AccessShare),
        CommentTarget::Type(_)
        | CommentTarget::Domain(_)
        | CommentTarget::Schema(_)
        | CommentTarget::Function(..)
        | CommentTarget::Other(_) => return,
    };
    if let Some(relation) = recorder.relation(relation) {
        recorder.lock_relation(&relation, mode, "gets a comment");
    }
}

/// `DROP STATISTICS`.
pub(super) fn drop_statistics(recorder: &mut Recorder<'_>, drop: &Drop) {
    let schema = recorder.schema;
    let owners = schema.tables.iter().filter(|(_, table)| {
        let mut statistics = table.statistics.iter();
        statistics.any(|statistics| drop.names.iter().any(|name| name.name == statistics.name))
    });
    for (table, _) in owners {
        recorder.lock_table(
            table,
            LockMode::ShareUpdateExclusive,
            "loses extended statistics",
        );
    }
}
