//! `TRUNCATE`, `COPY`, `DO`, `CALL`.

use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

use super::query;
use crate::operation::{Call, Copy, DoBlock, Operation, Truncate};
use crate::sql::body::read_body;
use crate::sql::cursor::Cursor;
use crate::sql::refusal::Parsed;

/// What follows `TRUNCATE`.
pub(super) fn truncate(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    cursor.eat("TABLE");
    let tables = cursor.list(Cursor::relation)?;
    let restart = cursor.eat_any(&["RESTART IDENTITY", "CONTINUE IDENTITY"]);
    let cascade = cursor.cascade();
    cursor.end()?;
    Ok(Operation::Truncate(Truncate {
        tables,
        restart_identity: restart == Some("RESTART IDENTITY"),
        cascade,
    }))
}

/// What follows `COPY`.
pub(super) fn copy(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    cursor.eat("BINARY");
    let mut table = None;
    if cursor.at_token(&Token::LParen) {
        cursor.parenthesized(|cursor| {
            if !query::at_query(cursor) {
                return cursor.refuse("a query");
            }
            cursor.delegate(Parser::parse_query)
        })?;
    } else {
        table = Some(cursor.name()?);
        if cursor.at_token(&Token::LParen) {
            cursor.columns()?;
        }
    }
    let from = table.is_some() && cursor.eat("FROM");
    if !from {
        cursor.expect("TO")?;
    }
    let program = cursor.eat("PROGRAM");
    if program || cursor.eat_any(&["STDIN", "STDOUT"]).is_none() {
        cursor.string()?;
    }
    copy_options(cursor)?;
    if from && cursor.eat("WHERE") {
        cursor.expression()?;
    }
    cursor.end()?;
    Ok(Operation::Copy(Copy {
        table,
        from,
        sql: cursor.whole(),
    }))
}

fn copy_options(cursor: &mut Cursor<'_>) -> Parsed<()> {
    if cursor.eat("USING DELIMITERS") || cursor.eat("DELIMITERS") {
        cursor.string()?;
    }
    cursor.eat("WITH");
    if cursor.at_token(&Token::LParen) {
        return cursor.parenthesized_list(copy_option).map(drop);
    }
    let words = ["BINARY", "FREEZE", "CSV", "HEADER"];
    let strings = ["DELIMITER", "NULL", "QUOTE", "ESCAPE", "ENCODING"];
    let forces = ["FORCE QUOTE", "FORCE NOT NULL", "FORCE NULL"];
    loop {
        if cursor.eat_any(&words).is_some() {
            continue;
        }
        if cursor.eat_any(&strings).is_some() {
            cursor.eat("AS");
            cursor.string()?;
        } else if cursor.eat_any(&forces).is_some() {
            if !cursor.eat_token(&Token::Mul) {
                cursor.list(Cursor::identifier)?;
            }
        } else {
            return Ok(());
        }
    }
}

/// `name [value | * | (list)]`.
fn copy_option(cursor: &mut Cursor<'_>) -> Parsed<()> {
    cursor.label()?;
    match cursor.peek() {
        Token::Comma | Token::RParen => Ok(()),
        Token::Mul => {
            cursor.advance();
            Ok(())
        }
        Token::LParen => cursor.parenthesized_list(Cursor::label).map(drop),
        _ if cursor.at_string() => cursor.string().map(drop),
        _ if cursor.at_signed_number() => cursor.number().map(drop),
        _ => cursor.label().map(drop),
    }
}

/// What follows `DO`.
pub(super) fn do_block(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let mut language = None;
    let mut body = None;
    while !cursor.at_end() {
        if cursor.eat("LANGUAGE") {
            let quoted = cursor.at_string();
            language = Some(if quoted {
                cursor.string()?
            } else {
                cursor.label()?
            });
        } else if body.is_none() {
            let written = cursor.here();
            body = Some((cursor.string()?, written));
        } else {
            return cursor.refuse("LANGUAGE");
        }
    }
    let Some((body, written)) = body else {
        return cursor.refuse("a string");
    };
    let language = language.unwrap_or_else(|| "plpgsql".to_owned());
    let mut statements = read_body(&language, &body);
    let source = written.slice(cursor.text());
    for statement in &mut statements {
        statement.span = match source.find(&body) {
            Some(offset) => statement.span.shifted(written.start as usize + offset),
            // Escapes moved the text about: only the whole string is a place.
            None => written,
        };
    }
    Ok(Operation::Do(DoBlock {
        language,
        body,
        statements,
    }))
}

/// What follows `CALL`.
pub(super) fn call(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let start = cursor.mark();
    let procedure = cursor.function_name()?;
    if !cursor.at_token(&Token::LParen) {
        return cursor.refuse("(");
    }
    cursor.rewind(start);
    cursor.expression()?;
    cursor.end()?;
    Ok(Operation::Call(Call {
        procedure,
        sql: cursor.whole(),
    }))
}
