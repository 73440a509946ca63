//! Questions to the database, answered from the simulated schema where it is certain.

use std::rc::Rc;

use super::super::library::schema_name;
use super::super::value::{Known, Unknown, Value};
use super::{Arg, Args, Evaluator};
use crate::schema::{Index, Key, ObjectName, Table, World};

impl Evaluator<'_> {
    /// Whether everything that exists is known.
    fn knows_all(&self) -> Known<()> {
        let schema = self.catalog.schema();
        if schema.unknown_steps > 0 {
            return Err(Unknown::data(
                "depends on the database, after steps that could not be analysed",
            ));
        }
        match schema.world {
            World::Closed => Ok(()),
            World::Open => Err(Unknown::data(
                "depends on the database, whose history is not here",
            )),
        }
    }

    /// A table that exists for sure, with all it has.
    pub fn known_table(&self, schema: Option<&str>, name: &str) -> Known<Rc<Table>> {
        let key = ObjectName::new(schema.unwrap_or("public"), name);
        match self.catalog.schema().tables.get(&key) {
            Some(table) if table.is_complete() && self.catalog.schema().unknown_steps == 0 => {
                Ok(Rc::new(table.as_ref().clone()))
            }
            _ => Err(Unknown::data(format!(
                "depends on the table {name} in the database"
            ))),
        }
    }

    /// `has_table(name, schema=…)`.
    pub fn has_table(&self, name: Option<&Arg>, schema: Option<&Arg>) -> Value {
        let answer = || -> Known<bool> {
            let Some(name) = name else {
                return Err(Unknown::data("asks for a table without a name"));
            };
            let name = name.text()?;
            let schema = schema_name(schema)?;
            let key = ObjectName::new(schema, name.text.as_str());
            let known = self.catalog.schema();
            if known.tables.contains_key(&key) || known.views.contains_key(&key) {
                return Ok(true);
            }
            self.knows_all().map(|()| false)
        };
        value(answer().map(Value::Bool))
    }

    /// `inspector.name(…)`.
    pub fn inspector_method(&mut self, name: &str, args: &Args) -> Value {
        match name {
            "has_table" => self.has_table(args.get(0, "table_name"), args.get(1, "schema")),
            "get_table_names" | "get_view_names" | "get_schema_names" | "get_enums"
            | "get_sequence_names" => value(self.names(name, args)),
            "has_schema" | "has_sequence" | "has_index" => {
                Value::unknown("depends on the database")
            }
            "get_columns"
            | "get_indexes"
            | "get_foreign_keys"
            | "get_unique_constraints"
            | "get_check_constraints"
            | "get_pk_constraint" => value(self.details(name, args)),
            "clear_cache" => Value::None,
            "bind" | "engine" => Value::Handle(super::super::value::Handle::Bind),
            _ => Value::unknown(format!("depends on the database (`{name}`)")),
        }
    }

    fn names(&self, name: &str, args: &Args) -> Known<Value> {
        self.knows_all()?;
        let schema = schema_name(args.get(0, "schema"))?;
        let known = self.catalog.schema();
        let of_tables = |names: Vec<&ObjectName>| -> Vec<Value> {
            let own = names.into_iter().filter(|name| name.schema == schema);
            own.map(|name| Value::text(name.name.as_str())).collect()
        };
        let names = match name {
            "get_table_names" => of_tables(known.tables.keys().collect()),
            "get_view_names" => of_tables(known.views.keys().collect()),
            "get_sequence_names" => of_tables(known.sequences.keys().collect()),
            "get_schema_names" => known
                .schemas
                .keys()
                .map(|name| Value::text(name.as_str()))
                .collect(),
            _ => known
                .types
                .values()
                .filter(|found| found.schema == schema)
                .filter_map(|found| match &found.definition {
                    crate::schema::TypeDefinition::Enum { labels } => {
                        Some(self.dictionary_of(vec![
                            ("name", Value::text(found.name.as_str())),
                            ("schema", Value::text(found.schema.as_str())),
                            ("labels", self.texts(labels)),
                        ]))
                    }
                    _ => None,
                })
                .collect(),
        };
        Ok(self.list(names))
    }

    fn texts<S: AsRef<str>>(&self, texts: &[S]) -> Value {
        self.list(
            texts
                .iter()
                .map(|text| Value::text(text.as_ref()))
                .collect(),
        )
    }

    fn details(&self, name: &str, args: &Args) -> Known<Value> {
        let Some(table_name) = args.get(0, "table_name") else {
            return Err(Unknown::data("asks about a table without a name"));
        };
        let table_name = table_name.text()?;
        let schema = schema_name(args.get(1, "schema"))?;
        let table = self.known_table(Some(&schema), &table_name.text)?;
        let optional = |text: Option<&str>| text.map_or(Value::None, Value::text);
        let items: Vec<Value> = match name {
            "get_columns" => table
                .columns
                .iter()
                .map(|column| {
                    self.dictionary_of(vec![
                        ("name", Value::text(column.name.as_str())),
                        (
                            "type",
                            Value::unknown("depends on a type as the database has it"),
                        ),
                        ("nullable", Value::Bool(column.nullable)),
                        ("default", optional(column.default.as_deref())),
                        ("comment", optional(column.comment.as_deref())),
                    ])
                })
                .collect(),
            "get_indexes" => {
                let unique = table
                    .unique_constraints
                    .iter()
                    .map(|key| self.index_of_key(key));
                let plain = table.indexes.iter().map(|index| self.index_entry(index));
                unique.chain(plain).collect()
            }
            "get_foreign_keys" => table
                .foreign_keys
                .iter()
                .map(|key| {
                    let schema = &key.references.schema;
                    self.dictionary_of(vec![
                        ("name", Value::text(key.name.as_str())),
                        ("constrained_columns", self.texts(&key.columns)),
                        (
                            "referred_schema",
                            optional((schema != "public").then_some(schema)),
                        ),
                        ("referred_table", Value::text(key.references.table.as_str())),
                        ("referred_columns", self.texts(&key.references.columns)),
                        (
                            "options",
                            Value::unknown("depends on the options of a foreign key"),
                        ),
                    ])
                })
                .collect(),
            "get_unique_constraints" => table
                .unique_constraints
                .iter()
                .map(|key| {
                    self.dictionary_of(vec![
                        ("name", Value::text(key.name.as_str())),
                        ("column_names", self.texts(&key.columns)),
                    ])
                })
                .collect(),
            "get_check_constraints" => table
                .check_constraints
                .iter()
                .map(|check| {
                    self.dictionary_of(vec![
                        ("name", Value::text(check.name.as_str())),
                        ("sqltext", Value::text(check.expression.as_str())),
                    ])
                })
                .collect(),
            _ => {
                return Ok(match &table.primary_key {
                    Some(key) => self.dictionary_of(vec![
                        ("name", Value::text(key.name.as_str())),
                        ("constrained_columns", self.texts(&key.columns)),
                    ]),
                    None => self.dictionary_of(vec![
                        ("name", Value::None),
                        ("constrained_columns", self.list(Vec::new())),
                    ]),
                });
            }
        };
        Ok(self.list(items))
    }

    fn index_entry(&self, index: &Index) -> Value {
        let columns = index
            .keys
            .iter()
            .map(|key| key.column.as_deref().map_or(Value::None, Value::text));
        self.dictionary_of(vec![
            ("name", Value::text(index.name.as_str())),
            ("column_names", self.list(columns.collect())),
            ("unique", Value::Bool(index.unique)),
        ])
    }

    fn index_of_key(&self, key: &Key) -> Value {
        self.dictionary_of(vec![
            ("name", Value::text(key.name.as_str())),
            ("column_names", self.texts(&key.columns)),
            ("unique", Value::Bool(true)),
            ("duplicates_constraint", Value::text(key.name.as_str())),
        ])
    }
}

fn value(known: Known<Value>) -> Value {
    match known {
        Ok(value) => value,
        Err(unknown) => Value::Unknown(unknown),
    }
}
