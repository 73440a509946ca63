//! Partition keys and bounds.

use super::data_type::DataType;
use super::literal::{self, Value};
use super::{Scope, Target, print};
use crate::operation::{Expression, quote_identifier};
use crate::schema::{Schema, Table};

/// `PARTITION BY …` as `pg_get_partkeydef()` prints it.
pub(in crate::schema) fn partition_key(schema: &Schema, table: &Table, written: &str) -> String {
    let Some((strategy, list)) = split_call(written) else {
        return written.to_owned();
    };
    let keys = split_list(list)
        .into_iter()
        .map(|key| key_text(schema, table, key));
    let keys: Vec<String> = keys.collect();
    format!("{} ({})", strategy.to_uppercase(), keys.join(", "))
}

fn key_text(schema: &Schema, table: &Table, key: &str) -> String {
    let expression = Expression::new(key);
    match print(schema, Scope::Table(table), &expression, &Target::Key) {
        Ok(printed) => match printed.plain_column {
            Some(column) => quote_identifier(&column),
            // A call needs no parentheses, anything else brings its own.
            None => printed.text,
        },
        Err(_) => key.to_owned(),
    }
}

/// The columns that a printed partition key names as they are.
pub(in crate::schema) fn partition_columns(partition_by: &str) -> Vec<String> {
    let Some((_, list)) = split_call(partition_by) else {
        return Vec::new();
    };
    let keys = split_list(list).into_iter();
    let names = keys.filter_map(|key| {
        let name = literal::qualified_name(key)?;
        name.schema.is_none().then_some(name.name)
    });
    names.filter(|name| !name.contains(['(', ':'])).collect()
}

/// `FOR VALUES …` as PostgreSQL prints it.
pub(in crate::schema) fn partition_bound(schema: &Schema, parent: &Table, written: &str) -> String {
    let words: Vec<&str> = written.split_whitespace().collect();
    if written.trim().eq_ignore_ascii_case("default") {
        return "DEFAULT".to_owned();
    }
    let types: Vec<DataType> = parent
        .partition_by
        .iter()
        .flat_map(|partition_by| partition_columns(partition_by))
        .filter_map(|name| parent.column(&name))
        .map(|column| DataType::read(&column.data_type))
        .collect();
    let keyword = words
        .get(2)
        .map(|word| word.to_uppercase())
        .unwrap_or_default();
    let lists = parenthesised(written);
    let values = |list: &str, at: Option<usize>| -> String {
        let values = split_list(list).into_iter().enumerate();
        let values = values.map(|(place, value)| {
            let data_type = types.get(at.unwrap_or(place));
            bound_value(schema, value, data_type)
        });
        values.collect::<Vec<_>>().join(", ")
    };
    match (
        keyword.split('(').next().unwrap_or_default(),
        lists.as_slice(),
    ) {
        ("FROM", [from, to]) => {
            format!(
                "FOR VALUES FROM ({}) TO ({})",
                values(from, None),
                values(to, None)
            )
        }
        ("IN", [list]) => format!("FOR VALUES IN ({})", values(list, Some(0))),
        ("WITH", [list]) => {
            let parts: Vec<String> = split_list(list)
                .into_iter()
                .map(|part| {
                    let words: Vec<&str> = part.split_whitespace().collect();
                    words.join(" ").to_lowercase()
                })
                .collect();
            format!("FOR VALUES WITH ({})", parts.join(", "))
        }
        _ => written.to_owned(),
    }
}

/// One bound: printed without its type.
fn bound_value(schema: &Schema, value: &str, data_type: Option<&DataType>) -> String {
    let value = value.trim();
    if value.eq_ignore_ascii_case("minvalue") || value.eq_ignore_ascii_case("maxvalue") {
        return value.to_uppercase();
    }
    if value.eq_ignore_ascii_case("null") {
        return "NULL".to_owned();
    }
    let Some(data_type) = data_type else {
        return value.to_owned();
    };
    // A cast around a literal says nothing that the column's type does not.
    let bare = value.split("::").next().unwrap_or(value).trim();
    let text = match bare
        .strip_prefix('\'')
        .and_then(|text| text.strip_suffix('\''))
    {
        Some(inner) => inner.replace("''", "'"),
        None if bare.parse::<f64>().is_ok() => bare.to_owned(),
        None if matches!(bare.to_lowercase().as_str(), "true" | "false") => bare.to_lowercase(),
        None => return value.to_owned(),
    };
    let Value::Known(text) = literal::canonical(schema, &text, data_type) else {
        return value.to_owned();
    };
    let is_number = matches!(data_type.base.as_str(), "integer" | "boolean")
        || (data_type.is("numeric") && text.contains('.'));
    if is_number && !text.starts_with('-') {
        text
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

/// `RANGE (a, b)`: the word and what stands in the parentheses.
fn split_call(text: &str) -> Option<(&str, &str)> {
    let (word, rest) = text.trim().split_once('(')?;
    Some((word.trim(), rest.trim_end().strip_suffix(')')?))
}

/// What stands in outer parentheses, one text each.
pub(in crate::schema) fn parenthesised(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut depth, mut start, mut quoted) = (0_i32, 0, false);
    for (at, c) in text.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => {
                if depth == 0 {
                    start = at + 1;
                }
                depth += 1;
            }
            ')' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    found.extend(text.get(start..at));
                }
            }
            _ => {}
        }
    }
    found
}

/// A list split at its outer commas.
pub(in crate::schema) fn split_list(text: &str) -> Vec<&str> {
    let (mut depth, mut quoted) = (0_i32, false);
    let parts = text.split(move |c: char| {
        match c {
            '\'' => quoted = !quoted,
            '(' | '[' if !quoted => depth += 1,
            ')' | ']' if !quoted => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0 && !quoted
    });
    parts
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect()
}
