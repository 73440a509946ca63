//! Foreign keys: what they may reference, and their copies on partitions.

use super::constraint::clipped;
use super::refusal;
use super::{ObjectKind, Outcome, Simulation, WillFail};
use crate::operation::{Constraint, Deferral, ForeignKey, ReferentialAction, Validity};
use crate::schema::expression::comparable;
use crate::schema::names::joined;
use crate::schema::{
    ForeignKeyConstraint, Key, KeyReference, Knowledge, ObjectName, Table, TableKind,
};

impl Simulation {
    pub(super) fn add_foreign_key(
        &mut self,
        table: &ObjectName,
        name: Option<&str>,
        key: &ForeignKey,
        constraint: &Constraint,
    ) -> Outcome {
        let referenced = self.require_referenced_table(key)?;
        let Some(found) = self.table_at(table) else {
            return Ok(());
        };
        self.require_lasting_reference(&found, &referenced)?;
        let columns = clipped(&key.columns);
        self.require_key_columns(table, &columns)?;
        let referenced_columns = self.referenced_columns(&referenced, key)?;
        if !referenced_columns.is_empty() {
            if columns.len() != referenced_columns.len() {
                return Err(WillFail::new(
                    "42830",
                    "number of referencing and referenced columns for foreign key disagree",
                ));
            }
            self.require_unique_target(&referenced, &referenced_columns)?;
        }
        let name = match name {
            Some(name) if found.has_constraint(name) => {
                return Err(refusal::constraint_exists(name, table));
            }
            Some(name) => name.to_owned(),
            None => {
                let chosen = self.choose_foreign_key_name(table, &columns);
                self.named(ObjectKind::Constraint, &chosen, table);
                chosen
            }
        };
        self.require_comparable(table, &columns, &referenced, &referenced_columns, &name)?;
        let made = ForeignKeyConstraint {
            name,
            columns,
            references: KeyReference {
                schema: referenced.schema.clone(),
                table: referenced.name.clone(),
                columns: referenced_columns,
            },
            on_update: action_word(key.on_update),
            on_delete: action_word(key.on_delete),
            match_type: if key.match_full { "full" } else { "simple" },
            deferrable: constraint.deferral != Deferral::NotDeferrable,
            initially_deferred: constraint.deferral == Deferral::InitiallyDeferred,
            validated: constraint.validity == Validity::Valid,
            comment: None,
            not_enforced: constraint.validity == Validity::NotEnforced,
            delete_columns: clipped(&key.delete_columns),
            part_of: None,
        };
        self.put_foreign_key(table, made);
        Ok(())
    }

    fn require_referenced_table(&mut self, key: &ForeignKey) -> Outcome<ObjectName> {
        self.require_table(&key.references)
            .map_err(|refused| match refused.sqlstate {
                "42809" => WillFail::new(
                    "42809",
                    format!(
                        "referenced relation \"{}\" is not a table",
                        key.references.name
                    ),
                ),
                _ => refused,
            })
    }

    fn require_lasting_reference(&self, table: &Table, referenced: &ObjectName) -> Outcome {
        let Some(target) = self.table_at(referenced) else {
            return Ok(());
        };
        let may = match table.persistence {
            "permanent" => target.persistence == "permanent",
            "unlogged" => target.persistence != "temporary",
            _ => target.persistence == "temporary",
        };
        if may || target.knowledge == Knowledge::Assumed {
            return Ok(());
        }
        let kind = table.persistence;
        Err(refusal::table_definition(format!(
            "constraints on {kind} tables may reference only {kind} tables"
        )))
    }

    fn require_key_columns(&mut self, table: &ObjectName, columns: &[String]) -> Outcome {
        for column in columns {
            self.require_column_or(table, column, || {
                WillFail::new(
                    "42703",
                    format!(
                        "column \"{column}\" referenced in foreign key constraint does not exist"
                    ),
                )
            })?;
        }
        Ok(())
    }

    /// The columns referenced: those written, else the primary key's; empty where that is not known.
    fn referenced_columns(
        &mut self,
        referenced: &ObjectName,
        key: &ForeignKey,
    ) -> Outcome<Vec<String>> {
        if !key.referenced_columns.is_empty() {
            let columns = clipped(&key.referenced_columns);
            self.require_key_columns(referenced, &columns)?;
            return Ok(columns);
        }
        let Some(table) = self.table_at(referenced) else {
            return Ok(Vec::new());
        };
        match &table.primary_key {
            Some(primary) => Ok(primary.columns.clone()),
            None if !table.is_complete() || self.schema.unknown_steps > 0 => Ok(Vec::new()),
            None => Err(WillFail::new(
                "42704",
                format!(
                    "there is no primary key for referenced table \"{}\"",
                    referenced.name
                ),
            )),
        }
    }

    fn require_unique_target(&self, referenced: &ObjectName, columns: &[String]) -> Outcome {
        let Some(table) = self.table_at(referenced) else {
            return Ok(());
        };
        if !table.is_complete() || self.schema.unknown_steps > 0 {
            return Ok(());
        }
        match unique_target(&table, columns) {
            UniqueTarget::Found => Ok(()),
            UniqueTarget::OnlyDeferrable => Err(WillFail::new(
                "55000",
                format!(
                    "cannot use a deferrable unique constraint for referenced table \"{}\"",
                    referenced.name
                ),
            )),
            UniqueTarget::None => Err(WillFail::new(
                "42830",
                format!(
                    "there is no unique constraint matching given keys for referenced table \"{}\"",
                    referenced.name
                ),
            )),
        }
    }

    /// Each pair of columns must have types that can be compared.
    pub(super) fn require_comparable(
        &self,
        table: &ObjectName,
        columns: &[String],
        referenced: &ObjectName,
        referenced_columns: &[String],
        name: &str,
    ) -> Outcome {
        let (Some(own), Some(target)) = (self.table_at(table), self.table_at(referenced)) else {
            return Ok(());
        };
        for (column, other) in columns.iter().zip(referenced_columns) {
            let (Some(left), Some(right)) = (own.column(column), target.column(other)) else {
                continue;
            };
            if left.data_type.is_empty() || right.data_type.is_empty() {
                continue;
            }
            if comparable(&self.schema, &left.data_type, &right.data_type) == Some(false) {
                let (left, right) = (
                    crate::schema::type_text::without_modifier(&left.data_type),
                    crate::schema::type_text::without_modifier(&right.data_type),
                );
                return Err(WillFail {
                    sqlstate: "42804",
                    message: format!("foreign key constraint \"{name}\" cannot be implemented"),
                    detail: Some(format!(
                        "Key columns \"{column}\" and \"{other}\" are of incompatible types: {left} and {right}."
                    )),
                });
            }
        }
        Ok(())
    }

    fn choose_foreign_key_name(&self, table: &ObjectName, columns: &[String]) -> String {
        let addition = joined(columns);
        self.schema
            .choose_constraint_name(&table.schema, &table.name, Some(&addition), "fkey", &[])
    }

    /// Puts a foreign key in place, with its rows for partitions of both sides.
    pub(super) fn put_foreign_key(&mut self, table: &ObjectName, key: ForeignKeyConstraint) {
        self.edit_table(table, |table| {
            table.foreign_keys.push(key.clone());
            table.sort_parts();
        });
        self.extend_to_referenced_partitions(table, &key);
        let partitioned = self
            .table_at(table)
            .is_some_and(|table| table.kind == TableKind::Partitioned);
        if partitioned {
            for child in self.child_names(table) {
                self.copy_foreign_key(&child, &key);
            }
        }
    }

    /// A foreign key to a partitioned table has one more row for each partition.
    fn extend_to_referenced_partitions(&mut self, table: &ObjectName, key: &ForeignKeyConstraint) {
        let referenced = key.references.table_name();
        let partitioned = self
            .table_at(&referenced)
            .is_some_and(|table| table.kind == TableKind::Partitioned);
        if !partitioned {
            return;
        }
        for partition in self.child_names(&referenced) {
            self.reference_partition(table, key, &partition);
        }
    }

    /// The row of a foreign key for one partition of the referenced table.
    pub(super) fn reference_partition(
        &mut self,
        table: &ObjectName,
        key: &ForeignKeyConstraint,
        partition: &ObjectName,
    ) {
        let row = ForeignKeyConstraint {
            name: self.choose_foreign_key_name(table, &key.columns),
            references: KeyReference {
                schema: partition.schema.clone(),
                table: partition.name.clone(),
                columns: key.references.columns.clone(),
            },
            comment: None,
            part_of: Some(key.name.clone()),
            ..key.clone()
        };
        self.edit_table(table, |table| {
            table.foreign_keys.push(row.clone());
            table.sort_parts();
        });
        self.extend_to_referenced_partitions(table, &row);
    }

    /// A foreign key of a partitioned table arrives at a partition (`CloneFkReferencing()`).
    pub(super) fn copy_foreign_key(&mut self, child: &ObjectName, key: &ForeignKeyConstraint) {
        let Some(found) = self.table_at(child) else {
            return;
        };
        let same = |own: &&ForeignKeyConstraint| {
            own.part_of.is_none()
                && own.columns == key.columns
                && own.references == key.references
                && own.on_delete == key.on_delete
                && own.on_update == key.on_update
                && own.match_type == key.match_type
                && own.deferrable == key.deferrable
        };
        if let Some(own) = found.foreign_keys.iter().find(same) {
            let name = own.name.clone();
            self.edit_table(child, |table| {
                for own in table.foreign_keys.iter_mut().filter(|own| own.name == name) {
                    own.part_of = Some(key.name.clone());
                }
            });
            return;
        }
        let name = if found.has_constraint(&key.name) {
            self.choose_foreign_key_name(child, &key.columns)
        } else {
            key.name.clone()
        };
        let copy = ForeignKeyConstraint {
            name,
            comment: None,
            part_of: Some(key.name.clone()),
            ..key.clone()
        };
        self.put_foreign_key(child, copy);
    }
}

/// Whether a list of columns can be referenced.
enum UniqueTarget {
    Found,
    OnlyDeferrable,
    None,
}

fn unique_target(table: &Table, columns: &[String]) -> UniqueTarget {
    let same = |key: &[String]| {
        key.len() == columns.len() && columns.iter().all(|column| key.contains(column))
    };
    let keys = table.primary_key.iter().chain(&table.unique_constraints);
    let (ready, deferrable): (Vec<&Key>, Vec<&Key>) = keys
        .filter(|key| same(&key.columns))
        .partition(|key| !key.deferrable);
    let index = table.indexes.iter().any(|index| {
        let plain: Option<Vec<String>> = index.keys.iter().map(|key| key.column.clone()).collect();
        index.unique
            && index.valid
            && index.predicate.is_none()
            && plain.is_some_and(|plain| same(&plain))
    });
    if !ready.is_empty() || index {
        UniqueTarget::Found
    } else if !deferrable.is_empty() {
        UniqueTarget::OnlyDeferrable
    } else {
        UniqueTarget::None
    }
}

fn action_word(action: ReferentialAction) -> &'static str {
    match action {
        ReferentialAction::NoAction => "no action",
        ReferentialAction::Restrict => "restrict",
        ReferentialAction::Cascade => "cascade",
        ReferentialAction::SetNull => "set null",
        ReferentialAction::SetDefault => "set default",
    }
}
