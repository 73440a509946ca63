//! `ALTER TABLE`: the strongest lock that any of its actions needs, taken before anything is done, then one pass over the
//! rows for everything that must read or write them.

mod columns;
pub(super) mod constraints;
pub(super) mod level;
mod members;
pub(super) mod partitions;
mod settings;

use super::catalog::Relation;
use super::recorder::Recorder;
use super::{LockMode, RelationKind};
use crate::operation::{AlterTable, TableAction};
use crate::schema::{ObjectName, Table};

pub(super) fn alter_table(recorder: &mut Recorder<'_>, alter: &AlterTable) {
    let Some(target) = recorder.relation(&alter.name) else {
        return;
    };
    if target.kind != RelationKind::Table {
        return other_relation(recorder, alter, &target);
    }
    let family = members::of(recorder, alter, &target.name);
    lock(recorder, alter, &target.name, &family);
    for member in &family {
        let pass = members::Pass::new(recorder, alter, member, *member == target.name);
        for action in &alter.actions {
            on_member(recorder, &pass, action);
        }
        pass.finish(recorder);
    }
    for action in &alter.actions {
        on_target(recorder, &target.name, action);
    }
}

/// The table and what stands below it, each with the strongest of the actions' locks.
fn lock(
    recorder: &mut Recorder<'_>,
    alter: &AlterTable,
    target: &ObjectName,
    family: &[ObjectName],
) {
    let levels = alter
        .actions
        .iter()
        .map(|action| (level::of(action), action));
    let Some((mode, action)) = levels.max_by_key(|(mode, _)| *mode) else {
        return;
    };
    let words = level::words(action);
    for member in family {
        if member == target {
            recorder.lock_table(member, mode, words);
        } else {
            recorder.lock_relative(member, mode, format!("{words}, as part of {target}"));
        }
    }
}

/// What is done to the table and to each one below it.
fn on_member(recorder: &mut Recorder<'_>, pass: &members::Pass<'_>, action: &TableAction) {
    match action {
        TableAction::AddColumn { column, .. } => columns::add(recorder, pass, column),
        TableAction::SetType {
            column,
            data_type,
            collation,
            using,
        } => columns::set_type(
            recorder,
            pass,
            column,
            data_type,
            collation.as_ref(),
            using.as_ref(),
        ),
        TableAction::SetNotNull { column } => constraints::set_not_null(recorder, pass, column),
        TableAction::SetExpression { column, .. } => {
            columns::set_expression(recorder, pass, column);
        }
        TableAction::AlterIdentity { column, .. } => {
            columns::alter_identity(recorder, pass, column);
        }
        TableAction::AddConstraint(constraint) => constraints::add(recorder, pass, constraint),
        TableAction::ValidateConstraint { name } => constraints::validate(recorder, pass, name),
        TableAction::AlterConstraint { name, enforced, .. } => {
            constraints::alter(recorder, pass, name, *enforced);
        }
        TableAction::SetPersistence(persistence) => {
            settings::set_persistence(recorder, pass, *persistence);
        }
        TableAction::SetAccessMethod(method) => settings::set_access_method(recorder, pass, method),
        TableAction::SetTablespace(tablespace) => {
            settings::set_tablespace(recorder, pass, tablespace);
        }
        _ => {}
    }
}

/// What is done once, whatever stands below the table.
fn on_target(recorder: &mut Recorder<'_>, table: &ObjectName, action: &TableAction) {
    match action {
        TableAction::DropColumn { .. }
        | TableAction::DropConstraint { .. }
        | TableAction::DropIdentity { .. } => {
            columns::remove(recorder, table, action);
        }
        TableAction::RenameConstraint { name, .. } => constraints::rename(recorder, table, name),
        TableAction::SetSchema { .. } => settings::set_schema(recorder, table),
        TableAction::AttachPartition { partition, bound } => {
            partitions::attach(recorder, table, partition, bound);
        }
        TableAction::DetachPartition { partition, mode } => {
            partitions::detach(recorder, table, partition, *mode);
        }
        TableAction::Inherit(parent) => {
            lock_other(
                recorder,
                parent,
                LockMode::ShareUpdateExclusive,
                "gets a child",
            );
        }
        TableAction::NoInherit(parent) => {
            lock_other(recorder, parent, LockMode::AccessShare, "loses a child");
        }
        TableAction::ReplicaIdentity(identity) => {
            settings::replica_identity(recorder, table, identity);
        }
        TableAction::ClusterOn(index) => {
            let index = ObjectName::new(&table.schema, index);
            recorder.lock_index(&index, LockMode::ShareUpdateExclusive, "marked for CLUSTER");
        }
        _ => {}
    }
}

fn lock_other(
    recorder: &mut Recorder<'_>,
    name: &crate::operation::QualifiedName,
    mode: LockMode,
    why: &str,
) {
    if let Some(other) = recorder.relation(name) {
        recorder.lock_relation(&other, mode, why);
    }
}

/// `ALTER TABLE` on an index, a sequence or a view, where PostgreSQL allows it.
fn other_relation(recorder: &mut Recorder<'_>, alter: &AlterTable, target: &Relation) {
    let mode = alter
        .actions
        .iter()
        .map(level::of)
        .max()
        .unwrap_or(LockMode::AccessExclusive);
    recorder.lock_relation(target, mode, "altered");
    let keeps_rows = target.kind == RelationKind::MaterializedView;
    if keeps_rows
        && alter
            .actions
            .iter()
            .any(|action| matches!(action, TableAction::SetTablespace(_)))
    {
        recorder.rewrite(
            &target.name,
            super::Cause::Storage,
            "its file is copied to another tablespace",
        );
    }
}

/// The definition of a table, where it is known.
fn definition<'a>(recorder: &Recorder<'a>, table: &ObjectName) -> Option<&'a Table> {
    recorder.schema.tables.get(table).map(AsRef::as_ref)
}
