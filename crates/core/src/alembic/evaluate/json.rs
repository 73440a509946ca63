//! `json.dumps` and `json.loads`.

use super::super::value::{Known, Shared, Unknown, Value};
use super::number;

/// `json.dumps(value)`, with Python's separators.
pub fn dumps(value: &Value) -> Known<String> {
    Ok(match value {
        Value::None => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => number::float(*value),
        Value::Str(text) => string(&text.text),
        Value::List(_) | Value::Tuple(_) => {
            let items: Known<Vec<String>> = value.items()?.iter().map(dumps).collect();
            format!("[{}]", items?.join(", "))
        }
        Value::Dict(pairs) => {
            let pairs = pairs.known()?;
            let pairs = pairs.iter().map(|(key, value)| {
                let key = match key {
                    Value::Str(text) => string(&text.text),
                    Value::Unknown(unknown) => return Err(unknown.clone()),
                    other => format!("\"{}\"", dumps(other)?),
                };
                Ok(format!("{key}: {}", dumps(value)?))
            });
            let pairs: Known<Vec<String>> = pairs.collect();
            format!("{{{}}}", pairs?.join(", "))
        }
        Value::Instance(instance) => match instance.member_value() {
            Some(value) => dumps(&value)?,
            None => {
                return Err(Unknown::data(
                    "is turned into JSON by code that is not read",
                ));
            }
        },
        Value::Unknown(unknown) => return Err(unknown.clone()),
        _ => {
            return Err(Unknown::data(
                "is turned into JSON by code that is not read",
            ));
        }
    })
}

/// A string with everything outside of ASCII escaped, as Python does.
fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            ' '..='~' => out.push(c),
            _ => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out.push('"');
    out
}

/// `json.loads(text)`.
pub fn loads(text: &str, stretch: u32) -> Known<Value> {
    let parsed: serde_json::Value =
        serde_json::from_str(text).map_err(|_| Unknown::data("reads JSON that is no JSON"))?;
    Ok(value(&parsed, stretch))
}

fn value(json: &serde_json::Value, stretch: u32) -> Value {
    match json {
        serde_json::Value::Null => Value::None,
        serde_json::Value::Bool(value) => Value::Bool(*value),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(value) => Value::Int(value),
            None => Value::Float(number.as_f64().unwrap_or_default()),
        },
        serde_json::Value::String(text) => Value::text(text.as_str()),
        serde_json::Value::Array(items) => {
            let items = items.iter().map(|item| value(item, stretch)).collect();
            Value::List(Shared::new(items, stretch))
        }
        serde_json::Value::Object(pairs) => {
            let pairs = pairs
                .iter()
                .map(|(key, item)| (Value::text(key.as_str()), value(item, stretch)));
            Value::Dict(Shared::new(pairs.collect(), stretch))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_written_as_python_writes_it() {
        let read = loads(r#"{"a": [1, 2.5, null, true], "é": "x\"y"}"#, 0).unwrap();
        assert_eq!(
            dumps(&read).unwrap(),
            r#"{"a": [1, 2.5, null, true], "\u00e9": "x\"y"}"#
        );
    }
}
