//! The rows of the system catalogs and of the information schema, as far as the model has them.

use std::collections::BTreeMap;

use super::super::expression;
use crate::operation::QualifiedName;
use crate::schema::{
    Column, IndexReference, Knowledge, ObjectName, Schema, Table, TableKind, Trigger,
    TypeDefinition, View, type_text,
};
use crate::sql::value::Value;

/// A row by its columns; columns that are not known are left out.
pub(super) type Row = BTreeMap<&'static str, Value>;

/// The rows of a catalog.
pub(super) struct Rows {
    pub rows: Vec<Row>,
    /// Whether no other row can be there.
    pub complete: bool,
}

macro_rules! row {
    ($($column:literal: $value:expr),* $(,)?) => {
        Row::from([$(($column, $value)),*])
    };
}

/// The rows of a catalog; none where the name stands for something else. `literals` are the texts that the query names.
pub(super) fn rows(
    schema: &Schema,
    home: Option<&str>,
    name: &str,
    literals: &[String],
) -> Option<Rows> {
    let rows = match (home, name) {
        (Some("information_schema"), _) => information_schema(schema, name)?,
        (None | Some("pg_catalog"), "pg_proc") => procedures(schema, literals),
        (None | Some("pg_catalog"), _) => system_catalog(schema, name)?,
        _ => return None,
    };
    let complete = !schema.may_hold_unknown_objects();
    Some(Rows { rows, complete })
}

fn system_catalog(schema: &Schema, name: &str) -> Option<Vec<Row>> {
    Some(match name {
        "pg_namespace" => schema_names(schema)
            .map(|name| row! { "oid": namespace(name), "nspname": text(name) })
            .collect(),
        "pg_extension" => extensions(schema),
        "pg_type" => types(schema),
        "pg_enum" => labels(schema),
        "pg_class" => relations(schema),
        "pg_index" => index_facts(schema),
        "pg_attribute" => attributes(schema),
        "pg_constraint" => constraints(schema),
        "pg_trigger" => triggers(schema),
        "pg_tables" => tables(schema)
            .map(|table| {
                row! { "schemaname": text(&table.schema), "tablename": text(&table.name),
                "rowsecurity": Value::Bool(table.row_security.enabled) }
            })
            .collect(),
        "pg_views" | "pg_matviews" => {
            let materialized = name == "pg_matviews";
            let column = if materialized {
                "matviewname"
            } else {
                "viewname"
            };
            views(schema)
                .filter(|view| view.is_materialized() == materialized)
                .map(|view| {
                    Row::from([
                        ("schemaname", text(&view.schema)),
                        (column, text(&view.name)),
                    ])
                })
                .collect()
        }
        "pg_indexes" => indexes(schema)
            .map(|(owner, index)| {
                row! { "schemaname": text(&owner.schema), "tablename": text(&owner.name),
                "indexname": text(index.name()) }
            })
            .collect(),
        "pg_sequences" => sequences(schema)
            .map(|name| row! { "schemaname": text(&name.schema), "sequencename": text(&name.name) })
            .collect(),
        "pg_policy" => policies(schema)
            .map(|(table, name)| {
                row! { "polname": text(name), "polrelid": relation(schema, &table.object_name()) }
            })
            .collect(),
        "pg_policies" => policies(schema)
            .map(|(table, name)| {
                row! { "schemaname": text(&table.schema), "tablename": text(&table.name),
                "policyname": text(name) }
            })
            .collect(),
        _ => return None,
    })
}

fn information_schema(schema: &Schema, name: &str) -> Option<Vec<Row>> {
    Some(match name {
        "schemata" => schema_names(schema)
            .map(|name| row! { "catalog_name": database(), "schema_name": text(name) })
            .collect(),
        "tables" => {
            let tables = tables(schema).map(|table| {
                let kind = match table.kind {
                    TableKind::Foreign => "FOREIGN",
                    _ if table.persistence == "temporary" => "LOCAL TEMPORARY",
                    TableKind::Table | TableKind::Partitioned => "BASE TABLE",
                };
                table_row(&table.schema, &table.name, kind)
            });
            let views = plain_views(schema).map(|view| table_row(&view.schema, &view.name, "VIEW"));
            tables.chain(views).collect()
        }
        "views" => plain_views(schema)
            .map(|view| table_row(&view.schema, &view.name, "VIEW"))
            .collect(),
        "columns" => columns(schema),
        "sequences" => sequences(schema)
            .map(|name| {
                row! { "sequence_schema": text(&name.schema), "sequence_name": text(&name.name) }
            })
            .collect(),
        "table_constraints" => table_constraints(schema),
        "key_column_usage" => key_columns(schema),
        "referential_constraints" => tables(schema)
            .flat_map(|table| table.foreign_keys.iter().map(move |key| (table, key)))
            .map(|(table, key)| {
                row! { "constraint_schema": text(&table.schema), "constraint_name": text(&key.name),
                "delete_rule": text(&key.on_delete.to_uppercase()),
                "update_rule": text(&key.on_update.to_uppercase()) }
            })
            .collect(),
        "triggers" => all_triggers(schema)
            .map(|(owner, trigger)| {
                row! { "trigger_schema": text(&owner.schema), "trigger_name": text(&trigger.name),
                "event_object_schema": text(&owner.schema),
                "event_object_table": text(&owner.name) }
            })
            .collect(),
        "routines" => schema
            .functions
            .values()
            .map(|function| {
                row! { "routine_schema": text(&function.schema),
                "routine_name": text(&function.name),
                "routine_type": text(&function.kind.to_uppercase()) }
            })
            .collect(),
        _ => return None,
    })
}

fn text(text: &str) -> Value {
    Value::text(text)
}

/// The one database.
pub(super) fn database() -> Value {
    Value::object("pg_database", "this", "")
}

pub(super) fn namespace(name: &str) -> Value {
    Value::object("pg_namespace", name, name)
}

/// A relation as `regclass`: printed with its schema where the search path does not find it.
pub(super) fn relation(schema: &Schema, place: &ObjectName) -> Value {
    let bare = QualifiedName::bare(place.name.as_str());
    let visible = schema.search_path.contains(&place.schema)
        && schema.resolve_relation(&bare).as_ref() == Some(place);
    let name = crate::operation::quote_identifier(&place.name);
    let label = if visible {
        name
    } else {
        format!(
            "{}.{name}",
            crate::operation::quote_identifier(&place.schema)
        )
    };
    Value::object("pg_class", type_text::qualified(place), label)
}

/// A type by its text in a column.
pub(super) fn data_type(text: &str) -> Value {
    let label = text.strip_prefix("public.").unwrap_or(text);
    Value::object("pg_type", text, label)
}

fn schema_names(schema: &Schema) -> impl Iterator<Item = &str> {
    let own = schema.schemas.keys().map(String::as_str);
    own.chain(["pg_catalog", "information_schema", "pg_toast"])
}

fn tables(schema: &Schema) -> impl Iterator<Item = &Table> {
    schema.tables.values().map(AsRef::as_ref)
}

fn views(schema: &Schema) -> impl Iterator<Item = &View> {
    schema.views.values().map(AsRef::as_ref)
}

fn plain_views(schema: &Schema) -> impl Iterator<Item = &View> {
    views(schema).filter(|view| !view.is_materialized())
}

fn sequences(schema: &Schema) -> impl Iterator<Item = &ObjectName> {
    schema
        .sequences
        .keys()
        .chain(schema.identity_sequences.keys())
}

fn policies(schema: &Schema) -> impl Iterator<Item = (&Table, &str)> {
    tables(schema).flat_map(|table| {
        let policies = table.policies.iter();
        policies.map(move |policy| (table, policy.name.as_str()))
    })
}

fn indexes(schema: &Schema) -> impl Iterator<Item = (ObjectName, IndexReference<'_>)> {
    let of_tables = tables(schema).flat_map(|table| {
        let owner = table.object_name();
        let plain = table.indexes.iter().map(IndexReference::Plain);
        let primary = table.primary_key.iter().map(IndexReference::PrimaryKey);
        let unique = table.unique_constraints.iter().map(IndexReference::Unique);
        let exclusion = table.exclusion_constraints.iter();
        let exclusion = exclusion.map(IndexReference::Exclusion);
        let all = plain.chain(primary).chain(unique).chain(exclusion);
        all.map(move |index| (owner.clone(), index))
    });
    let of_views = views(schema).flat_map(|view| {
        let owner = ObjectName::new(&view.schema, &view.name);
        let all = view.indexes.iter().map(IndexReference::Plain);
        all.map(move |index| (owner.clone(), index))
    });
    of_tables.chain(of_views)
}

fn all_triggers(schema: &Schema) -> impl Iterator<Item = (ObjectName, &Trigger)> {
    let of_tables = tables(schema).flat_map(|table| {
        let owner = table.object_name();
        table.triggers.iter().map(move |one| (owner.clone(), one))
    });
    let of_views = views(schema).flat_map(|view| {
        let owner = ObjectName::new(&view.schema, &view.name);
        view.triggers.iter().map(move |one| (owner.clone(), one))
    });
    of_tables.chain(of_views)
}

fn extensions(schema: &Schema) -> Vec<Row> {
    let mut rows: Vec<Row> = schema
        .extensions
        .values()
        .map(|one| row! { "extname": text(&one.name), "extnamespace": namespace(&one.schema) })
        .collect();
    rows.push(row! { "extname": text("plpgsql"), "extnamespace": namespace("pg_catalog") });
    rows
}

fn type_row(place: &ObjectName, kind: &str) -> Row {
    row! {
        "oid": data_type(&type_text::qualified(place)),
        "typname": text(&place.name),
        "typnamespace": namespace(&place.schema),
        "typtype": text(kind),
    }
}

/// Types, the row types of relations, and what known extensions bring.
fn types(schema: &Schema) -> Vec<Row> {
    let own = schema.types.values().map(|one| {
        let kind = match one.definition {
            TypeDefinition::Enum { .. } => "e",
            TypeDefinition::Domain { .. } => "d",
            TypeDefinition::Composite { .. } => "c",
            TypeDefinition::Range { .. } => "r",
            TypeDefinition::Base {} => "b",
        };
        type_row(&ObjectName::new(&one.schema, &one.name), kind)
    });
    let of_rows = schema.tables.keys().chain(schema.views.keys());
    let of_rows = of_rows.map(|place| type_row(place, "c"));
    let brought = schema.extensions.values().flat_map(|one| {
        let types = expression::extension_types(&one.name).unwrap_or_default();
        types
            .iter()
            .map(|name| type_row(&ObjectName::new(&one.schema, *name), "b"))
    });
    own.chain(of_rows).chain(brought).collect()
}

fn labels(schema: &Schema) -> Vec<Row> {
    let mut rows = Vec::new();
    for one in schema.types.values() {
        let TypeDefinition::Enum { labels } = &one.definition else {
            continue;
        };
        let place = ObjectName::new(&one.schema, &one.name);
        let id = data_type(&type_text::qualified(&place));
        rows.extend(
            labels
                .iter()
                .map(|label| row! { "enumtypid": id.clone(), "enumlabel": text(label) }),
        );
    }
    rows
}

fn class_row(schema: &Schema, place: &ObjectName, kind: &str) -> Row {
    row! {
        "oid": relation(schema, place),
        "relname": text(&place.name),
        "relnamespace": namespace(&place.schema),
        "relkind": text(kind),
    }
}

fn relations(schema: &Schema) -> Vec<Row> {
    let of_tables = tables(schema).map(|table| {
        let kind = match table.kind {
            TableKind::Table => "r",
            TableKind::Partitioned => "p",
            TableKind::Foreign => "f",
        };
        let mut row = class_row(schema, &table.object_name(), kind);
        row.insert("relrowsecurity", Value::Bool(table.row_security.enabled));
        row.insert("relispartition", Value::Bool(table.partition_of.is_some()));
        row
    });
    let of_views = views(schema).map(|view| {
        let place = ObjectName::new(&view.schema, &view.name);
        class_row(
            schema,
            &place,
            if view.is_materialized() { "m" } else { "v" },
        )
    });
    let of_sequences = sequences(schema).map(|place| class_row(schema, place, "S"));
    let of_indexes = indexes(schema).map(|(owner, index)| {
        let partitioned = schema
            .tables
            .get(&owner)
            .is_some_and(|table| table.kind == TableKind::Partitioned);
        let place = ObjectName::new(&owner.schema, index.name());
        class_row(schema, &place, if partitioned { "I" } else { "i" })
    });
    of_tables
        .chain(of_views)
        .chain(of_sequences)
        .chain(of_indexes)
        .collect()
}

fn index_facts(schema: &Schema) -> Vec<Row> {
    indexes(schema)
        .map(|(owner, index)| {
            let (unique, primary, valid) = match index {
                IndexReference::Plain(plain) => (plain.unique, false, plain.valid),
                IndexReference::PrimaryKey(_) => (true, true, true),
                IndexReference::Unique(_) => (true, false, true),
                IndexReference::Exclusion(_) => (false, false, true),
            };
            row! {
                "indexrelid": relation(schema, &ObjectName::new(&owner.schema, index.name())),
                "indrelid": relation(schema, &owner),
                "indisunique": Value::Bool(unique),
                "indisprimary": Value::Bool(primary),
                "indisvalid": Value::Bool(valid),
            }
        })
        .collect()
}

fn attributes(schema: &Schema) -> Vec<Row> {
    let of_tables = tables(schema).flat_map(|table| {
        let id = relation(schema, &table.object_name());
        table.columns.iter().map(move |column| {
            let mut row = row! {
                "attrelid": id.clone(),
                "attname": text(&column.name),
                "attisdropped": Value::Bool(false),
                // Its true number depends on columns dropped before; it is above zero for sure.
                "attnum": Value::Number(1),
            };
            if column.knowledge == Knowledge::Complete {
                row.insert("attnotnull", Value::Bool(!column.nullable));
                let base = type_text::without_modifier(&column.data_type);
                row.insert("atttypid", data_type(&base));
            }
            row
        })
    });
    let of_views = views(schema).flat_map(|view| {
        let id = relation(schema, &ObjectName::new(&view.schema, &view.name));
        view.columns.iter().map(move |column| {
            row! { "attrelid": id.clone(), "attname": text(&column.name),
            "attisdropped": Value::Bool(false), "attnum": Value::Number(1) }
        })
    });
    of_tables.chain(of_views).collect()
}

/// Name, `contype`, the information schema's word, and the columns of each constraint of a table.
fn table_keys(table: &Table) -> Vec<(&str, &'static str, &'static str, &[String])> {
    let mut all = Vec::new();
    if let Some(key) = &table.primary_key {
        all.push((
            key.name.as_str(),
            "p",
            "PRIMARY KEY",
            key.columns.as_slice(),
        ));
    }
    for key in &table.unique_constraints {
        all.push((key.name.as_str(), "u", "UNIQUE", key.columns.as_slice()));
    }
    for key in &table.foreign_keys {
        all.push((
            key.name.as_str(),
            "f",
            "FOREIGN KEY",
            key.columns.as_slice(),
        ));
    }
    for check in &table.check_constraints {
        all.push((check.name.as_str(), "c", "CHECK", &[]));
    }
    for exclusion in &table.exclusion_constraints {
        all.push((exclusion.name.as_str(), "x", "EXCLUDE", &[]));
    }
    all
}

fn constraints(schema: &Schema) -> Vec<Row> {
    let of_tables = tables(schema).flat_map(|table| {
        let id = relation(schema, &table.object_name());
        table_keys(table)
            .into_iter()
            .map(move |(name, kind, _, _)| {
                let mut row = row! {
                    "conname": text(name),
                    "conrelid": id.clone(),
                    "contype": text(kind),
                    "connamespace": namespace(&table.schema),
                };
                let foreign = table.foreign_keys.iter().find(|key| key.name == name);
                let check = table.check_constraints.iter().find(|one| one.name == name);
                if let Some(key) = foreign.filter(|_| kind == "f") {
                    row.insert("confrelid", relation(schema, &key.references.table_name()));
                    row.insert("convalidated", Value::Bool(key.validated));
                } else if let Some(check) = check.filter(|_| kind == "c") {
                    row.insert("convalidated", Value::Bool(check.validated));
                } else {
                    row.insert("convalidated", Value::Bool(true));
                }
                row
            })
    });
    let of_domains = schema.types.values().flat_map(|one| {
        let checks = match &one.definition {
            TypeDefinition::Domain { checks, .. } => checks.as_slice(),
            _ => &[],
        };
        checks.iter().map(|check| {
            row! { "conname": text(&check.name), "contype": text("c"),
            "connamespace": namespace(&one.schema), "conrelid": Value::Number(0) }
        })
    });
    of_tables.chain(of_domains).collect()
}

fn table_constraints(schema: &Schema) -> Vec<Row> {
    let rows = tables(schema).flat_map(|table| {
        let keys = table_keys(table).into_iter();
        keys.filter(|(_, kind, _, _)| *kind != "x")
            .map(move |(name, _, word, _)| {
                row! {
                    "constraint_catalog": database(),
                    "constraint_schema": text(&table.schema),
                    "constraint_name": text(name),
                    "table_catalog": database(),
                    "table_schema": text(&table.schema),
                    "table_name": text(&table.name),
                    "constraint_type": text(word),
                }
            })
    });
    rows.collect()
}

fn key_columns(schema: &Schema) -> Vec<Row> {
    let mut rows = Vec::new();
    for table in tables(schema) {
        for (name, _, _, columns) in table_keys(table) {
            rows.extend(columns.iter().map(|column| {
                row! {
                    "constraint_schema": text(&table.schema),
                    "constraint_name": text(name),
                    "table_schema": text(&table.schema),
                    "table_name": text(&table.name),
                    "column_name": text(column),
                }
            }));
        }
    }
    rows
}

fn triggers(schema: &Schema) -> Vec<Row> {
    all_triggers(schema)
        .map(|(owner, trigger)| {
            row! { "tgname": text(&trigger.name), "tgrelid": relation(schema, &owner),
            "tgisinternal": Value::Bool(false) }
        })
        .collect()
}

/// One's own functions, and those of PostgreSQL and of extensions that the query may be after.
fn procedures(schema: &Schema, literals: &[String]) -> Vec<Row> {
    let own = schema.functions.values().map(|function| {
        row! { "proname": text(&function.name), "pronamespace": namespace(&function.schema) }
    });
    let known = literals.iter().filter(|name| {
        let bare = QualifiedName::bare(name.as_str());
        let own = schema
            .functions
            .keys()
            .any(|(place, _)| place.name == **name);
        !own && expression::is_function(schema, &bare)
    });
    let known = known.map(|name| row! { "proname": text(name) });
    own.chain(known).collect()
}

fn table_row(home: &str, name: &str, kind: &str) -> Row {
    row! {
        "table_catalog": database(),
        "table_schema": text(home),
        "table_name": text(name),
        "table_type": text(kind),
    }
}

fn columns(schema: &Schema) -> Vec<Row> {
    let of_tables = tables(schema).flat_map(|table| {
        table.columns.iter().map(move |column| {
            let mut row = column_row(&table.schema, &table.name, &column.name);
            if column.knowledge == Knowledge::Complete {
                describe(&mut row, column);
            }
            row
        })
    });
    let of_views = plain_views(schema).flat_map(|view| {
        let columns = view.columns.iter();
        columns.map(move |column| column_row(&view.schema, &view.name, &column.name))
    });
    of_tables.chain(of_views).collect()
}

fn column_row(home: &str, table: &str, name: &str) -> Row {
    row! {
        "table_catalog": database(),
        "table_schema": text(home),
        "table_name": text(table),
        "column_name": text(name),
    }
}

fn yes_or_no(yes: bool) -> Value {
    text(if yes { "YES" } else { "NO" })
}

fn describe(row: &mut Row, column: &Column) {
    row.insert("is_nullable", yes_or_no(column.nullable));
    row.insert("is_identity", yes_or_no(column.identity.is_some()));
    if column.generated.is_none() {
        row.insert("column_default", Value::optional(column.default.as_deref()));
    }
    let base = type_text::base(&column.data_type);
    let data_type = if type_text::is_array(&column.data_type) {
        "ARRAY"
    } else if let Some(place) = type_text::own_name(&base) {
        row.insert("udt_schema", text(&place.schema));
        row.insert("udt_name", text(&place.name));
        "USER-DEFINED"
    } else {
        &base
    };
    row.insert("data_type", text(data_type));
    let length = type_text::modifier(&column.data_type);
    let length = length.trim_matches(['(', ')']).parse().ok();
    if base.starts_with("character") {
        let length = length.map_or(Value::Null, Value::Number);
        row.insert("character_maximum_length", length);
    }
}
