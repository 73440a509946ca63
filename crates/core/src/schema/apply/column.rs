//! Columns: made, changed, dropped.

use super::create_table::Reach;
use super::find::plain_column;
use super::refusal;
use super::{Object, ObjectKind, Outcome, Simulation, WillFail};
use crate::operation::{
    ColumnDefinition, Expression, Identity, Nullability, QualifiedName, SequenceOptions, TypeName,
};
use crate::schema::expression::{self, Scope, Target};
use crate::schema::names::clip;
use crate::schema::type_text;
use crate::schema::{Column, Knowledge, ObjectName, TableKind};

impl Simulation {
    /// A column as its definition has it, without its constraints; sequences that must exist before are made.
    pub(super) fn make_column(
        &mut self,
        table: &ObjectName,
        definition: &ColumnDefinition,
    ) -> Outcome<Column> {
        let name = clip(&definition.name);
        let data_type = match serial_type(&definition.data_type) {
            Some(data_type) => data_type.to_owned(),
            None => self.column_type(&definition.data_type)?,
        };
        let mut column = plain_column(name, &data_type);
        if data_type.is_empty() {
            column.knowledge = Knowledge::Assumed;
        }
        column.nullable = definition.nullability != Nullability::NotNull;
        column.collation = self.column_collation(definition.collation.as_ref());
        if let Some(serial) = serial_type(&definition.data_type) {
            let options = SequenceOptions {
                data_type: Some(TypeName::named(serial)),
                ..SequenceOptions::default()
            };
            let sequence = self.make_owned_sequence(table, name, &options)?;
            column.default = Some(expression::nextval(&sequence));
            column.nullable = false;
        }
        if let Some(identity) = &definition.identity {
            column.identity = Some(identity_word(identity.always));
            column.nullable = false;
        }
        Ok(column)
    }

    /// The parts of a column that may look at the table: default, generated expression, identity, ownership.
    pub(super) fn finish_column(
        &mut self,
        table: &ObjectName,
        definition: &ColumnDefinition,
    ) -> Outcome {
        let name = clip(&definition.name);
        if let Some(default) = &definition.default {
            self.set_default(table, name, default)?;
        }
        if let Some(generated) = &definition.generated {
            let text = self.generated_text(table, name, &generated.expression)?;
            self.edit_table(table, |table| {
                table.edit_column(name, |column| {
                    column.generated = Some(text);
                    column.generated_virtual = !generated.stored;
                });
            });
        }
        if let Some(identity) = &definition.identity {
            self.make_identity_sequence(table, name, identity)?;
        }
        Ok(())
    }

    fn column_collation(&mut self, collation: Option<&QualifiedName>) -> Option<String> {
        let collation = collation?;
        match (collation.schema.as_deref(), collation.name.as_str()) {
            (None | Some("pg_catalog"), "default") => None,
            (None | Some("pg_catalog"), name) => Some(name.to_owned()),
            (Some(schema), name) => Some(format!("{schema}.{name}")),
        }
    }

    fn generated_text(
        &mut self,
        table: &ObjectName,
        column: &str,
        expression: &Expression,
    ) -> Outcome<String> {
        let Some(found) = self.table_at(table) else {
            return Ok(expression.as_str().to_owned());
        };
        let target = found.column(column).map(|column| column.data_type.clone());
        let target = Target::Assign(target.unwrap_or_default());
        let printed = self.print_expression(Scope::Table(&found), expression, &target)?;
        Ok(printed.text)
    }

    /// `ADD COLUMN`, on the children too.
    pub(super) fn add_column(
        &mut self,
        table: &ObjectName,
        definition: &ColumnDefinition,
        reach: Reach,
    ) -> Outcome {
        let name = clip(&definition.name);
        let Some(found) = self.table_at(table) else {
            return Ok(());
        };
        if found.partition_of.is_some() {
            return Err(WillFail::new("42809", "cannot add column to a partition"));
        }
        if let Some(existing) = found.column(name)
            && existing.knowledge == Knowledge::Complete
        {
            return Err(refusal::column_exists(name, table));
        }
        if super::find::is_system_column(name) {
            return Err(WillFail::new(
                "42701",
                format!("column name \"{name}\" conflicts with a system column name"),
            ));
        }
        let children = self.child_names(table);
        if reach == Reach::Alone && !children.is_empty() {
            return Err(refusal::table_definition(
                "column must be added to child tables too",
            ));
        }
        let column = self.make_column(table, definition)?;
        self.edit_table(table, |table| {
            table
                .columns
                .retain(|existing| existing.name != column.name);
            table.columns.push(column);
        });
        self.finish_column(table, definition)?;
        for child in children {
            self.add_inherited_column(&child, table, name)?;
        }
        Ok(())
    }

    /// The parent's new column arrives at a child, and at the child's children.
    fn add_inherited_column(
        &mut self,
        child: &ObjectName,
        parent: &ObjectName,
        name: &str,
    ) -> Outcome {
        let (Some(parent_table), Some(child_table)) = (self.table_at(parent), self.table_at(child))
        else {
            return Ok(());
        };
        let Some(column) = parent_table.column(name) else {
            return Ok(());
        };
        if let Some(existing) = child_table.column(name) {
            if existing.data_type != column.data_type && !existing.data_type.is_empty() {
                return Err(WillFail::new(
                    "42804",
                    format!(
                        "child table \"{}\" has different type for column \"{name}\"",
                        child.name
                    ),
                ));
            }
            return Ok(());
        }
        let column = Column {
            inherited: true,
            comment: None,
            identity: None,
            ..column.clone()
        };
        self.edit_table(child, |table| table.columns.push(column));
        for grandchild in self.child_names(child) {
            self.add_inherited_column(&grandchild, child, name)?;
        }
        Ok(())
    }

    /// `DROP COLUMN`, on the children too.
    pub(super) fn drop_column(
        &mut self,
        table: &ObjectName,
        column: &str,
        cascade: bool,
        reach: Reach,
    ) -> Outcome {
        let Some(found) = self.table_at(table) else {
            return Ok(());
        };
        self.require_column(table, column)?;
        let inherited = found.parents().any(|parent| {
            self.table_at(&parent)
                .is_some_and(|p| p.column(column).is_some())
        });
        if inherited {
            return Err(refusal::table_definition(format!(
                "cannot drop inherited column \"{column}\""
            )));
        }
        self.require_not_partition_key(&found, column, "drop")?;
        self.drop_column_and_children(table, column, cascade, reach)
    }

    fn drop_column_and_children(
        &mut self,
        table: &ObjectName,
        column: &str,
        cascade: bool,
        reach: Reach,
    ) -> Outcome {
        let children = self.child_names(table);
        let partitioned = self
            .table_at(table)
            .is_some_and(|table| table.kind == TableKind::Partitioned);
        if reach == Reach::Alone && partitioned && !children.is_empty() {
            return Err(refusal::table_definition(
                "cannot drop column from only the partitioned table when partitions exist",
            ));
        }
        self.drop_objects(&[Object::on(ObjectKind::Column, column, table)], cascade)?;
        for child in children {
            let Some(found) = self.table_at(&child) else {
                continue;
            };
            let other_parents = found.parents().filter(|parent| parent != table);
            let elsewhere = other_parents
                .filter_map(|parent| self.table_at(&parent))
                .any(|parent| parent.column(column).is_some());
            let inherited = found.column(column).is_some_and(|column| column.inherited);
            if reach == Reach::Whole && inherited && !elsewhere {
                self.drop_column_and_children(&child, column, cascade, reach)?;
            } else if !elsewhere {
                self.edit_table(&child, |table| {
                    table.edit_column(column, |column| column.inherited = false);
                });
            }
        }
        Ok(())
    }

    pub(super) fn set_default(
        &mut self,
        table: &ObjectName,
        column: &str,
        default: &Expression,
    ) -> Outcome {
        let data_type = self
            .table_at(table)
            .and_then(|table| table.column(column).map(|column| column.data_type.clone()));
        let target = Target::Assign(data_type.unwrap_or_default());
        let printed = self.print_expression(Scope::Nothing, default, &target)?;
        let default = (!printed.is_null).then_some(printed.text);
        self.edit_table(table, |table| {
            table.edit_column(column, |column| column.default = default);
        });
        Ok(())
    }

    /// `SET DEFAULT` and `DROP DEFAULT` (none), on the children too.
    pub(super) fn change_default(
        &mut self,
        table: &ObjectName,
        column: &str,
        default: Option<&Expression>,
        reach: Reach,
    ) -> Outcome {
        self.require_column(table, column)?;
        let found = self.table_at(table);
        if let Some(found) = found.as_ref().and_then(|table| table.column(column)) {
            if found.identity.is_some() {
                return Err(WillFail::new(
                    "42601",
                    format!(
                        "column \"{column}\" of relation \"{}\" is an identity column",
                        table.name
                    ),
                ));
            }
            if found.generated.is_some() {
                return Err(WillFail::new(
                    "42601",
                    format!(
                        "column \"{column}\" of relation \"{}\" is a generated column",
                        table.name
                    ),
                ));
            }
        }
        match default {
            Some(default) => self.set_default(table, column, default)?,
            None => {
                self.edit_table(table, |table| {
                    table.edit_column(column, |column| column.default = None);
                });
            }
        }
        self.on_children(table, reach, |this, child| {
            this.change_default(child, column, default, reach)
        })
    }

    pub(super) fn set_not_null(
        &mut self,
        table: &ObjectName,
        column: &str,
        reach: Reach,
    ) -> Outcome {
        self.require_column(table, column)?;
        self.edit_table(table, |table| {
            table.edit_column(column, |column| column.nullable = false);
        });
        self.on_children(table, reach, |this, child| {
            this.set_not_null(child, column, reach)
        })
    }

    pub(super) fn drop_not_null(
        &mut self,
        table: &ObjectName,
        column: &str,
        reach: Reach,
    ) -> Outcome {
        self.require_column(table, column)?;
        let Some(found) = self.table_at(table) else {
            return Ok(());
        };
        if let Some(existing) = found.column(column)
            && existing.identity.is_some()
        {
            return Err(WillFail::new(
                "42601",
                format!(
                    "column \"{column}\" of relation \"{}\" is an identity column",
                    table.name
                ),
            ));
        }
        let in_key = found
            .primary_key
            .as_ref()
            .is_some_and(|key| key.columns.iter().any(|name| name == column));
        if in_key {
            return Err(refusal::table_definition(format!(
                "column \"{column}\" is in a primary key"
            )));
        }
        let parent = found
            .partition_of
            .as_ref()
            .map(super::super::model::Partition::parent);
        let parent = parent.and_then(|parent| self.table_at(&parent));
        let parent_column = parent.as_ref().and_then(|parent| parent.column(column));
        if parent_column.is_some_and(|column| !column.nullable) {
            return Err(refusal::table_definition(format!(
                "column \"{column}\" is marked NOT NULL in parent table"
            )));
        }
        self.edit_table(table, |table| {
            table.edit_column(column, |column| {
                column.nullable = true;
                column.not_null_name = None;
            });
        });
        self.on_children(table, reach, |this, child| {
            this.drop_not_null(child, column, reach)
        })
    }

    pub(super) fn set_expression(
        &mut self,
        table: &ObjectName,
        column: &str,
        expression: &Expression,
    ) -> Outcome {
        self.require_column(table, column)?;
        let text = self.generated_text(table, column, expression)?;
        self.edit_table(table, |table| {
            table.edit_column(column, |column| column.generated = Some(text));
        });
        Ok(())
    }

    pub(super) fn drop_expression(
        &mut self,
        table: &ObjectName,
        column: &str,
        if_exists: bool,
    ) -> Outcome {
        self.require_column(table, column)?;
        let found = self.table_at(table);
        let found = found.as_ref().and_then(|table| table.column(column));
        let plain = found.is_some_and(|column| {
            column.generated.is_none() && column.knowledge == Knowledge::Complete
        });
        if plain && !if_exists {
            return Err(WillFail::new(
                "55000",
                format!(
                    "column \"{column}\" of relation \"{}\" is not a stored generated column",
                    table.name
                ),
            ));
        }
        self.edit_table(table, |table| {
            table.edit_column(column, |column| column.generated = None);
        });
        Ok(())
    }

    pub(super) fn add_identity(
        &mut self,
        table: &ObjectName,
        column: &str,
        identity: &Identity,
    ) -> Outcome {
        self.require_column(table, column)?;
        let Some(found) = self.table_at(table) else {
            return Ok(());
        };
        let Some(existing) = found.column(column) else {
            return Ok(());
        };
        let complaint = if existing.nullable && existing.knowledge == Knowledge::Complete {
            Some(format!(
                "column \"{column}\" of relation \"{}\" must be declared NOT NULL before identity can be added",
                table.name
            ))
        } else if existing.identity.is_some() {
            Some(format!(
                "column \"{column}\" of relation \"{}\" is already an identity column",
                table.name
            ))
        } else if existing.default.is_some() {
            Some(format!(
                "column \"{column}\" of relation \"{}\" already has a default value",
                table.name
            ))
        } else {
            None
        };
        if let Some(message) = complaint {
            return Err(WillFail::new("55000", message));
        }
        self.edit_table(table, |table| {
            table.edit_column(column, |column| {
                column.identity = Some(identity_word(identity.always));
                column.nullable = false;
            });
        });
        self.make_identity_sequence(table, column, identity)
    }

    pub(super) fn alter_identity(
        &mut self,
        table: &ObjectName,
        column: &str,
        always: Option<bool>,
        options: &SequenceOptions,
    ) -> Outcome {
        self.require_identity(table, column)?;
        if let Some(always) = always {
            self.edit_table(table, |table| {
                table.edit_column(column, |column| {
                    column.identity = Some(identity_word(always));
                });
            });
        }
        if let Some(sequence) = self.identity_sequence_of(table, column) {
            self.change_sequence(&sequence, options)?;
        }
        Ok(())
    }

    fn require_identity(&mut self, table: &ObjectName, column: &str) -> Outcome {
        self.require_column(table, column)?;
        let found = self.table_at(table);
        let found = found.as_ref().and_then(|table| table.column(column));
        let plain = found.is_some_and(|column| {
            column.identity.is_none() && column.knowledge == Knowledge::Complete
        });
        if plain {
            return Err(WillFail::new(
                "55000",
                format!(
                    "column \"{column}\" of relation \"{}\" is not an identity column",
                    table.name
                ),
            ));
        }
        Ok(())
    }

    pub(super) fn drop_identity(
        &mut self,
        table: &ObjectName,
        column: &str,
        if_exists: bool,
    ) -> Outcome {
        match self.require_identity(table, column) {
            Err(refused) if refused.sqlstate == "55000" && if_exists => return Ok(()),
            other => other?,
        }
        if let Some(sequence) = self.identity_sequence_of(table, column) {
            self.schema.identity_sequences.remove(&sequence);
        }
        self.edit_table(table, |table| {
            table.edit_column(column, |column| column.identity = None);
        });
        Ok(())
    }

    /// Does the same to every child, unless `ONLY` was written.
    pub(super) fn on_children(
        &mut self,
        table: &ObjectName,
        reach: Reach,
        mut change: impl FnMut(&mut Self, &ObjectName) -> Outcome,
    ) -> Outcome {
        if reach == Reach::Whole {
            for child in self.child_names(table) {
                change(self, &child)?;
            }
        }
        Ok(())
    }

    /// The names of a table's children.
    pub(super) fn child_names(&self, table: &ObjectName) -> Vec<ObjectName> {
        let children = self.schema.children(table);
        children.map(crate::schema::Table::object_name).collect()
    }
}

/// The type behind `serial` and its kin.
pub(super) fn serial_type(data_type: &TypeName) -> Option<&'static str> {
    if !data_type.is_serial() {
        return None;
    }
    match data_type.name.as_str() {
        "smallserial" => Some("smallint"),
        "serial" => Some("integer"),
        "bigserial" => Some("bigint"),
        _ => None,
    }
}

pub(super) fn identity_word(always: bool) -> &'static str {
    if always { "always" } else { "by default" }
}

/// Whether a type of one's own is the given one, whatever its modifiers or array bounds.
pub(super) fn is_of_type(data_type: &str, qualified: &str) -> bool {
    // Most types are others from the first letters on: to look at those spares taking them apart.
    data_type.starts_with(qualified) && type_text::base(data_type) == qualified
}
