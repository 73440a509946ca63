//! Adding, validating and changing constraints.

use super::members::Pass;
use crate::effects::recorder::Recorder;
use crate::effects::{Cause, LockMode, RelationKind, catalog, queries};
use crate::operation::{Constraint, ConstraintKind, ForeignKey, KeyConstraint, Validity};
use crate::schema::{ForeignKeyConstraint, ObjectName};

/// `ADD CONSTRAINT`.
pub(super) fn add(recorder: &mut Recorder<'_>, pass: &Pass<'_>, constraint: &Constraint) {
    let valid = constraint.validity == Validity::Valid;
    let name = constraint.name.as_deref();
    match &constraint.kind {
        // The rows of children are none of its concern.
        ConstraintKind::Check {
            no_inherit: true, ..
        } if !pass.is_target => {}
        ConstraintKind::Check { .. } if valid => {
            let what = name.map_or("the new check".to_owned(), |name| format!("check {name}"));
            recorder.scan(
                pass.name,
                Cause::Check,
                format!("{what} is verified for every row"),
            );
        }
        ConstraintKind::Check { .. } => {
            recorder.skip_scan(
                pass.name,
                Cause::Check,
                "the check is not verified for the rows that are there",
            );
        }
        ConstraintKind::ForeignKey(key) => {
            add_foreign_key(recorder, pass.name, key, constraint, valid);
        }
        ConstraintKind::PrimaryKey(key) => {
            add_key(recorder, pass, constraint, key);
            for column in key_columns(recorder, pass.name, key) {
                set_not_null(recorder, pass, &column);
            }
        }
        ConstraintKind::Unique(key) => add_key(recorder, pass, constraint, key),
        ConstraintKind::Exclude(_) => {
            let index = index_name(pass.name, constraint, &[]);
            recorder.build(index, pass.name, false, false);
            recorder.scan(
                pass.name,
                Cause::Exclusion,
                "every row is checked against the exclusion constraint",
            );
        }
        ConstraintKind::NotNull { column } if valid => set_not_null(recorder, pass, column),
        ConstraintKind::NotNull { .. } => {
            recorder.skip_scan(
                pass.name,
                Cause::NotNull,
                "the constraint is not verified for the rows that are there",
            );
        }
    }
}

fn add_key(
    recorder: &mut Recorder<'_>,
    pass: &Pass<'_>,
    constraint: &Constraint,
    key: &KeyConstraint,
) {
    match &key.using_index {
        Some(index) => {
            // The index gets the constraint's name, which is its own where none is given.
            let renamed = constraint.name.as_ref().is_some_and(|name| name != index);
            let mode = if renamed {
                LockMode::ShareUpdateExclusive
            } else {
                LockMode::AccessShare
            };
            let index = ObjectName::new(&pass.name.schema, index);
            recorder.lock_index(&index, mode, "becomes the constraint's index");
            recorder.skip_scan(
                pass.name,
                Cause::IndexBuild,
                format!("index {} is already built", index.name),
            );
        }
        None => {
            // A plain child takes over NOT NULL only; a partition gets an index of its own.
            if pass.is_target || pass.table.is_none_or(|table| table.partition_of.is_some()) {
                let index = index_name(pass.name, constraint, &key.columns);
                recorder.build(index, pass.name, false, false);
            }
        }
    }
}

/// The columns of a key, looked up in its index for `USING INDEX`.
fn key_columns(recorder: &Recorder<'_>, table: &ObjectName, key: &KeyConstraint) -> Vec<String> {
    let Some(index) = &key.using_index else {
        return key.columns.clone();
    };
    let index = ObjectName::new(&table.schema, index);
    let plain = catalog::index(recorder.schema, &index).and_then(|found| found.plain);
    let keys = plain.into_iter().flat_map(|index| &index.keys);
    keys.filter_map(|key| key.column.clone()).collect()
}

/// The name of the index behind a constraint, as far as it is known beforehand.
pub(super) fn index_name(
    table: &ObjectName,
    constraint: &Constraint,
    columns: &[String],
) -> ObjectName {
    let suffix = match constraint.kind {
        ConstraintKind::PrimaryKey(_) => "pkey",
        ConstraintKind::Exclude(_) => "excl",
        _ => "key",
    };
    let named = constraint.name.clone();
    let name = named.unwrap_or_else(|| {
        let parts = std::iter::once(table.name.as_str());
        let columns = columns
            .iter()
            .map(String::as_str)
            .filter(|_| suffix != "pkey");
        let parts: Vec<&str> = parts.chain(columns).chain([suffix]).collect();
        parts.join("_")
    });
    ObjectName::new(&table.schema, name)
}

/// `SET NOT NULL`, also as part of a primary key.
pub(super) fn set_not_null(recorder: &mut Recorder<'_>, pass: &Pass<'_>, column: &str) {
    let known = pass.table.and_then(|table| table.column(column));
    match known {
        Some(known) if !known.nullable => {
            recorder.skip_scan(
                pass.name,
                Cause::NotNull,
                format!("{column} is NOT NULL already"),
            );
        }
        _ => pass.require_not_null(column),
    }
}

/// `ADD FOREIGN KEY`, also as part of a new column or table; `verified`: existing rows are looked up.
pub(in crate::effects) fn add_foreign_key(
    recorder: &mut Recorder<'_>,
    table: &ObjectName,
    key: &ForeignKey,
    constraint: &Constraint,
    verified: bool,
) {
    let Some(other) = reference(recorder, table, key) else {
        return;
    };
    if verified {
        let name = constraint
            .name
            .clone()
            .unwrap_or_else(|| format!("{}_{}_fkey", table.name, key.columns.join("_")));
        verify_foreign_key(recorder, table, &other, &name);
    } else {
        let why = if constraint.validity == Validity::Valid {
            "the new column is NULL in every row"
        } else {
            "the foreign key is not verified for the rows that are there"
        };
        recorder.skip_scan(table, Cause::ForeignKey, why);
    }
}

/// Locks what a new foreign key references.
pub(in crate::effects) fn reference(
    recorder: &mut Recorder<'_>,
    table: &ObjectName,
    key: &ForeignKey,
) -> Option<ObjectName> {
    let other = recorder.relation(&key.references)?.name;
    if other != *table {
        recorder.lock_partner(
            &other,
            LockMode::ShareRowExclusive,
            "referenced by the new foreign key",
        );
        if recorder.postgres() >= 18 {
            lock_referenced_key(recorder, &other, &key.referenced_columns);
        }
    }
    Some(other)
}

/// PostgreSQL 18 looks into the referenced key's index.
fn lock_referenced_key(recorder: &mut Recorder<'_>, table: &ObjectName, columns: &[String]) {
    let Some(definition) = super::definition(recorder, table) else {
        return;
    };
    let primary = definition.primary_key.as_ref();
    let columns = match (columns, primary) {
        ([], Some(key)) => key.columns.as_slice(),
        (columns, _) => columns,
    };
    let same = |index: &&catalog::IndexRef<'_>| {
        index.unique
            && index.columns.len() == columns.len()
            && columns
                .iter()
                .all(|column| index.columns.contains(&column.as_str()))
    };
    let indexes = catalog::indexes(recorder.schema, table);
    if let Some(index) = indexes.iter().find(same) {
        recorder.lock_index(&index.name, LockMode::AccessShare, "the referenced key");
    }
}

/// Every row of the referencing table is looked up in the referenced one, by a query over both.
pub(super) fn verify_foreign_key(
    recorder: &mut Recorder<'_>,
    child: &ObjectName,
    parent: &ObjectName,
    key: &str,
) {
    let why = format!("foreign key {key} is verified for every row");
    for table in [child, parent] {
        let tables = std::iter::once(table.clone()).chain(queries::partitions(recorder, table));
        for table in tables {
            recorder.scan(&table, Cause::ForeignKey, why.clone());
            queries::plan_over(
                recorder,
                &table,
                LockMode::AccessShare,
                "looked through for the foreign key",
            );
        }
    }
}

/// `VALIDATE CONSTRAINT`.
pub(super) fn validate(recorder: &mut Recorder<'_>, pass: &Pass<'_>, name: &str) {
    let Some(table) = pass.table else {
        return;
    };
    let check = table
        .check_constraints
        .iter()
        .find(|check| check.name == name);
    let key = table.foreign_keys.iter().find(|key| key.name == name);
    let column = table
        .columns
        .iter()
        .find(|column| column.not_null_name.as_deref() == Some(name));
    match (check, key, column) {
        (Some(check), _, _) if !check.validated => {
            recorder.scan(
                pass.name,
                Cause::Check,
                format!("check {name} is verified for every row"),
            );
        }
        (_, Some(key), _) if !key.validated => {
            let other = key.references.table_name();
            recorder.lock_table(
                &other,
                LockMode::RowShare,
                "referenced by the foreign key that is validated",
            );
            verify_foreign_key(recorder, pass.name, &other, name);
        }
        (_, _, Some(column)) if column.nullable => {
            recorder.scan(
                pass.name,
                Cause::NotNull,
                format!("every row is checked for NULL in {}", column.name),
            );
        }
        (None, None, None) if !table.is_complete() => {
            recorder.scan(
                pass.name,
                Cause::Check,
                format!("{name} is verified for every row"),
            );
        }
        _ => recorder.skip_scan(pass.name, Cause::Check, format!("{name} is valid already")),
    }
}

/// `ALTER CONSTRAINT … [NOT] ENFORCED` (PostgreSQL 18): the foreign key's triggers are made or dropped.
pub(super) fn alter(
    recorder: &mut Recorder<'_>,
    pass: &Pass<'_>,
    name: &str,
    enforced: Option<bool>,
) {
    let key: Option<&ForeignKeyConstraint> = pass
        .table
        .and_then(|table| table.foreign_keys.iter().find(|key| key.name == name));
    let (Some(key), Some(enforced)) = (key, enforced) else {
        return;
    };
    if enforced != key.not_enforced {
        return;
    }
    let other = key.references.table_name();
    if enforced {
        recorder.lock_partner(
            &other,
            LockMode::ShareRowExclusive,
            "referenced by the foreign key that is enforced",
        );
        verify_foreign_key(recorder, pass.name, &other, name);
    } else {
        recorder.lock_partner(
            &other,
            LockMode::AccessExclusive,
            "referenced by the foreign key that is no longer enforced",
        );
    }
}

/// `RENAME CONSTRAINT`: a key's index has the same name.
pub(super) fn rename(recorder: &mut Recorder<'_>, table: &ObjectName, name: &str) {
    let index = ObjectName::new(&table.schema, name);
    let found = catalog::indexes(recorder.schema, table);
    if found.iter().any(|known| known.name == index) {
        recorder.lock(
            &index,
            RelationKind::Index,
            LockMode::ShareUpdateExclusive,
            "renamed with its constraint",
        );
    }
}
