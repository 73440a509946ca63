//! Values in statements: bound to parameters, and written as literals.

use std::rc::Rc;

use super::super::evaluate::{json, number};
use super::super::traced::{Traced, join};
use super::super::value::Value;
use super::expression::Style;
use super::types::{Family, Kind, SqlType};
use super::{Literals, Rendered, Trouble};

/// A value in a statement.
#[derive(Clone, Debug)]
pub struct Bind {
    /// What the parameter is called.
    pub name: Rc<str>,
    /// The value; none for `sa.bindparam("x")` without one.
    pub value: Option<Value>,
    /// Its type, if SQLAlchemy was told.
    pub data_type: Option<Rc<SqlType>>,
}

impl Bind {
    /// A value without a type of its own.
    pub fn value(name: impl Into<Rc<str>>, value: Value) -> Self {
        Self {
            name: name.into(),
            value: Some(value),
            data_type: None,
        }
    }

    pub(super) fn sql(&self, literals: Literals) -> Rendered {
        match &self.value {
            None => Err(Trouble::refused(format!(
                "A value is required for bind parameter {:?}",
                self.name
            ))),
            Some(value) => match literal(value, self.data_type.as_deref(), literals) {
                Err(Trouble::Unknown(_)) if literals.keeps_parameters => {
                    Ok(Traced::plain(format!(":{}", parameter(&self.name))))
                }
                rendered => rendered,
            },
        }
    }
}

/// A parameter's name must be a word.
fn parameter(name: &str) -> String {
    let word: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    match word.chars().next() {
        Some(first) if !first.is_ascii_digit() => word,
        _ => format!("param_{word}"),
    }
}

/// A value as a literal.
///
/// # Errors
/// If it is not known, or has no literal.
pub fn literal(value: &Value, data_type: Option<&SqlType>, literals: Literals) -> Rendered {
    let family = data_type.map(SqlType::family);
    if family == Some(Family::Json) && !matches!(value, Value::None) {
        let text = json::dumps(value)?;
        return Ok(literals.text(&Traced::plain(text)));
    }
    Ok(match value {
        Value::None => Traced::plain("NULL"),
        Value::Bool(value) => Traced::plain(if *value { "true" } else { "false" }),
        Value::Int(value) => Traced::plain(value.to_string()),
        Value::Float(value) => Traced::plain(number::float(*value)),
        Value::Str(text) => literals.text(text),
        Value::Expr(expression) => expression.sql(Style::statement(literals))?,
        Value::List(_) | Value::Tuple(_) => {
            let item_type = match data_type.map(|data_type| &data_type.kind) {
                Some(Kind::Array { item, .. }) => Some(item.as_ref()),
                _ => None,
            };
            let mut parts = Vec::new();
            for item in value.items()? {
                parts.push(literal(&item, item_type, literals)?);
            }
            let mut sql = Traced::plain("ARRAY[");
            sql.push(&join(&parts, &Traced::plain(", ")));
            sql.push_str("]");
            sql
        }
        Value::Instance(instance) if instance.class.is_enum => {
            let attributes = instance.attributes.borrow();
            let uses_values = data_type
                .and_then(SqlType::enumeration)
                .is_some_and(|enumeration| enumeration.uses_values);
            let key = if uses_values { "value" } else { "name" };
            match attributes.get(key) {
                Some(member) => literal(member, None, literals)?,
                None => return Err(Trouble::unknown("is a member of an enum that is not read")),
            }
        }
        Value::Unknown(unknown) => return Err(Trouble::Unknown(unknown.clone())),
        _ => {
            return Err(Trouble::unknown("is a value that has no literal in SQL"));
        }
    })
}
