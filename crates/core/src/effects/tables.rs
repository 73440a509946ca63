//! Making, dropping and emptying tables.

use super::alter_table::{self, partitions};
use super::queries::{self, Depth};
use super::recorder::Recorder;
use super::{Cause, LockMode, RelationKind, catalog, removal};
use crate::operation::{
    Constraint, ConstraintKind, CreateTable, CreateTableAs, Operation, Truncate,
};
use crate::schema::ObjectName;

/// `CREATE TABLE`.
pub(super) fn create(recorder: &mut Recorder<'_>, create: &CreateTable) {
    let Some(written) = &create.name else {
        return;
    };
    let name = recorder.schema.creation_name(written);
    if create.if_not_exists && catalog::kind_of(recorder.schema, &name).is_some() {
        return;
    }
    if let Some(partition) = &create.partition_of
        && let Some(parent) = recorder.relation(&partition.parent)
    {
        recorder.lock_relation(&parent, LockMode::AccessExclusive, "gets a new partition");
        new_partition(recorder, &parent.name, &partition.bound);
    }
    for parent in &create.inherits {
        if let Some(parent) = recorder.relation(parent) {
            recorder.lock_relation(&parent, LockMode::ShareUpdateExclusive, "gets a child");
        }
    }
    for like in &create.like {
        if let Some(source) = recorder.relation(&like.source) {
            recorder.lock_relation(&source, LockMode::AccessShare, "its columns are copied");
        }
    }
    let at_columns = create.columns.iter().flat_map(|column| &column.constraints);
    for constraint in at_columns.chain(&create.constraints) {
        foreign_key(recorder, &name, constraint);
    }
}

/// A new table is empty, so its foreign keys only lock what they reference.
fn foreign_key(recorder: &mut Recorder<'_>, table: &ObjectName, constraint: &Constraint) {
    if let ConstraintKind::ForeignKey(key) = &constraint.kind {
        alter_table::constraints::reference(recorder, table, key);
    }
}

/// The parent's indexes and foreign keys get their part on the new partition.
fn new_partition(recorder: &mut Recorder<'_>, parent: &ObjectName, bound: &str) {
    partitions::default_partition(recorder, parent, bound);
    for index in catalog::indexes(recorder.schema, parent) {
        recorder.lock_index(
            &index.name,
            LockMode::ShareUpdateExclusive,
            "gets a part on the new partition",
        );
    }
    let keys = recorder
        .schema
        .tables
        .get(parent)
        .map(|table| table.foreign_keys.as_slice());
    for key in keys.unwrap_or_default() {
        let why = "referenced by a foreign key of the partitioned table";
        recorder.lock_partner(
            &key.references.table_name(),
            LockMode::ShareRowExclusive,
            why,
        );
    }
    partitions::lock_referencing(recorder, parent, "references the partitioned table");
}

/// `CREATE TABLE … AS`.
pub(super) fn create_as(recorder: &mut Recorder<'_>, create: &CreateTableAs) {
    let name = recorder.schema.creation_name(&create.name);
    if create.if_not_exists && catalog::kind_of(recorder.schema, &name).is_some() {
        return;
    }
    if create.with_data {
        queries::read(
            recorder,
            &create.reads,
            Depth::Planned,
            LockMode::AccessShare,
        );
        queries::scan(recorder, &create.reads, "read by the query");
    } else {
        queries::read(
            recorder,
            &create.reads,
            Depth::Analysed,
            LockMode::AccessShare,
        );
    }
}

/// `DROP` of whatever the simulated catalog can drop.
pub(super) fn drop(
    recorder: &mut Recorder<'_>,
    operation: &Operation,
    names: &[crate::operation::QualifiedName],
    cascade: bool,
) {
    for name in names {
        // Tables that are only assumed have partners and dependents that nobody has told of.
        if let Some(relation) = recorder.relation(name) {
            recorder.lock_relation(&relation, LockMode::AccessExclusive, "dropped");
        }
    }
    if cascade && recorder.schema.may_hold_unknown_objects() {
        recorder.uncertain();
    }
    removal::record(recorder, operation);
}

/// `TRUNCATE`: every table that is reached gets a new, empty file.
pub(super) fn truncate(recorder: &mut Recorder<'_>, truncate: &Truncate) {
    let mut reached: Vec<ObjectName> = Vec::new();
    for name in &truncate.tables {
        if let Some(relation) = recorder.relation(name) {
            reach(recorder, &relation.name, &mut reached);
        }
    }
    let named = reached.clone();
    if truncate.cascade {
        let mut next = 0;
        while let Some(table) = reached.get(next).cloned() {
            let referencing: Vec<_> = catalog::incoming(recorder.schema, &table)
                .map(|(name, _)| name.clone())
                .collect();
            for child in referencing {
                reach(recorder, &child, &mut reached);
            }
            next += 1;
        }
    }
    for table in &reached {
        let by_cascade = !named.contains(table);
        if by_cascade {
            recorder.lock_partner(table, LockMode::AccessExclusive, "truncated by CASCADE");
            recorder.takes_along(format!("all rows of {table}"));
        } else {
            recorder.lock_table(table, LockMode::AccessExclusive, "truncated");
        }
        if recorder.has_rows_of_its_own(table) {
            recorder.destroys(format!("all rows of {table}"));
            recorder.rewrite(table, Cause::Truncate, "gets a new, empty file");
            recorder.lock_indexes(table, LockMode::AccessExclusive, "gets a new, empty file");
        }
        if truncate.restart_identity {
            for (sequence, _) in catalog::owned_sequences(recorder.schema, table) {
                recorder.lock(
                    sequence,
                    RelationKind::Sequence,
                    LockMode::AccessExclusive,
                    "restarted",
                );
            }
        }
    }
}

fn reach(recorder: &Recorder<'_>, table: &ObjectName, reached: &mut Vec<ObjectName>) {
    let below = catalog::descendants(recorder.schema, table);
    for name in std::iter::once(table.clone()).chain(below) {
        if !reached.contains(&name) {
            reached.push(name);
        }
    }
}
