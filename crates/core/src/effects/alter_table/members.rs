//! The tables an `ALTER TABLE` reaches, and what it must do with the rows of each in its single pass.

use std::cell::RefCell;

use super::definition;
use crate::effects::catalog::{self, IndexRef};
use crate::effects::recorder::Recorder;
use crate::effects::{Cause, LockMode, proof};
use crate::operation::{AlterTable, ColumnOption, Constraint, ConstraintKind, TableAction};
use crate::schema::{Column, ObjectName, Table};

/// The table and, where an action goes down, everything below it.
pub(super) fn of(
    recorder: &Recorder<'_>,
    alter: &AlterTable,
    target: &ObjectName,
) -> Vec<ObjectName> {
    let mut family = vec![target.clone()];
    if !alter.only
        && alter
            .actions
            .iter()
            .any(|action| goes_down(recorder, target, action))
    {
        family.extend(catalog::descendants(recorder.schema, target));
    }
    family
}

/// Whether an action on a parent is done to its children and partitions too.
fn goes_down(recorder: &Recorder<'_>, target: &ObjectName, action: &TableAction) -> bool {
    let table = definition(recorder, target);
    let partitioned = table.is_some_and(|table| table.partition_by.is_some());
    match action {
        TableAction::AddColumn { .. }
        | TableAction::DropColumn { .. }
        | TableAction::RenameColumn { .. }
        | TableAction::SetType { .. }
        | TableAction::SetDefault { .. }
        | TableAction::DropDefault { .. }
        | TableAction::SetNotNull { .. }
        | TableAction::DropNotNull { .. }
        | TableAction::SetExpression { .. }
        | TableAction::DropExpression { .. }
        | TableAction::DropConstraint { .. }
        | TableAction::SetColumnOption {
            option: ColumnOption::Statistics | ColumnOption::Storage,
            ..
        } => true,
        TableAction::AddIdentity { .. }
        | TableAction::AlterIdentity { .. }
        | TableAction::DropIdentity { .. } => partitioned && recorder.postgres() >= 17,
        TableAction::AddConstraint(constraint) => {
            // PostgreSQL 18 locks the children even of a check that is not for them.
            constraint_goes_down(constraint, partitioned)
                || recorder.postgres() >= 18
                    && matches!(constraint.kind, ConstraintKind::Check { .. })
        }
        TableAction::ValidateConstraint { name }
        | TableAction::RenameConstraint { name, .. }
        | TableAction::AlterConstraint { name, .. } => {
            partitioned || table.is_some_and(|table| is_inherited_check(table, name))
        }
        TableAction::SetTrigger { .. } => {
            partitioned && table.is_some_and(|table| !table.triggers.is_empty())
        }
        _ => false,
    }
}

fn constraint_goes_down(constraint: &Constraint, partitioned: bool) -> bool {
    match &constraint.kind {
        ConstraintKind::Check { no_inherit, .. } => !no_inherit,
        // The columns of a primary key become NOT NULL in every child.
        ConstraintKind::PrimaryKey(_) | ConstraintKind::NotNull { .. } => true,
        ConstraintKind::Unique(_) | ConstraintKind::Exclude(_) | ConstraintKind::ForeignKey(_) => {
            partitioned
        }
    }
}

/// Checks go down to children; what is not known to be a key may be a check.
fn is_inherited_check(table: &Table, name: &str) -> bool {
    let check = table
        .check_constraints
        .iter()
        .find(|check| check.name == name);
    let not_null = |column: &Column| column.not_null_name.as_deref() == Some(name);
    check.is_some_and(|check| !check.no_inherit) || table.columns.iter().any(not_null)
}

/// One table of the family and what its rows must go through.
pub(super) struct Pass<'a> {
    pub name: &'a ObjectName,
    pub table: Option<&'a Table>,
    /// Whether it is the table that the statement names.
    pub is_target: bool,
    /// Constraints that the same statement drops: they prove nothing.
    dropped: Vec<&'a str>,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    rewrite: Option<(Cause, String)>,
    /// Columns whose type changes, with whether indexes on them can be kept.
    changed: Vec<ChangedColumn>,
    not_null: Vec<NotNull>,
}

struct ChangedColumn {
    name: String,
    keeps_order: bool,
}

struct NotNull {
    column: String,
    proof: Option<String>,
}

impl<'a> Pass<'a> {
    pub fn new(
        recorder: &Recorder<'a>,
        alter: &'a AlterTable,
        name: &'a ObjectName,
        is_target: bool,
    ) -> Self {
        let dropped = alter.actions.iter().filter_map(|action| match action {
            TableAction::DropConstraint { name, .. } => Some(name.as_str()),
            _ => None,
        });
        Self {
            name,
            table: definition(recorder, name),
            is_target,
            dropped: dropped.collect(),
            state: RefCell::default(),
        }
    }

    /// Every row is written anew.
    pub fn rewrite(&self, cause: Cause, why: impl Into<String>) {
        self.state
            .borrow_mut()
            .rewrite
            .get_or_insert((cause, why.into()));
    }

    pub fn change_type(&self, column: &str, keeps_order: bool) {
        let name = column.to_owned();
        self.state
            .borrow_mut()
            .changed
            .push(ChangedColumn { name, keeps_order });
    }

    /// A column must not be NULL: read the rows unless something proves it.
    pub fn require_not_null(&self, column: &str) {
        let check = self
            .table
            .and_then(|table| proof::not_null(table, column, &self.dropped));
        let proof = check.map(|check| {
            format!(
                "the valid check {} proves that {column} is not NULL",
                check.name
            )
        });
        let column = column.to_owned();
        self.state
            .borrow_mut()
            .not_null
            .push(NotNull { column, proof });
    }

    /// Does what was asked for, in PostgreSQL's order: indexes and foreign keys that hang on changed columns first.
    pub fn finish(self, recorder: &mut Recorder<'_>) {
        let state = self.state.into_inner();
        let rewritten = state.rewrite.is_some() && recorder.has_rows_of_its_own(self.name);
        if let Some((cause, why)) = &state.rewrite
            && rewritten
        {
            recorder.rewrite(self.name, *cause, why.clone());
        }
        for index in catalog::indexes(recorder.schema, self.name) {
            let hangs_on: Vec<&ChangedColumn> = state
                .changed
                .iter()
                .filter(|column| index.mentions(&column.name))
                .collect();
            if hangs_on.is_empty() {
                if rewritten {
                    recorder.rebuild(&index);
                }
            } else {
                let same_order = hangs_on.iter().all(|column| column.keeps_order);
                let kept = !rewritten
                    && !index.has_expressions()
                    && same_order
                    && index.holds_whole_values();
                recreate(recorder, &index, kept);
            }
        }
        verify_not_null(recorder, self.name, &state.not_null);
    }
}

/// An index on a changed column is dropped and made again; over its old file where its order is the same.
fn recreate(recorder: &mut Recorder<'_>, index: &IndexRef<'_>, kept: bool) {
    recorder.lock_index(
        &index.name,
        LockMode::AccessExclusive,
        "made again for the column's new type",
    );
    recorder.recreates(&index.name);
    if kept {
        recorder.skip_scan(
            &index.table,
            Cause::IndexBuild,
            format!("index {} keeps its file", index.name.name),
        );
    } else {
        recorder.build(index.name.clone(), &index.table, true, false);
    }
}

/// The rows are read for all columns together, and only if one of them is not proved.
fn verify_not_null(recorder: &mut Recorder<'_>, table: &ObjectName, required: &[NotNull]) {
    for column in required {
        match &column.proof {
            Some(proof) => recorder.skip_scan(table, Cause::NotNull, proof.clone()),
            None => {
                let why = format!("every row is checked for NULL in {}", column.column);
                recorder.scan(table, Cause::NotNull, why);
            }
        }
    }
}
