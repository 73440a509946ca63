//! Walking through a body's tokens.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::variables::Variables;
use super::{inner, opaque};
use crate::operation::{Expression, Guard, InnerStatement, Occasion};
use crate::sql::refusal::Refusal;
use crate::sql::tokens::{byte_span, is_word};
use crate::text::Span;

/// Where reading a body stops because it is not PL/pgSQL; what was read until then counts.
pub(super) struct Stuck(pub Refusal);

pub(super) type Walked<T> = Result<T, Stuck>;

/// A body being read.
pub(super) struct Reader<'b> {
    pub body: &'b str,
    pub tokens: Vec<TokenWithSpan>,
    /// The next token.
    pub at: usize,
    /// How many blocks are open.
    pub depth: usize,
    /// What the next statement stands under.
    pub guards: Vec<Guard>,
    pub found: Vec<InnerStatement>,
    pub variables: Variables,
    /// How many reasons there are not to note statements: they surely do not run.
    pub silenced: usize,
    /// How many guards have been passed.
    passed: u32,
}

impl<'b> Reader<'b> {
    pub(super) fn new(body: &'b str, tokens: Vec<TokenWithSpan>, variables: Variables) -> Self {
        Self {
            body,
            tokens,
            at: 0,
            depth: 0,
            guards: Vec::new(),
            found: Vec::new(),
            variables,
            silenced: 0,
            passed: 0,
        }
    }

    pub(super) fn run(mut self) -> Vec<InnerStatement> {
        let outcome = self.directives().and_then(|()| self.block());
        if let Err(Stuck(refusal)) = outcome {
            let rest = Span::new(refusal.at.start as usize, self.body.len());
            let operation = opaque(
                rest.slice(self.body),
                Refusal {
                    at: Span::default(),
                    ..refusal
                },
            );
            self.found.push(inner(rest, Vec::new(), operation));
        }
        self.found
    }

    // Tokens

    pub(super) fn peek(&self) -> &Token {
        self.tokens
            .get(self.at)
            .map_or(&Token::EOF, |token| &token.token)
    }

    pub(super) fn is(&self, keyword: &str) -> bool {
        is_word(self.peek(), keyword)
    }

    pub(super) fn is_any(&self, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.is(keyword))
    }

    pub(super) fn eat(&mut self, keyword: &str) -> bool {
        let found = self.is(keyword);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect(&mut self, keyword: &str) -> Walked<()> {
        if self.eat(keyword) {
            Ok(())
        } else {
            self.stuck(keyword)
        }
    }

    pub(super) fn stuck<T>(&self, expected: &str) -> Walked<T> {
        let here = self.here();
        let found = match self.peek() {
            Token::EOF => "the end of the body".to_owned(),
            token => token.to_string(),
        };
        Err(Stuck(Refusal::syntax(
            format!("expected {expected}, found {found}"),
            here,
        )))
    }

    pub(super) fn here(&self) -> Span {
        let end = Span::new(self.body.len(), self.body.len());
        self.tokens
            .get(self.at)
            .map_or(end, |token| byte_span(token.span))
    }

    /// From token `start` to the one before the next.
    pub(super) fn span_from(&self, start: usize) -> Span {
        let last = self.at.saturating_sub(1).max(start);
        match (self.tokens.get(start), self.tokens.get(last)) {
            (Some(first), Some(last)) => byte_span(first.span).union(byte_span(last.span)),
            _ => self.here(),
        }
    }

    /// Moves to the first of these keywords outside of parentheses; `;` ends the search.
    pub(super) fn seek(&mut self, keywords: &[&str]) -> Walked<()> {
        let mut depth = 0_usize;
        let mut cases = 0_usize;
        loop {
            match self.peek() {
                Token::EOF => return self.stuck(&keywords.join(" or ")),
                Token::SemiColon if depth == 0 => return self.stuck(&keywords.join(" or ")),
                Token::LParen | Token::LBracket => depth += 1,
                Token::RParen | Token::RBracket => depth = depth.saturating_sub(1),
                _ if depth == 0 && cases == 0 && self.is_any(keywords) => return Ok(()),
                _ if self.is("CASE") => cases += 1,
                _ if self.is("END") => cases = cases.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Moves behind the `;` that ends the statement; gives what stands before it, from token `start` on.
    pub(super) fn finish_statement(&mut self, start: usize) -> Walked<Span> {
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                Token::EOF => return self.stuck(";"),
                Token::SemiColon if depth == 0 => break,
                Token::LParen | Token::LBracket => depth += 1,
                Token::RParen | Token::RBracket => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
        }
        let span = self.span_from(start);
        self.at += 1;
        Ok(span)
    }

    // Guards

    /// A new passing of a condition or block.
    pub(super) fn occasion(&mut self) -> Occasion {
        self.passed += 1;
        Occasion(self.passed)
    }

    /// The text with the variables that are known put in.
    pub(super) fn with_values(&self, span: Span) -> String {
        let first = self
            .tokens
            .partition_point(|token| byte_span(token.span).start < span.start);
        let mut text = String::new();
        let mut done = span.start;
        let inside = self.tokens.iter().enumerate().skip(first);
        for (at, token) in inside.take_while(|(_, token)| byte_span(token.span).end <= span.end) {
            let Some(value) = self.value_at(at) else {
                continue;
            };
            let place = byte_span(token.span);
            text += Span {
                start: done,
                end: place.start,
            }
            .slice(self.body);
            text += &value;
            done = place.end;
        }
        text + Span {
            start: done,
            end: span.end,
        }
        .slice(self.body)
    }

    /// The literal that the variable at a token stands for.
    fn value_at(&self, at: usize) -> Option<String> {
        let token = |at: usize| self.tokens.get(at).map(|token| &token.token);
        let Some(Token::Word(word)) = token(at) else {
            return None;
        };
        let before = at.checked_sub(1).and_then(token);
        let qualified = matches!(before, Some(Token::Period))
            || matches!(token(at + 1), Some(Token::Period | Token::LParen));
        if qualified {
            return None;
        }
        let name = match word.quote_style {
            Some(_) => word.value.clone(),
            None => word.value.to_ascii_lowercase(),
        };
        self.variables.get(&name).literal()
    }

    /// The condition up to one of these keywords.
    pub(super) fn condition(&mut self, ends: &[&str]) -> Walked<Expression> {
        let start = self.at;
        self.seek(ends)?;
        Ok(Expression(self.with_values(self.span_from(start))))
    }
}
