//! Operators and how tightly they bind.

use std::rc::Rc;

/// An operator.
#[derive(Clone, Debug)]
pub struct Operator {
    /// As printed, with its spaces.
    pub sql: Rc<str>,
    /// SQLAlchemy's precedence.
    pub precedence: i8,
    /// Whether `(a op b) op c` needs no parentheses.
    pub associative: bool,
}

impl Operator {
    /// An operator with its place among the others.
    pub(super) fn new(sql: &str, precedence: i8, associative: bool) -> Self {
        Self {
            sql: sql.into(),
            precedence,
            associative,
        }
    }

    /// An operator by what SQLAlchemy prints for it; any other is one of `op("…")`.
    pub fn named(sql: &str) -> Self {
        let word = sql.trim();
        match word {
            "*" => Self::new(" * ", 8, true),
            "/" => Self::new(" / ", 8, false),
            "%" => Self::new(" % ", 8, false),
            "+" => Self::new(" + ", 7, true),
            "-" => Self::new(" - ", 7, false),
            "||" => Self::new(" || ", 5, true),
            "="
            | "!="
            | "<"
            | ">"
            | "<="
            | ">="
            | "IS"
            | "IS NOT"
            | "IS DISTINCT FROM"
            | "IS NOT DISTINCT FROM"
            | "LIKE"
            | "NOT LIKE"
            | "ILIKE"
            | "NOT ILIKE"
            | "IN"
            | "NOT IN"
            | "BETWEEN"
            | "NOT BETWEEN"
            | "~" => Self::new(&format!(" {word} "), 5, false),
            "->" | "->>" | "#>" | "#>>" => Self::new(&format!(" {word} "), 15, true),
            _ => Self::new(&format!(" {word} "), 0, false),
        }
    }

    /// `LIKE` as `startswith`, `endswith` and `contains` have it.
    pub fn pattern() -> Self {
        Self::new(" LIKE ", 0, false)
    }

    /// What `not` makes of it.
    pub(super) fn negated(&self) -> Option<&'static str> {
        Some(match self.sql.trim() {
            "=" => "!=",
            "!=" => "=",
            "<" => ">=",
            ">=" => "<",
            ">" => "<=",
            "<=" => ">",
            "IS" => "IS NOT",
            "IS NOT" => "IS",
            "LIKE" => "NOT LIKE",
            "NOT LIKE" => "LIKE",
            "ILIKE" => "NOT ILIKE",
            "NOT ILIKE" => "ILIKE",
            "IN" => "NOT IN",
            "NOT IN" => "IN",
            "BETWEEN" => "NOT BETWEEN",
            "NOT BETWEEN" => "BETWEEN",
            "IS DISTINCT FROM" => "IS NOT DISTINCT FROM",
            "IS NOT DISTINCT FROM" => "IS DISTINCT FROM",
            _ => return None,
        })
    }
}
