//! Schemas, extensions and the search path.

use std::sync::Arc;

use super::dependency::view_object;
use super::{Note, Object, ObjectKind, Outcome, Simulation, WillFail};
use crate::operation::{CreateExtension, CreateSchema, Operation, QualifiedName, SetParameter};
use crate::schema::expression;
use crate::schema::names::clip;
use crate::schema::type_text;
use crate::schema::{Extension, Namespace, ObjectName};

impl Simulation {
    pub(super) fn create_schema(&mut self, statement: &CreateSchema) -> Outcome {
        let name = clip(&statement.name);
        if self.schema.schemas.contains_key(name) {
            if statement.if_not_exists {
                self.notes.push(Note::Exists {
                    object: Object::new(ObjectKind::Schema, &ObjectName::new(name, name)),
                    differs: Some(false),
                });
                return Ok(());
            }
            return Err(WillFail::new(
                "42P06",
                format!("schema \"{name}\" already exists"),
            ));
        }
        if name.starts_with("pg_") {
            return Err(WillFail {
                sqlstate: "42939",
                message: format!("unacceptable schema name \"{name}\""),
                detail: Some("The prefix \"pg_\" is reserved for system schemas.".to_owned()),
            });
        }
        self.add_namespace(name);
        self.create_elements(name, &statement.elements)
    }

    /// What `CREATE SCHEMA` makes in the new schema, which comes first in the search path meanwhile. Each kind after those
    /// that it may need (`transformCreateSchemaStmtElements()`).
    fn create_elements(&mut self, schema: &str, elements: &[Operation]) -> Outcome {
        let path = Arc::clone(&self.schema.search_path);
        let first = std::iter::once(schema.to_owned());
        self.schema.search_path = Arc::new(first.chain(path.iter().cloned()).collect());
        let mut ordered: Vec<&Operation> = elements.iter().collect();
        ordered.sort_by_key(|element| match element {
            Operation::CreateSequence(_) => 0,
            Operation::CreateTable(_) => 1,
            Operation::CreateView(_) => 2,
            Operation::CreateIndex(_) => 3,
            Operation::CreateTrigger(_) => 4,
            _ => 5,
        });
        for element in ordered {
            require_schema(schema, element)?;
            self.run(element)?;
        }
        self.schema.search_path = path;
        Ok(())
    }

    pub(super) fn add_namespace(&mut self, name: &str) {
        let namespace = Namespace {
            name: name.to_owned(),
            comment: None,
        };
        self.schema
            .schemas
            .insert(name.to_owned(), Arc::new(namespace));
    }

    pub(super) fn create_extension(&mut self, statement: &CreateExtension) -> Outcome {
        let name = &statement.name;
        if self.schema.extensions.contains_key(name) {
            if statement.if_not_exists {
                self.notes.push(Note::Exists {
                    object: Object::new(ObjectKind::Extension, &ObjectName::new("public", name)),
                    differs: Some(false),
                });
                return Ok(());
            }
            return Err(WillFail::new(
                "42710",
                format!("extension \"{name}\" already exists"),
            ));
        }
        let schema = match &statement.schema {
            Some(schema) => {
                self.require_schema(schema)?;
                schema.clone()
            }
            None => match expression::extension_schema(name) {
                Some(own) => own.to_owned(),
                None => self.creation_place(&QualifiedName::bare(name))?.schema,
            },
        };
        let mut names = vec![name.clone()];
        if statement.cascade {
            let required = expression::extension_requires(name).iter();
            names.extend(required.map(|name| (*name).to_owned()));
        }
        for name in names {
            let extension = Extension {
                name: name.clone(),
                schema: schema.clone(),
            };
            let extensions = &mut self.schema.extensions;
            extensions
                .entry(name)
                .or_insert_with(|| Arc::new(extension));
        }
        Ok(())
    }

    /// What an extension brought goes with it; what uses it blocks, or goes with `CASCADE`.
    pub(super) fn drop_extension_members(
        &mut self,
        extension: &Extension,
        cascade: bool,
    ) -> Outcome {
        let types = expression::extension_types(&extension.name).unwrap_or_default();
        let own: Vec<String> = types
            .iter()
            .map(|name| type_text::qualified(&ObjectName::new(&extension.schema, *name)))
            .collect();
        let mut users = Vec::new();
        for (place, table) in self.schema.tables.iter() {
            for column in &table.columns {
                if own.contains(&type_text::base(&column.data_type)) {
                    users.push(Object::on(ObjectKind::Column, &column.name, place));
                    continue;
                }
                let calls = |text: &str| {
                    expression::calls_extension(text, &extension.name, &extension.schema)
                };
                if column.default.as_deref().is_some_and(calls) {
                    users.push(Object::on(ObjectKind::Default, &column.name, place));
                }
            }
            for index in &table.indexes {
                let mut classes = index.keys.iter().filter_map(|key| key.opclass.as_deref());
                let uses = classes.any(|class| {
                    let bare = class.rsplit('.').next().unwrap_or(class);
                    expression::operator_class_extension(bare) == Some(extension.name.as_str())
                });
                if uses {
                    users.push(Object::on(ObjectKind::Index, &index.name, place));
                }
            }
        }
        for view in self.schema.views.values() {
            let mut columns = view.columns.iter();
            if columns.any(|column| own.contains(&type_text::base(&column.data_type))) {
                users.push(view_object(view));
            }
        }
        if users.is_empty() {
            return Ok(());
        }
        if !cascade {
            let lines = users
                .iter()
                .map(|user| format!("{user} depends on extension {}", extension.name));
            return Err(WillFail {
                sqlstate: "2BP01",
                message: format!(
                    "cannot drop extension {} because other objects depend on it",
                    extension.name
                ),
                detail: Some(lines.collect::<Vec<_>>().join("\n")),
            });
        }
        for user in &users {
            self.notes.push(Note::TakenAlong {
                object: user.clone(),
                by_cascade: true,
            });
        }
        self.drop_objects(&users, true)
    }

    /// `SET search_path`, also with `LOCAL`.
    pub(super) fn set_parameter(&mut self, statement: &SetParameter) {
        if statement.name != "search_path" {
            return;
        }
        let path = match &statement.value {
            Some(value) => Arc::new(parse_search_path(value)),
            None => Arc::clone(&self.schema.database_search_path),
        };
        if statement.local && self.schema.session_search_path.is_none() {
            self.schema.session_search_path = Some(Arc::clone(&self.schema.search_path));
        }
        if !statement.local {
            self.schema.session_search_path = None;
        }
        self.schema.search_path = path;
    }

    /// `SELECT pg_catalog.set_config('search_path', '…', is_local)`, as dumps begin.
    pub(super) fn set_config(&mut self, sql: &str) {
        if let Some((value, local)) = expression::set_search_path_call(sql) {
            self.set_parameter(&SetParameter {
                name: "search_path".to_owned(),
                value: Some(value),
                local,
            });
        }
    }
}

/// An element of `CREATE SCHEMA` names no other schema.
fn require_schema(schema: &str, element: &Operation) -> Outcome {
    let name = match element {
        Operation::CreateSequence(create) => Some(&create.name),
        Operation::CreateTable(create) => create.name.as_ref(),
        Operation::CreateView(create) => Some(&create.name),
        Operation::CreateIndex(create) => Some(&create.table),
        Operation::CreateTrigger(create) => Some(&create.table),
        _ => None,
    };
    match name.and_then(|name| name.schema.as_deref()) {
        Some(other) if other != schema => Err(WillFail::new(
            "42P15",
            format!(
                "CREATE specifies a schema ({other}) different from the one being created ({schema})"
            ),
        )),
        _ => Ok(()),
    }
}

/// A search path as `SET` takes it. `$user` is nobody's schema here; `pg_catalog` is always searched.
fn parse_search_path(value: &str) -> Vec<String> {
    let names = value.split(',').map(|name| {
        let name = name.trim().trim_matches('\'');
        match name
            .strip_prefix('"')
            .and_then(|name| name.strip_suffix('"'))
        {
            Some(quoted) => quoted.replace("\"\"", "\""),
            None => name.to_lowercase(),
        }
    });
    names
        .filter(|name| !name.is_empty() && name != "$user" && name != "pg_catalog")
        .collect()
}
