//! The words of an expression, as far as effects depend on them.

use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::tokenizer::{Token, Tokenizer, Word};

use crate::operation::QualifiedName;

/// The tokens of an expression without white space and comments; nothing where it cannot be cut.
fn tokens(expression: &str) -> Option<Vec<Token>> {
    let tokens = Tokenizer::new(&PostgreSqlDialect {}, expression)
        .tokenize()
        .ok()?;
    Some(
        tokens
            .into_iter()
            .filter(|token| !matches!(token, Token::Whitespace(_)))
            .collect(),
    )
}

/// An identifier as the catalog has it.
fn folded(word: &Word) -> String {
    if word.quote_style.is_some() {
        word.value.clone()
    } else {
        word.value.to_lowercase()
    }
}

/// Whether an expression has an identifier of this name. True where the expression cannot be read.
pub(super) fn names(expression: &str, name: &str) -> bool {
    let is_name = |token: &Token| matches!(token, Token::Word(word) if folded(word) == name);
    tokens(expression).is_none_or(|tokens| tokens.iter().any(is_name))
}

/// What an expression calls: every name before an opening parenthesis. Nothing where the expression cannot be read.
pub(super) fn calls(expression: &str) -> Option<Vec<QualifiedName>> {
    let tokens = tokens(expression)?;
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Token::Word(word) = token else { continue };
        let before = |back: usize| at.checked_sub(back).and_then(|at| tokens.get(at));
        let opens = matches!(tokens.get(at + 1), Some(Token::LParen));
        // A type with a modifier: x::numeric(10,2).
        let is_type = matches!(before(1), Some(Token::DoubleColon));
        if !opens || is_type {
            continue;
        }
        let schema = match (before(2), before(1)) {
            (Some(Token::Word(schema)), Some(Token::Period)) => Some(folded(schema)),
            _ => None,
        };
        let name = folded(word);
        found.push(QualifiedName { schema, name });
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_outside_literals() {
        assert!(names("(lower(title) = 'x'::text)", "title"));
        assert!(!names("(state = 'title'::text)", "title"));
        assert!(names("(\"Title\" IS NOT NULL)", "Title"));
        assert!(!names("(subtitle > 0)", "title"));
        assert!(names("'unterminated", "title"));
    }

    #[test]
    fn calls_are_names_before_a_parenthesis() {
        let names = |text: &str| {
            let calls = calls(text).unwrap_or_default();
            calls
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(names("md5(random()::text)"), "md5 random");
        assert_eq!(names("'random()'::text"), "");
        assert_eq!(names("1::numeric(10,2)"), "");
        assert_eq!(names("tools.next_label('a')"), "tools.next_label");
    }
}
