use crate::config::RuleLevel;
use crate::operation::{MaintenanceKind, Operation, ReindexTarget, TypeAction};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A statement that PostgreSQL refuses inside a transaction block.
pub const RULE: Rule = Rule {
    id: "nontransactional-in-transaction",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "A statement that cannot run inside a transaction",
    summary: "VACUUM, CREATE DATABASE and some others must stand outside of any transaction.",
    checklist: &[7],
    fix: FixKind::None,
    page: include_str!("nontransactional-in-transaction.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    cx.both()
        .filter_map(|statement| {
            let what = refuses(statement.operation, cx.config().postgres)?;
            let draft = cx.in_transaction(&statement).then(|| {
                statement.say(format!(
                    "{what} cannot run inside a transaction, and this migration runs in \
                    one: PostgreSQL refuses it."
                ))
            })?;
            Some(draft.help(
                "Run it in a migration without a transaction (in Alembic inside \
                autocommit_block()), or outside of migrations.",
            ))
        })
        .collect()
}

/// The statement's name, if it refuses a transaction block. `CONCURRENTLY` has a rule of its own.
fn refuses(operation: &Operation, postgres: u16) -> Option<&'static str> {
    match operation {
        Operation::Maintain(maintenance) => match maintenance.kind {
            MaintenanceKind::Vacuum | MaintenanceKind::VacuumFull => Some("VACUUM"),
            MaintenanceKind::Cluster if maintenance.tables.is_empty() => {
                Some("CLUSTER of all tables")
            }
            MaintenanceKind::Cluster | MaintenanceKind::Analyze => None,
        },
        Operation::Reindex(reindex) if !reindex.concurrently => match reindex.target {
            ReindexTarget::Schema => Some("REINDEX SCHEMA"),
            ReindexTarget::Database => Some("REINDEX DATABASE"),
            ReindexTarget::System => Some("REINDEX SYSTEM"),
            ReindexTarget::Index | ReindexTarget::Table => None,
        },
        Operation::AlterType(alter) if postgres < ADD_VALUE_IN_TRANSACTION => {
            matches!(alter.action, TypeAction::AddValue { .. })
                .then_some("ALTER TYPE \u{2026} ADD VALUE")
        }
        Operation::Unmodelled(statement) => {
            KINDS.iter().find(|kind| **kind == statement.kind).copied()
        }
        _ => None,
    }
}

/// The version from which on `ALTER TYPE … ADD VALUE` is allowed in a transaction.
const ADD_VALUE_IN_TRANSACTION: u16 = 12;

/// Statements without an operation of their own.
const KINDS: &[&str] = &[
    "ALTER SYSTEM",
    "CREATE DATABASE",
    "CREATE SUBSCRIPTION",
    "CREATE TABLESPACE",
    "DROP DATABASE",
    "DROP TABLESPACE",
];
