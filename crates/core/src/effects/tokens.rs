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

/// The names after a keyword, separated by commas: `FOR TABLE crates, shelves` gives two. `ONLY` before a name is left out.
pub(super) fn names_after(statement: &str, keyword: &str) -> Vec<QualifiedName> {
    let tokens = tokens(statement).unwrap_or_default();
    let is = |token: &Token, text: &str| matches!(token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(text));
    let mut rest = tokens
        .iter()
        .skip_while(|token| !is(token, keyword))
        .skip(1)
        .filter(|token| !is(token, "only"))
        .peekable();
    let mut found = Vec::new();
    while let Some(Token::Word(word)) = rest.next() {
        let mut name = QualifiedName::bare(folded(word));
        if rest.next_if_eq(&&Token::Period).is_some()
            && let Some(Token::Word(word)) = rest.next()
        {
            name = QualifiedName {
                schema: Some(name.name),
                name: folded(word),
            };
        }
        found.push(name);
        if rest.next_if_eq(&&Token::Comma).is_none() {
            break;
        }
    }
    found
}

/// Whether these words follow each other in a statement.
pub(super) fn has_words(statement: &str, words: [&str; 2]) -> bool {
    let is = |token: &Token, text: &str| matches!(token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(text));
    let [one, other] = words;
    tokens(statement).is_some_and(|tokens| {
        let mut pairs = tokens.iter().zip(tokens.iter().skip(1));
        pairs.any(|(first, second)| is(first, one) && is(second, other))
    })
}

/// Whether a query takes every row of what it reads: it has no condition and no limit.
pub(super) fn takes_every_row(query: &str) -> bool {
    let narrows = |token: &Token| {
        let Token::Word(word) = token else {
            return false;
        };
        let name = word.value.to_ascii_lowercase();
        word.quote_style.is_none()
            && matches!(
                name.as_str(),
                "where" | "limit" | "fetch" | "join" | "exists"
            )
    };
    tokens(query).is_some_and(|tokens| !tokens.iter().any(narrows))
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
    fn lists_of_names_end_with_the_last_comma() {
        let names = |text: &str, keyword: &str| {
            let names = names_after(text, keyword);
            names
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(
            names(
                "CREATE PUBLICATION p FOR TABLE ONLY a, yard.b WITH (publish = 'insert')",
                "table"
            ),
            "a yard.b"
        );
        assert_eq!(names("MERGE INTO a USING b ON a.id = b.id", "using"), "b");
        assert_eq!(
            names("MERGE INTO a USING (SELECT 1) s ON true", "using"),
            ""
        );
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
