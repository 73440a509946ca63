//! Partitions and inheritance.

use super::constraint::KeyKind;
use super::refusal;
use super::{Outcome, Simulation, WillFail};
use crate::operation::{Deferral, DetachMode, KeyConstraint, QualifiedName};
use crate::schema::expression;
use crate::schema::{Key, Knowledge, ObjectName, Partition, Table, TableKind, Trigger};

impl Simulation {
    /// Makes a new table a partitioned one.
    pub(super) fn partition_table(&mut self, table: &ObjectName, partition_by: &str) -> Outcome {
        let Some(found) = self.table_at(table) else {
            return Ok(());
        };
        let text = expression::partition_key(&self.schema, &found, partition_by);
        for column in expression::partition_columns(&text) {
            self.require_column_or(table, &column, || {
                WillFail::new(
                    "42703",
                    format!("column \"{column}\" named in partition key does not exist"),
                )
            })?;
        }
        self.edit_table(table, |table| {
            table.kind = TableKind::Partitioned;
            table.partition_by = Some(text);
        });
        Ok(())
    }

    /// A partition's bound as PostgreSQL prints it.
    pub(super) fn partition_bound(&self, parent: &Table, bound: &str) -> String {
        expression::partition_bound(&self.schema, parent, bound)
    }

    /// What a partition gets from its parent after its own parts: keys, indexes, foreign keys, triggers.
    pub(super) fn finish_partition(&mut self, partition: &ObjectName) -> Outcome {
        let Some(found) = self.table_at(partition) else {
            return Ok(());
        };
        let Some(parent_name) = found.partition_of.as_ref().map(Partition::parent) else {
            return Ok(());
        };
        let Some(parent) = self.table_at(&parent_name) else {
            return Ok(());
        };
        for (key, kind) in keys_of(&parent) {
            let constraint = KeyConstraint {
                columns: key.columns.clone(),
                include: key.include.clone(),
                nulls_not_distinct: key.nulls_not_distinct.unwrap_or_default(),
                ..KeyConstraint::default()
            };
            self.extend_key(partition, &key.name, &constraint, deferral_of(key), kind)?;
        }
        for index in &parent.indexes {
            self.extend_index(partition, &parent_name, index);
        }
        for key in &parent.foreign_keys {
            let to_partition = parent
                .foreign_keys
                .iter()
                .any(|other| key.part_of.as_ref() == Some(&other.name));
            if !to_partition {
                self.copy_foreign_key(partition, key);
            }
        }
        self.reference_new_partition(&parent_name, partition);
        for trigger in &parent.triggers {
            self.copy_trigger(partition, trigger);
        }
        Ok(())
    }

    /// Foreign keys elsewhere that reference the parent get their row for the new partition.
    fn reference_new_partition(&mut self, parent: &ObjectName, partition: &ObjectName) {
        let tables: Vec<_> = self.schema.tables.values().cloned().collect();
        for table in tables {
            for key in &table.foreign_keys {
                if key.references.names(parent) {
                    self.reference_partition(&table.object_name(), key, partition);
                }
            }
        }
    }

    /// A row trigger of a partitioned table arrives at its partitions.
    pub(super) fn copy_trigger(&mut self, partition: &ObjectName, trigger: &Trigger) {
        if trigger.level != "row" {
            return;
        }
        let copy = Trigger {
            inherited: true,
            comment: None,
            ..trigger.clone()
        };
        self.edit_table(partition, |table| {
            table.triggers.retain(|own| own.name != copy.name);
            table.triggers.push(copy);
            table.sort_parts();
        });
        for child in self.child_names(partition) {
            self.copy_trigger(&child, trigger);
        }
    }

    pub(super) fn attach_partition(
        &mut self,
        parent: &ObjectName,
        partition: &QualifiedName,
        bound: &str,
    ) -> Outcome {
        let Some(parent_table) = self.table_at(parent) else {
            return Ok(());
        };
        if parent_table.kind != TableKind::Partitioned && parent_table.is_complete() {
            return Err(not_partitioned(parent));
        }
        let child = self.require_table(partition)?;
        let Some(child_table) = self.table_at(&child) else {
            return Ok(());
        };
        if child_table.partition_of.is_some() {
            return Err(WillFail::new(
                "42809",
                format!("\"{}\" is already a partition", child.name),
            ));
        }
        self.require_no_circle(&child, parent)?;
        require_like_columns(&parent_table, &child_table)?;
        require_like_checks(&parent_table, &child_table)?;
        if parent_table.is_complete() && child_table.is_complete() {
            let mut columns = child_table.columns.iter();
            let extra = columns.find(|column| parent_table.column(&column.name).is_none());
            if let Some(extra) = extra {
                return Err(WillFail {
                    sqlstate: "42804",
                    message: format!(
                        "table \"{}\" contains column \"{}\" not found in parent \"{}\"",
                        child.name, extra.name, parent.name
                    ),
                    detail: Some(
                        "The new partition may contain only the columns present in parent."
                            .to_owned(),
                    ),
                });
            }
        }
        let bound = self.partition_bound(&parent_table, bound);
        self.require_free_bound(&parent_table, &child, &bound)?;
        let checks = parent_table.check_constraints.clone();
        self.edit_table(&child, |table| {
            table.partition_of = Some(Partition {
                schema: parent.schema.clone(),
                table: parent.name.clone(),
                bound,
            });
            for column in &mut table.columns {
                column.inherited = true;
            }
            for check in &mut table.check_constraints {
                check.inherited |= checks.iter().any(|own| own.name == check.name);
            }
        });
        self.finish_partition(&child)
    }

    pub(super) fn detach_partition(
        &mut self,
        parent: &ObjectName,
        partition: &QualifiedName,
        mode: DetachMode,
    ) -> Outcome {
        let child = self.require_table(partition)?;
        let Some(child_table) = self.table_at(&child) else {
            return Ok(());
        };
        let attached = child_table
            .partition_of
            .as_ref()
            .is_some_and(|part| part.parent() == *parent);
        if !attached {
            let parent_table = self.table_at(parent);
            if parent_table
                .is_some_and(|table| table.kind != TableKind::Partitioned && table.is_complete())
            {
                return Err(not_partitioned(parent));
            }
            if child_table.is_complete() {
                return Err(WillFail::new(
                    "42P01",
                    format!(
                        "relation \"{}\" is not a partition of relation \"{}\"",
                        child.name, parent.name
                    ),
                ));
            }
            return Ok(());
        }
        if mode == DetachMode::Concurrently {
            self.uncertain(
                "DETACH PARTITION CONCURRENTLY leaves a check constraint on the detached table",
            );
        }
        self.edit_table(&child, |table| {
            table.partition_of = None;
            for column in &mut table.columns {
                column.inherited = false;
            }
            for check in &mut table.check_constraints {
                check.inherited = false;
            }
            for index in &mut table.indexes {
                index.part_of = None;
            }
            let keys = table.primary_key.iter_mut();
            for key in keys.chain(&mut table.unique_constraints) {
                key.part_of = None;
            }
            for key in &mut table.foreign_keys {
                key.part_of = None;
            }
            table.triggers.retain(|trigger| !trigger.inherited);
        });
        self.forget_partition_references(parent, &child);
        Ok(())
    }

    /// Foreign keys to the parent lose their rows for a partition that is gone.
    pub(super) fn forget_partition_references(&mut self, parent: &ObjectName, child: &ObjectName) {
        let tables: Vec<ObjectName> = self.schema.tables.keys().cloned().collect();
        for name in tables {
            let Some(table) = self.table_at(&name) else {
                continue;
            };
            let rows: Vec<String> = table
                .foreign_keys
                .iter()
                .filter(|key| {
                    key.part_of.is_some()
                        && key.references.names(child)
                        && table.foreign_keys.iter().any(|whole| {
                            Some(&whole.name) == key.part_of.as_ref()
                                && whole.references.names(parent)
                        })
                })
                .map(|key| key.name.clone())
                .collect();
            if !rows.is_empty() {
                self.edit_table(&name, |table| {
                    table.foreign_keys.retain(|key| !rows.contains(&key.name));
                });
            }
        }
    }

    pub(super) fn inherit(&mut self, child: &ObjectName, parent: &QualifiedName) -> Outcome {
        let parent_name = self.require_table(parent)?;
        let (Some(parent), Some(child_table)) = (self.table_at(&parent_name), self.table_at(child))
        else {
            return Ok(());
        };
        if child_table.inherits.contains(&parent_name) {
            return Err(WillFail::new(
                "42P07",
                format!(
                    "relation \"{}\" would be inherited from more than once",
                    parent.name
                ),
            ));
        }
        if parent.kind == TableKind::Partitioned {
            return Err(WillFail::new(
                "42809",
                format!("cannot inherit from partitioned table \"{}\"", parent.name),
            ));
        }
        self.require_no_circle(child, &parent_name)?;
        require_like_columns(&parent, &child_table)?;
        require_like_checks(&parent, &child_table)?;
        self.edit_table(child, |table| table.inherits.push(parent_name));
        Ok(())
    }

    /// A table may not become the child of its own descendant.
    fn require_no_circle(&self, child: &ObjectName, parent: &ObjectName) -> Outcome {
        if !self.schema.descends_from(parent, child) {
            return Ok(());
        }
        Err(WillFail {
            sqlstate: "42P07",
            message: "circular inheritance not allowed".to_owned(),
            detail: Some(format!(
                "\"{}\" is already a child of \"{}\".",
                parent.name, child.name
            )),
        })
    }

    pub(super) fn no_inherit(&mut self, child: &ObjectName, parent: &QualifiedName) -> Outcome {
        let parent_name = self.require_table(parent)?;
        let Some(child_table) = self.table_at(child) else {
            return Ok(());
        };
        if !child_table.inherits.contains(&parent_name) {
            if child_table.is_complete() {
                return Err(WillFail::new(
                    "42P01",
                    format!(
                        "relation \"{}\" is not a parent of relation \"{}\"",
                        parent_name.name, child.name
                    ),
                ));
            }
            return Ok(());
        }
        let others = child_table.inherits.iter();
        let others = others.filter(|name| **name != parent_name);
        let others: Vec<_> = others.filter_map(|name| self.table_at(name)).collect();
        self.edit_table(child, |table| {
            table.inherits.retain(|name| *name != parent_name);
            for column in &mut table.columns {
                let mut parents = others.iter();
                column.inherited &= parents.any(|other| other.column(&column.name).is_some());
            }
            for check in &mut table.check_constraints {
                let mut checks = others.iter().flat_map(|other| &other.check_constraints);
                check.inherited &=
                    checks.any(|other| other.name == check.name && !other.no_inherit);
            }
        });
        Ok(())
    }

    /// A key or unique index of a partitioned table must hold every column of the partition key.
    pub(super) fn require_partition_columns(
        &self,
        table: &Table,
        columns: &[String],
        words: &str,
    ) -> Outcome {
        let Some(partition_by) = &table.partition_by else {
            return Ok(());
        };
        for column in expression::partition_columns(partition_by) {
            if !columns.contains(&column) {
                return Err(WillFail {
                    sqlstate: "0A000",
                    message: "unique constraint on partitioned table must include all partitioning columns".to_owned(),
                    detail: Some(format!(
                        "{words} constraint on table \"{}\" lacks column \"{column}\" which is part of the partition key.",
                        table.name
                    )),
                });
            }
        }
        Ok(())
    }

    /// A column of the partition key cannot be dropped or retyped.
    pub(super) fn require_not_partition_key(
        &self,
        table: &Table,
        column: &str,
        verb: &str,
    ) -> Outcome {
        let Some(partition_by) = &table.partition_by else {
            return Ok(());
        };
        if expression::mentions_column(partition_by, column) {
            return Err(refusal::table_definition(format!(
                "cannot {verb} column \"{column}\" because it is part of the partition key of relation \"{}\"",
                table.name
            )));
        }
        Ok(())
    }
}

fn not_partitioned(table: &ObjectName) -> WillFail {
    WillFail::new(
        "42P17",
        format!("table \"{}\" is not partitioned", table.name),
    )
}

fn keys_of(table: &Table) -> impl Iterator<Item = (&Key, KeyKind)> {
    let primary = table.primary_key.iter().map(|key| (key, KeyKind::Primary));
    primary.chain(
        table
            .unique_constraints
            .iter()
            .map(|key| (key, KeyKind::Unique)),
    )
}

fn deferral_of(key: &Key) -> Deferral {
    match (key.deferrable, key.initially_deferred) {
        (_, true) => Deferral::InitiallyDeferred,
        (true, false) => Deferral::Deferrable,
        (false, false) => Deferral::NotDeferrable,
    }
}

/// The child must have the parent's columns (`MergeAttributesIntoExisting()`).
fn require_like_columns(parent: &Table, child: &Table) -> Outcome {
    for column in &parent.columns {
        let Some(own) = child.column(&column.name) else {
            if child.knowledge == Knowledge::Complete {
                return Err(WillFail::new(
                    "42804",
                    format!("child table is missing column \"{}\"", column.name),
                ));
            }
            continue;
        };
        let known = !own.data_type.is_empty() && !column.data_type.is_empty();
        if known && own.data_type != column.data_type {
            return Err(WillFail::new(
                "42804",
                format!(
                    "child table \"{}\" has different type for column \"{}\"",
                    child.name, column.name
                ),
            ));
        }
        if known && own.nullable && !column.nullable {
            return Err(WillFail::new(
                "42804",
                format!(
                    "column \"{}\" in child table must be marked NOT NULL",
                    column.name
                ),
            ));
        }
    }
    Ok(())
}

/// The child must have the parent's checks (`MergeConstraintsIntoExisting()`).
fn require_like_checks(parent: &Table, child: &Table) -> Outcome {
    if child.knowledge != Knowledge::Complete {
        return Ok(());
    }
    let inherited = parent.check_constraints.iter().filter(|c| !c.no_inherit);
    for check in inherited {
        let own = child
            .check_constraints
            .iter()
            .find(|own| own.name == check.name);
        match own {
            None => {
                return Err(WillFail::new(
                    "42804",
                    format!("child table is missing constraint \"{}\"", check.name),
                ));
            }
            Some(own) if own.expression != check.expression => {
                return Err(WillFail::new(
                    "42804",
                    format!(
                        "child table \"{}\" has different definition for check constraint \"{}\"",
                        child.name, check.name
                    ),
                ));
            }
            Some(_) => {}
        }
    }
    Ok(())
}
