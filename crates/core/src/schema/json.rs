//! The schema JSON: the shape in which schemas are exchanged and compared.

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::lookup::TEMPORARY_SCHEMA;
use super::{ObjectName, Objects, Schema, TypeDefinition};

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
    let shown_table = |name: &&ObjectName| lasting(name) && !is_bookkeeping(&name.name);
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

/// Whether a table is one that a migration tool keeps for itself.
pub(crate) fn is_bookkeeping(name: &str) -> bool {
    BOOKKEEPING.binary_search(&name).is_ok()
}

fn objects<V: Serialize>(
    map: &Objects<ObjectName, V>,
    shown: impl Fn(&&ObjectName) -> bool,
) -> Vec<Value> {
    let shown = map.iter().filter(|(name, _)| shown(name));
    values(shown.map(|(_, value)| value))
}

/// Tables that others are named by: `{"schema", "table"}`.
pub(super) fn table_names<S: Serializer>(
    names: &[ObjectName],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct TableName<'a> {
        schema: &'a str,
        table: &'a str,
    }
    let names = names.iter().map(|name| TableName {
        schema: &name.schema,
        table: &name.name,
    });
    serializer.collect_seq(names)
}

/// A key of an index as `pg_get_indexdef()` prints it: in parentheses of its own, unless it looks like a function call.
#[expect(clippy::ref_option, reason = "serde gives a field's reference")]
pub(super) fn index_expression<S: Serializer>(
    expression: &Option<String>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match expression {
        Some(text) if looks_like_call(text) => serializer.serialize_some(text),
        Some(text) => serializer.serialize_some(&format!("({text})")),
        None => serializer.serialize_none(),
    }
}

/// Whether a printed expression is `name(…)`, or the call behind `(… AT TIME ZONE …)` (`looks_like_function()`).
fn looks_like_call(text: &str) -> bool {
    let Some(open) = text.find('(') else {
        return false;
    };
    let (head, rest) = text.split_at_checked(open).unwrap_or((text, ""));
    let inner = rest
        .get(1..rest.len().saturating_sub(1))
        .unwrap_or_default();
    let closes_at_end = rest.ends_with(')') && stays_open(inner);
    if head.is_empty() {
        return closes_at_end && at_outer_level(inner, " AT TIME ZONE ");
    }
    let name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '"');
    closes_at_end && head.chars().all(name)
}

/// Whether the parentheses of a text never close one that was open before it.
fn stays_open(text: &str) -> bool {
    outer_depths(text).all(|(_, depth)| depth >= 0)
}

/// Whether a text holds `words` outside of all its parentheses and literals.
fn at_outer_level(text: &str, words: &str) -> bool {
    outer_depths(text)
        .any(|(at, depth)| depth == 0 && text.get(at..).is_some_and(|rest| rest.starts_with(words)))
}

/// How deep in parentheses each character outside of literals is.
fn outer_depths(text: &str) -> impl Iterator<Item = (usize, i32)> {
    let (mut depth, mut quoted) = (0, false);
    text.char_indices().filter_map(move |(at, c)| {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        (!quoted).then_some((at, depth))
    })
}

/// The model has no maps with keys that JSON cannot hold and no fallible serialisers, so no value is ever lost here.
fn values<'a, V: Serialize + 'a>(items: impl IntoIterator<Item = V>) -> Vec<Value> {
    let items = items.into_iter();
    items
        .map(|item| serde_json::to_value(item).unwrap_or(Value::Null))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::looks_like_call;

    #[test]
    fn calls_are_told_from_other_expressions() {
        for call in [
            "lower(a)",
            "public.f((a + b), ')')",
            "COALESCE(a, b)",
            "(a AT TIME ZONE 'utc'::text)",
        ] {
            assert!(looks_like_call(call), "{call}");
        }
        for other in [
            "(a + b)",
            "(lower(a) || lower(b))",
            "lower(a) || lower(b)",
            "((a AT TIME ZONE 'utc'::text) > b)",
            "a[1]",
        ] {
            assert!(!looks_like_call(other), "{other}");
        }
    }
}
