//! A schema as DBML (dbdiagram.io, dbdocs).

use std::fmt::Write;

use crate::schema::{Column, Index, Schema, Table, TypeDefinition};

/// Writes the schema: enums, tables with their columns and indexes, references.
pub fn dbml(schema: &Schema) -> String {
    let mut out = String::new();
    for definition in schema.types.values() {
        if let TypeDefinition::Enum { labels } = &definition.definition {
            let _ = writeln!(
                out,
                "Enum {} {{",
                name(&definition.schema, &definition.name)
            );
            for label in labels {
                let _ = writeln!(out, "  {}", quoted(label));
            }
            out.push_str("}\n\n");
        }
    }
    for table in schema.tables.values() {
        table_block(&mut out, table);
    }
    for table in schema.tables.values() {
        for key in &table.foreign_keys {
            let from = columns(&table.schema, &table.name, &key.columns);
            let target = &key.references;
            let to = columns(&target.schema, &target.table, &target.columns);
            let mut settings = Vec::new();
            for (event, action) in [("delete", key.on_delete), ("update", key.on_update)] {
                if action != "no action" {
                    settings.push(format!("{event}: {action}"));
                }
            }
            let settings = match settings.is_empty() {
                true => String::new(),
                false => format!(" [{}]", settings.join(", ")),
            };
            let _ = writeln!(out, "Ref {}: {from} > {to}{settings}", quoted(&key.name));
        }
    }
    out
}

fn table_block(out: &mut String, table: &Table) {
    let _ = writeln!(out, "Table {} {{", name(&table.schema, &table.name));
    let single_key = match table.primary_key.as_ref().map(|key| key.columns.as_slice()) {
        Some([one]) => Some(one),
        _ => None,
    };
    for column in &table.columns {
        let unique = table
            .unique_constraints
            .iter()
            .any(|key| matches!(key.columns.as_slice(), [one] if *one == column.name));
        let settings = column_settings(column, single_key == Some(&column.name), unique);
        let _ = writeln!(
            out,
            "  {} {}{settings}",
            quoted(&column.name),
            type_word(&column.data_type)
        );
    }
    let mut lines = Vec::new();
    if let (Some(key), None) = (&table.primary_key, single_key) {
        lines.push(format!("({}) [pk]", list(&key.columns)));
    }
    for key in &table.unique_constraints {
        if key.columns.len() > 1 {
            lines.push(format!(
                "({}) [unique, name: {}]",
                list(&key.columns),
                text(&key.name)
            ));
        }
    }
    lines.extend(table.indexes.iter().map(index_line));
    if !lines.is_empty() {
        out.push_str("\n  indexes {\n");
        for line in lines {
            let _ = writeln!(out, "    {line}");
        }
        out.push_str("  }\n");
    }
    if let Some(comment) = &table.comment {
        let _ = writeln!(out, "\n  Note: {}", text(comment));
    }
    out.push_str("}\n\n");
}

fn column_settings(column: &Column, primary: bool, unique: bool) -> String {
    let mut settings = Vec::new();
    if primary {
        settings.push("pk".to_owned());
    } else if !column.nullable {
        settings.push("not null".to_owned());
    }
    if unique {
        settings.push("unique".to_owned());
    }
    if column.identity.is_some() {
        settings.push("increment".to_owned());
    }
    if let Some(default) = &column.default {
        settings.push(format!("default: `{}`", default.replace('`', "'")));
    }
    if let Some(comment) = &column.comment {
        settings.push(format!("note: {}", text(comment)));
    }
    if settings.is_empty() {
        String::new()
    } else {
        format!(" [{}]", settings.join(", "))
    }
}

fn index_line(index: &Index) -> String {
    let keys: Vec<String> = index
        .keys
        .iter()
        .map(|key| match (&key.column, &key.expression) {
            (Some(column), _) => quoted(column),
            (None, expression) => {
                format!(
                    "`{}`",
                    expression.as_deref().unwrap_or_default().replace('`', "'")
                )
            }
        })
        .collect();
    let mut settings = Vec::new();
    if index.unique {
        settings.push("unique".to_owned());
    }
    // DBML knows two methods.
    if matches!(index.method.as_str(), "btree" | "hash") {
        settings.push(format!("type: {}", index.method));
    }
    settings.push(format!("name: {}", text(&index.name)));
    format!("({}) [{}]", keys.join(", "), settings.join(", "))
}

fn columns(schema: &str, table: &str, columns: &[String]) -> String {
    match columns {
        [one] => format!("{}.{}", name(schema, table), quoted(one)),
        many => format!("{}.({})", name(schema, table), list(many)),
    }
}

fn list(columns: &[String]) -> String {
    columns
        .iter()
        .map(|column| quoted(column))
        .collect::<Vec<_>>()
        .join(", ")
}

fn name(schema: &str, name: &str) -> String {
    match schema {
        "public" => quoted(name),
        other => format!("{}.{}", quoted(other), quoted(name)),
    }
}

/// DBML has no escape for a double quote in a name.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "'").replace('\n', " "))
}

fn text(text: &str) -> String {
    format!(
        "'{}'",
        text.replace('\\', "\\\\")
            .replace('\'', "\\'")
            .replace('\n', "\\n")
    )
}

/// A type: quoted unless it is a plain word, with modifiers outside the quotes.
fn type_word(data_type: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if data_type.is_empty() {
        "unknown".to_owned()
    } else if data_type.chars().all(plain) {
        data_type.to_owned()
    } else {
        quoted(data_type)
    }
}
