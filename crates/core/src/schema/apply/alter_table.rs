//! `ALTER TABLE`: its actions, in PostgreSQL's order.

use std::borrow::Cow;

use super::create_table::{Reach, on_column, persistence_word};
use super::index::{reset_options, set_options};
use super::refusal;
use super::{Note, Object, ObjectKind, Outcome, Simulation, WillFail};
use crate::operation::{
    AlterTable, ColumnDefinition, Constraint, ConstraintKind, QualifiedName, RowSecurityChange,
    SequenceAction, TableAction, TriggerEnabled, TriggerSelector,
};
use crate::schema::lookup::Relation;
use crate::schema::names::clip;
use crate::schema::{Knowledge, ObjectName};

/// The passes in which `ALTER TABLE` works, whatever the order of its actions (`AlterTablePass`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Pass {
    Drop,
    AlterType,
    AddColumn,
    AddConstraint,
    ColumnAttributes,
    AddIndexConstraint,
    AddOtherConstraint,
    Misc,
}

/// What is done in a pass.
enum Work<'a> {
    Column(&'a ColumnDefinition),
    Constraint(Cow<'a, Constraint>),
    Action(&'a TableAction),
}

impl Simulation {
    pub(super) fn alter_table(&mut self, statement: &AlterTable) -> Outcome {
        let name = &statement.name;
        let place = match self.schema.relation(name) {
            Some((place, Relation::Table(_))) => place,
            Some((place, found)) => {
                let kind = OtherRelation::of(found);
                return self.alter_other_relation(&place, kind, statement);
            }
            None if statement.if_exists => {
                let object = Object::new(ObjectKind::Table, &self.schema.creation_name(name));
                self.notes.push(Note::Missing { object });
                return Ok(());
            }
            None => self.assume_table(name)?,
        };
        let reach = if statement.only {
            Reach::Alone
        } else {
            Reach::Whole
        };
        let mut work = Vec::new();
        for action in &statement.actions {
            self.plan(&place, action, &mut work)?;
        }
        work.sort_by_key(|(pass, _)| *pass);
        let mut place = place;
        for (_, work) in work {
            match work {
                Work::Column(column) => self.add_column(&place, column, reach)?,
                Work::Constraint(constraint) => self.add_constraint(&place, &constraint, reach)?,
                Work::Action(action) => place = self.act(&place, action, reach)?,
            }
        }
        Ok(())
    }

    /// Takes an action apart into the work of its passes.
    fn plan<'a>(
        &mut self,
        table: &ObjectName,
        action: &'a TableAction,
        work: &mut Vec<(Pass, Work<'a>)>,
    ) -> Outcome {
        match action {
            TableAction::AddColumn {
                if_not_exists,
                column,
            } => {
                if *if_not_exists && self.note_existing_column(table, column) {
                    return Ok(());
                }
                work.push((Pass::AddColumn, Work::Column(column)));
                for constraint in &column.constraints {
                    let constraint = on_column(constraint, Some(clip(&column.name)));
                    let pass = constraint_pass(&constraint);
                    work.push((pass, Work::Constraint(Cow::Owned(constraint))));
                }
            }
            TableAction::AddConstraint(constraint) => {
                let pass = constraint_pass(constraint);
                work.push((pass, Work::Constraint(Cow::Borrowed(constraint))));
            }
            other => work.push((pass_of(other), Work::Action(other))),
        }
        Ok(())
    }

    fn note_existing_column(&mut self, table: &ObjectName, column: &ColumnDefinition) -> bool {
        let name = clip(&column.name);
        let Some(found) = self.table_at(table) else {
            return false;
        };
        let Some(existing) = found.column(name) else {
            return false;
        };
        if existing.knowledge == Knowledge::Assumed {
            return false;
        }
        let differs = self.clone().column_type(&column.data_type).ok();
        let differs = differs.map(|data_type| data_type != existing.data_type);
        self.notes.push(Note::Exists {
            object: Object::on(ObjectKind::Column, name, table),
            differs,
        });
        true
    }

    /// Carries out one action; gives the table's name after it.
    fn act(
        &mut self,
        table: &ObjectName,
        action: &TableAction,
        reach: Reach,
    ) -> Outcome<ObjectName> {
        match action {
            TableAction::AddColumn { column, .. } => self.add_column(table, column, reach)?,
            TableAction::AddConstraint(constraint) => {
                self.add_constraint(table, constraint, reach)?;
            }
            TableAction::DropColumn {
                if_exists,
                column,
                cascade,
            } => {
                let column = clip(column);
                let missing = self.table_at(table).is_some_and(|table| {
                    table.column(column).is_none() && (table.is_complete() || *if_exists)
                });
                if missing && *if_exists {
                    let object = Object::on(ObjectKind::Column, column, table);
                    self.notes.push(Note::Missing { object });
                } else {
                    self.drop_column(table, column, *cascade, reach)?;
                }
            }
            TableAction::RenameColumn { column, to } => {
                self.rename_column(table, clip(column), clip(to), reach)?;
            }
            TableAction::SetType {
                column,
                data_type,
                collation,
                using,
            } => {
                let column = clip(column);
                self.set_type(
                    table,
                    column,
                    data_type,
                    collation.as_ref(),
                    using.as_ref(),
                    reach,
                )?;
            }
            TableAction::SetDefault { column, default } => {
                self.change_default(table, clip(column), Some(default), reach)?;
            }
            TableAction::DropDefault { column } => {
                self.change_default(table, clip(column), None, reach)?;
            }
            TableAction::SetNotNull { column } => self.set_not_null(table, clip(column), reach)?,
            TableAction::DropNotNull { column } => {
                self.drop_not_null(table, clip(column), reach)?
            }
            TableAction::SetExpression { column, expression } => {
                self.set_expression(table, clip(column), expression)?;
            }
            TableAction::DropExpression { column, if_exists } => {
                self.drop_expression(table, clip(column), *if_exists)?;
            }
            TableAction::AddIdentity { column, identity } => {
                self.add_identity(table, clip(column), identity)?;
            }
            TableAction::AlterIdentity {
                column,
                always,
                options,
            } => self.alter_identity(table, clip(column), *always, options)?,
            TableAction::DropIdentity { column, if_exists } => {
                self.drop_identity(table, clip(column), *if_exists)?;
            }
            TableAction::SetColumnOption { column, .. } => {
                self.require_column(table, clip(column))?;
            }
            TableAction::DropConstraint {
                if_exists,
                name,
                cascade,
            } => self.drop_constraint(table, clip(name), *if_exists, *cascade, reach)?,
            TableAction::ValidateConstraint { name } => {
                self.validate_constraint(table, clip(name))?;
            }
            TableAction::AlterConstraint {
                name,
                deferral,
                enforced,
            } => self.alter_constraint(table, clip(name), *deferral, *enforced)?,
            TableAction::RenameConstraint { name, to } => {
                self.rename_constraint(table, clip(name), clip(to))?;
            }
            TableAction::RenameTable { to } => {
                let to = ObjectName::new(&table.schema, clip(to));
                self.rename_relation(table, &to)?;
                return Ok(to);
            }
            TableAction::SetSchema { schema } => {
                self.move_relation(table, schema)?;
                return Ok(ObjectName::new(schema, &table.name));
            }
            TableAction::AttachPartition { partition, bound } => {
                self.attach_partition(table, partition, bound)?;
            }
            TableAction::DetachPartition { partition, mode } => {
                self.detach_partition(table, partition, *mode)?;
            }
            TableAction::Inherit(parent) => self.inherit(table, parent)?,
            TableAction::NoInherit(parent) => self.no_inherit(table, parent)?,
            TableAction::SetTrigger { trigger, enabled } => {
                self.set_trigger(table, trigger, *enabled)?;
            }
            TableAction::RowSecurity(change) => {
                self.edit_table(table, |table| match change {
                    RowSecurityChange::Enable => table.row_security.enabled = true,
                    RowSecurityChange::Disable => table.row_security.enabled = false,
                    RowSecurityChange::Force => table.row_security.forced = true,
                    RowSecurityChange::NoForce => table.row_security.forced = false,
                });
            }
            TableAction::ClusterOn(index) => self.require_own_index(table, clip(index))?,
            TableAction::SetPersistence(persistence) => {
                let word = persistence_word(*persistence);
                self.edit_table(table, |table| table.persistence = word);
            }
            TableAction::SetOptions(options) => {
                self.edit_table(table, |table| set_options(&mut table.options, options));
            }
            TableAction::ResetOptions(options) => {
                self.edit_table(table, |table| reset_options(&mut table.options, options));
            }
            TableAction::SetRule { .. }
            | TableAction::ReplicaIdentity(_)
            | TableAction::WithoutCluster
            | TableAction::SetAccessMethod(_)
            | TableAction::SetTablespace(_)
            | TableAction::Owner(_)
            | TableAction::Other(_) => {}
        }
        Ok(table.clone())
    }

    fn require_own_index(&mut self, table: &ObjectName, index: &str) -> Outcome {
        let Some(found) = self.table_at(table) else {
            return Ok(());
        };
        if found.index(index).is_some() || !found.is_complete() || self.schema.unknown_steps > 0 {
            return Ok(());
        }
        Err(WillFail::new(
            "42704",
            format!(
                "index \"{index}\" for table \"{}\" does not exist",
                table.name
            ),
        ))
    }

    fn set_trigger(
        &mut self,
        table: &ObjectName,
        selector: &TriggerSelector,
        enabled: TriggerEnabled,
    ) -> Outcome {
        let Some(found) = self.table_at(table) else {
            return Ok(());
        };
        if let TriggerSelector::Named(name) = selector {
            let known = found
                .triggers
                .iter()
                .any(|trigger| trigger.name == clip(name));
            if !known && found.is_complete() && self.schema.unknown_steps == 0 {
                return Err(WillFail::new(
                    "42704",
                    format!(
                        "trigger \"{name}\" for table \"{}\" does not exist",
                        table.name
                    ),
                ));
            }
        }
        let word = match enabled {
            TriggerEnabled::Origin => "origin",
            TriggerEnabled::Disabled => "disabled",
            TriggerEnabled::Replica => "replica",
            TriggerEnabled::Always => "always",
        };
        self.edit_table(table, |table| {
            for trigger in &mut table.triggers {
                let meant = match selector {
                    TriggerSelector::Named(name) => trigger.name == clip(name),
                    TriggerSelector::All | TriggerSelector::User => true,
                };
                if meant {
                    trigger.enabled = word;
                }
            }
        });
        Ok(())
    }

    /// `ALTER TABLE` on a view, an index or a sequence, which PostgreSQL accepts for some actions.
    fn alter_other_relation(
        &mut self,
        place: &ObjectName,
        kind: OtherRelation,
        statement: &AlterTable,
    ) -> Outcome {
        for action in &statement.actions {
            match (action, kind) {
                (TableAction::RenameTable { to }, _) => {
                    let to = ObjectName::new(&place.schema, clip(to));
                    return self.rename_relation(place, &to);
                }
                (TableAction::RenameColumn { column, to }, OtherRelation::View) => {
                    self.rename_view_column(place, clip(column), clip(to))?;
                }
                (TableAction::SetSchema { schema }, OtherRelation::View) => {
                    return self.move_relation(place, schema);
                }
                (TableAction::SetSchema { schema }, OtherRelation::Sequence) => {
                    let action = SequenceAction::SetSchema(schema.clone());
                    return self.alter_sequence(&crate::operation::AlterSequence {
                        name: QualifiedName::qualified(&place.schema, &place.name),
                        if_exists: false,
                        action,
                    });
                }
                (
                    TableAction::Owner(_)
                    | TableAction::SetTablespace(_)
                    | TableAction::SetOptions(_)
                    | TableAction::ResetOptions(_)
                    | TableAction::SetDefault { .. }
                    | TableAction::DropDefault { .. }
                    | TableAction::ClusterOn(_)
                    | TableAction::SetColumnOption { .. }
                    | TableAction::SetPersistence(_)
                    | TableAction::Other(_),
                    _,
                ) => {}
                (action, _) => {
                    return Err(match refusal::action_words(action) {
                        Some(words) => WillFail::new(
                            "42809",
                            format!(
                                "ALTER action {words} cannot be performed on relation \"{}\"",
                                statement.name.name
                            ),
                        ),
                        None => refusal::wrong_kind(&statement.name, "a table"),
                    });
                }
            }
        }
        Ok(())
    }
}

/// Relations other than tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OtherRelation {
    View,
    Sequence,
    Index,
}

impl OtherRelation {
    fn of(relation: Relation<'_>) -> Self {
        match relation {
            Relation::Sequence(_) => Self::Sequence,
            Relation::Index(..) => Self::Index,
            Relation::Table(_) | Relation::View(_) => Self::View,
        }
    }
}

fn constraint_pass(constraint: &Constraint) -> Pass {
    match constraint.kind {
        ConstraintKind::Check { .. } => Pass::AddConstraint,
        ConstraintKind::NotNull { .. } => Pass::ColumnAttributes,
        ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) | ConstraintKind::Exclude(_) => {
            Pass::AddIndexConstraint
        }
        ConstraintKind::ForeignKey(_) => Pass::AddOtherConstraint,
    }
}

fn pass_of(action: &TableAction) -> Pass {
    match action {
        TableAction::DropColumn { .. }
        | TableAction::DropConstraint { .. }
        | TableAction::DropDefault { .. }
        | TableAction::DropNotNull { .. }
        | TableAction::DropExpression { .. }
        | TableAction::DropIdentity { .. } => Pass::Drop,
        TableAction::SetType { .. } => Pass::AlterType,
        TableAction::SetNotNull { .. }
        | TableAction::AlterIdentity { .. }
        | TableAction::SetExpression { .. } => Pass::ColumnAttributes,
        TableAction::SetDefault { .. } | TableAction::AddIdentity { .. } => {
            Pass::AddOtherConstraint
        }
        _ => Pass::Misc,
    }
}
