//! `COMMENT ON`.

use std::sync::Arc;

use super::refusal;
use super::{Object, ObjectKind, Outcome, Simulation, WillFail};
use crate::operation::{Comment, CommentTarget, FunctionKind, QualifiedName};
use crate::schema::lookup::Relation;
use crate::schema::names::clip;
use crate::schema::{ObjectName, Table};

impl Simulation {
    pub(super) fn comment(&mut self, statement: &Comment) -> Outcome {
        let text = statement.text.clone().filter(|text| !text.is_empty());
        match &statement.target {
            CommentTarget::Table(name) => {
                let table = self.require_table(name)?;
                self.edit_table(&table, |table| table.comment = text);
            }
            CommentTarget::Column { table, column } => {
                self.comment_on_column(table, clip(column), text)?;
            }
            CommentTarget::Constraint { name, table } => {
                self.comment_on_constraint(table, clip(name), text)?;
            }
            CommentTarget::Trigger { name, table } => {
                self.comment_on_trigger(table, clip(name), text)?;
            }
            CommentTarget::Policy { .. } | CommentTarget::Other(_) => {}
            CommentTarget::Index(name) => {
                if let Some((owner, index)) = self.require_index(name, false)? {
                    self.edit_table(&owner, |table| {
                        for own in table.indexes.iter_mut().filter(|own| own.name == index) {
                            own.comment.clone_from(&text);
                        }
                    });
                    self.edit_view(&owner, |view| {
                        for own in view.indexes.iter_mut().filter(|own| own.name == index) {
                            own.comment.clone_from(&text);
                        }
                    });
                }
            }
            CommentTarget::Sequence(name) => {
                if let Some(sequence) = self.require_sequence(name, false)? {
                    self.edit_sequence(&sequence, |sequence| sequence.comment = text);
                }
            }
            CommentTarget::View(name) => self.comment_on_view(name, false, text)?,
            CommentTarget::MaterializedView(name) => self.comment_on_view(name, true, text)?,
            CommentTarget::Type(name) | CommentTarget::Domain(name) => {
                self.comment_on_type(name, text)?;
            }
            CommentTarget::Schema(name) => {
                self.require_schema(name)?;
                let schemas = &mut self.schema.schemas;
                if let Some(schema) = schemas.get_mut(name) {
                    // What a new database has is no comment of the project's.
                    let text = text.filter(|text| text != "standard public schema");
                    Arc::make_mut(schema).comment = text;
                }
            }
            CommentTarget::Function(kind, signature) => {
                // An aggregate may be called a function here, a procedure may not.
                let found = self.find_function(signature, FunctionKind::Routine)?;
                let found = found.and_then(|key| self.schema.functions.get(&key));
                let is_procedure = found.is_some_and(|found| found.kind == "procedure");
                let kind = match kind {
                    FunctionKind::Function if is_procedure => {
                        let called = self.signature_text(signature);
                        return Err(WillFail::new(
                            "42809",
                            format!("{called} is not a function"),
                        ));
                    }
                    FunctionKind::Function => FunctionKind::Routine,
                    kind => *kind,
                };
                match self.find_function(signature, kind)? {
                    Some(key) => {
                        let functions = &mut self.schema.functions;
                        if let Some(function) = functions.get_mut(&key) {
                            Arc::make_mut(function).comment = text;
                        }
                    }
                    None if self.may_exist() || self.has_unknown_extension() => {
                        let place = self.schema.creation_name(&signature.name);
                        self.assumed(Object::new(ObjectKind::Function, &place));
                    }
                    None => {
                        return Err(WillFail::new(
                            "42883",
                            format!("function {} does not exist", self.signature_text(signature)),
                        ));
                    }
                }
            }
        }
        Ok(())
    }

    fn comment_on_column(
        &mut self,
        relation: &QualifiedName,
        column: &str,
        text: Option<String>,
    ) -> Outcome {
        if let Some((place, Relation::View(view))) = self.schema.relation(relation) {
            let known = view.columns.is_empty() || view.columns.iter().any(|c| c.name == column);
            if !known {
                return Err(refusal::no_column(column, &place));
            }
            self.edit_view(&place, |view| {
                for own in view.columns.iter_mut().filter(|own| own.name == column) {
                    own.comment.clone_from(&text);
                }
            });
            return Ok(());
        }
        let table = self.require_table(relation)?;
        self.require_column(&table, column)?;
        self.edit_table(&table, |table| {
            table.edit_column(column, |column| column.comment = text);
        });
        Ok(())
    }

    fn comment_on_constraint(
        &mut self,
        table: &QualifiedName,
        name: &str,
        text: Option<String>,
    ) -> Outcome {
        let place = self.require_table(table)?;
        let Some(found) = self.table_at(&place) else {
            return Ok(());
        };
        if !found.has_constraint(name) {
            if found.is_complete() && self.schema.unknown_steps == 0 {
                return Err(WillFail::new(
                    "42704",
                    format!(
                        "constraint \"{name}\" for table \"{}\" does not exist",
                        place.name
                    ),
                ));
            }
            self.assumed(Object::on(ObjectKind::Constraint, name, &place));
            return Ok(());
        }
        self.edit_table(&place, |table| {
            comment_constraint(table, name, text.as_deref())
        });
        Ok(())
    }

    fn comment_on_trigger(
        &mut self,
        table: &QualifiedName,
        name: &str,
        text: Option<String>,
    ) -> Outcome {
        let place = self.require_table(table)?;
        let found = self.edit_table(&place, |table| {
            let mut found = !table.is_complete();
            for trigger in table.triggers.iter_mut().filter(|t| t.name == name) {
                trigger.comment.clone_from(&text);
                found = true;
            }
            found
        });
        if found == Some(false) && self.schema.unknown_steps == 0 {
            return Err(WillFail::new(
                "42704",
                format!(
                    "trigger \"{name}\" for table \"{}\" does not exist",
                    place.name
                ),
            ));
        }
        Ok(())
    }

    fn comment_on_view(
        &mut self,
        name: &QualifiedName,
        materialized: bool,
        text: Option<String>,
    ) -> Outcome {
        if let Some(view) = self.require_view(name, materialized)? {
            self.edit_view(&view, |view| view.comment = text);
        }
        Ok(())
    }

    fn comment_on_type(&mut self, name: &QualifiedName, text: Option<String>) -> Outcome {
        let found = self.schema.type_named(name);
        let place = found.map(|found| ObjectName::new(&found.schema, &found.name));
        let Some(place) = place else {
            if self.schema.resolve_relation(name).is_some() {
                return Ok(());
            }
            if self.schema.may_hold_unknown_types() {
                let place = self.schema.creation_name(name);
                self.assumed(Object::new(ObjectKind::Type, &place));
                return Ok(());
            }
            return Err(refusal::missing("type", name));
        };
        let types = &mut self.schema.types;
        if let Some(found) = types.get_mut(&place) {
            Arc::make_mut(found).comment = text;
        }
        Ok(())
    }
}

fn comment_constraint(table: &mut Table, name: &str, text: Option<&str>) {
    let text = || text.map(str::to_owned);
    let keys = table.primary_key.iter_mut();
    for key in keys.chain(&mut table.unique_constraints) {
        if key.name == name {
            key.comment = text();
        }
    }
    for check in table
        .check_constraints
        .iter_mut()
        .filter(|c| c.name == name)
    {
        check.comment = text();
    }
    for key in table.foreign_keys.iter_mut().filter(|c| c.name == name) {
        key.comment = text();
    }
    for exclusion in table
        .exclusion_constraints
        .iter_mut()
        .filter(|c| c.name == name)
    {
        exclusion.comment = text();
    }
}
