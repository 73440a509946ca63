//! The variables of a body, as far as their values are known before it runs.

use std::collections::BTreeMap;

use sqlparser::ast::{Query, SelectItem, SetExpr};

use crate::sql::tokens::tokenize;
use crate::sql::value::{Surroundings, Value, evaluate, evaluate_text};
use sqlparser::tokenizer::Token;

/// Variables by name; those that are missing are not variables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Variables {
    values: BTreeMap<String, Value>,
}

impl Variables {
    /// The arguments of a function: by name and as `$1`.
    pub(super) fn new(arguments: Vec<(String, Value)>) -> Self {
        Self {
            values: arguments.into_iter().collect(),
        }
    }

    pub(super) fn get(&self, name: &str) -> &Value {
        self.values.get(name).unwrap_or(&Value::Unknown)
    }

    pub(super) fn set(&mut self, name: impl Into<String>, value: Value) {
        self.values.insert(name.into(), value);
    }

    /// The value of an expression.
    pub(super) fn evaluate(&self, text: &str) -> Value {
        evaluate_text(self, text)
    }

    /// `INTO a` takes the value; several targets, or parts of one, take what is not known.
    pub(super) fn assign_targets(&mut self, targets: &str, value: &Value) {
        let names = words(targets);
        let names: Vec<&String> = names
            .iter()
            .filter(|name| !matches!(name.as_str(), "into" | "strict"))
            .collect();
        match names.as_slice() {
            [only] if !targets.contains(['.', '[', ',']) => self.set(*only, value.clone()),
            several => {
                for name in several {
                    self.set(*name, Value::Unknown);
                }
            }
        }
    }

    /// Nothing is known any more of the variables that a text names.
    pub(super) fn forget_targets(&mut self, text: &str) {
        for name in words(text) {
            if let Some(value) = self.values.get_mut(&name) {
                *value = Value::Unknown;
            }
        }
    }

    /// Nothing is known any more of any variable.
    pub(super) fn forget_all(&mut self) {
        self.values
            .values_mut()
            .for_each(|value| *value = Value::Unknown);
    }

    /// After a branch that may have run: only what it left alone is still known.
    pub(super) fn keep_common(&mut self, other: &Self) {
        for (name, value) in &mut self.values {
            if other.get(name) != value {
                *value = Value::Unknown;
            }
        }
        for name in other.values.keys() {
            self.values.entry(name.clone()).or_insert(Value::Unknown);
        }
    }
}

/// The words of a text, folded.
fn words(text: &str) -> Vec<String> {
    let tokens = tokenize(text)
        .map(|tokens| tokens.tokens)
        .unwrap_or_default();
    let words = tokens.into_iter().filter_map(|token| match token.token {
        Token::Word(word) if word.quote_style.is_none() => Some(word.value.to_ascii_lowercase()),
        Token::Word(word) => Some(word.value),
        _ => None,
    });
    words.collect()
}

impl Surroundings for Variables {
    fn name(&self, qualifier: Option<&str>, name: &str) -> Value {
        match qualifier {
            None => self.get(name).clone(),
            Some(_) => Value::Unknown,
        }
    }

    fn exists(&self, _: &Query) -> Value {
        Value::Unknown
    }

    /// `(SELECT expression)`.
    fn scalar(&self, query: &Query) -> Value {
        let SetExpr::Select(select) = query.body.as_ref() else {
            return Value::Unknown;
        };
        let plain = query.with.is_none() && select.from.is_empty() && select.selection.is_none();
        match select.projection.as_slice() {
            [SelectItem::UnnamedExpr(item) | SelectItem::ExprWithAlias { expr: item, .. }]
                if plain =>
            {
                evaluate(self, item)
            }
            _ => Value::Unknown,
        }
    }

    fn object(&self, _: &str, _: &str) -> Value {
        Value::Unknown
    }

    fn session(&self, _: &str) -> Option<Value> {
        None
    }
}
