//! What sqlparser 0.63 does not read of PostgreSQL's expressions and queries, and how it is led around it.
//!
//! A token that it cannot take is merged into its neighbour: the text that we slice stays whole, and what remains is
//! read as strictly as before. What cannot be merged is said to be not read, never to be wrong.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::tokens::{byte_span, is_word, token_span};
use crate::text::Span;

/// Rewrites what can be told from the tokens alone.
pub(super) fn rewrite(tokens: Vec<TokenWithSpan>, text: &str) -> Vec<TokenWithSpan> {
    let mut rewritten: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    for token in tokens {
        if let Some((operator, swallowed)) = swallowing_operator(&token, text) {
            rewritten.extend([operator, swallowed]);
        } else if is_word(&token.token, "ISNULL") && !follows_name_place(&rewritten) {
            // `a ISNULL` is `a IS NULL`.
            for word in ["IS", "NULL"] {
                rewritten.push(TokenWithSpan::new(Token::make_keyword(word), token.span));
            }
        } else if rewritten
            .last()
            .is_some_and(|last| is_word(&last.token, "ONLY"))
            && follows_table_keyword(&rewritten)
        {
            // `FROM ONLY t`: sqlparser would take `only` for the table.
            if let Some(only) = rewritten.pop() {
                let span = token_span(byte_span(only.span).union(byte_span(token.span)));
                rewritten.push(TokenWithSpan::new(token.token, span));
            }
        } else if let Some(whole) = rewritten
            .last()
            .and_then(|last| continued_string(last, &token, text))
        {
            rewritten.pop();
            rewritten.push(whole);
        } else if names_joined_columns(&rewritten) && matches!(token.token, Token::Word(_)) {
            // `JOIN b USING (id) AS both`: the alias goes with the parenthesis.
            rewritten.pop();
            if let Some(parenthesis) = rewritten.last_mut() {
                parenthesis.span.end = token.span.end;
            }
        } else if is_word(&token.token, "FROM") && calls_rows(&rewritten) {
            // `FROM ROWS FROM (f(1), g(2))`: to sqlparser one function.
            if let Some(rows) = rewritten.last_mut() {
                rows.span.end = token.span.end;
            }
        } else if token.token == Token::Mul && names_queried_table(&rewritten) {
            // `FROM t*`: the table with its descendants, as without the star.
            if let Some(table) = rewritten.last_mut() {
                table.span.end = token.span.end;
            }
        } else if let Some(first) = frame_exclusion(&rewritten, &token.token) {
            // `ROWS … FOLLOWING EXCLUDE TIES`: what is left out goes with the bound.
            rewritten.truncate(first);
            if let Some(bound) = rewritten.last_mut() {
                bound.span.end = token.span.end;
            }
        } else if token.token == Token::DoubleColon && ends_with_whole_row(&rewritten) {
            // `t.*::text` is a cast of the row.
            let end = rewritten.last().map(|star| star.span.end);
            rewritten.truncate(rewritten.len().saturating_sub(2));
            if let (Some(table), Some(end)) = (rewritten.last_mut(), end) {
                table.span.end = end;
            }
            rewritten.push(token);
        } else if let Some(operator) = rewritten
            .last()
            .and_then(|last| joined_operator(last, &token, text))
        {
            rewritten.pop();
            rewritten.push(operator);
        } else {
            rewritten.push(token);
        }
    }
    rewritten
}

/// `&>` takes the character behind it along; a comma or parenthesis there is a token of its own.
fn swallowing_operator(
    token: &TokenWithSpan,
    text: &str,
) -> Option<(TokenWithSpan, TokenWithSpan)> {
    if token.token != Token::AmpersandRightAngleBracket {
        return None;
    }
    let whole = byte_span(token.span);
    let swallowed = match whole.slice(text).strip_prefix("&>")? {
        "," => Token::Comma,
        "(" => Token::LParen,
        ")" => Token::RParen,
        _ => return None,
    };
    let (start, end) = (whole.start as usize, whole.end as usize);
    let operator = token_span(Span::new(start, end.saturating_sub(1)));
    let rest = token_span(Span::new(end.saturating_sub(1), end));
    Some((
        TokenWithSpan::new(token.token.clone(), operator),
        TokenWithSpan::new(swallowed, rest),
    ))
}

/// Whether what comes next is a name: an alias or a column of something.
fn follows_name_place(tokens: &[TokenWithSpan]) -> bool {
    tokens
        .last()
        .is_some_and(|token| token.token == Token::Period || is_word(&token.token, "AS"))
}

/// Whether the tokens end with `USING (a, b) AS`.
fn names_joined_columns(tokens: &[TokenWithSpan]) -> bool {
    let mut backwards = tokens.iter().rev().map(|token| &token.token);
    let closed = backwards.next().is_some_and(|token| is_word(token, "AS"))
        && backwards.next() == Some(&Token::RParen);
    let mut names = backwards
        .by_ref()
        .skip_while(|token| matches!(token, Token::Word(_) | Token::Comma));
    closed
        && names.next() == Some(&Token::LParen)
        && names.next().is_some_and(|token| is_word(token, "USING"))
}

/// Whether the tokens end with `FROM ROWS` or `JOIN ROWS`.
fn calls_rows(tokens: &[TokenWithSpan]) -> bool {
    tokens
        .last()
        .is_some_and(|token| is_word(&token.token, "ROWS"))
        && follows_table_keyword(tokens)
}

/// Whether the last token but one is a keyword of a query before a table.
fn follows_table_keyword(tokens: &[TokenWithSpan]) -> bool {
    let before = tokens.iter().rev().nth(1);
    before.is_some_and(|token| {
        ["FROM", "JOIN"]
            .iter()
            .any(|word| is_word(&token.token, word))
    })
}

/// Whether the tokens end with `FROM name` or `JOIN name` of a query: in `extract(year FROM a * b)` it is a product.
fn names_queried_table(tokens: &[TokenWithSpan]) -> bool {
    let mut backwards = tokens.iter().rev().map(|token| &token.token);
    let Some(Token::Word(_)) = backwards.next() else {
        return false;
    };
    let before = loop {
        match backwards.next() {
            Some(Token::Period) => {
                backwards.next();
            }
            other => break other,
        }
    };
    let follows_keyword =
        before.is_some_and(|token| is_word(token, "FROM") || is_word(token, "JOIN"));
    follows_keyword && in_query(backwards)
}

/// Whether the innermost parenthesis that is open before these tokens, read backwards, holds a query.
fn in_query<'t>(backwards: impl Iterator<Item = &'t Token>) -> bool {
    let mut closed = 0_usize;
    let mut last = None;
    for token in backwards {
        match token {
            Token::RParen => closed += 1,
            Token::LParen if closed == 0 => break,
            Token::LParen => closed -= 1,
            _ => {}
        }
        last = Some(token);
    }
    last.is_some_and(|first| !matches!(first, Token::Word(_)) || starts_statement(first))
}

fn starts_statement(token: &Token) -> bool {
    let words = [
        "SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "CREATE", "EXPLAIN", "DECLARE", "PREPARE",
        "COPY", "ALTER",
    ];
    words.iter().any(|word| is_word(token, word))
}

/// Where `EXCLUDE …` of a window's frame begins, if this token ends it.
fn frame_exclusion(tokens: &[TokenWithSpan], last: &Token) -> Option<usize> {
    let words = [
        ["GROUP", ""],
        ["TIES", ""],
        ["ROW", "CURRENT"],
        ["OTHERS", "NO"],
    ];
    let [_, middle] = words.iter().find(|[end, _]| is_word(last, end))?;
    let is = |index: usize, word: &str| {
        tokens
            .get(index)
            .is_some_and(|token| is_word(&token.token, word))
    };
    let mut first = tokens.len().checked_sub(1)?;
    if !middle.is_empty() {
        if !is(first, middle) {
            return None;
        }
        first = first.checked_sub(1)?;
    }
    let bound = first.checked_sub(1)?;
    let follows_bound = ["ROW", "PRECEDING", "FOLLOWING"]
        .iter()
        .any(|word| is(bound, word));
    (is(first, "EXCLUDE") && follows_bound).then_some(first)
}

/// Whether the tokens end with `t.*`.
fn ends_with_whole_row(tokens: &[TokenWithSpan]) -> bool {
    let mut backwards = tokens.iter().rev().map(|token| &token.token);
    backwards.next() == Some(&Token::Mul)
        && backwards.next() == Some(&Token::Period)
        && matches!(backwards.next(), Some(Token::Word(_)))
}

/// `'a'` and `'b'` on the next line are one string.
fn continued_string(
    left: &TokenWithSpan,
    right: &TokenWithSpan,
    text: &str,
) -> Option<TokenWithSpan> {
    let Token::SingleQuotedString(more) = &right.token else {
        return None;
    };
    let whole = match &left.token {
        Token::SingleQuotedString(start) => Token::SingleQuotedString(format!("{start}{more}")),
        Token::EscapedStringLiteral(start) => Token::EscapedStringLiteral(format!("{start}{more}")),
        _ => return None,
    };
    let (left, right) = (byte_span(left.span), byte_span(right.span));
    let between = Span {
        start: left.end,
        end: right.start,
    };
    between
        .slice(text)
        .contains('\n')
        .then(|| TokenWithSpan::new(whole, token_span(left.union(right))))
}

/// Two operators without a space between them that PostgreSQL reads as one: `===`, `@#@`, `*<=`.
fn joined_operator(
    left: &TokenWithSpan,
    right: &TokenWithSpan,
    text: &str,
) -> Option<TokenWithSpan> {
    if left.span.end != right.span.start {
        return None;
    }
    operator_text(&left.token)?;
    operator_text(&right.token)?;
    // As written: sqlparser calls `!=` by its other name.
    let whole = byte_span(left.span).union(byte_span(right.span));
    let text = whole.slice(text).to_owned();
    let special = text.contains(['~', '!', '@', '#', '%', '^', '&', '|', '`', '?']);
    // Only an operator with one of those characters may end in a sign: `=-1` is `= -1`.
    if text.ends_with(['+', '-']) && !special {
        return None;
    }
    let operator = Token::CustomBinaryOperator(text);
    Some(TokenWithSpan::new(operator, token_span(whole)))
}

fn operator_text(token: &Token) -> Option<String> {
    let text = token.to_string();
    let is_operator = !text.is_empty()
        && text
            .chars()
            .all(|character| "+-*/<>=~!@#%^&|`?".contains(character));
    let is_comment = text.contains("--") || text.contains("/*");
    let is_quoted = matches!(
        token,
        Token::Word(_) | Token::SingleQuotedString(_) | Token::DollarQuotedString(_)
    );
    (is_operator && !is_comment && !is_quoted).then_some(text)
}

/// Leads around the token `at` that sqlparser stopped at; false if it is none of the known gaps.
pub(super) fn repair(tokens: &mut Vec<TokenWithSpan>, at: usize) -> bool {
    let word = |index: Option<usize>, keyword: &str| {
        index
            .and_then(|index| tokens.get(index))
            .is_some_and(|token| is_word(&token.token, keyword))
    };
    let is =
        |index: usize, token: &Token| tokens.get(index).is_some_and(|found| found.token == *token);
    let before = |n: usize| at.checked_sub(n);
    if word(Some(at), "COLLATE") {
        // `a::text COLLATE "C"`
        return absorb(tokens, at, at + 1 + name_length(tokens, at + 1));
    }
    if word(before(1), "AS") && is(at, &Token::LParen) && at >= 2 {
        // `FROM f(x) AS (a int)`
        let end = balanced_end(tokens, at);
        return absorb(tokens, at - 1, end);
    }
    if word(before(1), "VARIADIC") || word(before(1), "SYMMETRIC") {
        return absorb_into_next(tokens, at - 1);
    }
    if word(Some(at), "EXCLUDE") {
        let words = if word(Some(at + 1), "CURRENT") || word(Some(at + 1), "NO") {
            3
        } else {
            2
        };
        return absorb(tokens, at, at + words);
    }
    let is_bound = word(Some(at + 2), "PRECEDING") || word(Some(at + 2), "FOLLOWING");
    if is(at, &Token::DoubleColon) && is_bound {
        // `'1 day'::interval PRECEDING`
        return absorb(tokens, at, at + 2);
    }
    if at >= 3
        && is(at - 1, &Token::Mul)
        && is(at - 2, &Token::Period)
        && is(at - 3, &Token::RParen)
    {
        // `(f(a)).*`
        return absorb(tokens, at - 2, at);
    }
    if word(Some(at), "DOCUMENT") && (word(before(1), "IS") || word(before(1), "NOT")) {
        // `a IS DOCUMENT` has the shape of `a IS NULL`.
        if let Some(token) = tokens.get_mut(at) {
            token.token = Token::make_keyword("NULL");
        }
        return true;
    }
    let sided = ["BOTH", "LEADING", "TRAILING"];
    if word(before(1), "FROM") && sided.iter().any(|side| word(before(2), side)) {
        // `trim(BOTH FROM a)`
        return absorb(tokens, at - 1, at);
    }
    if is(at, &Token::LParen) && (word(before(1), "FIRST") || word(before(1), "NEXT")) {
        // `FETCH FIRST (1 + 2) ROWS`
        let end = balanced_end(tokens, at);
        let merged = absorb(tokens, at + 1, end);
        if let Some(token) = tokens.get_mut(at) {
            token.token = Token::Number("1".to_owned(), false);
        }
        return merged;
    }
    if word(before(1), "FOR") && word(Some(at), "KEY") {
        return absorb(tokens, at, at + 1);
    }
    if word(before(1), "FOR") && word(Some(at), "NO") && word(Some(at + 1), "KEY") {
        return absorb(tokens, at, at + 2);
    }
    false
}

/// One past the parenthesis that closes the one at `open`.
fn balanced_end(tokens: &[TokenWithSpan], open: usize) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        match token.token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    tokens.len()
}

/// How many tokens a name takes: `"C"`, `pg_catalog."default"`.
fn name_length(tokens: &[TokenWithSpan], start: usize) -> usize {
    let mut length = 1;
    while tokens
        .get(start + length)
        .is_some_and(|token| token.token == Token::Period)
    {
        length += 2;
    }
    length
}

/// Merges the tokens `from..to` into the one before them.
fn absorb(tokens: &mut Vec<TokenWithSpan>, from: usize, to: usize) -> bool {
    let Some(end) = to
        .checked_sub(1)
        .and_then(|last| tokens.get(last))
        .map(|token| token.span.end)
    else {
        return false;
    };
    let Some(neighbour) = from.checked_sub(1).and_then(|index| tokens.get_mut(index)) else {
        return false;
    };
    neighbour.span.end = end;
    tokens.drain(from..to);
    true
}

/// Merges a token into the one behind it.
fn absorb_into_next(tokens: &mut Vec<TokenWithSpan>, at: usize) -> bool {
    let Some(start) = tokens.get(at).map(|token| token.span.start) else {
        return false;
    };
    match tokens.get_mut(at + 1) {
        Some(next) => {
            next.span.start = start;
            tokens.remove(at);
            true
        }
        None => false,
    }
}

/// Words of constructs that sqlparser does not read, or not whole.
const BEYOND: &[&str] = &[
    "XMLTABLE",
    "XMLELEMENT",
    "XMLFOREST",
    "XMLPI",
    "XMLROOT",
    "XMLSERIALIZE",
    "XMLEXISTS",
    "XMLPARSE",
    "XMLCONCAT",
    "XMLATTRIBUTES",
    "JSON_TABLE",
    "JSON_QUERY",
    "JSON_VALUE",
    "JSON_EXISTS",
    "JSON_SCALAR",
    "JSON_SERIALIZE",
    "JSON_ARRAYAGG",
    "JSON_OBJECTAGG",
    "SIMILAR",
    "OPERATOR",
    "SEARCH",
    "CYCLE",
    "PORTION",
    "TABLESAMPLE",
    "MATCH_RECOGNIZE",
];

/// Types whose literals sqlparser does not read: `inet '10.0.0.1'`.
const LITERALS: &[&str] = &[
    "INET", "CIDR", "MACADDR", "MACADDR8", "NAME", "BIT", "VARBIT", "PATH", "POINT", "BOX", "LSEG",
    "CIRCLE", "POLYGON", "TSVECTOR", "TSQUERY", "PG_LSN", "XML", "MONEY", "OID", "REGCLASS",
];

/// A construct in the statement that the expression parser does not know: then its refusal says nothing.
pub(super) fn beyond(tokens: &[&Token]) -> Option<&'static str> {
    let uses = |keyword: &&str| tokens.iter().any(|token| is_word(token, keyword));
    let merges = tokens.iter().any(|token| is_word(token, "MERGE"));
    let merge = || ["ONLY", "JOIN", "DEFAULT"].iter().any(uses);
    let word = BEYOND.iter().copied().find(uses);
    word.or_else(|| (merges && merge()).then_some("this form of MERGE"))
        .or_else(|| beyond_here(tokens))
}

/// The constructs of [`beyond`] that cannot be taken for anything else, so that they explain a refusal by our own grammar.
pub(super) fn beyond_here(tokens: &[&Token]) -> Option<&'static str> {
    let mut triples = tokens.iter().enumerate().map(|(index, token)| {
        let next = |n: usize| tokens.get(index + n).copied().unwrap_or(&Token::EOF);
        (*token, next(1), next(2))
    });
    triples.find_map(|(one, two, three)| neighbours(one, two, three))
}

/// Whether the token `at` joins two queries of which the first stands in parentheses of its own, within others:
/// `((SELECT 1) UNION …`, `IN ((SELECT 1), …`.
pub(super) fn joins_nested_queries(tokens: &[&Token], at: usize) -> bool {
    let joins = tokens.get(at).is_some_and(|token| {
        **token == Token::Comma
            || ["UNION", "INTERSECT", "EXCEPT"]
                .iter()
                .any(|word| is_word(token, word))
    });
    let mut depth = 0_usize;
    let mut backwards = tokens.iter().take(at).rev();
    let mut first = None;
    for token in backwards.by_ref() {
        match token {
            Token::RParen => depth += 1,
            Token::LParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            break;
        }
        first = Some(*token);
    }
    let is_query = |token: &&Token| {
        ["SELECT", "VALUES"].iter().any(|word| is_word(token, word)) || **token == Token::LParen
    };
    let before = backwards.next();
    let is_row = before.is_some_and(|token| is_word(token, "VALUES"));
    let nested = before.is_some_and(|token| **token == Token::LParen);
    joins && (is_row || nested && first.as_ref().is_some_and(is_query))
}

/// What three tokens that follow each other tell.
fn neighbours(one: &Token, two: &Token, three: &Token) -> Option<&'static str> {
    let any = |token: &Token, words: &[&str]| words.iter().any(|word| is_word(token, word));
    let opens = matches!(one, Token::LParen | Token::Comma) || is_word(one, "SELECT");
    if any(one, &["ROWS"]) && any(two, &["FROM"]) {
        return Some("ROWS FROM");
    }
    if any(one, &["COLLATION"]) && any(two, &["FOR"]) {
        return Some("COLLATION FOR");
    }
    if any(one, &["U"]) && *two == Token::Ampersand {
        return Some("U&");
    }
    if any(one, &["UESCAPE"]) && matches!(two, Token::SingleQuotedString(_)) {
        return Some("UESCAPE");
    }
    if any(one, &["GROUPING"]) && any(two, &["SETS"])
        || any(one, &["BY"]) && any(two, &["DISTINCT"])
    {
        return Some("GROUPING SETS");
    }
    if any(one, LITERALS) && matches!(two, Token::SingleQuotedString(_)) {
        return Some("a literal of this type");
    }
    if any(one, &["SELECT"]) && any(two, &["UNION", "INTERSECT", "EXCEPT", "INTO", "RETURNING"]) {
        return Some("a query without columns");
    }
    if operator_text(one).is_some() && any(two, &["ANY", "ALL", "SOME"]) && *three == Token::LParen
    {
        return Some("an operator before ANY or ALL");
    }
    let is_value = matches!(
        three,
        Token::Word(_) | Token::Number(..) | Token::SingleQuotedString(_)
    );
    if opens && matches!(two, Token::CustomBinaryOperator(_)) && is_value {
        return Some("a prefix operator");
    }
    let frame = ["ROWS", "RANGE", "GROUPS", "BETWEEN", "AND"];
    if any(one, &frame)
        && any(two, &["UNBOUNDED"])
        && matches!(three, Token::LParen | Token::Period)
    {
        return Some("a column or function called unbounded");
    }
    if *one == Token::LParen && any(two, &["TABLE"]) {
        return Some("TABLE in parentheses");
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::operation::{OpaqueKind, Operation};
    use crate::sql::read_statement;

    #[test]
    fn what_sqlparser_stops_at_is_led_around() {
        for text in [
            "CREATE VIEW v AS SELECT both.id FROM shelf JOIN tool USING (id, area) AS both",
            "CREATE VIEW v AS SELECT * FROM ROWS FROM (a(1), b(2)) WITH ORDINALITY AS z (x, y, n)",
            "SELECT note IS NOT DOCUMENT FROM shelf",
            "SELECT trim(BOTH FROM label), rows FROM shelf",
            "SELECT id FROM shelf ORDER BY id FETCH FIRST (1 + 2) ROWS ONLY",
            "SELECT id IS NULL AS isnull, s.isnull FROM shelf s",
            "DELETE FROM shelf USING (SELECT 1 AS id) AS s WHERE s.id = shelf.id",
            "SELECT s.id FROM shelf* s WHERE s.id IN (SELECT id FROM stock.tool* ORDER BY id)",
            "SELECT extract(year FROM day * 2) FROM shelf",
            "SELECT s.*::text FROM shelf s",
            "SELECT * FROM (SELECT sum(id) OVER (ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES) FROM shelf) s",
        ] {
            let operation = read_statement(text);
            assert!(
                !matches!(operation, Operation::Opaque(_)),
                "{text}\n{operation:#?}"
            );
        }
        for text in [
            "CREATE FUNCTION f(shelf.label%TYPE) RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "CREATE FUNCTION f(a shelf.label%TYPE) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        ] {
            let Operation::Opaque(opaque) = read_statement(text) else {
                panic!("{text} was read");
            };
            assert_eq!(opaque.kind, OpaqueKind::NotModelled, "{text}");
        }
    }

    #[test]
    fn what_sqlparser_cannot_read_is_no_syntax_error() {
        for text in [
            "SELECT id * ANY ('{1,2}') FROM shelf",
            "SELECT inet '10.2.3.4' + 1",
            "SELECT collation for ('a')",
            "SELECT @#@ 24",
            "SELECT UNION SELECT",
            "SELECT ((SELECT 2) UNION SELECT 2)",
            "SELECT id FROM shelf WHERE id IN ((SELECT 1), (SELECT 2))",
            "SELECT id FROM shelf WHERE id <> ALL (VALUES (2), (3))",
            "SELECT area FROM shelf GROUP BY DISTINCT GROUPING SETS ((area), ())",
            "SELECT U&'d!0061' UESCAPE '!' AS a",
            "TABLE shelf ORDER BY id",
            "MERGE INTO shelf s USING tool t ON s.id = t.id WHEN NOT MATCHED THEN INSERT DEFAULT VALUES",
        ] {
            let Operation::Opaque(opaque) = read_statement(text) else {
                panic!("{text} was read");
            };
            assert_eq!(opaque.kind, OpaqueKind::NotModelled, "{text}");
        }
        for text in [
            "SELECT ((SELECT 2) FROM)",
            "SELECT id FROM (VALUES (1)) v (id) WHERE",
            "SELECT id FROM shelf WHERE id IN (1, 2))",
            "SELECT a, FROM (SELECT 1) s",
            "CREATE SEQUENCE s CYCLE CYCLED",
        ] {
            let Operation::Opaque(opaque) = read_statement(text) else {
                panic!("{text} was read");
            };
            assert_eq!(opaque.kind, OpaqueKind::Syntax, "{text}");
        }
    }
}
