//! Alembic's extensions: `alembic_utils`, `alembic_postgresql_enum`.

use std::rc::Rc;

use super::super::evaluate::{Args, Evaluator, Run};
use super::super::traced::Traced;
use super::super::value::{Known, Shared, Unknown, Value};

impl Evaluator<'_> {
    /// A class of an extension: an entity or a reference, kept as a dictionary of what it was given.
    pub fn extension_function(&mut self, path: &str, args: &Args) -> Run<Value> {
        let name = path.rsplit('.').next().unwrap_or(path);
        let fields: &[&str] = match name {
            "PGFunction" | "PGView" | "PGMaterializedView" | "PGPolicy" | "PGTrigger" => {
                &["schema", "signature", "definition"]
            }
            "PGExtension" => &["schema", "signature"],
            "TableReference" => &["table_schema", "table_name", "column_name"],
            _ => return Ok(Value::Path(Rc::from(path))),
        };
        if let Some(unknown) = args.unknown() {
            return Ok(Value::Unknown(unknown));
        }
        let mut pairs = vec![(Value::text("kind"), Value::text(name))];
        for (index, field) in fields.iter().enumerate() {
            if let Some(arg) = args.get(index, field) {
                let value = match arg.text() {
                    Ok(text) => Value::Str(text),
                    Err(_) => arg.value.clone(),
                };
                pairs.push((Value::text(*field), value));
            }
        }
        for (key, arg) in &args.keywords {
            if !fields.contains(&key.as_str()) {
                pairs.push((Value::text(key.as_str()), arg.value.clone()));
            }
        }
        Ok(Value::Dict(Shared::new(pairs, self.stretch)))
    }
}

/// A field of what [`Evaluator::extension_function`] made.
///
/// # Errors
/// If it is not known or not there.
pub fn field(value: &Value, name: &str) -> Known<Rc<Traced>> {
    match optional_field(value, name)? {
        Some(text) => Ok(text),
        None => Err(Unknown::data(format!("has no `{name}`"))),
    }
}

/// The same where it may be missing or `None`.
///
/// # Errors
/// If it is not known.
pub fn optional_field(value: &Value, name: &str) -> Known<Option<Rc<Traced>>> {
    let Value::Dict(dict) = value else {
        return Err(match value {
            Value::Unknown(unknown) => unknown.clone(),
            _ => Unknown::data("is an object of an extension that is not read"),
        });
    };
    let pairs = dict.known()?;
    let found = pairs
        .into_iter()
        .find(|(key, _)| key.as_str() == Some(name));
    match found.map(|(_, value)| value) {
        Some(Value::Str(text)) => Ok(Some(text)),
        Some(Value::Unknown(unknown)) => Err(unknown),
        _ => Ok(None),
    }
}
