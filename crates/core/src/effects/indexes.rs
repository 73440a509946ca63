//! Building, changing and dropping indexes.

use super::alter_table::level;
use super::catalog::{self, IndexRef, Relation};
use super::recorder::Recorder;
use super::{LockMode, RelationKind};
use crate::operation::{
    AlterIndex, CreateIndex, DropIndex, IndexAction, QualifiedName, Reindex, ReindexTarget,
};
use crate::schema::{ObjectName, TableKind};

/// `CREATE INDEX`.
pub(super) fn create(recorder: &mut Recorder<'_>, create: &CreateIndex) {
    let Some(table) = recorder.relation(&create.table) else {
        return;
    };
    let mode = if create.concurrently {
        recorder.refuses_transaction("CREATE INDEX CONCURRENTLY");
        LockMode::ShareUpdateExclusive
    } else {
        LockMode::Share
    };
    let exists = create.if_not_exists
        && create
            .name
            .as_ref()
            .is_some_and(|name| index_exists(recorder, &table, name));
    if exists {
        recorder.lock_relation(
            &table,
            mode,
            "looked up: an index of that name exists already",
        );
        return;
    }
    recorder.lock_relation(&table, mode, "an index is built");
    let below = if create.only {
        Vec::new()
    } else {
        catalog::descendants(recorder.schema, &table.name)
    };
    let name = ObjectName::new(&table.name.schema, index_name(create));
    if !create.only || !is_partitioned(recorder, &table.name) {
        recorder.build(name.clone(), &table.name, false, create.concurrently);
    }
    if !is_partitioned(recorder, &table.name) {
        return;
    }
    for partition in below {
        recorder.lock_table(&partition, mode, "an index is built on the partition");
        let indexes = catalog::indexes(recorder.schema, &partition);
        // An index of the same definition becomes the part, if it is not one of another index.
        match indexes.iter().find(|index| could_be_part(index, create)) {
            Some(part) => recorder.lock_index(&part.name, mode, "becomes part of the new index"),
            None => {
                let part = format!("{}_{}_idx", partition.name, column_names(create).join("_"));
                recorder.build(
                    ObjectName::new(&partition.schema, part),
                    &partition,
                    false,
                    create.concurrently,
                );
            }
        }
    }
}

fn index_exists(recorder: &Recorder<'_>, table: &Relation, name: &str) -> bool {
    catalog::kind_of(recorder.schema, &ObjectName::new(&table.name.schema, name)).is_some()
}

fn is_partitioned(recorder: &Recorder<'_>, table: &ObjectName) -> bool {
    recorder
        .schema
        .tables
        .get(table)
        .is_some_and(|table| table.kind == TableKind::Partitioned)
}

fn index_name(create: &CreateIndex) -> String {
    let chosen = || {
        format!(
            "{}_{}_idx",
            create.table.name,
            column_names(create).join("_")
        )
    };
    create.name.clone().unwrap_or_else(chosen)
}

fn column_names(create: &CreateIndex) -> Vec<&str> {
    use crate::operation::IndexTarget::{Column, Expression};
    let names = create.keys.iter().map(|key| match &key.target {
        Column(column) => column.as_str(),
        Expression(_) => "expr",
    });
    names.collect()
}

fn could_be_part(index: &IndexRef<'_>, create: &CreateIndex) -> bool {
    let Some(plain) = index.plain else {
        return false;
    };
    let plain_keys = !index.has_expressions() && create.predicate.is_none();
    let keys: Vec<&str> = plain
        .keys
        .iter()
        .filter_map(|key| key.column.as_deref())
        .collect();
    plain_keys
        && plain.part_of.is_none()
        && plain.unique == create.unique
        && plain.method == create.method.as_deref().unwrap_or("btree")
        && keys == column_names(create)
        && plain.include == create.include
}

/// `DROP INDEX`.
pub(super) fn drop(recorder: &mut Recorder<'_>, drop: &DropIndex) {
    let mode = if drop.concurrently {
        recorder.refuses_transaction("DROP INDEX CONCURRENTLY");
        LockMode::ShareUpdateExclusive
    } else {
        LockMode::AccessExclusive
    };
    for name in &drop.names {
        match catalog::resolve_index(recorder.schema, name) {
            Some(index) => {
                let parts = catalog::index_parts(recorder.schema, &index);
                for index in std::iter::once(index).chain(parts) {
                    lock_dropped(recorder, &index, mode);
                }
            }
            None => unknown(recorder, drop, name, mode),
        }
    }
}

fn lock_dropped(recorder: &mut Recorder<'_>, index: &IndexRef<'_>, mode: LockMode) {
    recorder.lock_index(&index.name, mode, "dropped");
    recorder.drops(&index.name, RelationKind::Index);
    let kind = catalog::kind_of(recorder.schema, &index.table).unwrap_or(RelationKind::Table);
    recorder.lock(&index.table, kind, mode, "loses an index");
}

/// An index that nobody made, where that can be: its table is known only if the source says it.
fn unknown(recorder: &mut Recorder<'_>, drop: &DropIndex, name: &QualifiedName, mode: LockMode) {
    if !recorder.schema.may_hold_unknown_objects() {
        return;
    }
    recorder.uncertain();
    let index = recorder.schema.creation_name(name);
    recorder.lock_index(&index, mode, "dropped");
    if let Some(table) = &drop.table_hint.0
        && let Some(table) = recorder.relation(table)
    {
        recorder.lock_relation(&table, mode, "loses an index");
    }
}

/// `ALTER INDEX`.
pub(super) fn alter(recorder: &mut Recorder<'_>, alter: &AlterIndex) {
    let Some(relation) = recorder.relation(&alter.name) else {
        return;
    };
    let (mode, why) = match &alter.action {
        IndexAction::Rename(_) => (LockMode::ShareUpdateExclusive, "renamed"),
        IndexAction::AttachPartition(_) => (LockMode::ShareUpdateExclusive, "gets a part"),
        IndexAction::SetOptions(options) | IndexAction::ResetOptions(options) => {
            let levels = options
                .iter()
                .map(|option| level::storage_parameter(option));
            (
                levels.max().unwrap_or(LockMode::AccessExclusive),
                "storage parameters change",
            )
        }
        IndexAction::SetTablespace(_) => (
            LockMode::AccessExclusive,
            "its file is copied to another tablespace",
        ),
        IndexAction::Other(text) if text.to_ascii_lowercase().contains("statistics") => (
            LockMode::ShareUpdateExclusive,
            "its statistics target changes",
        ),
        IndexAction::Other(_) => (LockMode::AccessExclusive, "altered"),
    };
    recorder.lock_relation(&relation, mode, why);
    if let IndexAction::AttachPartition(part) = &alter.action {
        attach(recorder, &relation.name, part);
    }
}

fn attach(recorder: &mut Recorder<'_>, whole: &ObjectName, part: &QualifiedName) {
    let part = catalog::resolve_index(recorder.schema, part);
    let whole = catalog::index(recorder.schema, whole);
    if let Some(part) = &part {
        recorder.lock_index(
            &part.name,
            LockMode::AccessExclusive,
            "becomes a part of the index",
        );
    }
    for index in whole.iter().chain(&part) {
        recorder.lock_table(&index.table, LockMode::AccessShare, "looked at");
    }
}

/// `REINDEX`.
pub(super) fn reindex(recorder: &mut Recorder<'_>, reindex: &Reindex) {
    if reindex.concurrently {
        recorder.refuses_transaction("REINDEX CONCURRENTLY");
    }
    match (reindex.target, &reindex.name) {
        (ReindexTarget::Index, Some(name)) => {
            if let Some(index) = catalog::resolve_index(recorder.schema, name) {
                reindex_one(recorder, &index, reindex.concurrently);
                refuse_partitioned(recorder, &index.table, "INDEX");
            } else if let Some(relation) = recorder.relation(name) {
                recorder.uncertain();
                recorder.lock_index(&relation.name, LockMode::AccessExclusive, "built anew");
            }
        }
        (ReindexTarget::Table, Some(name)) => {
            if let Some(table) = recorder.relation(name) {
                refuse_partitioned(recorder, &table.name, "TABLE");
                let below = catalog::descendants(recorder.schema, &table.name);
                let partitioned = is_partitioned(recorder, &table.name);
                reindex_table(recorder, &table.name, reindex.concurrently);
                for partition in below.into_iter().filter(|_| partitioned) {
                    reindex_table(recorder, &partition, reindex.concurrently);
                }
            }
        }
        (target, name) => reindex_all(recorder, target, name.as_ref(), reindex.concurrently),
    }
}

fn refuse_partitioned(recorder: &mut Recorder<'_>, table: &ObjectName, what: &str) {
    if is_partitioned(recorder, table) {
        recorder.refuses_transaction(format!("REINDEX {what}"));
    }
}

fn reindex_one(recorder: &mut Recorder<'_>, index: &IndexRef<'_>, concurrently: bool) {
    let kind = catalog::kind_of(recorder.schema, &index.table).unwrap_or(RelationKind::Table);
    let (on_table, on_index) = if concurrently {
        (
            LockMode::ShareUpdateExclusive,
            LockMode::ShareUpdateExclusive,
        )
    } else {
        (LockMode::Share, LockMode::AccessExclusive)
    };
    recorder.lock(&index.table, kind, on_table, "read to build its index anew");
    recorder.lock_index(&index.name, on_index, "built anew");
    recorder.build(index.name.clone(), &index.table, true, concurrently);
}

fn reindex_table(recorder: &mut Recorder<'_>, table: &ObjectName, concurrently: bool) {
    let mode = if concurrently {
        LockMode::ShareUpdateExclusive
    } else {
        LockMode::Share
    };
    let kind = catalog::kind_of(recorder.schema, table).unwrap_or(RelationKind::Table);
    recorder.lock(table, kind, mode, "read to build its indexes anew");
    for index in catalog::indexes(recorder.schema, table) {
        reindex_one(recorder, &index, concurrently);
    }
}

/// A schema or the database: every table, each in a transaction of its own.
fn reindex_all(
    recorder: &mut Recorder<'_>,
    target: ReindexTarget,
    name: Option<&QualifiedName>,
    concurrently: bool,
) {
    let word = match target {
        ReindexTarget::Schema => "SCHEMA",
        ReindexTarget::System => "SYSTEM",
        _ => "DATABASE",
    };
    recorder.refuses_transaction(format!("REINDEX {word}"));
    let within = |table: &&ObjectName| match (target, name) {
        (ReindexTarget::System, _) => false,
        (ReindexTarget::Schema, Some(name)) => table.schema == name.name,
        _ => true,
    };
    let tables: Vec<_> = recorder
        .schema
        .tables
        .keys()
        .filter(within)
        .cloned()
        .collect();
    for table in tables {
        reindex_table(recorder, &table, concurrently);
    }
}
