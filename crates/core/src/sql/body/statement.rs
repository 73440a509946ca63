//! Statements of a body that are SQL's, and strings that are run as such.

use sqlparser::tokenizer::Token;

use super::reader::{Reader, Walked};
use super::targets::into_targets;
use super::{inner, read, read_statement};
use crate::operation::{Opaque, OpaqueKind, OpaqueScope, Operation};
use crate::sql::execute;
use crate::sql::tokens::{byte_span, is_word};
use crate::sql::value::Value;
use crate::text::{Origin, Span};

/// Rounds of loops are not followed beyond this many statements.
pub(super) const MOST_STATEMENTS: usize = 5000;

impl Reader<'_> {
    /// Notes a statement, unless it surely does not run.
    pub(super) fn push(&mut self, span: Span, operation: Operation) {
        if self.silenced == 0 && self.found.len() < MOST_STATEMENTS {
            self.found.push(inner(span, self.guards.clone(), operation));
        }
    }

    /// A value: of interest only if it reads a table.
    pub(super) fn expression(&mut self, span: Span) {
        let operation = read_statement(&format!("SELECT {}", span.slice(self.body)));
        if matches!(&operation, Operation::Select(select) if !select.reads.is_empty()) {
            self.push(span, operation);
        }
    }

    /// An SQL statement, with what PL/pgSQL adds taken out.
    pub(super) fn sql(&mut self, span: Span) {
        let (text, targets) = self.without_targets(span);
        if let Some(targets) = targets {
            let value = self.variables.evaluate(&format!("({text})"));
            self.variables
                .assign_targets(targets.slice(self.body), &value);
        }
        let operation = read_statement(&text);
        let only_assigns = targets.is_some()
            && matches!(&operation, Operation::Select(select) if select.reads.is_empty() && select.calls.is_empty());
        if !only_assigns {
            self.push(span, operation);
        }
    }

    /// The statement with `INTO [STRICT] targets` blanked, so that places in it stay, and where these targets are.
    fn without_targets(&self, span: Span) -> (String, Option<Span>) {
        let text = span.slice(self.body);
        let first = self
            .tokens
            .partition_point(|token| byte_span(token.span).start < span.start);
        let inside: Vec<_> = self
            .tokens
            .iter()
            .skip(first)
            .take_while(|token| byte_span(token.span).end <= span.end)
            .collect();
        let Some(targets) = into_targets(&inside) else {
            return (text.to_owned(), None);
        };
        let (from, to) = (
            (targets.start - span.start) as usize,
            (targets.end - span.start) as usize,
        );
        match (text.get(..from), text.get(from..to), text.get(to..)) {
            (Some(before), Some(blanked), Some(after)) => {
                let blank = " ".repeat(blanked.len());
                (format!("{before}{blank}{after}"), Some(targets))
            }
            _ => (text.to_owned(), Some(targets)),
        }
    }

    /// Behind `EXECUTE`; token `start` is the statement's first.
    pub(super) fn execute(&mut self, start: usize) -> Walked<()> {
        let value = self.at;
        let span = self.finish_statement(start)?;
        let end = self.at;
        self.at = end - 1;
        let text = self.span_from(value);
        self.at = end;
        self.push_executed(span, text);
        Ok(())
    }

    /// What the string that `value` makes does when it is executed; `INTO` and `USING` may follow it.
    pub(super) fn push_executed(&mut self, span: Span, value: Span) {
        let (string, rest) = self.before_options(value);
        self.variables.forget_targets(rest.slice(self.body));
        match self.variables.evaluate(string.slice(self.body)) {
            Value::Text(sql) => {
                for statement in read(&sql) {
                    self.push(span, statement.operation);
                }
            }
            _ => {
                let operation = Operation::Opaque(Opaque {
                    text: span.slice(self.body).to_owned(),
                    reason: "EXECUTE of a string that is put together when it runs".to_owned(),
                    at: Origin::default(),
                    kind: OpaqueKind::Dynamic,
                    scope: if execute::changes_rows_only(string.slice(self.body)) {
                        OpaqueScope::Data
                    } else {
                        OpaqueScope::Anything
                    },
                });
                self.push(span, operation);
            }
        }
    }

    /// The string of an `EXECUTE`, and what follows it from `INTO` or `USING` on.
    fn before_options(&self, value: Span) -> (Span, Span) {
        let mut depth = 0_usize;
        let first = self
            .tokens
            .partition_point(|token| byte_span(token.span).start < value.start);
        let inside = self.tokens.iter().skip(first);
        for token in inside.take_while(|token| byte_span(token.span).end <= value.end) {
            let place = byte_span(token.span);
            match &token.token {
                Token::LParen => depth += 1,
                Token::RParen => depth = depth.saturating_sub(1),
                word if depth == 0 && (is_word(word, "INTO") || is_word(word, "USING")) => {
                    let string = Span {
                        start: value.start,
                        end: place.start,
                    };
                    return (
                        string,
                        Span {
                            start: place.start,
                            end: value.end,
                        },
                    );
                }
                _ => {}
            }
        }
        (
            value,
            Span {
                start: value.end,
                end: value.end,
            },
        )
    }
}
