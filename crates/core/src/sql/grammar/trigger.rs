//! Triggers and row security policies.

use sqlparser::tokenizer::Token;

use crate::operation::{
    AlterPolicy, CreatePolicy, CreateTrigger, DropOnTable, Operation, RenameOnTable, TriggerEvent,
    TriggerTiming,
};
use crate::sql::cursor::Cursor;
use crate::sql::refusal::Parsed;

/// What follows `TRIGGER`.
pub(super) fn create_trigger(
    cursor: &mut Cursor<'_>,
    or_replace: bool,
    constraint: bool,
) -> Parsed<Operation> {
    let name = cursor.identifier()?;
    let timing = match cursor.expect_any(&["BEFORE", "AFTER", "INSTEAD OF"])? {
        "BEFORE" => TriggerTiming::Before,
        "AFTER" => TriggerTiming::After,
        _ => TriggerTiming::InsteadOf,
    };
    let (events, update_of) = events(cursor)?;
    cursor.expect("ON")?;
    let table = cursor.name()?;
    let from = if constraint && cursor.eat("FROM") {
        Some(cursor.name()?)
    } else {
        None
    };
    let deferral = if constraint {
        cursor.deferral()?
    } else {
        Default::default()
    };
    let referencing = referencing(cursor)?;
    let for_each_row = if cursor.eat("FOR") {
        cursor.eat("EACH");
        cursor.expect_any(&["ROW", "STATEMENT"])? == "ROW"
    } else {
        false
    };
    let when = if cursor.eat("WHEN") {
        Some(cursor.parenthesized_expression()?)
    } else {
        None
    };
    cursor.expect_any(&["EXECUTE FUNCTION", "EXECUTE PROCEDURE"])?;
    let function = cursor.function_name()?;
    let arguments = arguments(cursor)?;
    cursor.end()?;
    Ok(Operation::CreateTrigger(Box::new(CreateTrigger {
        name,
        table,
        or_replace,
        constraint,
        timing,
        events,
        update_of,
        for_each_row,
        deferral,
        from,
        referencing,
        when,
        function,
        arguments,
    })))
}

/// `INSERT OR UPDATE OF a, b`.
fn events(cursor: &mut Cursor<'_>) -> Parsed<(Vec<TriggerEvent>, Vec<String>)> {
    let mut events = Vec::new();
    let mut update_of = Vec::new();
    loop {
        let event = match cursor.expect_any(&["INSERT", "DELETE", "UPDATE", "TRUNCATE"])? {
            "INSERT" => TriggerEvent::Insert,
            "DELETE" => TriggerEvent::Delete,
            "UPDATE" => TriggerEvent::Update,
            _ => TriggerEvent::Truncate,
        };
        if events.contains(&event) {
            return cursor.refuse("another event");
        }
        if event == TriggerEvent::Update && cursor.eat("OF") {
            update_of = cursor.list(Cursor::identifier)?;
        }
        events.push(event);
        if !cursor.eat("OR") {
            events.sort();
            return Ok((events, update_of));
        }
    }
}

/// `REFERENCING NEW TABLE AS n`, as written.
fn referencing(cursor: &mut Cursor<'_>) -> Parsed<Option<String>> {
    let start = cursor.mark();
    if !cursor.eat("REFERENCING") {
        return Ok(None);
    }
    loop {
        cursor.expect_any(&["OLD TABLE", "NEW TABLE"])?;
        cursor.eat("AS");
        cursor.identifier()?;
        if !cursor.at_any(&["OLD", "NEW"]) {
            return Ok(Some(cursor.text_from(start)));
        }
    }
}

/// `('a', 1, word)`, each as written.
fn arguments(cursor: &mut Cursor<'_>) -> Parsed<Vec<String>> {
    cursor.expect_token(&Token::LParen)?;
    if cursor.eat_token(&Token::RParen) {
        return Ok(Vec::new());
    }
    let arguments = cursor.list(|cursor| {
        let start = cursor.mark();
        if cursor.at_string() {
            cursor.string()?;
        } else if cursor.at_signed_number() {
            cursor.number()?;
        } else {
            cursor.label()?;
        }
        Ok(cursor.text_from(start))
    })?;
    cursor.expect_token(&Token::RParen)?;
    Ok(arguments)
}

/// What follows `ALTER TRIGGER`.
pub(super) fn alter_trigger(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let name = cursor.identifier()?;
    cursor.expect("ON")?;
    let table = cursor.name()?;
    if cursor.at_any(&["DEPENDS", "NO DEPENDS"]) {
        cursor.eat("NO");
        cursor.expect("DEPENDS ON EXTENSION")?;
        cursor.identifier()?;
        cursor.end()?;
        return Ok(super::shapes::without_effect(
            cursor,
            "ALTER TRIGGER",
            Some(table),
        ));
    }
    cursor.expect("RENAME TO")?;
    let to = cursor.identifier()?;
    cursor.end()?;
    Ok(Operation::RenameTrigger(RenameOnTable { name, table, to }))
}

/// What follows `DROP TRIGGER` or `DROP POLICY`.
pub(super) fn drop_on_table(cursor: &mut Cursor<'_>) -> Parsed<DropOnTable> {
    let if_exists = cursor.eat("IF EXISTS");
    let name = cursor.identifier()?;
    cursor.expect("ON")?;
    let table = cursor.name()?;
    let cascade = cursor.cascade();
    cursor.end()?;
    Ok(DropOnTable {
        name,
        table,
        if_exists,
        cascade,
    })
}

/// What follows `CREATE POLICY`.
pub(super) fn create_policy(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let name = cursor.identifier()?;
    cursor.expect("ON")?;
    let table = cursor.name()?;
    let permissive =
        !cursor.eat("AS") || cursor.expect_any(&["PERMISSIVE", "RESTRICTIVE"])? == "PERMISSIVE";
    let command = if cursor.eat("FOR") {
        cursor.expect_any(&["ALL", "SELECT", "INSERT", "UPDATE", "DELETE"])?
    } else {
        "ALL"
    };
    let roles = if cursor.eat("TO") {
        cursor.list(Cursor::role)?
    } else {
        vec!["public".to_owned()]
    };
    let using = if cursor.eat("USING") {
        Some(cursor.parenthesized_expression()?)
    } else {
        None
    };
    let with_check = if cursor.eat("WITH CHECK") {
        Some(cursor.parenthesized_expression()?)
    } else {
        None
    };
    cursor.end()?;
    Ok(Operation::CreatePolicy(CreatePolicy {
        name,
        table,
        permissive,
        command: command.to_ascii_lowercase(),
        roles,
        using,
        with_check,
    }))
}

/// What follows `ALTER POLICY`.
pub(super) fn alter_policy(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let name = cursor.identifier()?;
    cursor.expect("ON")?;
    let mut policy = AlterPolicy {
        name,
        table: cursor.name()?,
        rename_to: None,
        roles: None,
        using: None,
        with_check: None,
    };
    if cursor.eat("RENAME TO") {
        policy.rename_to = Some(cursor.identifier()?);
    } else {
        if cursor.eat("TO") {
            policy.roles = Some(cursor.list(Cursor::role)?);
        }
        if cursor.eat("USING") {
            policy.using = Some(cursor.parenthesized_expression()?);
        }
        if cursor.eat("WITH CHECK") {
            policy.with_check = Some(cursor.parenthesized_expression()?);
        }
    }
    cursor.end()?;
    Ok(Operation::AlterPolicy(policy))
}
