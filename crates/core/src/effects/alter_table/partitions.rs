//! Attaching and detaching partitions.

use super::{constraints, definition};
use crate::effects::recorder::Recorder;
use crate::effects::{Cause, LockMode, catalog, proof};
use crate::operation::{DetachMode, QualifiedName};
use crate::schema::{ObjectName, Table};

/// `ATTACH PARTITION`.
pub(super) fn attach(
    recorder: &mut Recorder<'_>,
    parent: &ObjectName,
    partition: &QualifiedName,
    bound: &str,
) {
    let Some(child) = recorder.relation(partition) else {
        return;
    };
    let child = child.name;
    recorder.lock_tree(&child, LockMode::AccessExclusive, "becomes a partition");
    let proved = definition(recorder, parent)
        .and_then(key_columns)
        .zip(definition(recorder, &child))
        .is_some_and(|(key, table)| proof::partition_bound(table, &key, bound));
    let rows_below =
        std::iter::once(child.clone()).chain(catalog::descendants(recorder.schema, &child));
    for table in rows_below {
        if proved {
            recorder.skip_scan(
                &table,
                Cause::PartitionBound,
                "valid checks prove the partition's bound",
            );
        } else {
            recorder.scan(
                &table,
                Cause::PartitionBound,
                "every row is checked against the partition's bound",
            );
        }
    }
    default_partition(recorder, parent, bound);
    indexes(recorder, parent, &child);
    outgoing_keys(recorder, parent, &child);
    // Triggers of foreign keys that reference the parent are made on the new partition.
    lock_referencing(recorder, parent, "references the partitioned table");
}

/// The rows of the default partition must not belong to the new one.
pub(in crate::effects) fn default_partition(
    recorder: &mut Recorder<'_>,
    parent: &ObjectName,
    bound: &str,
) {
    if let Some(default) = catalog::default_partition(recorder.schema, parent) {
        recorder.lock_tree(
            &default,
            LockMode::AccessExclusive,
            "the default partition gives up what the new one takes",
        );
        let tables =
            std::iter::once(default.clone()).chain(catalog::descendants(recorder.schema, &default));
        let key = definition(recorder, parent).and_then(key_columns);
        let proved = key
            .zip(definition(recorder, &default))
            .is_some_and(|(key, table)| proof::outside_of(table, &key, bound));
        for table in tables {
            if proved {
                recorder.skip_scan(
                    &table,
                    Cause::PartitionBound,
                    "a valid check keeps the new partition's rows out",
                );
            } else {
                recorder.scan(
                    &table,
                    Cause::PartitionBound,
                    "every row of the default partition is checked",
                );
            }
        }
    }
}

/// Every index of the parent finds or builds its part.
fn indexes(recorder: &mut Recorder<'_>, parent: &ObjectName, child: &ObjectName) {
    let own = catalog::indexes(recorder.schema, child);
    for whole in catalog::indexes(recorder.schema, parent) {
        recorder.lock_index(
            &whole.name,
            LockMode::ShareUpdateExclusive,
            "gets the partition's index as a part",
        );
        let matching = own.iter().find(|index| index.matches(&whole));
        if let Some(index) = matching {
            recorder.skip_scan(
                child,
                Cause::IndexBuild,
                format!("index {} is already built", index.name.name),
            );
        } else {
            let name = ObjectName::new(
                &child.schema,
                format!("{}_{}_idx", child.name, whole.columns.join("_")),
            );
            recorder.build(name, child, false, false);
        }
    }
}

/// The parent's foreign keys are made on the partition too, and verified.
fn outgoing_keys(recorder: &mut Recorder<'_>, parent: &ObjectName, child: &ObjectName) {
    let keys = definition(recorder, parent).map_or(&[][..], |table| table.foreign_keys.as_slice());
    for key in keys {
        let other = key.references.table_name();
        recorder.lock_partner(
            &other,
            LockMode::ShareRowExclusive,
            "referenced by a foreign key of the partitioned table",
        );
        if key.validated {
            constraints::verify_foreign_key(recorder, child, &other, &key.name);
        }
    }
}

/// Tables whose foreign keys reference a partitioned table.
pub(in crate::effects) fn lock_referencing(
    recorder: &mut Recorder<'_>,
    parent: &ObjectName,
    why: &str,
) {
    let referencing: Vec<_> = catalog::incoming(recorder.schema, parent)
        .map(|(table, _)| table.clone())
        .collect();
    for table in referencing {
        recorder.lock_partner(&table, LockMode::ShareRowExclusive, why);
    }
}

/// `DETACH PARTITION`.
pub(super) fn detach(
    recorder: &mut Recorder<'_>,
    parent: &ObjectName,
    partition: &QualifiedName,
    mode: DetachMode,
) {
    let Some(child) = recorder.relation(partition) else {
        return;
    };
    let child = child.name;
    recorder.lock_table(
        &child,
        LockMode::AccessExclusive,
        "is no longer a partition",
    );
    if mode == DetachMode::Concurrently {
        recorder.refuses_transaction("ALTER TABLE ... DETACH CONCURRENTLY");
    } else if let Some(default) = catalog::default_partition(recorder.schema, parent) {
        recorder.lock_relative(
            &default,
            LockMode::AccessExclusive,
            "takes over the bound of the partition",
        );
    }
    for whole in catalog::indexes(recorder.schema, parent) {
        for part in catalog::index_parts(recorder.schema, &whole) {
            if part.table == child {
                recorder.lock_index(
                    &part.name,
                    LockMode::AccessExclusive,
                    "is no longer part of the parent's index",
                );
            }
        }
    }
    let keys = definition(recorder, parent).map_or(&[][..], |table| table.foreign_keys.as_slice());
    for key in keys {
        let other = key.references.table_name();
        recorder.lock_partner(
            &other,
            LockMode::ShareRowExclusive,
            "referenced by the partition's own foreign key",
        );
    }
    let incoming = catalog::incoming(recorder.schema, parent);
    let referencing: Vec<ObjectName> = incoming.map(|(other, _)| other.clone()).collect();
    for other in referencing {
        recorder.lock_partner(
            &other,
            LockMode::AccessExclusive,
            "its foreign key no longer reaches the partition",
        );
        let why = format!("looked through for rows that reference {child}");
        recorder.scan(&other, Cause::Referential, why);
    }
}

/// The columns of the partition key; nothing where it has expressions or hashes, which no check proves.
fn key_columns(parent: &Table) -> Option<Vec<String>> {
    let by = parent.partition_by.as_deref()?;
    let (strategy, rest) = by.split_once('(')?;
    let columns = rest.trim_end().strip_suffix(')')?;
    let provable = matches!(
        strategy.trim().to_ascii_lowercase().as_str(),
        "range" | "list"
    );
    let columns = columns
        .split(',')
        .map(|column| column.trim().trim_matches('"').to_owned());
    let columns: Vec<String> = columns.collect();
    let known = columns.iter().all(|name| parent.column(name).is_some());
    (provable && known).then_some(columns)
}
