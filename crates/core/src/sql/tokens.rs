//! One statement as sqlparser's tokens, with byte offsets for places.

use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::tokenizer::{
    Location, Span as TokenSpan, Token, TokenWithSpan, Tokenizer, Whitespace,
};

use super::gaps;
use super::refusal::Refusal;
use crate::text::Span;

/// sqlparser's PostgreSQL.
pub(super) static DIALECT: PostgreSqlDialect = PostgreSqlDialect {};

/// The tokens of a statement.
pub(super) struct Tokens {
    /// Without white space and comments. Line 1 always; the column is the byte offset plus one.
    pub tokens: Vec<TokenWithSpan>,
    /// The comments.
    pub comments: Vec<Span>,
}

/// The place in the text that a token's location stands for.
pub(super) fn byte_span(span: TokenSpan) -> Span {
    let offset = |location: Location| (location.column as usize).saturating_sub(1);
    Span::new(offset(span.start), offset(span.end))
}

/// A place in the text as sqlparser's tokens carry it.
pub(super) fn token_span(span: Span) -> TokenSpan {
    let location = |offset: u32| Location::new(1, u64::from(offset) + 1);
    TokenSpan::new(location(span.start), location(span.end))
}

/// Cuts a statement into tokens.
pub(super) fn tokenize(text: &str) -> Result<Tokens, Refusal> {
    let mut places = Places::new(text);
    let mut comments = Vec::new();
    let mut all = Vec::new();
    let mut tokenizer = Tokenizer::new(&DIALECT, text);
    let outcome = tokenizer.tokenize_with_location_into_buf_with_mapper(&mut all, |token| {
        let start = places.byte(token.span.start);
        let end = places.byte(token.span.end);
        let is_comment = matches!(
            token.token,
            Token::Whitespace(
                Whitespace::SingleLineComment { .. } | Whitespace::MultiLineComment(_)
            )
        );
        if is_comment {
            comments.push(Span::new(start, end));
        }
        TokenWithSpan::new(token.token, token_span(Span::new(start, end)))
    });
    if let Err(error) = outcome {
        let at = places.byte(error.location);
        return Err(unread(text, error.message, Span::new(at, at)));
    }
    all.retain(|token| !matches!(token.token, Token::Whitespace(_)));
    Ok(Tokens {
        tokens: gaps::rewrite(all, text),
        comments,
    })
}

/// What sqlparser's tokenizer refuses. It knows neither `U&'…' UESCAPE '!'` nor every operator that one can define.
fn unread(text: &str, message: String, at: Span) -> Refusal {
    let upper = text.to_ascii_uppercase();
    if upper.contains("UESCAPE") {
        return Refusal::not_modelled("UESCAPE is not read", at);
    }
    if message.contains("binary operator") {
        return Refusal::not_modelled("this operator is not read", at);
    }
    Refusal::syntax(message, at)
}

/// Whether a token is this keyword, unquoted.
pub(super) fn is_word(token: &Token, keyword: &str) -> bool {
    matches!(token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(keyword))
}

/// Turns sqlparser's lines and columns, which count characters, into bytes. Asked in rising order it takes linear time.
struct Places<'t> {
    text: &'t str,
    line: u64,
    column: u64,
    byte: usize,
}

impl<'t> Places<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            line: 1,
            column: 1,
            byte: 0,
        }
    }

    fn byte(&mut self, location: Location) -> usize {
        if (location.line, location.column) < (self.line, self.column) {
            *self = Self::new(self.text);
        }
        let rest = self.text.get(self.byte..).unwrap_or_default();
        for character in rest.chars() {
            if (self.line, self.column) >= (location.line, location.column) {
                break;
            }
            self.byte += character.len_utf8();
            if character == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.byte
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_know_their_bytes() {
        let text = "SELECT 'é😀' -- ü\r\n\t, \"ß\" /* x */ ISNULL";
        let tokens = tokenize(text).unwrap();
        let texts: Vec<_> = tokens
            .tokens
            .iter()
            .map(|token| byte_span(token.span).slice(text))
            .collect();
        assert_eq!(texts, ["SELECT", "'é😀'", ",", "\"ß\"", "ISNULL", "ISNULL"]);
        let comments: Vec<_> = tokens
            .comments
            .iter()
            .map(|span| span.slice(text).trim())
            .collect();
        assert_eq!(comments, ["-- ü", "/* x */"]);
    }
}
