//! Renames and moves, carried through everything that names the object.

mod texts;

use std::sync::Arc;

use super::create_table::Reach;
use super::refusal;
use super::{Object, ObjectKind, Outcome, Simulation, WillFail};
use crate::operation::RenameSchema;
use crate::schema::{ColumnReference, ObjectName};

use texts::{refer_to, rekey, rename_in_index, rename_in_list, rename_own_column, rename_part};

pub(super) use texts::{edit_all, table_texts};

impl Simulation {
    /// Renames a table, view, sequence or index.
    pub(super) fn rename_relation(&mut self, from: &ObjectName, to: &ObjectName) -> Outcome {
        self.require_free(to)?;
        if let Some((owner, index)) = self.schema.index_at(from) {
            let constraint = index.backs_constraint();
            let owner = owner.clone();
            if constraint && self.table_has_constraint(&owner, &to.name) {
                return Err(refusal::constraint_exists(&to.name, &owner));
            }
            self.rename_index(&owner, &from.name, &to.name);
            return Ok(());
        }
        if self.schema.types.contains_key(to) {
            return Err(WillFail::new(
                "42710",
                format!("type \"{}\" already exists", to.name),
            ));
        }
        self.relocate(from, to);
        Ok(())
    }

    fn table_has_constraint(&self, table: &ObjectName, name: &str) -> bool {
        self.table_at(table)
            .is_some_and(|table| table.has_constraint(name))
    }

    /// `SET SCHEMA` of a table, view or sequence; a table's sequences go with it.
    pub(super) fn move_relation(&mut self, from: &ObjectName, schema: &str) -> Outcome {
        self.require_schema(schema)?;
        if from.schema == schema {
            return Ok(());
        }
        let to = ObjectName::new(schema, &from.name);
        if self.schema.relation_at(&to).is_some() {
            return Err(WillFail::new(
                "42P07",
                format!(
                    "relation \"{}\" already exists in schema \"{schema}\"",
                    from.name
                ),
            ));
        }
        if let Some(table) = self.table_at(from) {
            let names = table.index_names();
            for name in names {
                self.require_free(&ObjectName::new(schema, name))?;
            }
            self.edit_table(from, |table| {
                for statistics in &mut table.statistics {
                    schema.clone_into(&mut statistics.schema);
                }
            });
        }
        for sequence in self.sequences_of(from) {
            let moved = ObjectName::new(schema, &sequence.name);
            self.require_free(&moved)?;
            self.relocate(&sequence, &moved);
        }
        self.relocate(from, &to);
        Ok(())
    }

    fn sequences_of(&self, table: &ObjectName) -> Vec<ObjectName> {
        let owned = self.schema.sequences.iter();
        let all = owned.chain(self.schema.identity_sequences.iter());
        let of_table = all.filter(|(_, sequence)| {
            sequence
                .owned_by
                .as_ref()
                .is_some_and(|owner| owner.schema == table.schema && owner.table == table.name)
        });
        of_table.map(|(name, _)| name.clone()).collect()
    }

    /// Gives a table, view or sequence another name, wherever it stands.
    fn relocate(&mut self, from: &ObjectName, to: &ObjectName) {
        let schema = &mut self.schema;
        if let Some(mut table) = schema.tables.remove(from) {
            let moved = Arc::make_mut(&mut table);
            moved.schema.clone_from(&to.schema);
            moved.name.clone_from(&to.name);
            schema.tables.insert(table);
        }
        rekey(&mut schema.views, from, to, |view| {
            view.schema.clone_from(&to.schema);
            view.name.clone_from(&to.name);
        });
        rekey(&mut schema.sequences, from, to, |sequence| {
            sequence.schema.clone_from(&to.schema);
            sequence.name.clone_from(&to.name);
        });
        rekey(&mut schema.identity_sequences, from, to, |sequence| {
            sequence.schema.clone_from(&to.schema);
            sequence.name.clone_from(&to.name);
        });
        let owner = |owner: &mut Option<ColumnReference>| {
            let Some(column) = owner else { return false };
            let hit = column.schema == from.schema && column.table == from.name;
            if hit {
                column.schema.clone_from(&to.schema);
                column.table.clone_from(&to.name);
            }
            hit
        };
        edit_all(&mut schema.sequences, |sequence| {
            owner(&mut sequence.owned_by)
        });
        edit_all(&mut schema.identity_sequences, |sequence| {
            owner(&mut sequence.owned_by)
        });
        edit_all(&mut schema.views, |view| {
            let mut hit = false;
            for read in view.reads.iter_mut().filter(|read| read.relation == *from) {
                read.relation = to.clone();
                hit = true;
            }
            hit
        });
        schema.tables.edit_all(|table| refer_to(table, from, to));
        schema.rename_in_texts(from, to);
    }

    fn rename_index(&mut self, owner: &ObjectName, from: &str, to: &str) {
        let old = ObjectName::new(&owner.schema, from);
        let new = ObjectName::new(&owner.schema, to);
        if self.schema.views.contains_key(owner) {
            self.edit_view(owner, |view| {
                for index in view.indexes.iter_mut().filter(|index| index.name == from) {
                    to.clone_into(&mut index.name);
                }
                view.indexes.sort_by(|a, b| a.name.cmp(&b.name));
            });
            return;
        }
        self.edit_table(owner, |table| {
            for index in table.indexes.iter_mut().filter(|index| index.name == from) {
                to.clone_into(&mut index.name);
            }
            let keys = table.primary_key.iter_mut();
            for key in keys.chain(&mut table.unique_constraints) {
                if key.name == from {
                    to.clone_into(&mut key.name);
                }
            }
            for exclusion in &mut table.exclusion_constraints {
                if exclusion.name == from {
                    to.clone_into(&mut exclusion.name);
                }
            }
            table.sort_parts();
        });
        for child in self.child_names(owner) {
            self.edit_table(&child, |table| {
                for index in &mut table.indexes {
                    if index.part_of.as_ref() == Some(&old) {
                        index.part_of = Some(new.clone());
                    }
                }
                rename_part(table, from, to);
            });
        }
    }

    pub(super) fn rename_constraint(
        &mut self,
        table: &ObjectName,
        from: &str,
        to: &str,
    ) -> Outcome {
        let Some(found) = self.table_at(table) else {
            return Ok(());
        };
        if !found.has_constraint(from) {
            let mut columns = found.columns.iter();
            if let Some(column) = columns.find(|c| c.not_null_name.as_deref() == Some(from)) {
                let name = column.name.clone();
                self.edit_table(table, |table| {
                    table.edit_column(&name, |column| column.not_null_name = Some(to.to_owned()));
                });
                return Ok(());
            }
            if found.is_complete() && self.schema.unknown_steps == 0 {
                return Err(WillFail::new(
                    "42704",
                    format!(
                        "constraint \"{from}\" for table \"{}\" does not exist",
                        table.name
                    ),
                ));
            }
            self.assumed(Object::on(ObjectKind::Constraint, from, table));
            return Ok(());
        }
        let inherited_check = found
            .check_constraints
            .iter()
            .any(|check| check.name == from && check.inherited);
        if inherited_check {
            return Err(refusal::table_definition(format!(
                "cannot rename inherited constraint \"{from}\""
            )));
        }
        if found.has_constraint(to) {
            return Err(refusal::constraint_exists(to, table));
        }
        if found.index(from).is_some() {
            self.require_free(&ObjectName::new(&table.schema, to))?;
            self.rename_index(table, from, to);
            return Ok(());
        }
        self.rename_check_or_foreign_key(table, from, to);
        Ok(())
    }

    fn rename_check_or_foreign_key(&mut self, table: &ObjectName, from: &str, to: &str) {
        let is_check = self.edit_table(table, |table| {
            let mut is_check = false;
            for check in &mut table.check_constraints {
                if check.name == from {
                    to.clone_into(&mut check.name);
                    is_check = true;
                }
            }
            for key in &mut table.foreign_keys {
                if key.name == from {
                    to.clone_into(&mut key.name);
                }
                if key.part_of.as_deref() == Some(from) {
                    key.part_of = Some(to.to_owned());
                }
            }
            table.sort_parts();
            is_check
        });
        for child in self.child_names(table) {
            if is_check == Some(true) {
                self.rename_check_or_foreign_key(&child, from, to);
            } else {
                self.edit_table(&child, |table| rename_part(table, from, to));
            }
        }
    }

    /// `RENAME COLUMN`, on the children too.
    pub(super) fn rename_column(
        &mut self,
        table: &ObjectName,
        from: &str,
        to: &str,
        reach: Reach,
    ) -> Outcome {
        self.require_column_or(table, from, || {
            WillFail::new("42703", format!("column \"{from}\" does not exist"))
        })?;
        let Some(found) = self.table_at(table) else {
            return Ok(());
        };
        let inherited = found.parents().any(|parent| {
            self.table_at(&parent)
                .is_some_and(|parent| parent.column(from).is_some())
        });
        if inherited {
            return Err(refusal::table_definition(format!(
                "cannot rename inherited column \"{from}\""
            )));
        }
        if reach == Reach::Alone && !self.child_names(table).is_empty() {
            return Err(refusal::table_definition(format!(
                "inherited column \"{from}\" must be renamed in child tables too"
            )));
        }
        self.rename_column_deep(table, from, to)
    }

    fn rename_column_deep(&mut self, table: &ObjectName, from: &str, to: &str) -> Outcome {
        let Some(found) = self.table_at(table) else {
            return Ok(());
        };
        if found.column(to).is_some() {
            return Err(refusal::column_exists(to, table));
        }
        for child in self.child_names(table) {
            self.rename_column_deep(&child, from, to)?;
        }
        self.edit_table(table, |table| rename_own_column(table, from, to));
        let schema = &mut self.schema;
        schema.tables.edit_all(|other| {
            let mut hit = false;
            for key in &mut other.foreign_keys {
                if key.references.names(table) {
                    hit |= rename_in_list(&mut key.references.columns, from, to);
                }
            }
            hit
        });
        let owner = |owner: &mut Option<ColumnReference>| match owner {
            Some(owner)
                if owner.schema == table.schema
                    && owner.table == table.name
                    && owner.column == from =>
            {
                to.clone_into(&mut owner.column);
                true
            }
            _ => false,
        };
        edit_all(&mut schema.sequences, |sequence| {
            owner(&mut sequence.owned_by)
        });
        edit_all(&mut schema.identity_sequences, |sequence| {
            owner(&mut sequence.owned_by)
        });
        edit_all(&mut schema.views, |view| {
            let mut hit = false;
            for read in view.reads.iter_mut().filter(|read| read.relation == *table) {
                hit |= read
                    .columns
                    .as_mut()
                    .is_some_and(|columns| rename_in_list(columns, from, to));
            }
            hit
        });
        Ok(())
    }

    pub(super) fn rename_view_column(
        &mut self,
        view: &ObjectName,
        from: &str,
        to: &str,
    ) -> Outcome {
        let Some(found) = self.schema.views.get(view).cloned() else {
            return Ok(());
        };
        let mut names = found.columns.iter().map(|column| column.name.as_str());
        if found.columns.is_empty() {
            return Ok(());
        }
        if !names.clone().any(|name| name == from) {
            return Err(WillFail::new(
                "42703",
                format!("column \"{from}\" does not exist"),
            ));
        }
        if names.any(|name| name == to) {
            return Err(refusal::column_exists(to, view));
        }
        self.edit_view(view, |view| {
            for column in view.columns.iter_mut().filter(|column| column.name == from) {
                to.clone_into(&mut column.name);
            }
            for index in &mut view.indexes {
                rename_in_index(index, from, to);
            }
        });
        edit_all(&mut self.schema.views, |other| {
            let mut hit = false;
            for read in other.reads.iter_mut().filter(|read| read.relation == *view) {
                hit |= read
                    .columns
                    .as_mut()
                    .is_some_and(|columns| rename_in_list(columns, from, to));
            }
            hit
        });
        Ok(())
    }

    /// Renames or moves a type of one's own.
    pub(super) fn relocate_type(&mut self, from: &ObjectName, to: &ObjectName) {
        let schema = &mut self.schema;
        rekey(&mut schema.types, from, to, |type_| {
            type_.schema.clone_from(&to.schema);
            type_.name.clone_from(&to.name);
        });
        schema.rename_in_texts(from, to);
    }

    /// Renames or moves a function.
    pub(super) fn relocate_function(&mut self, from: &(ObjectName, String), to: &ObjectName) {
        let functions = &mut self.schema.functions;
        if let Some(mut function) = functions.remove(from) {
            let changed = Arc::make_mut(&mut function);
            changed.schema.clone_from(&to.schema);
            changed.name.clone_from(&to.name);
            functions.insert((to.clone(), from.1.clone()), function);
        }
        let old = &from.0;
        if self.schema.functions.keys().any(|(name, _)| name == old) {
            return;
        }
        self.schema.tables.edit_all(|table| {
            let mut hit = false;
            for trigger in &mut table.triggers {
                if trigger.function == *old {
                    trigger.function = to.clone();
                    hit = true;
                }
            }
            hit
        });
        self.schema.rename_in_texts(old, to);
    }

    pub(super) fn rename_schema(&mut self, statement: &RenameSchema) -> Outcome {
        let (from, to) = (&statement.name, &statement.to);
        if self.schema.schemas.contains_key(to) {
            return Err(WillFail::new(
                "42P06",
                format!("schema \"{to}\" already exists"),
            ));
        }
        self.require_schema(from)?;
        let schemas = &mut self.schema.schemas;
        if let Some(mut namespace) = schemas.remove(from) {
            Arc::make_mut(&mut namespace).name.clone_from(to);
            schemas.insert(to.clone(), namespace);
        }
        edit_all(&mut self.schema.extensions, |extension| {
            let hit = extension.schema == *from;
            if hit {
                extension.schema.clone_from(to);
            }
            hit
        });
        let inside = |names: Vec<ObjectName>| {
            let inside = names.into_iter().filter(|name| name.schema == *from);
            inside.collect::<Vec<_>>()
        };
        let relations = self.schema.tables.keys().chain(self.schema.views.keys());
        let relations = relations
            .chain(self.schema.sequences.keys())
            .chain(self.schema.identity_sequences.keys());
        for name in inside(relations.cloned().collect()) {
            self.edit_table(&name, |table| {
                for statistics in &mut table.statistics {
                    to.clone_into(&mut statistics.schema);
                }
            });
            self.relocate(&name, &ObjectName::new(to, &name.name));
        }
        for name in inside(self.schema.types.keys().cloned().collect()) {
            self.relocate_type(&name, &ObjectName::new(to, &name.name));
        }
        let functions = self.schema.functions.keys();
        let functions = functions.filter(|(name, _)| name.schema == *from);
        for key in functions.cloned().collect::<Vec<_>>() {
            let moved = ObjectName::new(to, &key.0.name);
            self.relocate_function(&key, &moved);
        }
        Ok(())
    }
}
