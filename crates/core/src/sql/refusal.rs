//! Why a statement could not be read.

use sqlparser::parser::ParserError;

use crate::operation::{OpaqueKind, OpaqueScope};
use crate::text::Span;

/// A statement that is not read, with the place of the trouble.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    /// Why, for a person.
    pub reason: String,
    /// Where in the statement.
    pub at: Span,
    /// What kind of trouble.
    pub kind: OpaqueKind,
    /// What it may have changed.
    pub scope: OpaqueScope,
}

/// What reading a part of a statement gives.
pub(super) type Parsed<T> = Result<T, Refusal>;

impl Refusal {
    /// It cannot be parsed.
    pub fn syntax(reason: impl Into<String>, at: Span) -> Self {
        Self {
            reason: reason.into(),
            at,
            kind: OpaqueKind::Syntax,
            scope: OpaqueScope::Anything,
        }
    }

    /// It is valid, but we do not read it.
    pub fn not_modelled(reason: impl Into<String>, at: Span) -> Self {
        Self {
            reason: reason.into(),
            at,
            kind: OpaqueKind::NotModelled,
            scope: OpaqueScope::Anything,
        }
    }

    /// What sqlparser says, its place made a byte again; `end` is the end of the statement.
    pub fn from_parser(error: ParserError, end: usize) -> Self {
        let message = match error {
            ParserError::RecursionLimitExceeded => {
                return Self::not_modelled(
                    "nested more deeply than this reader follows",
                    Span::new(0, end),
                );
            }
            ParserError::TokenizerError(message) | ParserError::ParserError(message) => message,
        };
        // "Expected: an expression, found: ) at Line: 1, Column: 7", where the column is our byte plus one.
        let (words, place) = message.split_once(" at Line: ").unwrap_or((&message, ""));
        let column = place
            .rsplit(' ')
            .next()
            .and_then(|column| column.parse().ok());
        let at = column.map_or(end, |column: usize| column.saturating_sub(1).min(end));
        let reason = words
            .replacen("Expected: ", "expected ", 1)
            .replacen("found: ", "found ", 1);
        Self::syntax(reason, Span::new(at, at))
    }
}
