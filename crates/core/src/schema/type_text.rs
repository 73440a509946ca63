//! Types as `format_type()` prints them: taken apart and put together.

use super::ObjectName;
use crate::operation::quote_identifier;

/// A type of one's own, as it stands in a column: always with its schema.
pub(super) fn qualified(name: &ObjectName) -> String {
    format!(
        "{}.{}",
        quote_identifier(&name.schema),
        quote_identifier(&name.name)
    )
}

/// Whether it is an array.
pub(super) fn is_array(text: &str) -> bool {
    text.ends_with("[]")
}

/// Without the array's brackets.
pub(super) fn element(text: &str) -> &str {
    text.strip_suffix("[]").unwrap_or(text)
}

/// The modifier with its parentheses, empty where there is none.
pub(super) fn modifier(text: &str) -> &str {
    let element = element(text);
    let Some(open) = element.find('(') else {
        return "";
    };
    if element.starts_with('"') || element.ends_with('"') {
        return "";
    }
    let rest = element.get(open..).unwrap_or_default();
    let close = rest.rfind(')').map_or(rest.len(), |at| at + 1);
    rest.get(..close).unwrap_or_default()
}

/// Without modifier and without brackets: `timestamp(3) with time zone[]` is `timestamp with time zone`.
pub(super) fn base(text: &str) -> String {
    let modifier = modifier(text);
    let element = element(text);
    if modifier.is_empty() {
        element.to_owned()
    } else {
        element.replacen(modifier, "", 1)
    }
}

/// Without its modifier, brackets kept.
pub(super) fn without_modifier(text: &str) -> String {
    let base = base(text);
    if is_array(text) {
        format!("{base}[]")
    } else {
        base
    }
}

/// `text` with another base, its modifier and brackets kept.
pub(super) fn with_base(text: &str, base: &str) -> String {
    let brackets = if is_array(text) { "[]" } else { "" };
    format!("{base}{}{brackets}", modifier(text))
}

/// The name in `schema.name`; none for a built-in type.
pub(super) fn own_name(base: &str) -> Option<ObjectName> {
    let mut parts = Vec::new();
    let mut rest = base;
    loop {
        let (part, tail) = match rest.strip_prefix('"') {
            Some(_) => {
                let end = closing_quote(rest)?;
                (unquoted(rest.get(..=end)?), rest.get(end + 1..)?)
            }
            None => match rest.split_once('.') {
                Some((part, _)) => (part.to_owned(), rest.get(part.len()..)?),
                None => (rest.to_owned(), ""),
            },
        };
        parts.push(part);
        match tail.strip_prefix('.') {
            Some(next) => rest = next,
            None => break,
        }
    }
    match parts.as_slice() {
        [schema, name] => Some(ObjectName::new(schema, name)),
        _ => None,
    }
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut at = 1;
    loop {
        let found = at + text.get(at..)?.find('"')?;
        if text.get(found + 1..)?.starts_with('"') {
            at = found + 2;
        } else {
            return Some(found);
        }
    }
}

fn unquoted(text: &str) -> String {
    let inner = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    inner.unwrap_or(text).replace("\"\"", "\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_come_apart() {
        assert_eq!(base("character varying(20)[]"), "character varying");
        assert_eq!(
            base("timestamp(3) with time zone"),
            "timestamp with time zone"
        );
        assert_eq!(base("public.\"Mood(y)\""), "public.\"Mood(y)\"");
        assert_eq!(modifier("numeric(10,2)[]"), "(10,2)");
        assert_eq!(without_modifier("public.vector(3)[]"), "public.vector[]");
        assert_eq!(
            with_base("public.mood[]", "public.temper"),
            "public.temper[]"
        );
    }
}
