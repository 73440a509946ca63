//! The functions that make texts out of texts.

use super::Value;
use crate::operation::{quote_identifier, quote_literal};

/// A call of one of PostgreSQL's functions; unknown where the function is not one of these.
pub(super) fn call(name: &str, arguments: &[Value]) -> Value {
    match (name, arguments) {
        ("coalesce", arguments) => coalesce(arguments),
        ("concat", arguments) => concat(arguments),
        ("format", [Value::Text(pattern), values @ ..]) => {
            format(pattern, values).map_or(Value::Unknown, Value::Text)
        }
        ("lower", [Value::Text(text)]) if text.is_ascii() => Value::Text(text.to_lowercase()),
        ("upper", [Value::Text(text)]) if text.is_ascii() => Value::Text(text.to_uppercase()),
        ("quote_ident", [Value::Text(text)]) => Value::Text(quote_identifier(text)),
        ("quote_literal", [Value::Text(text)]) => Value::Text(quote_literal(text)),
        ("replace", [Value::Text(text), Value::Text(from), Value::Text(to)])
            if !from.is_empty() =>
        {
            Value::Text(text.replace(from, to))
        }
        ("length" | "char_length", [Value::Text(text)]) => {
            i64::try_from(text.chars().count()).map_or(Value::Unknown, Value::Number)
        }
        ("left", [Value::Text(text), Value::Number(length)]) => match usize::try_from(*length) {
            Ok(length) => Value::Text(text.chars().take(length).collect()),
            Err(_) => Value::Unknown,
        },
        _ => Value::Unknown,
    }
}

/// The first that is not `NULL`.
fn coalesce(arguments: &[Value]) -> Value {
    let first = arguments.iter().find(|value| **value != Value::Null);
    first.cloned().unwrap_or(Value::Null)
}

/// `NULL` adds nothing.
fn concat(arguments: &[Value]) -> Value {
    let mut text = String::new();
    for argument in arguments.iter().filter(|value| **value != Value::Null) {
        match argument.print() {
            Some(printed) if !matches!(argument, Value::Bool(_)) => text += &printed,
            _ => return Value::Unknown,
        }
    }
    Value::Text(text)
}

/// PostgreSQL's `format()` with `%s`, `%I`, `%L`, `%%` and numbered arguments (`%1$I`); nothing for anything finer.
pub fn format(pattern: &str, values: &[Value]) -> Option<String> {
    let mut next = 0;
    let mut text = String::new();
    let mut rest = pattern;
    while let Some(at) = rest.find('%') {
        text += rest.get(..at)?;
        rest = rest.get(at + 1..)?;
        if let Some(tail) = rest.strip_prefix('%') {
            text.push('%');
            rest = tail;
            continue;
        }
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if digits > 0 {
            let number: usize = rest.get(..digits)?.parse().ok()?;
            rest = rest.get(digits..)?.strip_prefix('$')?;
            next = number.checked_sub(1)?;
        }
        let value = values.get(next)?;
        next += 1;
        let kind = rest.chars().next()?;
        rest = rest.get(kind.len_utf8()..)?;
        text += &formatted(kind, value)?;
    }
    Some(text + rest)
}

fn formatted(kind: char, value: &Value) -> Option<String> {
    match (kind, value) {
        ('s', Value::Null) => Some(String::new()),
        ('L', Value::Null) => Some("NULL".to_owned()),
        ('s', value) => value.print(),
        ('I', value) => value.print().map(|name| quote_identifier(&name)),
        ('L', value) => value.print().map(|text| quote_literal(&text)),
        _ => None,
    }
}

/// `LIKE` without an escape in the pattern.
pub(super) fn like(text: &str, pattern: &str) -> Value {
    if pattern.contains('\\') {
        return Value::Unknown;
    }
    let text: Vec<char> = text.chars().collect();
    let pattern: Vec<char> = pattern.chars().collect();
    // Whether the pattern so far matches the first n characters.
    let mut reached = vec![false; text.len() + 1];
    if let Some(start) = reached.first_mut() {
        *start = true;
    }
    for sign in pattern {
        let mut next = vec![false; text.len() + 1];
        let mut before = false;
        for (at, place) in next.iter_mut().enumerate() {
            let here = reached.get(at).copied().unwrap_or(false);
            *place = if sign == '%' {
                before || here
            } else {
                let previous = at.checked_sub(1);
                let fits = previous.and_then(|at| text.get(at));
                let fits = fits.is_some_and(|character| sign == '_' || *character == sign);
                fits && previous
                    .and_then(|at| reached.get(at))
                    .copied()
                    .unwrap_or(false)
            };
            before = *place;
        }
        reached = next;
    }
    Value::Bool(reached.last().copied().unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_fills_in_what_is_known() {
        let values = [Value::text("Shelf"), Value::Number(3), Value::Null];
        let cases = [
            ("%I_%s", Some("\"Shelf\"_3")),
            ("%2$s %1$L %%", Some("3 'Shelf' %")),
            ("%s%s%s|", Some("Shelf3|")),
            ("%s %s %s %s", None),
            ("%-5s", None),
        ];
        for (pattern, expected) in cases {
            assert_eq!(format(pattern, &values).as_deref(), expected, "{pattern}");
        }
    }

    #[test]
    fn like_matches_as_postgresql_does() {
        for (text, pattern, expected) in [
            ("shelf_pkey", "shelf%", true),
            ("shelf", "%lf", true),
            ("shelf", "s__lf", true),
            ("shelf", "sh", false),
            ("", "%", true),
        ] {
            assert_eq!(
                like(text, pattern),
                Value::Bool(expected),
                "{text} {pattern}"
            );
        }
    }
}
