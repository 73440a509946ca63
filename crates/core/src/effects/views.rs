//! Views and materialized views.

use super::queries::{self, Depth};
use super::recorder::Recorder;
use super::{Cause, LockMode, RelationKind, catalog};
use crate::operation::{AlterView, CreateView, QualifiedName, RefreshMaterializedView};
use crate::schema::ViewRead;

/// `CREATE VIEW`, `CREATE MATERIALIZED VIEW`.
pub(super) fn create(recorder: &mut Recorder<'_>, create: &CreateView) {
    let name = recorder.schema.creation_name(&create.name);
    let existing = catalog::kind_of(recorder.schema, &name);
    if create.if_not_exists && existing.is_some() {
        return;
    }
    if let (Some(kind), true) = (existing, create.or_replace) {
        recorder.lock(&name, kind, LockMode::AccessExclusive, "replaced");
    }
    if create.materialized && create.with_data {
        queries::read(
            recorder,
            &create.reads,
            Depth::Planned,
            LockMode::AccessShare,
        );
        queries::scan(
            recorder,
            &create.reads,
            "read to fill the materialized view",
        );
    } else {
        queries::read(
            recorder,
            &create.reads,
            Depth::Analysed,
            LockMode::AccessShare,
        );
    }
}

/// `ALTER VIEW`, `ALTER MATERIALIZED VIEW`.
pub(super) fn alter(recorder: &mut Recorder<'_>, alter: &AlterView) {
    if let Some(view) = recorder.relation(&alter.name) {
        recorder.lock_relation(&view, LockMode::AccessExclusive, "altered");
    }
}

/// `REFRESH MATERIALIZED VIEW`.
pub(super) fn refresh(recorder: &mut Recorder<'_>, refresh: &RefreshMaterializedView) {
    let Some(view) = recorder.relation(&refresh.name) else {
        return;
    };
    let kind = RelationKind::MaterializedView;
    if refresh.concurrently {
        recorder.lock(
            &view.name,
            kind,
            LockMode::Exclusive,
            "compared with its new rows and brought up to date",
        );
        recorder.lock_indexes(
            &view.name,
            LockMode::RowExclusive,
            "brought up to date with the view",
        );
        recorder.scan(
            &view.name,
            Cause::Refresh,
            "its rows are compared with the new ones",
        );
    } else {
        recorder.lock(&view.name, kind, LockMode::AccessExclusive, "filled anew");
        let cause = if refresh.with_data {
            Cause::Refresh
        } else {
            Cause::Truncate
        };
        recorder.rewrite(&view.name, cause, "filled anew");
        for index in catalog::indexes(recorder.schema, &view.name) {
            if refresh.with_data {
                recorder.rebuild(&index);
            } else {
                recorder.lock_index(
                    &index.name,
                    LockMode::AccessExclusive,
                    "emptied with the view",
                );
            }
        }
    }
    if !refresh.with_data {
        return;
    }
    let known = recorder.schema.views.get(&view.name);
    if known.is_none() {
        recorder.uncertain();
    }
    let reads = known
        .map(|view| view.reads.iter().map(written).collect::<Vec<_>>())
        .unwrap_or_default();
    queries::read(recorder, &reads, Depth::Planned, LockMode::AccessShare);
    queries::scan(recorder, &reads, "read to fill the materialized view");
}

fn written(read: &ViewRead) -> QualifiedName {
    QualifiedName::qualified(&read.relation.schema, &read.relation.name)
}
