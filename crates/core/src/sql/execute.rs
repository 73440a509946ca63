//! Strings that `EXECUTE` runs and that are not known as a whole.

use sqlparser::tokenizer::Token;

use super::tokens::{is_word, tokenize};

/// Whether the string surely starts like a statement that changes rows only.
pub(super) fn changes_rows_only(expression: &str) -> bool {
    let Ok(tokens) = tokenize(expression) else {
        return false;
    };
    let first = tokens.tokens.iter().find_map(|token| match &token.token {
        Token::SingleQuotedString(text) | Token::EscapedStringLiteral(text) => Some(text.clone()),
        Token::DollarQuotedString(quoted) => Some(quoted.value.clone()),
        _ => None,
    });
    let only_prefix = tokens.tokens.first().is_some_and(|token| {
        matches!(
            token.token,
            Token::SingleQuotedString(_)
                | Token::EscapedStringLiteral(_)
                | Token::DollarQuotedString(_)
        ) || is_word(&token.token, "format")
    });
    let verb = first.and_then(|text| text.split_whitespace().next().map(str::to_ascii_lowercase));
    only_prefix && matches!(verb.as_deref(), Some("insert" | "update" | "delete"))
}
