//! Placeholders that a program fills in before PostgreSQL sees the text.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::refusal::Refusal;
use super::tokens::{byte_span, is_word};
use crate::operation::{OpaqueKind, OpaqueScope};
use crate::text::Span;

/// `:name` or `%(name)s` among the tokens: values that are bound when the statement runs.
pub(super) fn placeholder(tokens: &[TokenWithSpan]) -> Option<Refusal> {
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
    for (index, found) in tokens.iter().enumerate() {
        // `a[1:n]` and `'key':value` have something right before the colon.
        let after_value = index > 0 && touches(index - 1) && is_value(index - 1);
        let bound = match found.token {
            Token::Colon => !after_value && touches(index) && names(index + 1),
            Token::Mod => {
                token(index + 1) == Some(&Token::LParen)
                    && names(index + 2)
                    && token(index + 3) == Some(&Token::RParen)
                    && touches(index + 3)
                    && token(index + 4).is_some_and(|token| is_word(token, "s"))
            }
            _ => false,
        };
        if bound {
            let scope = tokens
                .first()
                .map_or(OpaqueScope::Anything, |first| scope_of(&first.token));
            let end = tokens.get(index + 1).unwrap_or(found);
            let at = byte_span(found.span).union(byte_span(end.span));
            return Some(unknown(
                "a bound value stands here, which is only known when the statement runs",
                at,
                scope,
            ));
        }
    }
    None
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
    use crate::sql::read_statement;

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
