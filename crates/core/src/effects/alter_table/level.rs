//! The lock each action needs (`AlterTableGetLockLevel()`).

use crate::effects::LockMode;
use crate::operation::{ColumnOption, Constraint, ConstraintKind, DetachMode, TableAction};

/// The lock on the table itself.
pub(super) fn of(action: &TableAction) -> LockMode {
    match action {
        TableAction::AddConstraint(Constraint {
            kind: ConstraintKind::ForeignKey(_),
            ..
        })
        | TableAction::SetTrigger { .. } => LockMode::ShareRowExclusive,
        TableAction::ValidateConstraint { .. }
        | TableAction::AttachPartition { .. }
        | TableAction::DetachPartition {
            mode: DetachMode::Concurrently | DetachMode::Finalize,
            ..
        }
        | TableAction::ClusterOn(_)
        | TableAction::WithoutCluster
        | TableAction::SetColumnOption {
            option: ColumnOption::Statistics | ColumnOption::Set | ColumnOption::Reset,
            ..
        } => LockMode::ShareUpdateExclusive,
        TableAction::SetOptions(options) | TableAction::ResetOptions(options) => {
            let levels = options.iter().map(|option| storage_parameter(option));
            levels.max().unwrap_or(LockMode::AccessExclusive)
        }
        _ => LockMode::AccessExclusive,
    }
}

/// The lock for setting a storage parameter, `name=value`.
pub(in crate::effects) fn storage_parameter(option: &str) -> LockMode {
    let name = option
        .split('=')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let name = name.strip_prefix("toast.").unwrap_or(&name);
    let light = name.starts_with("autovacuum_")
        || name.starts_with("vacuum_")
        || matches!(
            name,
            "fillfactor"
                | "toast_tuple_target"
                | "parallel_workers"
                | "log_autovacuum_min_duration"
                | "deduplicate_items"
                | "n_distinct"
                | "n_distinct_inherited"
        );
    if light {
        LockMode::ShareUpdateExclusive
    } else {
        LockMode::AccessExclusive
    }
}

/// What an action does, in a few words.
pub(super) fn words(action: &TableAction) -> &'static str {
    match action {
        TableAction::AddColumn { .. } => "a column is added",
        TableAction::DropColumn { .. } => "a column is dropped",
        TableAction::RenameColumn { .. } => "a column is renamed",
        TableAction::SetType { .. } => "a column's type changes",
        TableAction::SetDefault { .. } | TableAction::DropDefault { .. } => "a default changes",
        TableAction::SetNotNull { .. } => "a column becomes NOT NULL",
        TableAction::DropNotNull { .. } => "a column becomes nullable",
        TableAction::SetExpression { .. } | TableAction::DropExpression { .. } => {
            "a generated column changes"
        }
        TableAction::AddIdentity { .. }
        | TableAction::AlterIdentity { .. }
        | TableAction::DropIdentity { .. } => "an identity column changes",
        TableAction::SetColumnOption { .. } => "a column's settings change",
        TableAction::AddConstraint(constraint) => match constraint.kind {
            ConstraintKind::ForeignKey(_) => "a foreign key is added",
            _ => "a constraint is added",
        },
        TableAction::DropConstraint { .. } => "a constraint is dropped",
        TableAction::ValidateConstraint { .. } => "a constraint is validated",
        TableAction::AlterConstraint { .. } => "a constraint changes",
        TableAction::RenameConstraint { .. } => "a constraint is renamed",
        TableAction::RenameTable { .. } => "the table is renamed",
        TableAction::SetSchema { .. } => "the table moves to another schema",
        TableAction::AttachPartition { .. } => "a partition is attached",
        TableAction::DetachPartition { .. } => "a partition is detached",
        TableAction::Inherit(_) | TableAction::NoInherit(_) => "inheritance changes",
        TableAction::SetTrigger { .. } => "triggers are switched",
        TableAction::SetRule { .. } => "a rule is switched",
        TableAction::RowSecurity(_) => "row security is switched",
        TableAction::ReplicaIdentity(_) => "the replica identity changes",
        TableAction::ClusterOn(_) | TableAction::WithoutCluster => "the mark for CLUSTER changes",
        TableAction::SetPersistence(_) => "the table becomes logged or unlogged",
        TableAction::SetAccessMethod(_) => "the access method changes",
        TableAction::SetTablespace(_) => "the table moves to another tablespace",
        TableAction::SetOptions(_) | TableAction::ResetOptions(_) => "storage parameters change",
        TableAction::Owner(_) => "the owner changes",
        TableAction::Other(_) => "the table is altered",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_storage_parameters_need_only_a_light_lock() {
        for light in [
            "fillfactor=70",
            "autovacuum_enabled=false",
            "toast.autovacuum_enabled=off",
            "parallel_workers=4",
        ] {
            assert_eq!(
                storage_parameter(light),
                LockMode::ShareUpdateExclusive,
                "{light}"
            );
        }
        assert_eq!(
            storage_parameter("user_catalog_table=true"),
            LockMode::AccessExclusive
        );
        assert_eq!(
            storage_parameter("fastupdate=off"),
            LockMode::AccessExclusive
        );
    }
}
