//! What reading and planning a query locks.

use super::catalog;
use super::recorder::Recorder;
use super::{Cause, LockMode, RelationKind};
use crate::operation::QualifiedName;
use crate::schema::{ObjectName, TableKind};

/// Whether a query is only looked at, as for `CREATE VIEW`, or also planned, which opens every index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// Names are looked up.
    Analysed,
    /// Views are replaced by their queries, partitions and indexes are opened.
    Planned,
}

/// Locks what a query reads.
pub(super) fn read(
    recorder: &mut Recorder<'_>,
    reads: &[QualifiedName],
    depth: Depth,
    mode: LockMode,
) {
    for name in reads {
        let Some(relation) = recorder.relation(name) else {
            continue;
        };
        recorder.lock_relation(&relation, mode, "read");
        if depth == Depth::Planned {
            plan(recorder, &relation.name, relation.kind, mode, 0);
        }
    }
}

/// Reads every row of what a query reads, as far as that is known: the query may also need only a few.
pub(super) fn scan(recorder: &mut Recorder<'_>, reads: &[QualifiedName], why: &str) {
    let mut tables = Vec::new();
    for name in reads {
        if let Some(relation) = catalog::resolve(recorder.schema, name) {
            tables_below(recorder, &relation.name, &mut tables, 0);
        }
    }
    for table in tables {
        recorder.scan(&table, Cause::Query, why);
    }
}

/// Views on views are followed no deeper than this.
const DEEPEST: u8 = 16;

fn plan(
    recorder: &mut Recorder<'_>,
    name: &ObjectName,
    kind: RelationKind,
    mode: LockMode,
    depth: u8,
) {
    match kind {
        RelationKind::Table => {
            plan_over(recorder, name, mode, "read");
            for partition in partitions(recorder, name) {
                plan_over(recorder, &partition, mode, "read");
            }
        }
        RelationKind::MaterializedView => {
            recorder.lock_indexes(name, mode, "opened to plan the query");
        }
        RelationKind::View if depth < DEEPEST => {
            let reads = recorder
                .schema
                .views
                .get(name)
                .map(|view| view.reads.clone());
            for read in reads.unwrap_or_default() {
                let kind = catalog::kind_of(recorder.schema, &read.relation)
                    .unwrap_or(RelationKind::Table);
                recorder.lock(
                    &read.relation,
                    kind,
                    mode,
                    format!("read by the view {name}"),
                );
                plan(recorder, &read.relation, kind, mode, depth + 1);
            }
        }
        _ => {}
    }
}

/// A table and its indexes, as the planner opens them. Before PostgreSQL 16 it leaves out those of a partitioned table.
pub(super) fn plan_over(
    recorder: &mut Recorder<'_>,
    table: &ObjectName,
    mode: LockMode,
    why: &str,
) {
    recorder.lock_table(table, mode, why);
    let kind = recorder.schema.tables.get(table).map(|table| table.kind);
    if kind != Some(TableKind::Partitioned) || recorder.postgres() >= 16 {
        recorder.lock_indexes(table, mode, "opened to plan the query");
    }
}

/// Everything below a table that a query over it reads too.
pub(super) fn partitions(recorder: &Recorder<'_>, table: &ObjectName) -> Vec<ObjectName> {
    catalog::descendants(recorder.schema, table)
}

fn tables_below(
    recorder: &Recorder<'_>,
    name: &ObjectName,
    found: &mut Vec<ObjectName>,
    depth: u8,
) {
    if found.contains(name) || depth > DEEPEST {
        return;
    }
    match recorder.schema.views.get(name) {
        Some(view) if view.kind == "view" => {
            for read in &view.reads {
                tables_below(recorder, &read.relation, found, depth + 1);
            }
        }
        _ => {
            found.push(name.clone());
            found.extend(partitions(recorder, name));
        }
    }
}
