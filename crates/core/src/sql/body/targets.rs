//! Where a statement of a body puts its result.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use crate::sql::tokens::{byte_span, is_word};
use crate::text::Span;

/// The `INTO` of PL/pgSQL with its targets: not that of `INSERT INTO`.
pub(super) fn into_targets(tokens: &[&TokenWithSpan]) -> Option<Span> {
    let mut depth = 0_usize;
    let mut previous: Option<&Token> = None;
    let first_word = tokens.first().map(|token| &token.token)?;
    let takes_into = [
        "SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES", "TABLE",
    ];
    if !takes_into.iter().any(|word| is_word(first_word, word)) {
        return None;
    }
    for (at, token) in tokens.iter().enumerate() {
        match &token.token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            found if depth == 0 && is_word(found, "INTO") => {
                let inserts =
                    previous.is_some_and(|word| is_word(word, "INSERT") || is_word(word, "MERGE"));
                if !inserts {
                    return Some(byte_span(token.span).union(targets_end(tokens, at + 1)?));
                }
            }
            _ => {}
        }
        previous = Some(&token.token);
    }
    None
}

/// The last token of `[STRICT] a, b.c, d[1]`.
fn targets_end(tokens: &[&TokenWithSpan], start: usize) -> Option<Span> {
    let mut at = start;
    if tokens
        .get(at)
        .is_some_and(|token| is_word(&token.token, "STRICT"))
    {
        at += 1;
    }
    loop {
        let mut end = tokens.get(at)?;
        at += 1;
        while let Some(token) = tokens.get(at) {
            match token.token {
                Token::Period => at += 1,
                Token::LBracket => {
                    while tokens
                        .get(at)
                        .is_some_and(|token| token.token != Token::RBracket)
                    {
                        at += 1;
                    }
                }
                _ => break,
            }
            end = tokens.get(at)?;
            at += 1;
        }
        if tokens.get(at).map(|token| &token.token) != Some(&Token::Comma) {
            return Some(byte_span(end.span));
        }
        at += 1;
    }
}
