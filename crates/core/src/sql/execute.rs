//! Strings that `EXECUTE` runs, as far as they are known without running anything.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::tokens::{is_word, tokenize};
use crate::operation::{quote_identifier, quote_literal};

/// The string that an `EXECUTE` runs, if it is made of literals only: `'…'`, `'…' || '…'`, `format('… %I', 'a')`.
pub(super) fn constant_string(expression: &str) -> Option<String> {
    let tokens = tokenize(expression).ok()?.tokens;
    let mut rest = tokens.as_slice();
    let mut text = operand(&mut rest)?;
    while let Some((first, tail)) = rest.split_first() {
        match &first.token {
            Token::StringConcat => {
                rest = tail;
                text += &operand(&mut rest)?;
            }
            // Results and parameters do not change the string, and a parameter cannot stand for a name.
            token if is_word(token, "USING") || is_word(token, "INTO") => return Some(text),
            _ => return None,
        }
    }
    Some(text)
}

fn operand(rest: &mut &[TokenWithSpan]) -> Option<String> {
    if let Some(text) = literal(rest) {
        return Some(text);
    }
    let (first, tail) = rest.split_first()?;
    if !is_word(&first.token, "format") {
        return None;
    }
    *rest = tail;
    take(rest, &Token::LParen)?;
    let pattern = literal(rest)?;
    let mut values = Vec::new();
    while take(rest, &Token::Comma).is_some() {
        values.push(literal(rest)?);
    }
    take(rest, &Token::RParen)?;
    format(&pattern, &values)
}

fn literal(rest: &mut &[TokenWithSpan]) -> Option<String> {
    let (first, tail) = rest.split_first()?;
    let text = match &first.token {
        Token::SingleQuotedString(text) | Token::EscapedStringLiteral(text) => text.clone(),
        Token::DollarQuotedString(quoted) => quoted.value.clone(),
        _ => return None,
    };
    *rest = tail;
    Some(text)
}

fn take(rest: &mut &[TokenWithSpan], token: &Token) -> Option<()> {
    let (first, tail) = rest.split_first()?;
    (first.token == *token).then(|| *rest = tail)
}

/// PostgreSQL's `format()` with `%s`, `%I`, `%L` and `%%`; nothing for anything finer.
fn format(pattern: &str, values: &[String]) -> Option<String> {
    let mut values = values.iter();
    let mut text = String::new();
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        if character != '%' {
            text.push(character);
            continue;
        }
        match characters.next()? {
            '%' => text.push('%'),
            's' => text += values.next()?,
            'I' => text += &quote_identifier(values.next()?),
            'L' => text += &quote_literal(values.next()?),
            _ => return None,
        }
    }
    Some(text)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_made_of_literals_are_known() {
        let cases = [
            ("'DROP TABLE ' || 'shelf'", Some("DROP TABLE shelf")),
            ("$q$DROP TABLE shelf$q$ INTO x", Some("DROP TABLE shelf")),
            (
                "format('DROP TABLE %I.%I -- 5%%', 'Shop', 'shelf')",
                Some("DROP TABLE \"Shop\".shelf -- 5%"),
            ),
            (
                "format('COMMENT ON TABLE t IS %L', 'it''s')",
                Some("COMMENT ON TABLE t IS 'it''s'"),
            ),
            ("'DROP TABLE ' || name", None),
            ("format('DROP TABLE %I', name)", None),
            ("format('%1$s', 'x')", None),
        ];
        for (expression, expected) in cases {
            assert_eq!(
                constant_string(expression).as_deref(),
                expected,
                "{expression}"
            );
        }
    }
}
