use super::seen::{self, Runs};
use crate::config::RuleLevel;
use crate::migration::Direction;
use crate::operation::{DropIndex, Operation, TableAction};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};
use crate::schema::{IndexReference, ObjectName};

/// An index dropped while everybody waits.
pub const RULE: Rule = Rule {
    id: "drop-index-not-concurrent",
    class: Class::Blocks,
    level: RuleLevel::Info,
    title: "An index is dropped while everybody waits",
    summary: "DROP INDEX without CONCURRENTLY takes ACCESS EXCLUSIVE on the table too, so even SELECT waits until the transaction ends.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("drop-index-not-concurrent.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let runs = Runs::of(cx);
    let finding = |statement: Statement<'_>| {
        let Operation::DropIndex(drop) = statement.operation else {
            return None;
        };
        // The drop itself is brief; what counts is the queue behind it, which a downgrade has to accept.
        if drop.concurrently || drop.cascade || statement.direction == Direction::Down {
            return None;
        }
        let Some(table) = table_of(&statement, drop) else {
            return of_unknown_table(cx, &statement, drop);
        };
        if !seen::is_visible(cx, &statement, &table) || seen::is_partitioned(&statement, &table) {
            return None;
        }
        // The table or a column of the index goes next: nobody is kept out of the table for the index's sake.
        let columns = indexed_columns(&statement, drop);
        let dropped = |later: Statement<'_>| {
            match later.operation {
            Operation::DropTable(drop) => {
                drop.names.iter().any(|name| later.resolve(name) == table)
            }
            Operation::AlterTable(alter) => {
                later.resolve(&alter.name) == table
                    && alter.actions.iter().any(|action| {
                        matches!(action, TableAction::DropColumn { column, .. } if columns.contains(column))
                    })
            }
            _ => false,
        }
        };
        if cx.later(&statement).any(dropped) {
            return None;
        }
        let until = runs.until(&statement);
        let message =
            format!("Dropping the index locks {table} against readers and writers {until}.");
        Some(
            seen::say(&statement, message)
                .help(seen::concurrently_help(cx))
                .about(table),
        )
    };
    seen::statements(cx).filter_map(finding).collect()
}

/// An index that may be there, of a table that nothing at hand tells.
fn of_unknown_table(
    cx: &Context<'_>,
    statement: &Statement<'_>,
    drop: &DropIndex,
) -> Option<Draft> {
    let [name] = drop.names.as_slice() else {
        return None;
    };
    let schema = statement.before();
    if !schema.may_hold_unknown_objects() || schema.find_index(name).is_some() {
        return None;
    }
    let message = format!("Dropping {name} locks its table against readers and writers.");
    let draft = seen::say(statement, message).help(seen::concurrently_help(cx));
    Some(draft.about(name).level(RuleLevel::Info))
}

/// The columns of an index that is dropped.
fn indexed_columns(statement: &Statement<'_>, drop: &DropIndex) -> Vec<String> {
    let [name] = drop.names.as_slice() else {
        return Vec::new();
    };
    match statement.before().find_index(name) {
        Some((_, IndexReference::Plain(index))) => {
            let keys = index.keys.iter();
            keys.filter_map(|key| key.column.clone()).collect()
        }
        _ => Vec::new(),
    }
}

/// The table of the one index that is dropped; nothing where `CONCURRENTLY` could not be used.
fn table_of(statement: &Statement<'_>, drop: &DropIndex) -> Option<ObjectName> {
    let [name] = drop.names.as_slice() else {
        return None;
    };
    match statement.before().find_index(name) {
        Some((table, IndexReference::Plain(_))) => Some(table),
        Some(_) => None,
        None => {
            let unknown = statement.before().may_hold_unknown_objects() && !drop.if_exists;
            let hint = drop.table_hint.0.as_ref().filter(|_| unknown)?;
            Some(statement.resolve(hint))
        }
    }
}
