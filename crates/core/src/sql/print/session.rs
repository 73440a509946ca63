//! Transactions, parameters and locks.

use super::{cascade, is_number, is_plain_word, joined};
use crate::operation::{
    LockTable, SetConstraints, SetParameter, TransactionControl, Truncate, quote_identifier,
    quote_literal,
};

pub(super) fn truncate(truncate: &Truncate) -> String {
    let restart = if truncate.restart_identity {
        " RESTART IDENTITY"
    } else {
        ""
    };
    format!(
        "TRUNCATE TABLE {}{restart}{}",
        joined(&truncate.tables),
        cascade(truncate.cascade)
    )
}

pub(super) fn transaction(control: &TransactionControl) -> String {
    match control {
        TransactionControl::Begin => "BEGIN".to_owned(),
        TransactionControl::Commit => "COMMIT".to_owned(),
        TransactionControl::Rollback => "ROLLBACK".to_owned(),
        TransactionControl::Savepoint(name) => format!("SAVEPOINT {}", quote_identifier(name)),
        TransactionControl::Release(name) => {
            format!("RELEASE SAVEPOINT {}", quote_identifier(name))
        }
        TransactionControl::RollbackTo(name) => {
            format!("ROLLBACK TO SAVEPOINT {}", quote_identifier(name))
        }
        TransactionControl::Other(text) => text.clone(),
    }
}

pub(super) fn set(set: &SetParameter) -> String {
    let name = parameter(&set.name);
    let Some(value) = &set.value else {
        return if set.local {
            format!("SET LOCAL {name} TO DEFAULT")
        } else {
            format!("RESET {name}")
        };
    };
    let local = if set.local { "LOCAL " } else { "" };
    let value = if is_number(value) || is_plain_word(value) || value.contains(',') {
        value.clone()
    } else {
        quote_literal(value)
    };
    format!("SET {local}{name} TO {value}")
}

/// `search_path`, `app.tenant`.
fn parameter(name: &str) -> String {
    if name == "all" {
        return "ALL".to_owned();
    }
    let parts: Vec<_> = name.split('.').map(quote_identifier).collect();
    parts.join(".")
}

pub(super) fn set_constraints(set: &SetConstraints) -> String {
    let names = if set.names.is_empty() {
        "ALL".to_owned()
    } else {
        joined(&set.names)
    };
    let when = if set.deferred {
        "DEFERRED"
    } else {
        "IMMEDIATE"
    };
    format!("SET CONSTRAINTS {names} {when}")
}

pub(super) fn lock(lock: &LockTable) -> String {
    let nowait = if lock.nowait { " NOWAIT" } else { "" };
    format!(
        "LOCK TABLE {} IN {} MODE{nowait}",
        joined(&lock.tables),
        mode(&lock.mode)
    )
}

/// `ShareRowExclusiveLock` is `SHARE ROW EXCLUSIVE`.
fn mode(lock: &str) -> String {
    let mut words = String::new();
    for letter in lock.trim_end_matches("Lock").chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(letter.to_ascii_uppercase());
    }
    words
}
