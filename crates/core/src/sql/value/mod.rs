//! Values known without a database: what a block's conditions and strings are made of.

mod evaluate;
mod function;

pub use evaluate::{Surroundings, evaluate, evaluate_text, folded, parse_expression};
pub use function::format;

use std::cmp::Ordering;

/// A value as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Known only when it runs.
    Unknown,
    /// `NULL`.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
    /// An array.
    List(Vec<Value>),
    /// What an `oid`, `regclass` or `regtype` stands for.
    Object(Identity),
}

/// An object of the catalog, as far as comparing it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The catalog it is in: `pg_class`.
    pub catalog: &'static str,
    /// What tells it apart there.
    pub key: String,
    /// How it is printed.
    pub label: String,
}

impl Value {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A text, or `NULL`.
    pub fn optional(text: Option<&str>) -> Self {
        text.map_or(Self::Null, Self::text)
    }

    /// An object of a catalog.
    pub fn object(catalog: &'static str, key: impl Into<String>, label: impl Into<String>) -> Self {
        Self::Object(Identity {
            catalog,
            key: key.into(),
            label: label.into(),
        })
    }

    /// True, false, or neither.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::Bool(truth) => Some(*truth),
            Self::Null => Some(false),
            _ => None,
        }
    }

    /// How PostgreSQL prints it; none where it is not known or `NULL`.
    pub fn print(&self) -> Option<String> {
        match self {
            Self::Unknown | Self::Null | Self::List(_) => None,
            Self::Bool(truth) => Some(if *truth { "true" } else { "false" }.to_owned()),
            Self::Number(number) => Some(number.to_string()),
            Self::Text(text) => Some(text.clone()),
            Self::Object(object) => Some(object.label.clone()),
        }
    }

    /// As a literal of SQL; none where there is no plain one.
    pub fn literal(&self) -> Option<String> {
        match self {
            Self::Null => Some("NULL".to_owned()),
            Self::Bool(_) | Self::Number(_) => self.print(),
            Self::Text(text) => Some(crate::operation::quote_literal(text)),
            Self::Unknown | Self::List(_) | Self::Object(_) => None,
        }
    }

    /// The order of two values; none where it is not known. `NULL` has none either.
    fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(left), Self::Number(right)) => Some(left.cmp(right)),
            (Self::Number(number), Self::Text(text)) => Some(number.cmp(&text.parse().ok()?)),
            (Self::Text(_), Self::Number(_)) => other.order(self).map(Ordering::reverse),
            (Self::Text(left), Self::Text(right)) if left == right => Some(Ordering::Equal),
            (Self::Bool(left), Self::Bool(right)) => Some(left.cmp(right)),
            _ => None,
        }
    }

    /// `=` as far as it is known.
    pub fn equals(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Null, _) | (_, Self::Null) => Self::Null,
            (Self::Text(left), Self::Text(right)) => Self::Bool(left == right),
            (Self::Object(left), Self::Object(right)) if left.catalog == right.catalog => {
                Self::Bool(left.key == right.key)
            }
            (Self::Object(object), Self::Text(text)) | (Self::Text(text), Self::Object(object)) => {
                Self::Bool(object.label == *text)
            }
            _ => self
                .order(other)
                .map_or(Self::Unknown, |order| Self::Bool(order.is_eq())),
        }
    }

    /// `NOT`.
    #[must_use]
    pub fn negated(&self) -> Self {
        match self {
            Self::Bool(truth) => Self::Bool(!truth),
            Self::Null => Self::Null,
            _ => Self::Unknown,
        }
    }

    /// `AND`: false decides, whatever the other is.
    pub fn and(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Bool(false), _) | (_, Self::Bool(false)) => Self::Bool(false),
            (Self::Bool(true), value) | (value, Self::Bool(true)) => value.clone(),
            (Self::Null, Self::Null) => Self::Null,
            _ => Self::Unknown,
        }
    }

    /// `OR`: true decides.
    pub fn or(&self, other: &Self) -> Self {
        self.negated().and(&other.negated()).negated()
    }
}
