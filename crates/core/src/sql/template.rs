//! Placeholders that a program fills in before PostgreSQL sees the text.

use std::ops::Range;

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::refusal::Refusal;
use super::tokens::{byte_span, is_word};
use crate::operation::{OpaqueKind, OpaqueScope};
use crate::text::Span;

/// Whether `:name` and `%(name)s` may be read as values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Placeholders {
    /// They may stand for anything: psql puts text in their place.
    Anything,
    /// They are values that are bound when the statement runs.
    Values,
}

/// The tokens with each bound value as one token, if they may stand for nothing else; otherwise where the first stands.
pub(super) fn bind(
    tokens: Vec<TokenWithSpan>,
    placeholders: Placeholders,
) -> Result<Vec<TokenWithSpan>, Refusal> {
    let found = marks(&tokens);
    let Some(first) = found.first() else {
        return Ok(tokens);
    };
    let word = tokens.first().map(|first| &first.token);
    let scope = word.map_or(OpaqueScope::Anything, scope_of);
    let changes_rows = scope == OpaqueScope::Data || word.is_some_and(|word| is_word(word, "WITH"));
    if placeholders == Placeholders::Values && changes_rows {
        return Ok(with_values(tokens, &found));
    }
    let stretch = tokens.get(first.clone()).unwrap_or_default();
    let spans = stretch.iter().take(2).map(|token| byte_span(token.span));
    let at = spans.reduce(Span::union).unwrap_or_default();
    Err(unknown(
        "a bound value stands here, which is only known when the statement runs",
        at,
        scope,
    ))
}

/// Each stretch of tokens as one that stands for a value.
fn with_values(tokens: Vec<TokenWithSpan>, stretches: &[Range<usize>]) -> Vec<TokenWithSpan> {
    let mut stretches = stretches.iter().peekable();
    let mut bound: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    for (index, token) in tokens.into_iter().enumerate() {
        stretches.next_if(|stretch| stretch.end <= index);
        match (stretches.peek(), bound.last_mut()) {
            (Some(stretch), _) if stretch.start == index => bound.push(TokenWithSpan {
                token: Token::Placeholder(token.token.to_string()),
                span: token.span,
            }),
            (Some(stretch), Some(value)) if stretch.contains(&index) => {
                value.span.end = token.span.end;
                if let Token::Placeholder(name) = &mut value.token {
                    name.push_str(&token.token.to_string());
                }
            }
            _ => bound.push(token),
        }
    }
    bound
}

/// `:name` or `%(name)s` among the tokens: values that are bound when the statement runs.
fn marks(tokens: &[TokenWithSpan]) -> Vec<Range<usize>> {
    let touches = |index: usize| {
        let (one, other) = (tokens.get(index), tokens.get(index + 1));
        one.zip(other)
            .is_some_and(|(one, other)| one.span.end == other.span.start)
    };
    let token = |index: usize| tokens.get(index).map(|token| &token.token);
    let names = |index: usize| {
        matches!(
            token(index),
            Some(Token::Word(_) | Token::SingleQuotedString(_))
        )
    };
    let is_value = |index: usize| {
        matches!(
            token(index),
            Some(
                Token::Word(_)
                    | Token::Number(..)
                    | Token::SingleQuotedString(_)
                    | Token::RParen
                    | Token::RBracket
                    | Token::Colon
            )
        )
    };
    let stretch = |index: usize| {
        // `a[1:n]` and `'key':value` have something right before the colon.
        let after_value = index > 0 && touches(index - 1) && is_value(index - 1);
        match token(index)? {
            Token::Colon if !after_value && touches(index) && names(index + 1) => {
                Some(index..index + 2)
            }
            Token::Mod => {
                let is_named = token(index + 1) == Some(&Token::LParen)
                    && names(index + 2)
                    && token(index + 3) == Some(&Token::RParen)
                    && touches(index + 3)
                    && token(index + 4).is_some_and(|token| is_word(token, "s"));
                is_named.then_some(index..index + 5)
            }
            _ => None,
        }
    };
    (0..tokens.len()).filter_map(stretch).collect()
}

/// What a statement with this first word may change.
fn scope_of(first: &Token) -> OpaqueScope {
    let changes_rows = [
        "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES", "TABLE", "COPY", "TRUNCATE",
    ];
    if changes_rows.iter().any(|word| is_word(first, word)) {
        OpaqueScope::Data
    } else {
        OpaqueScope::Anything
    }
}

fn unknown(reason: &str, at: Span, scope: OpaqueScope) -> Refusal {
    Refusal {
        reason: reason.to_owned(),
        at,
        kind: OpaqueKind::Dynamic,
        scope,
    }
}

/// Blames the marks of a template for a refusal, if there are any; and says what a change of rows may have changed.
pub(super) fn blame(text: &str, refusal: Refusal) -> Refusal {
    let first = text
        .split(|character: char| !character.is_alphanumeric())
        .find(|word| !word.is_empty());
    let scope = first.map_or(OpaqueScope::Anything, |word| {
        scope_of(&Token::make_keyword(word))
    });
    // An unread SELECT may still be a SELECT INTO, which makes a table.
    let makes_table = text.to_ascii_uppercase().contains("INTO")
        && first.is_some_and(|word| word.eq_ignore_ascii_case("SELECT"));
    let scope = if makes_table {
        OpaqueScope::Anything
    } else {
        scope
    };
    let marks = ["{{", "{%", "${", "<%", "#{"];
    let mark = marks.iter().filter_map(|mark| text.find(mark)).min();
    match mark {
        Some(at) => unknown(
            "a template fills this in before PostgreSQL sees it",
            Span::new(at, at + 2),
            scope,
        ),
        None if refusal.scope == OpaqueScope::Anything => Refusal { scope, ..refusal },
        None => refusal,
    }
}

#[cfg(test)]
mod tests {
    use crate::operation::{OpaqueKind, Operation};
    use crate::sql::{has_bound_values, read_bound_statement, read_statement};

    #[test]
    fn placeholders_are_not_known_here() {
        for text in [
            "UPDATE t SET a = :value",
            "SELECT :'name'",
            "DELETE FROM t WHERE id = %(id)s",
            "CREATE TABLE {{ schema }}.t ()",
            "ALTER TABLE ${table} ADD a int",
            "{% if x %} SELECT 1 {% endif %}",
        ] {
            match read_statement(text) {
                Operation::Opaque(opaque) => assert_eq!(opaque.kind, OpaqueKind::Dynamic, "{text}"),
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn bound_values_leave_the_rest_of_a_statement_known() {
        for text in [
            "UPDATE tree SET height = :height, label = :label WHERE id = :id AND kind::text = 'oak'",
            "INSERT INTO tree (id, label) VALUES (:id, %(label)s)",
            "DELETE FROM tree WHERE id = ANY(:ids)",
            "SELECT id FROM tree WHERE label = :label",
        ] {
            assert!(
                !matches!(read_bound_statement(text), Operation::Opaque(_)),
                "{text}"
            );
            assert!(has_bound_values(text), "{text}");
            assert!(
                matches!(read_statement(text), Operation::Opaque(_)),
                "{text}"
            );
        }
        for text in ["DROP TABLE :name", "CREATE TABLE t (a :kind)"] {
            assert!(
                matches!(read_bound_statement(text), Operation::Opaque(_)),
                "{text}"
            );
        }
        assert!(!has_bound_values("SELECT a[1:n], b::text FROM t"));
    }

    #[test]
    fn slices_casts_and_json_are_no_placeholders() {
        for text in [
            "SELECT a[1:n], b::text, c % (d), '{{x}}', f(a := 1)",
            "SELECT json_object('k': v)",
            "SELECT a % (b) FROM t s",
        ] {
            assert!(
                !matches!(read_statement(text), Operation::Opaque(_)),
                "{text}"
            );
        }
    }
}
