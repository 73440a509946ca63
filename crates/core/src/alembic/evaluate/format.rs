//! f-strings, `str.format` and `%`.

use ruff_python_ast::ConversionFlag;

use super::super::traced::Traced;
use super::super::value::{Known, Unknown, Value};
use super::number;

/// `str(value)`.
pub fn shown(value: &Value) -> Known<Traced> {
    Ok(match value {
        Value::Str(text) => text.as_ref().clone(),
        Value::None => Traced::plain("None"),
        Value::Bool(true) => Traced::plain("True"),
        Value::Bool(false) => Traced::plain("False"),
        Value::Int(value) => Traced::plain(value.to_string()),
        Value::Float(value) => Traced::plain(number::float(*value)),
        Value::Unknown(unknown) => return Err(unknown.clone()),
        Value::Tuple(_) | Value::List(_) | Value::Dict(_) | Value::Set(_) => repr(value)?,
        Value::Instance(instance) if instance.class.is_enum => {
            let name = instance.attributes.borrow().get("name").cloned();
            let is_text = instance
                .class
                .foreign_bases()
                .iter()
                .any(|base| matches!(base, Value::Path(path) if path.ends_with("StrEnum")));
            match (is_text, instance.member_value(), name) {
                (true, Some(value), _) => shown(&value)?,
                (false, _, Some(Value::Str(name))) => {
                    Traced::plain(format!("{}.{}", instance.class.name, name.text))
                }
                _ => return Err(Unknown::data("is shown by code that is not read")),
            }
        }
        Value::Column(column) => Traced::plain(match &column.table {
            Some(table) => format!("{}.{}", table.name.text, column.name.text),
            None => column.name.text.clone(),
        }),
        Value::Expr(_) | Value::Statement(_) => {
            return Err(Unknown::data("shows an SQL expression as Python does"));
        }
        Value::Table(table) => Traced::plain(match &table.schema {
            Some(schema) => format!("{}.{}", schema.text, table.name.text),
            None => table.name.text.clone(),
        }),
        _ => return Err(Unknown::data("is shown by code that is not read")),
    })
}

/// `repr(value)`.
pub fn repr(value: &Value) -> Known<Traced> {
    Ok(Traced::plain(match value {
        Value::Str(text) => quoted(&text.text),
        Value::Tuple(items) => {
            let shown = all(items)?;
            match items.len() {
                1 => format!("({shown},)"),
                _ => format!("({shown})"),
            }
        }
        Value::List(items) => format!("[{}]", all(&items.known()?)?),
        Value::Set(items) => match items.known()?.as_slice() {
            [] => "set()".to_owned(),
            // A set shows itself in the order of its hashes.
            [only] => format!("{{{}}}", repr(only)?.text),
            _ => return Err(Unknown::data("depends on the order of a set")),
        },
        Value::Dict(pairs) => {
            let pairs = pairs.known()?;
            let pairs = pairs
                .iter()
                .map(|(key, value)| Ok(format!("{}: {}", repr(key)?.text, repr(value)?.text)));
            let pairs: Known<Vec<String>> = pairs.collect();
            format!("{{{}}}", pairs?.join(", "))
        }
        other => return shown(other),
    }))
}

fn all(items: &[Value]) -> Known<String> {
    let shown: Known<Vec<String>> = items.iter().map(|item| Ok(repr(item)?.text)).collect();
    Ok(shown?.join(", "))
}

fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

/// `{value!r:spec}`.
pub fn interpolated(value: &Value, conversion: ConversionFlag, spec: &str) -> Known<Traced> {
    let text = match conversion {
        ConversionFlag::Repr | ConversionFlag::Ascii => repr(value)?,
        ConversionFlag::None | ConversionFlag::Str => shown(value)?,
    };
    if spec.is_empty() {
        return Ok(text);
    }
    aligned(value, &text.text, spec).map(Traced::plain)
}

/// The common part of Python's format specifications: fill, alignment, zero padding, width, `d`, `s`, `,`, `.2f`.
fn aligned(value: &Value, text: &str, spec: &str) -> Known<String> {
    let unread = || Unknown::data(format!("depends on the format `{spec}`, which is not read"));
    let mut rest: Vec<char> = spec.chars().collect();
    let is_align = |c: &char| matches!(c, '<' | '>' | '^');
    let (mut fill, mut align) = (' ', None);
    if let [first, second, ..] = rest.as_slice()
        && is_align(second)
    {
        (fill, align) = (*first, Some(*second));
        rest.drain(..2);
    } else if let Some(first) = rest.first().copied()
        && is_align(&first)
    {
        align = Some(first);
        rest.remove(0);
    }
    if rest.first() == Some(&'0') {
        rest.remove(0);
        fill = '0';
        align = align.or(Some('>'));
    }
    let digits: String = rest.iter().take_while(|c| c.is_ascii_digit()).collect();
    let tail: String = rest.iter().skip(digits.len()).collect();
    let body = match (tail.as_str(), value) {
        ("" | "s" | "d", _) => text.to_owned(),
        ("x", Value::Int(value)) => format!("{value:x}"),
        _ => match tail
            .strip_prefix('.')
            .and_then(|tail| tail.strip_suffix('f'))
        {
            Some(places) => {
                let places: usize = places.parse().map_err(|_| unread())?;
                let number = value.number().ok_or_else(unread)?;
                format!("{number:.places$}")
            }
            None => return Err(unread()),
        },
    };
    let width: usize = match digits.as_str() {
        "" => 0,
        digits => digits.parse().map_err(|_| unread())?,
    };
    if width > 10_000 {
        return Err(unread());
    }
    let missing = width.saturating_sub(body.chars().count());
    let default = if value.number().is_some() { '>' } else { '<' };
    let before = match align.unwrap_or(default) {
        '<' => 0,
        '^' => missing / 2,
        _ => missing,
    };
    let pad = |count: usize| std::iter::repeat_n(fill, count).collect::<String>();
    Ok(format!("{}{body}{}", pad(before), pad(missing - before)))
}

/// `format % argument`.
pub fn percent(format: &Traced, argument: &Value) -> Known<Traced> {
    let text = format.text.as_str();
    let mut out = Traced::default();
    let mut start = 0;
    let mut taken = 0;
    while let Some(found) = text.get(start..).and_then(|rest| rest.find('%')) {
        let at = start + found;
        out.push(&format.slice(start, at));
        let rest = text.get(at + 1..).unwrap_or_default();
        if rest.starts_with('%') {
            out.push_str("%");
            start = at + 2;
            continue;
        }
        let (value, after) = match rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
            Some((key, after)) => (mapped(argument, key), after),
            None => {
                taken += 1;
                (positional(argument, taken - 1), rest)
            }
        };
        let value = value.map_err(|unknown| unknown.beginning(&out.text))?;
        let digits = after
            .find(|c: char| !matches!(c, '0'..='9' | '.' | '-' | '+' | ' '))
            .unwrap_or(after.len());
        let spec = after.get(..digits).unwrap_or_default();
        let kind = after.get(digits..).and_then(|after| after.chars().next());
        let shown = match kind {
            Some('s' | 'd' | 'i') => shown(&value),
            Some('r') => repr(&value),
            Some('f') => {
                let places = spec.trim_start_matches(|c| c != '.');
                let spec = if places.is_empty() {
                    ".6f".to_owned()
                } else {
                    format!("{places}f")
                };
                interpolated(&value, ConversionFlag::None, &spec)
            }
            _ => Err(Unknown::data("depends on a format that is not read")),
        };
        let mut shown = shown.map_err(|unknown| unknown.beginning(&out.text))?;
        if !spec.is_empty() && kind != Some('f') {
            let spec = match spec.strip_prefix('-') {
                Some(width) => format!("<{width}"),
                None if spec.starts_with('0') => spec.to_owned(),
                None => format!(">{spec}"),
            };
            shown = Traced::plain(aligned(&value, &shown.text, &spec)?);
        }
        out.push(&shown);
        start = at + 1 + (rest.len() - after.len()) + digits + 1;
    }
    out.push(&format.slice(start, text.len()));
    Ok(out)
}

fn positional(argument: &Value, index: usize) -> Known<Value> {
    match argument {
        Value::Tuple(items) => items
            .get(index)
            .cloned()
            .ok_or_else(|| Unknown::data("has too few values for its format")),
        Value::Unknown(unknown) => Err(unknown.clone()),
        other if index == 0 => Ok(other.clone()),
        _ => Err(Unknown::data("has too few values for its format")),
    }
}

fn mapped(argument: &Value, key: &str) -> Known<Value> {
    match argument {
        Value::Dict(pairs) => {
            let pairs = pairs.known()?;
            let found = pairs
                .into_iter()
                .find(|(name, _)| name.as_str() == Some(key));
            found
                .map(|(_, value)| value)
                .ok_or_else(|| Unknown::data("has no value for its format"))
        }
        Value::Unknown(unknown) => Err(unknown.clone()),
        _ => Err(Unknown::data("has no value for its format")),
    }
}

/// `format.format(…)`; the values come from `find`, which is given `0`, `name`, `name.attribute`, or nothing for the next.
pub fn braces(format: &Traced, mut find: impl FnMut(&str) -> Known<Value>) -> Known<Traced> {
    let text = format.text.as_str();
    let mut out = Traced::default();
    let mut start = 0;
    while let Some(found) = text.get(start..).and_then(|rest| rest.find(['{', '}'])) {
        let at = start + found;
        out.push(&format.slice(start, at));
        let rest = text.get(at..).unwrap_or_default();
        if rest.starts_with("{{") || rest.starts_with("}}") {
            out.push_str(rest.get(..1).unwrap_or_default());
            start = at + 2;
            continue;
        }
        let Some((inner, _)) = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) else {
            return Err(Unknown::data("has a format that is not closed"));
        };
        let (head, spec) = inner.split_once(':').unwrap_or((inner, ""));
        let (name, conversion) = match head.split_once('!') {
            Some((name, "r")) => (name, ConversionFlag::Repr),
            Some((name, _)) => (name, ConversionFlag::Str),
            None => (head, ConversionFlag::None),
        };
        let shown = find(name).and_then(|value| interpolated(&value, conversion, spec));
        out.push(&shown.map_err(|unknown| unknown.beginning(&out.text))?);
        start = at + inner.len() + 2;
    }
    out.push(&format.slice(start, text.len()));
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_formats_as_python_does() {
        let format = |text: &str, argument: Value| {
            percent(&Traced::plain(text), &argument).map(|text| text.text)
        };
        let pair = Value::Tuple([Value::text("a"), Value::Int(3)].into());
        assert_eq!(format("%s = %d, 100%%", pair), Ok("a = 3, 100%".into()));
        assert_eq!(format("%05d|", Value::Int(42)), Ok("00042|".into()));
        assert_eq!(format("%.2f", Value::Float(1.0)), Ok("1.00".into()));
        let unknown = format("DROP TABLE %s", Value::unknown("why"));
        assert_eq!(unknown.unwrap_err().begins.as_deref(), Some("DROP TABLE "));
    }

    #[test]
    fn specifications_pad_and_align() {
        let show = |value: Value, spec: &str| {
            interpolated(&value, ConversionFlag::None, spec).map(|text| text.text)
        };
        assert_eq!(show(Value::Int(7), "03d"), Ok("007".into()));
        assert_eq!(show(Value::text("ab"), "*^6"), Ok("**ab**".into()));
        assert_eq!(show(Value::text("it's"), ""), Ok("it's".into()));
    }
}
