//! Transactions, parameters, locks and maintenance.

use sqlparser::tokenizer::Token;

use crate::operation::{
    LockTable, Maintenance, MaintenanceKind, Operation, QualifiedName, SetConstraints,
    SetParameter, TransactionControl,
};
use crate::sql::cursor::Cursor;
use crate::sql::refusal::Parsed;
use crate::sql::tokens::is_word;

/// `BEGIN`, `COMMIT` and their kin; the verb has been read.
pub(super) fn transaction(cursor: &mut Cursor<'_>, verb: &str) -> Parsed<Operation> {
    let control = match verb {
        "START TRANSACTION" | "BEGIN" => {
            transaction_modes(cursor)?;
            TransactionControl::Begin
        }
        "SAVEPOINT" => TransactionControl::Savepoint(cursor.identifier()?),
        "RELEASE" => {
            cursor.eat("SAVEPOINT");
            TransactionControl::Release(cursor.identifier()?)
        }
        "PREPARE TRANSACTION" | "COMMIT PREPARED" | "ROLLBACK PREPARED" => {
            cursor.string()?;
            TransactionControl::Other(cursor.whole())
        }
        "COMMIT" | "END" => end_of_transaction(cursor, TransactionControl::Commit)?,
        _ => end_of_transaction(cursor, TransactionControl::Rollback)?,
    };
    cursor.end()?;
    Ok(Operation::Transaction(control))
}

/// What follows `COMMIT` or `ROLLBACK`.
fn end_of_transaction(
    cursor: &mut Cursor<'_>,
    control: TransactionControl,
) -> Parsed<TransactionControl> {
    cursor.eat_any(&["WORK", "TRANSACTION"]);
    if control == TransactionControl::Rollback && cursor.eat("TO") {
        cursor.eat("SAVEPOINT");
        return Ok(TransactionControl::RollbackTo(cursor.identifier()?));
    }
    if cursor.eat("AND CHAIN") {
        return Ok(TransactionControl::Other(cursor.whole()));
    }
    cursor.eat("AND NO CHAIN");
    Ok(control)
}

/// `[WORK | TRANSACTION] ISOLATION LEVEL …, READ ONLY, [NOT] DEFERRABLE`.
fn transaction_modes(cursor: &mut Cursor<'_>) -> Parsed<()> {
    cursor.eat_any(&["WORK", "TRANSACTION"]);
    while !cursor.at_end() {
        cursor.expect_any(&[
            "ISOLATION LEVEL SERIALIZABLE",
            "ISOLATION LEVEL REPEATABLE READ",
            "ISOLATION LEVEL READ COMMITTED",
            "ISOLATION LEVEL READ UNCOMMITTED",
            "READ ONLY",
            "READ WRITE",
            "NOT DEFERRABLE",
            "DEFERRABLE",
        ])?;
        cursor.eat_token(&Token::Comma);
    }
    Ok(())
}

/// What follows `SET`.
pub(super) fn set(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    if cursor.eat("CONSTRAINTS") {
        return set_constraints(cursor);
    }
    if cursor.eat("TRANSACTION SNAPSHOT") {
        cursor.string()?;
        cursor.end()?;
        return Ok(Operation::Transaction(TransactionControl::Other(
            cursor.whole(),
        )));
    }
    if cursor.eat("TRANSACTION") || cursor.eat("SESSION CHARACTERISTICS AS TRANSACTION") {
        transaction_modes(cursor)?;
        return Ok(Operation::Transaction(TransactionControl::Other(
            cursor.whole(),
        )));
    }
    let local = match cursor.peek_nth(1) {
        // A parameter that is itself called `local` or `session`.
        Token::Eq => false,
        next if is_word(next, "TO") => false,
        _ => cursor.eat_any(&["LOCAL", "SESSION"]) == Some("LOCAL"),
    };
    let (name, value) = parameter(cursor)?;
    cursor.end()?;
    Ok(Operation::Set(SetParameter { name, value, local }))
}

/// `name = value`, `TIME ZONE value`, `ROLE name`, …: name and value.
pub(super) fn parameter(cursor: &mut Cursor<'_>) -> Parsed<(String, Option<String>)> {
    let special = [
        ("TIME ZONE", "timezone"),
        ("ROLE", "role"),
        ("AUTHORIZATION", "session_authorization"),
        ("SESSION AUTHORIZATION", "session_authorization"),
        ("SCHEMA", "search_path"),
        ("NAMES", "client_encoding"),
        ("XML OPTION", "xmloption"),
    ];
    let assigns = matches!(cursor.peek_nth(1), Token::Eq | Token::Period)
        || is_word(cursor.peek_nth(1), "TO");
    for (keywords, name) in special {
        if !assigns && cursor.eat(keywords) {
            let value = parameter_value(cursor)?;
            return Ok((name.to_owned(), value));
        }
    }
    let name = parameter_name(cursor)?;
    if cursor.eat("FROM CURRENT") {
        return Ok((name, None));
    }
    if !cursor.eat_token(&Token::Eq) {
        cursor.expect("TO")?;
    }
    let value = parameter_value(cursor)?;
    Ok((name, value))
}

fn parameter_name(cursor: &mut Cursor<'_>) -> Parsed<String> {
    let mut name = cursor.identifier()?;
    while cursor.eat_token(&Token::Period) {
        name = format!("{name}.{}", cursor.label()?);
    }
    Ok(name.to_ascii_lowercase())
}

/// One value or a list; none for `DEFAULT`.
fn parameter_value(cursor: &mut Cursor<'_>) -> Parsed<Option<String>> {
    if cursor.eat("DEFAULT") || cursor.eat("LOCAL") {
        return Ok(None);
    }
    let start = cursor.mark();
    let values = cursor.list(single_value)?;
    Ok(Some(match values.as_slice() {
        [value] if !value.contains(',') => value.clone(),
        _ => cursor.text_from(start),
    }))
}

fn single_value(cursor: &mut Cursor<'_>) -> Parsed<String> {
    if cursor.eat("INTERVAL") {
        return cursor.string();
    }
    if cursor.at_string() {
        return cursor.string();
    }
    if cursor.at_signed_number() {
        return cursor.number();
    }
    if let Some(word) = cursor.eat_any(&["TRUE", "FALSE", "ON"]) {
        return Ok(word.to_ascii_lowercase());
    }
    cursor.role()
}

/// What follows `RESET`.
pub(super) fn reset(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let name = match cursor.eat_any(&[
        "ALL",
        "TIME ZONE",
        "SESSION AUTHORIZATION",
        "TRANSACTION ISOLATION LEVEL",
    ]) {
        Some("ALL") => "all".to_owned(),
        Some("TIME ZONE") => "timezone".to_owned(),
        Some("SESSION AUTHORIZATION") => "session_authorization".to_owned(),
        Some(_) => "transaction_isolation".to_owned(),
        None => parameter_name(cursor)?,
    };
    cursor.end()?;
    Ok(Operation::Set(SetParameter {
        name,
        value: None,
        local: false,
    }))
}

/// What follows `SET CONSTRAINTS`.
fn set_constraints(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let names = if cursor.eat("ALL") {
        Vec::new()
    } else {
        cursor.list(Cursor::name)?
    };
    let deferred = cursor.expect_any(&["DEFERRED", "IMMEDIATE"])? == "DEFERRED";
    cursor.end()?;
    Ok(Operation::SetConstraints(SetConstraints {
        names,
        deferred,
    }))
}

/// What follows `LOCK`.
pub(super) fn lock(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    cursor.eat("TABLE");
    let tables = cursor.list(Cursor::relation)?;
    let modes = [
        ("ACCESS SHARE", "AccessShareLock"),
        ("ROW SHARE", "RowShareLock"),
        ("ROW EXCLUSIVE", "RowExclusiveLock"),
        ("SHARE UPDATE EXCLUSIVE", "ShareUpdateExclusiveLock"),
        ("SHARE ROW EXCLUSIVE", "ShareRowExclusiveLock"),
        ("SHARE", "ShareLock"),
        ("EXCLUSIVE", "ExclusiveLock"),
        ("ACCESS EXCLUSIVE", "AccessExclusiveLock"),
    ];
    let mut mode = "AccessExclusiveLock";
    if cursor.eat("IN") {
        let named = modes.iter().find(|(words, _)| cursor.eat(words));
        match named {
            Some((_, lock)) => mode = lock,
            None => return cursor.refuse("a lock mode"),
        }
        cursor.expect("MODE")?;
    }
    let nowait = cursor.eat("NOWAIT");
    cursor.end()?;
    Ok(Operation::Lock(LockTable {
        tables,
        mode: mode.to_owned(),
        nowait,
    }))
}

/// `VACUUM`, `ANALYZE` or `CLUSTER`; the verb has been read.
pub(super) fn maintenance(cursor: &mut Cursor<'_>, verb: &str) -> Parsed<Operation> {
    let (kind, tables) = match verb {
        "VACUUM" => vacuum(cursor)?,
        "CLUSTER" => (MaintenanceKind::Cluster, cluster(cursor)?),
        _ => {
            let switches = ["VERBOSE", "SKIP_LOCKED", "BUFFER_USAGE_LIMIT"];
            if cursor.at_token(&Token::LParen) {
                maintenance_options(cursor, &switches)?;
            } else {
                cursor.eat("VERBOSE");
            }
            (MaintenanceKind::Analyze, maintained(cursor)?)
        }
    };
    cursor.end()?;
    Ok(Operation::Maintain(Maintenance {
        kind,
        tables,
        sql: cursor.whole(),
    }))
}

fn vacuum(cursor: &mut Cursor<'_>) -> Parsed<(MaintenanceKind, Vec<QualifiedName>)> {
    let full = if cursor.at_token(&Token::LParen) {
        let switches = [
            "FULL",
            "FREEZE",
            "VERBOSE",
            "ANALYZE",
            "ANALYSE",
            "DISABLE_PAGE_SKIPPING",
            "SKIP_LOCKED",
            "INDEX_CLEANUP",
            "PROCESS_MAIN",
            "PROCESS_TOAST",
            "TRUNCATE",
            "PARALLEL",
            "SKIP_DATABASE_STATS",
            "ONLY_DATABASE_STATS",
            "BUFFER_USAGE_LIMIT",
        ];
        maintenance_options(cursor, &switches)?
    } else {
        let full = cursor.eat("FULL");
        cursor.eat("FREEZE");
        cursor.eat("VERBOSE");
        cursor.eat_any(&["ANALYZE", "ANALYSE"]);
        full
    };
    let kind = if full {
        MaintenanceKind::VacuumFull
    } else {
        MaintenanceKind::Vacuum
    };
    Ok((kind, maintained(cursor)?))
}

/// `(FULL, PARALLEL 2, …)`; says whether `FULL` is on.
fn maintenance_options(cursor: &mut Cursor<'_>, switches: &[&str]) -> Parsed<bool> {
    let mut full = false;
    cursor.parenthesized_list(|cursor| {
        let switch = cursor.expect_any(switches)?;
        let on = if cursor.at_string() {
            cursor.string()?;
            true
        } else if cursor.eat("AUTO") {
            true
        } else {
            cursor.option_is_on()?
        };
        full |= switch == "FULL" && on;
        Ok(())
    })?;
    Ok(full)
}

/// `table [(columns)], …` or nothing for all.
fn maintained(cursor: &mut Cursor<'_>) -> Parsed<Vec<QualifiedName>> {
    if cursor.at_end() {
        return Ok(Vec::new());
    }
    cursor.list(|cursor| {
        let table = cursor.relation()?;
        if cursor.at_token(&Token::LParen) {
            cursor.columns()?;
        }
        Ok(table)
    })
}

/// `[table [USING index]]` or `index ON table`.
fn cluster(cursor: &mut Cursor<'_>) -> Parsed<Vec<QualifiedName>> {
    if cursor.at_token(&Token::LParen) {
        maintenance_options(cursor, &["VERBOSE"])?;
    } else {
        cursor.eat("VERBOSE");
    }
    if cursor.at_end() {
        return Ok(Vec::new());
    }
    let name = cursor.name()?;
    if cursor.eat("ON") {
        return Ok(vec![cursor.name()?]);
    }
    if cursor.eat("USING") {
        cursor.identifier()?;
    }
    Ok(vec![name])
}

impl Cursor<'_> {
    /// `[ONLY] table [*]`.
    pub fn relation(&mut self) -> Parsed<QualifiedName> {
        if self.eat("ONLY") {
            if self.at_token(&Token::LParen) {
                return self.parenthesized(Self::name);
            }
            return self.name();
        }
        let name = self.name()?;
        self.eat_token(&Token::Mul);
        Ok(name)
    }
}
