//! The schema JSON: the shape in which schemas are exchanged and compared.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};

use super::lookup::TEMPORARY_SCHEMA;
use super::{ObjectName, Schema, TypeDefinition};

/// Tables that migration tools keep for themselves.
const BOOKKEEPING: &[&str] = &[
    "__diesel_schema_migrations",
    "_prisma_migrations",
    "_sqlx_migrations",
    "alembic_version",
    "flyway_schema_history",
    "goose_db_version",
    "gorp_migrations",
    "schema_migrations",
];

/// A schema as JSON, format 1. Objects of a temporary schema and the tables of migration tools are left out.
pub fn to_json(schema: &Schema) -> Value {
    let lasting = |name: &&ObjectName| name.schema != TEMPORARY_SCHEMA;
    let shown_table = |name: &&ObjectName| lasting(name) && !is_bookkeeping(name);
    let types = schema.types.iter().filter(|(name, type_)| {
        lasting(name) && !matches!(type_.definition, TypeDefinition::Base {})
    });
    let functions = schema.functions.iter();
    let mut functions: Vec<_> = functions
        .filter(|((name, _), _)| lasting(&name))
        .map(|(_, function)| function)
        .collect();
    functions.sort_by_key(|f| (f.schema.clone(), f.name.clone(), f.arguments.clone()));
    json!({
        "format": 1,
        "schemas": values(schema.schemas.values()),
        "extensions": values(schema.extensions.values().filter(|e| e.name != "plpgsql")),
        "types": values(types.map(|(_, type_)| type_)),
        "sequences": objects(&schema.sequences, lasting),
        "tables": objects(&schema.tables, shown_table),
        "views": objects(&schema.views, lasting),
        "functions": values(functions),
    })
}

fn is_bookkeeping(name: &ObjectName) -> bool {
    BOOKKEEPING.binary_search(&name.name.as_str()).is_ok()
}

fn objects<V: Serialize>(
    map: &Arc<BTreeMap<ObjectName, Arc<V>>>,
    shown: impl Fn(&&ObjectName) -> bool,
) -> Vec<Value> {
    let shown = map.iter().filter(|(name, _)| shown(name));
    values(shown.map(|(_, value)| value))
}

/// The model has no maps with keys that JSON cannot hold and no fallible serialisers, so no value is ever lost here.
fn values<'a, V: Serialize + 'a>(items: impl IntoIterator<Item = V>) -> Vec<Value> {
    let items = items.into_iter();
    items
        .map(|item| serde_json::to_value(item).unwrap_or(Value::Null))
        .collect()
}
