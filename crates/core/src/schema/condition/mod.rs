//! Conditions on the catalog: `IF NOT EXISTS (SELECT 1 FROM pg_type WHERE …)`, worked out on a state.

mod catalog;
mod query;

use sqlparser::ast::{Expr, Query};

use super::{Schema, type_text};
use crate::operation::QualifiedName;
use crate::sql::value::{Surroundings, Value, evaluate_text, folded, parse_expression};
use query::Binding;

/// Whether a condition holds on a state; none where that is not certain.
pub(super) fn holds(schema: &Schema, condition: &str) -> Option<bool> {
    value(schema, condition).truth()
}

/// What an expression gives on a state, as far as it is known.
pub(super) fn value(schema: &Schema, expression: &str) -> Value {
    evaluate_text(&State::new(schema), expression)
}

/// A state of the catalog, with the rows that a query around the expression is looking at.
#[derive(Clone, Copy)]
struct State<'a> {
    schema: &'a Schema,
    bindings: &'a [Binding<'a>],
    outer: Option<&'a State<'a>>,
}

impl<'a> State<'a> {
    fn new(schema: &'a Schema) -> Self {
        Self {
            schema,
            bindings: &[],
            outer: None,
        }
    }
}

impl Surroundings for State<'_> {
    fn name(&self, qualifier: Option<&str>, name: &str) -> Value {
        for binding in self.bindings {
            if qualifier.is_none_or(|alias| alias == binding.alias)
                && let Some(value) = binding.row.get(name)
            {
                return value.clone();
            }
        }
        self.outer
            .map_or(Value::Unknown, |outer| outer.name(qualifier, name))
    }

    fn exists(&self, query: &Query) -> Value {
        query::exists(self, query)
    }

    fn scalar(&self, query: &Query) -> Value {
        query::scalar(self, query)
    }

    fn object(&self, kind: &str, text: &str) -> Value {
        let found = match kind {
            "regclass" => relation(self.schema, text),
            "regtype" => data_type(self.schema, text),
            "regnamespace" => self
                .schema
                .schemas
                .contains_key(text)
                .then(|| catalog::namespace(text)),
            _ => return Value::Unknown,
        };
        match found {
            Some(found) => found,
            None if self.schema.may_hold_unknown_objects() => Value::Unknown,
            None => Value::Null,
        }
    }

    fn session(&self, name: &str) -> Option<Value> {
        let existing = |name: &&String| self.schema.schemas.contains_key(*name);
        let path = self.schema.search_path.iter().filter(existing);
        match name {
            "current_schema" => {
                let mut path = path;
                Some(Value::optional(path.next().map(String::as_str)))
            }
            "current_schemas" => Some(Value::List(path.map(Value::text).collect())),
            "current_database" | "current_catalog" => Some(catalog::database()),
            _ => None,
        }
    }
}

fn relation(schema: &Schema, text: &str) -> Option<Value> {
    let name = read_name(text)?;
    let (place, _) = schema.relation(&name)?;
    Some(catalog::relation(schema, &place))
}

fn data_type(schema: &Schema, text: &str) -> Option<Value> {
    let name = crate::sql::read_type(text)?;
    let found = super::apply::existing_type(schema, &name)?;
    Some(catalog::data_type(&type_text::without_modifier(&found)))
}

/// `shop."Item"` as a name.
fn read_name(text: &str) -> Option<QualifiedName> {
    match parse_expression(text)? {
        Expr::Identifier(name) => Some(QualifiedName::bare(folded(&name))),
        Expr::CompoundIdentifier(parts) => match parts.as_slice() {
            [home, name] => Some(QualifiedName::qualified(folded(home), folded(name))),
            _ => None,
        },
        _ => None,
    }
}
