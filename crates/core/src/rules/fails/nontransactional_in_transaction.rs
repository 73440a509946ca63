use crate::config::RuleLevel;
use crate::operation::{MaintenanceKind, Operation, ReindexTarget, TypeAction};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};
use crate::schema::Table;

/// A statement that PostgreSQL refuses inside a transaction block.
pub const RULE: Rule = Rule {
    id: "nontransactional-in-transaction",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "A statement that cannot run inside a transaction",
    summary: "VACUUM, CREATE DATABASE and some others must stand outside of any transaction.",
    checklist: &[7],
    fix: FixKind::None,
    page: page!("nontransactional-in-transaction.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    cx.both()
        .filter_map(|statement| {
            let what = refuses(statement.operation, cx.config().postgres)
                .or_else(|| reindexes_partitions(&statement))?;
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
        Operation::Unmodelled(statement) if makes_no_slot(&statement.sql) => None,
        Operation::Unmodelled(statement) => {
            KINDS.iter().find(|kind| **kind == statement.kind).copied()
        }
        _ => None,
    }
}

/// `REINDEX` of a partitioned table or index commits after each part.
fn reindexes_partitions(statement: &Statement<'_>) -> Option<&'static str> {
    let Operation::Reindex(reindex) = statement.operation else {
        return None;
    };
    let name = statement.resolve(reindex.name.as_ref()?);
    let before = statement.before();
    let is_partitioned = |table: &Table| table.partition_by.is_some();
    let what = match reindex.target {
        ReindexTarget::Table => before.tables.get(&name).map(AsRef::as_ref),
        ReindexTarget::Index => before.tables.values().map(AsRef::as_ref).find(|table| {
            table.schema == name.schema && table.indexes.iter().any(|index| index.name == name.name)
        }),
        _ => None,
    };
    what.is_some_and(is_partitioned)
        .then_some("REINDEX of a partitioned table or index")
}

/// A subscription that makes no replication slot may be created in a transaction.
fn makes_no_slot(sql: &str) -> bool {
    let options = sql.to_ascii_lowercase().replace([' ', '\''], "");
    [
        "create_slot=false",
        "create_slot=off",
        "connect=false",
        "connect=off",
    ]
    .iter()
    .any(|option| options.contains(option))
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
