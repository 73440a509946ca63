//! The statements inside a body: `DO` blocks and functions in SQL and PL/pgSQL.

mod handler;
mod reader;
mod round;
mod statement;
mod structure;
mod targets;
#[cfg(test)]
mod tests;
mod variables;

use super::refusal::Refusal;
use super::tokens::tokenize;
use super::value::Value;
use super::{opaque, read, read_statement};
use crate::operation::{Certainty, Guard, InnerStatement, Operation};
use crate::text::Span;
use reader::Reader;
use variables::Variables;

/// Reads the statements of a body that touch the database, in order; their spans are places in `body`.
///
/// What a body does besides (variables, conditions, messages) is left out, except for queries in it.
pub fn read_body(language: &str, body: &str) -> Vec<InnerStatement> {
    read_called_body(language, body, Vec::new())
}

/// The same for a body that is called with these arguments.
pub fn read_called_body(
    language: &str,
    body: &str,
    arguments: Vec<(String, Value)>,
) -> Vec<InnerStatement> {
    match language {
        "sql" => read_sql_body(body),
        "plpgsql" => match tokenize(body) {
            Ok(tokens) => Reader::new(body, tokens.tokens, Variables::new(arguments)).run(),
            Err(refusal) => vec![unread(body, refusal)],
        },
        _ => {
            let whole = Span::new(0, body.len());
            let reason = format!("the language {language} is not read");
            vec![unread(body, Refusal::not_modelled(reason, whole))]
        }
    }
}

/// A list of statements, `BEGIN ATOMIC … END` around one, or `RETURN expression`.
fn read_sql_body(body: &str) -> Vec<InnerStatement> {
    let start = body.len() - body.trim_start().len();
    let written = body.trim();
    let word = |n: usize| written.split_whitespace().nth(n).unwrap_or_default();
    if word(0).eq_ignore_ascii_case("RETURN") {
        let value = written.get("RETURN".len()..).unwrap_or_default();
        let span = Span::new(start, start + written.len());
        return vec![inner(
            span,
            Vec::new(),
            read_statement(&format!("SELECT {value}")),
        )];
    }
    let atomic = word(0).eq_ignore_ascii_case("BEGIN") && word(1).eq_ignore_ascii_case("ATOMIC");
    let (offset, statements) = if atomic {
        let inside = written
            .to_ascii_uppercase()
            .find("ATOMIC")
            .map_or(0, |at| at + "ATOMIC".len());
        let end = written.len() - "END".len();
        (start + inside, written.get(inside..end).unwrap_or_default())
    } else {
        (0, body)
    };
    read(statements)
        .into_iter()
        .map(|statement| {
            inner(
                statement.span.shifted(offset),
                Vec::new(),
                statement.operation,
            )
        })
        .collect()
}

fn unread(body: &str, refusal: Refusal) -> InnerStatement {
    inner(Span::new(0, body.len()), Vec::new(), opaque(body, refusal))
}

fn inner(span: Span, guards: Vec<Guard>, operation: Operation) -> InnerStatement {
    let certainty = if guards.iter().any(|guard| matches!(guard, Guard::Loop(_))) {
        Certainty::Repeatedly
    } else if guards.is_empty() {
        Certainty::Always
    } else {
        Certainty::Sometimes
    };
    InnerStatement {
        span,
        certainty,
        guards,
        operation,
    }
}
