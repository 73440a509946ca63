//! Rows made up for a schema, so that backfills and new constraints meet data.
//!
//! Every value follows from the row's number, so that a foreign key finds the row it means without looking. Checks are
//! respected where they list or bound the values; where a check asks for more, PostgreSQL refuses the rows and says so.

use retort_report::SampleRows;

use crate::operation::{quote_identifier, quote_literal};
use crate::schema::{
    Column, ForeignKeyConstraint, ObjectName, Schema, Table, TableKind, TypeDefinition,
};

/// Numbers of rows start above those that migrations themselves insert.
const FIRST: u32 = 1001;

/// How far references are followed.
const DEEPEST: u32 = 16;

/// Statements that insert `count` rows into each table, referenced tables first.
pub(super) fn rows(schema: &Schema, count: u32) -> Vec<SampleRows> {
    let mut done: Vec<ObjectName> = Vec::new();
    let mut waiting: Vec<(&ObjectName, &Table)> = schema
        .tables
        .iter()
        .map(|(name, table)| (name, table.as_ref()))
        .filter(|(_, table)| table.partition_of.is_none())
        .collect();
    let mut found = Vec::new();
    while !waiting.is_empty() {
        // In a circle of references none is ready: the first goes ahead, with NULL where it may.
        let ready = waiting.iter().position(|(name, table)| {
            let mut keys = table.foreign_keys.iter();
            keys.all(|key| {
                let target = key.references.table_name();
                target == **name || done.contains(&target)
            })
        });
        let (name, table) = waiting.remove(ready.unwrap_or(0));
        found.push(sample(schema, table, &done, count));
        done.push(name.clone());
    }
    found
}

fn sample(schema: &Schema, table: &Table, done: &[ObjectName], count: u32) -> SampleRows {
    let statement = insert(schema, table, done, count);
    let (sql, reason) = match statement {
        Ok(sql) => (Some(sql), None),
        Err(reason) => (None, Some(reason)),
    };
    SampleRows {
        table: table.object_name().to_string(),
        sql,
        reason,
    }
}

fn insert(
    schema: &Schema,
    table: &Table,
    done: &[ObjectName],
    count: u32,
) -> Result<String, String> {
    if table.kind == TableKind::Foreign {
        return Err("its rows are in another database".to_owned());
    }
    let columns: Vec<&Column> = table
        .columns
        .iter()
        .filter(|column| column.generated.is_none())
        .collect();
    let count = match most_rows(schema, table) {
        Some(most) => count.min(most),
        None => count,
    };
    let mut tuples = Vec::new();
    for row in 0..count {
        let mut values = Vec::new();
        for column in &columns {
            values.push(value(schema, table, column, done, row, 0)?);
        }
        tuples.push(format!("({})", values.join(", ")));
    }
    let names: Vec<String> = columns
        .iter()
        .map(|column| quote_identifier(&column.name))
        .collect();
    let overriding = if columns.iter().any(|column| column.identity.is_some()) {
        " OVERRIDING SYSTEM VALUE"
    } else {
        ""
    };
    let table = table.object_name();
    if names.is_empty() {
        return Ok(format!("INSERT INTO {table} DEFAULT VALUES"));
    }
    Ok(format!(
        "INSERT INTO {table} ({}){overriding} VALUES\n  {}",
        names.join(", "),
        tuples.join(",\n  ")
    ))
}

/// How many rows can differ in a key of one column: two for a boolean, the labels of an enum, the values that a check
/// lists.
fn most_rows(schema: &Schema, table: &Table) -> Option<u32> {
    let constraints = table.primary_key.iter().chain(&table.unique_constraints);
    let keys = constraints.map(|key| key.columns.clone());
    let indexes = table.indexes.iter().filter(|index| index.unique);
    let indexes = indexes.map(|index| {
        index
            .keys
            .iter()
            .filter_map(|key| key.column.clone())
            .collect()
    });
    keys.chain(indexes)
        .filter_map(|columns: Vec<String>| match columns.as_slice() {
            [column] => table.column(column),
            _ => None,
        })
        .filter_map(|column| {
            let listed = listed(table, &column.name).len();
            if listed > 0 {
                return Some(listed as u32);
            }
            match column.data_type.as_str() {
                "boolean" => Some(2),
                name => Some(labels(schema, name)?.len() as u32),
            }
        })
        .min()
}

fn value(
    schema: &Schema,
    table: &Table,
    column: &Column,
    done: &[ObjectName],
    row: u32,
    depth: u32,
) -> Result<String, String> {
    let mut keys = table.foreign_keys.iter();
    if let Some(key) = keys.find(|key| key.columns.contains(&column.name)) {
        return reference(schema, table, column, key, done, row, depth);
    }
    if let Some(text) = pick(&listed(table, &column.name), row) {
        return Ok(text.clone());
    }
    let number = u64::from(FIRST + row);
    let number = bounded(table, &column.name, number);
    plain(schema, &column.data_type, &column.name, row, number).ok_or_else(|| {
        format!(
            "no value of type {} is made up for column {}",
            column.data_type, column.name
        )
    })
}

/// The value of the row of the same number that is referenced.
fn reference(
    schema: &Schema,
    table: &Table,
    column: &Column,
    key: &ForeignKeyConstraint,
    done: &[ObjectName],
    row: u32,
    depth: u32,
) -> Result<String, String> {
    let target = key.references.table_name();
    if !done.contains(&target) && target != table.object_name() {
        return if column.nullable {
            Ok("NULL".to_owned())
        } else {
            Err(format!(
                "it and table {target} need each other's rows first"
            ))
        };
    }
    let at = key.columns.iter().position(|name| *name == column.name);
    let referenced = schema.tables.get(&target).and_then(|other| {
        let name = key.references.columns.get(at?)?;
        Some((other, other.column(name)?))
    });
    match referenced {
        Some((other, known)) if depth < DEEPEST => {
            let row = most_rows(schema, other).map_or(row, |most| row % most.max(1));
            value(schema, other, known, done, row, depth + 1)
        }
        _ => Err(format!(
            "what column {} references is not known",
            column.name
        )),
    }
}

fn plain(schema: &Schema, data_type: &str, name: &str, row: u32, number: u64) -> Option<String> {
    if data_type.ends_with("[]") {
        return Some("'{}'".to_owned());
    }
    let (base, size) = match data_type.split_once('(') {
        Some((base, rest)) => {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            let tail = rest.split_once(')').map_or("", |(_, tail)| tail);
            (
                format!("{}{tail}", base.trim_end()),
                digits.parse::<usize>().ok(),
            )
        }
        None => (data_type.to_owned(), None),
    };
    let text = |size: Option<usize>| {
        let long = format!("{name} {number}");
        let short = number.to_string();
        let fitting = match size {
            Some(size) if long.chars().count() > size => short
                .chars()
                .skip(short.len().saturating_sub(size))
                .collect(),
            _ => long,
        };
        Some(quote_literal(&fitting))
    };
    let day = row % 28 + 1;
    match base.as_str() {
        "smallint" | "integer" | "bigint" | "oid" | "real" | "double precision" => {
            Some(number.to_string())
        }
        "numeric" if size.is_some_and(|digits| digits < 6) => Some((row % 9).to_string()),
        "numeric" => Some(number.to_string()),
        "money" => Some(format!("{number}::money")),
        "boolean" => Some(
            if row.is_multiple_of(2) {
                "true"
            } else {
                "false"
            }
            .to_owned(),
        ),
        "text" | "citext" | "public.citext" | "name" => text(None),
        "character varying" | "character" => text(size.or((base == "character").then_some(1))),
        "\"char\"" => text(Some(1)),
        "uuid" => Some(format!("'00000000-0000-4000-8000-{number:012}'")),
        "date" => Some(format!("'2024-01-{day:02}'")),
        "timestamp with time zone" | "timestamp without time zone" => {
            Some(format!("'2024-01-{day:02} 12:00:00+00'"))
        }
        "time without time zone" | "time with time zone" => Some("'12:00:00+00'".to_owned()),
        "interval" => Some(format!("'{number} seconds'")),
        "json" | "jsonb" => Some("'{}'".to_owned()),
        "bytea" => Some(format!("'\\x{number:08x}'")),
        "inet" | "cidr" => Some(format!("'10.0.{}.{}'", row / 256 % 256, row % 256)),
        "macaddr" => Some(format!(
            "'08:00:2b:01:{:02x}:{:02x}'",
            row / 256 % 256,
            row % 256
        )),
        "bit" | "bit varying" => Some(format!("B'{}'", "0".repeat(size.unwrap_or(1)))),
        "tsvector" | "tsquery" => Some("''".to_owned()),
        "xml" => Some("'<a/>'".to_owned()),
        "point" => Some(format!("'({row},{row})'")),
        "int4range" | "int8range" | "numrange" => Some(format!("'[{number},{})'", number + 1)),
        "tstzrange" | "tsrange" | "daterange" => Some(format!("'[2024-01-{day:02},2024-02-01)'")),
        "public.hstore" | "hstore" | "public.ltree" | "ltree" => Some("''".to_owned()),
        _ => own_type(schema, data_type, name, row, number),
    }
}

fn own_type(schema: &Schema, data_type: &str, name: &str, row: u32, number: u64) -> Option<String> {
    match definition(schema, data_type)? {
        TypeDefinition::Enum { labels } => {
            let label = pick(labels, row)?;
            Some(quote_literal(label))
        }
        TypeDefinition::Domain { base_type, .. } => plain(schema, base_type, name, row, number),
        _ => None,
    }
}

fn definition<'a>(schema: &'a Schema, data_type: &str) -> Option<&'a TypeDefinition> {
    let found = schema.types.iter().find(|(name, _)| {
        data_type
            == format!(
                "{}.{}",
                quote_identifier(&name.schema),
                quote_identifier(&name.name)
            )
            || (name.schema == "public" && data_type == quote_identifier(&name.name))
    });
    found.map(|(_, known)| &known.definition)
}

fn labels<'a>(schema: &'a Schema, data_type: &str) -> Option<&'a [String]> {
    match definition(schema, data_type)? {
        TypeDefinition::Enum { labels } => Some(labels),
        _ => None,
    }
}

fn pick<T>(choices: &[T], row: u32) -> Option<&T> {
    let count = choices.len().max(1);
    choices.get(row as usize % count)
}

/// The values that a check lists for a column: `(kind = ANY (ARRAY['a'::text, 'b'::text]))`.
fn listed(table: &Table, column: &str) -> Vec<String> {
    let checks = table.check_constraints.iter();
    let mut of_column = checks.filter(|check| check.columns == [column]);
    of_column
        .find_map(|check| {
            let (_, list) = check.expression.split_once("= ANY (")?;
            let literals: Vec<String> = literals(list);
            (!literals.is_empty()).then_some(literals)
        })
        .unwrap_or_default()
}

fn literals(list: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = list;
    while let Some((_, after)) = rest.split_once('\'') {
        let mut text = String::new();
        let mut tail = after;
        loop {
            let Some((part, after)) = tail.split_once('\'') else {
                return found;
            };
            text.push_str(part);
            tail = after;
            match tail.strip_prefix('\'') {
                Some(after) => {
                    text.push('\'');
                    tail = after;
                }
                None => break,
            }
        }
        found.push(quote_literal(&text));
        rest = tail;
    }
    found
}

/// The number, brought between the bounds that checks of the form `(column < 10)` set.
fn bounded(table: &Table, column: &str, number: u64) -> u64 {
    let mut number = number;
    for check in &table.check_constraints {
        if check.columns != [column] {
            continue;
        }
        let words: Vec<&str> = check
            .expression
            .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')'))
            .filter(|word| !word.is_empty())
            .collect();
        for window in words.windows(3) {
            if let [left, sign, right] = window
                && left.trim_matches('"') == column
                && let Ok(bound) = right.split("::").next().unwrap_or_default().parse::<u64>()
            {
                number = match *sign {
                    "<" if number >= bound => bound.saturating_sub(1),
                    "<=" if number > bound => bound,
                    ">" if number <= bound => bound + 1,
                    ">=" if number < bound => bound,
                    _ => number,
                };
            }
        }
    }
    number
}
