//! Literals as PostgreSQL keeps them: read by a type's input function, printed by its output function.

use super::data_type::DataType;
use super::time;
use crate::operation::{QualifiedName, quote_identifier};
use crate::schema::WillFail;
use crate::schema::{Schema, TypeDefinition};

/// What became of a literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// Its canonical text.
    Known(String),
    /// The type would refuse it.
    Invalid(WillFail),
    /// We do not know what the type makes of it.
    Unclear,
}

impl Value {
    fn or_unclear(value: Option<String>) -> Self {
        value.map_or(Self::Unclear, Self::Known)
    }
}

/// A literal's text as the type prints it.
pub(super) fn canonical(schema: &Schema, text: &str, data_type: &DataType) -> Value {
    if data_type.array {
        return array(schema, text, data_type);
    }
    let trimmed = text.trim();
    match data_type.base.as_str() {
        "text" | "character varying" | "character" | "name" | "json" | "xml" | "\"char\"" => {
            if data_type.base == "json" && serde_json::from_str::<serde_json::Value>(text).is_err()
            {
                return Value::Invalid(invalid_input("json", None));
            }
            Value::Known(text.to_owned())
        }
        "boolean" => match boolean(trimmed) {
            Some(value) => Value::Known(value.to_owned()),
            None => Value::Invalid(invalid_input("boolean", Some(text))),
        },
        "smallint" | "integer" | "bigint" => integer(text, &data_type.base),
        "numeric" => match numeric(trimmed) {
            Some(value) => Value::Known(value),
            None => Value::Unclear,
        },
        "double precision" | "real" => Value::or_unclear(float(trimmed)),
        "uuid" => uuid(text),
        "jsonb" => jsonb(text),
        "date" => Value::or_unclear(time::date(trimmed)),
        "timestamp without time zone" => Value::or_unclear(time::timestamp(trimmed)),
        "timestamp with time zone" => Value::or_unclear(time::timestamp_with_zone(trimmed)),
        "time without time zone" => Value::or_unclear(time::time_of_day(trimmed)),
        "interval" => Value::or_unclear(time::interval(trimmed, &data_type.modifier)),
        "bytea" => Value::or_unclear(bytea(text)),
        "inet" | "cidr" | "macaddr" | "regconfig" | "regtype" | "oid" => {
            Value::Known(trimmed.to_owned())
        }
        "xid8" => Value::or_unclear(transaction_id(trimmed)),
        "regclass" => regclass(schema, trimmed),
        base if base.contains('.') => own(schema, text, base),
        _ => Value::Unclear,
    }
}

fn invalid_input(data_type: &str, text: Option<&str>) -> WillFail {
    let message = match text {
        Some(text) => format!("invalid input syntax for type {data_type}: \"{text}\""),
        None => format!("invalid input syntax for type {data_type}"),
    };
    WillFail::new("22P02", message)
}

/// A transaction's number in full. A leading zero may stand for another base.
fn transaction_id(text: &str) -> Option<String> {
    let other_base = text.len() > 1 && text.starts_with('0');
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let id: u64 = text.parse().ok().filter(|_| digits && !other_base)?;
    Some(id.to_string())
}

/// `parse_bool()`: any unique prefix.
fn boolean(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    let starts = |word: &str, least: usize| text.len() >= least && word.starts_with(&text);
    if starts("true", 1) || starts("yes", 1) || starts("on", 2) || text == "1" {
        Some("true")
    } else if starts("false", 1) || starts("no", 1) || starts("off", 2) || text == "0" {
        Some("false")
    } else {
        None
    }
}

fn integer(text: &str, data_type: &str) -> Value {
    let trimmed = text.trim();
    let digits = trimmed.trim_start_matches(['+', '-']);
    if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_digit()) {
        // PostgreSQL 16 and later read other bases and underscores.
        return if digits.starts_with(|c: char| c.is_ascii_digit()) {
            Value::Unclear
        } else {
            Value::Invalid(invalid_input(data_type, Some(text)))
        };
    }
    let in_range = |number: i64| match data_type {
        "smallint" => i16::try_from(number).is_ok(),
        "integer" => i32::try_from(number).is_ok(),
        _ => true,
    };
    match trimmed.trim_start_matches('+').parse::<i64>() {
        Ok(number) if in_range(number) => Value::Known(number.to_string()),
        _ => Value::Invalid(WillFail::new(
            "22003",
            format!("value \"{text}\" is out of range for type {data_type}"),
        )),
    }
}

/// A decimal number: no leading zeros, its digits after the point kept.
pub(super) fn numeric(text: &str) -> Option<String> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if digits.is_empty() || !all_digits(whole) || !all_digits(fraction) {
        return matches!(digits, "NaN" | "Infinity").then(|| format!("{sign}{digits}"));
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let zero = whole == "0" && fraction.chars().all(|c| c == '0');
    let sign = if zero { "" } else { sign };
    Some(if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    })
}

/// A floating-point number, where its shortest form is plain.
fn float(text: &str) -> Option<String> {
    let number: f64 = text.parse().ok()?;
    let plain = number == 0.0 || (1e-4..1e15).contains(&number.abs());
    plain.then(|| number.to_string())
}

fn uuid(text: &str) -> Value {
    let inner = text.trim_start_matches('{').trim_end_matches('}');
    let digits: String = inner.chars().filter(|c| *c != '-').collect();
    if digits.len() != 32 || !digits.chars().all(|c| c.is_ascii_hexdigit()) {
        return Value::Invalid(invalid_input("uuid", Some(text)));
    }
    let digits = digits.to_lowercase();
    let groups = [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)];
    let groups: Vec<&str> = groups
        .iter()
        .filter_map(|(from, to)| digits.get(*from..*to))
        .collect();
    Value::Known(groups.join("-"))
}

fn jsonb(text: &str) -> Value {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(value) => {
            let mut printed = String::new();
            match print_jsonb(&value, &mut printed) {
                Some(()) => Value::Known(printed),
                None => Value::Unclear,
            }
        }
        Err(error) if error.is_syntax() || error.is_eof() => {
            Value::Invalid(invalid_input("json", None))
        }
        Err(_) => Value::Unclear,
    }
}

/// As `jsonb` prints: keys by length, then bytes; a space after `:` and `,`.
fn print_jsonb(value: &serde_json::Value, to: &mut String) -> Option<()> {
    match value {
        serde_json::Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by(|(a, _), (b, _)| (a.len(), a).cmp(&(b.len(), b)));
            to.push('{');
            for (at, (key, value)) in entries.into_iter().enumerate() {
                if at > 0 {
                    to.push_str(", ");
                }
                to.push_str(&serde_json::to_string(key).ok()?);
                to.push_str(": ");
                print_jsonb(value, to)?;
            }
            to.push('}');
        }
        serde_json::Value::Array(items) => {
            to.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    to.push_str(", ");
                }
                print_jsonb(item, to)?;
            }
            to.push(']');
        }
        // Its digits are not kept as they were written.
        serde_json::Value::Number(number) if number.is_f64() => return None,
        other => to.push_str(&other.to_string()),
    }
    Some(())
}

fn bytea(text: &str) -> Option<String> {
    match text.strip_prefix("\\x") {
        Some(digits) => Some(format!("\\x{}", digits.to_lowercase())),
        None if text.is_empty() => Some("\\x".to_owned()),
        None if text.contains('\\') => None,
        None => {
            let digits = text.bytes().map(|byte| format!("{byte:02x}"));
            Some(format!("\\x{}", digits.collect::<String>()))
        }
    }
}

/// A relation's name: printed with its schema, as with an empty search path.
fn regclass(schema: &Schema, text: &str) -> Value {
    let Some(name) = qualified_name(text) else {
        return Value::Unclear;
    };
    match schema.resolve_relation(&name) {
        Some(place) => Value::Known(format!(
            "{}.{}",
            quote_identifier(&place.schema),
            quote_identifier(&place.name)
        )),
        None if schema.may_hold_unknown_objects() => Value::Unclear,
        None if name.schema.is_none() && name.name.starts_with("pg_") => Value::Unclear,
        None => Value::Invalid(WillFail::new(
            "42P01",
            format!("relation \"{}\" does not exist", text.replace('"', "")),
        )),
    }
}

/// A name in a text, folded as SQL folds it.
pub(super) fn qualified_name(text: &str) -> Option<QualifiedName> {
    let folded: String = {
        let mut quoted = false;
        text.chars()
            .map(|c| {
                if c == '"' {
                    quoted = !quoted;
                }
                if quoted { c } else { c.to_ascii_lowercase() }
            })
            .collect()
    };
    if folded.is_empty() || folded.contains(char::is_whitespace) {
        return None;
    }
    if let Some(name) = crate::schema::type_text::own_name(&folded) {
        return Some(QualifiedName::qualified(name.schema, name.name));
    }
    let name = crate::schema::type_text::own_name(&format!("x.{folded}"))?;
    Some(QualifiedName::bare(name.name))
}

fn own(schema: &Schema, text: &str, base: &str) -> Value {
    match schema.own_definition(base) {
        Some(TypeDefinition::Enum { labels }) => {
            if labels.iter().any(|label| label == text) {
                return Value::Known(text.to_owned());
            }
            let name = crate::schema::type_text::own_name(base);
            let name = name.map(|name| name.name).unwrap_or_default();
            Value::Invalid(WillFail::new(
                "22P02",
                format!(
                    "invalid input value for enum {}: \"{text}\"",
                    quote_identifier(&name)
                ),
            ))
        }
        Some(TypeDefinition::Domain { base_type, .. }) => {
            canonical(schema, text, &DataType::read(base_type))
        }
        Some(_) => Value::Unclear,
        None => {
            let name = base.rsplit('.').next().unwrap_or(base);
            match name {
                "citext" | "ltree" => Value::Known(text.to_owned()),
                "hstore" if text.trim().is_empty() => Value::Known(String::new()),
                _ => Value::Unclear,
            }
        }
    }
}

/// `{a,b}`: elements without quotes of their own, as most are.
fn array(schema: &Schema, text: &str, data_type: &DataType) -> Value {
    let trimmed = text.trim();
    let inner = trimmed
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'));
    let Some(inner) = inner else {
        return Value::Invalid(WillFail::new(
            "22P02",
            format!("malformed array literal: \"{text}\""),
        ));
    };
    if inner.trim().is_empty() {
        return Value::Known("{}".to_owned());
    }
    if inner.contains(['"', '\\', '{', '}']) {
        return Value::Unclear;
    }
    let mut printed = Vec::new();
    for item in inner.split(',') {
        let item = item.trim();
        if item.is_empty() {
            return Value::Unclear;
        }
        if item.eq_ignore_ascii_case("null") {
            printed.push("NULL".to_owned());
            continue;
        }
        match canonical(schema, item, &data_type.element()) {
            Value::Known(value) => {
                let quotes = value.is_empty() || value.contains([' ', ',', '"', '\\', '{', '}']);
                printed.push(if quotes {
                    format!("\"{value}\"")
                } else {
                    value
                });
            }
            other => return other,
        }
    }
    Value::Known(format!("{{{}}}", printed.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::World;

    fn known(text: &str, data_type: &str) -> Option<String> {
        let schema = Schema::empty(World::Closed);
        match canonical(&schema, text, &DataType::read(data_type)) {
            Value::Known(value) => Some(value),
            Value::Unclear | Value::Invalid(_) => None,
        }
    }

    #[test]
    fn literals_are_kept_as_their_types_print_them() {
        let cases = [
            ("t", "boolean", "true"),
            (" 007 ", "integer", "7"),
            ("-0.50", "numeric", "-0.50"),
            (".5", "numeric", "0.5"),
            (
                "{\"bb\": 1, \"a\":[true , null]}",
                "jsonb",
                "{\"a\": [true, null], \"bb\": 1}",
            ),
            ("{ a, b c }", "text[]", "{a,\"b c\"}"),
            (
                "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
                "uuid",
                "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
            ),
            ("hi", "bytea", "\\x6869"),
            ("9223372036854775807", "xid8", "9223372036854775807"),
        ];
        for (text, data_type, expected) in cases {
            assert_eq!(known(text, data_type).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(known("seven", "integer"), None);
        assert_eq!(known("010", "xid8"), None);
        assert_eq!(known("now", "date"), None);
    }
}
