//! Effects against facts: what PostgreSQL was seen to do, statement by statement.
//!
//! `facts/pg-locks.jsonl` was measured on PostgreSQL 15 to 18 (15 on a server, 16 to 18 as PGlite), `facts/own-locks.jsonl`
//! and `facts/further-locks.jsonl` with `tests/postgres/measure_locks.py` on PostgreSQL 15 and 18. A line holds a setup, the statement, and per version the locks
//! on relations that existed before, relations with a new file, dropped relations, rows read by sequential scans, or the
//! error.

#![allow(clippy::expect_used, reason = "a test may fail")]

use std::collections::{BTreeMap, BTreeSet};

use retort_core::effects::{self, Cause, Effects, LockMode, RelationKind, Session};
use retort_core::operation::Operation;
use retort_core::schema::{self, Schema, World};
use retort_core::sql;
use serde_json::Value;

/// Facts that the model does not express, by id, and why.
const NOT_EXPRESSED: &[(&str, &str)] = &[
    // What the rows are.
    (
        "addcol-notnull-nodefault",
        "fails because the table is not empty",
    ),
    (
        "delete-referenced",
        "no row matches, so no reference is looked for",
    ),
    (
        "delete-referenced-row",
        "the planner prefers a scan of so small a table to its index",
    ),
    ("update-referenced-key", "no row matches"),
    (
        "delete-using",
        "the planner prefers scans of so small tables to their indexes",
    ),
    // What the server is.
    ("create-extension-citext", "depends on what is installed"),
    ("owner-to-other", "who owns a table is not modelled"),
    // What runs where it cannot be seen.
    ("cic-in-function", "a function runs it from a string"),
    // Errors that depend on earlier statements of the transaction: rules find them, not the catalog.
    ("enum-add-value-then-use", "rule enum-value-used-too-early"),
    (
        "enum-add-value-then-default",
        "rule enum-value-used-too-early",
    ),
    (
        "update-then-alter-pending-trigger",
        "rule pending-trigger-events",
    ),
    (
        "insert-then-alter-fk-deferred-initially",
        "rule pending-trigger-events",
    ),
    // Errors that the simulated catalog does not find (yet).
    ("type-default-incompat", "casts"),
    ("pt-drop-index-concurrently", "the refusal is not made"),
    ("truncate-only-parent", "ONLY is not kept"),
    ("check-subquery", "expressions are not resolved"),
    ("alter-check-enforced", "another message"),
    (
        "sequence-setval",
        "a lock on a sequence that keeps nobody waiting",
    ),
    // Syntax.
    ("composite-add-attribute-cascade", "CREATE TABLE … OF"),
    ("composite-alter-attribute-cascade", "CREATE TABLE … OF"),
    (
        "alter-constraint-inherit",
        "NOT NULL … NO INHERIT is not read",
    ),
];

/// PGlite's planner answered from indexes where the servers read the table.
const PLANNER_CHOSE_INDEXES: [&str; 2] = ["16", "17"];

/// The weakest lock.
const READ: &str = "AccessShareLock";

#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    locks: BTreeMap<String, String>,
    rewritten: BTreeSet<String>,
    dropped: BTreeSet<String>,
    scanned: BTreeSet<String>,
}

/// One statement on one version.
struct Fact<'a> {
    id: &'a str,
    setup: &'a str,
    ddl: &'a str,
    in_transaction: bool,
    version: &'a str,
    result: &'a Value,
}

enum Outcome {
    Equal,
    NotExpressed,
    Differs(String),
}

#[test]
fn effects_equal_what_postgresql_was_seen_to_do() {
    judge(include_str!("facts/pg-locks.jsonl"));
}

#[test]
fn effects_equal_our_own_measurements() {
    judge(include_str!("facts/own-locks.jsonl"));
}

#[test]
fn effects_equal_further_measurements() {
    judge(include_str!("facts/further-locks.jsonl"));
}

fn judge(facts: &str) {
    let mut differences = Vec::new();
    let mut equal = 0;
    let mut met = BTreeSet::new();
    let mut differing = BTreeSet::new();
    for line in facts.lines() {
        let fact: Value = serde_json::from_str(line).expect("a line of JSON");
        let text = |key: &str| fact[key].as_str().unwrap_or_default();
        for (versions, result) in fact["pg"].as_object().expect("results by version") {
            for version in versions.split(',') {
                let fact = Fact {
                    id: text("id"),
                    setup: text("setup"),
                    ddl: text("ddl"),
                    in_transaction: fact["in_txn"].as_bool().unwrap_or(true),
                    version,
                    result,
                };
                let listed = NOT_EXPRESSED.iter().find(|(id, _)| *id == fact.id);
                met.extend(listed.map(|(id, _)| *id));
                match compare(&fact) {
                    Outcome::Equal => equal += 1,
                    Outcome::NotExpressed => {}
                    Outcome::Differs(how) => {
                        if let Some((id, _)) = listed {
                            differing.insert(*id);
                            continue;
                        }
                        differences.push(format!("{} on {version}: {how}", text("id")));
                    }
                }
            }
        }
    }
    assert!(
        differences.is_empty(),
        "{equal} equal, {} differ:\n{}",
        differences.len(),
        differences.join("\n")
    );
    let expressed: Vec<_> = met.difference(&differing).collect();
    assert!(
        expressed.is_empty(),
        "equal now, take off the list: {expressed:?}"
    );
}

fn compare(fact: &Fact<'_>) -> Outcome {
    if fact.result.get("setup_error").is_some() {
        return Outcome::NotExpressed;
    }
    let postgres: u16 = fact.version.parse().expect("a major version");
    let before = match set_up(fact.setup) {
        Ok(schema) => schema,
        Err(trouble) => return Outcome::Differs(format!("the setup fails: {trouble}")),
    };
    let ran = run(&before, fact.ddl, postgres);
    if let Some(error) = fact.result["error"].as_str() {
        return compare_error(fact, error, &ran);
    }
    if let Some(error) = ran.error {
        return Outcome::Differs(format!("we say it fails: {error}"));
    }
    if fact.result.get("ok").is_some() {
        return Outcome::Equal;
    }
    if fact.in_transaction && ran.refuses_transaction.is_some() {
        return Outcome::Differs("we say it refuses a transaction".into());
    }
    let mut want = measured(fact.result, &before);
    let mut have = ran.seen;
    let observable = observable(fact.setup, &before, &want.scanned);
    have.scanned.retain(|table| observable.contains(table));
    if PLANNER_CHOSE_INDEXES.contains(&fact.version) {
        want.scanned.clone_from(&have.scanned);
    }
    // PostgreSQL 18 opens some indexes and sequences on the way, which keeps nobody waiting.
    if fact.version == "18" {
        let opened = |name: &String, mode: &str| mode == READ && !have.locks.contains_key(name);
        want.locks.retain(|name, mode| !opened(name, mode));
    }
    if want == have {
        Outcome::Equal
    } else {
        Outcome::Differs(format!(
            "{} \n  PostgreSQL {want:?}\n  we         {have:?}",
            fact.ddl
        ))
    }
}

fn compare_error(fact: &Fact<'_>, error: &str, ran: &Ran) -> Outcome {
    let said = match (&ran.refuses_transaction, &ran.error) {
        (Some(what), None) if fact.in_transaction => {
            format!("{what} cannot run inside a transaction block")
        }
        (_, Some(error)) => error.clone(),
        _ => "no error".to_owned(),
    };
    // Syntax that a version does not have yet is a matter of reading, not of effects.
    if said == error || error.starts_with("syntax error") {
        Outcome::Equal
    } else {
        Outcome::Differs(format!(
            "{}\n  PostgreSQL {error:?}\n  we         {said:?}",
            fact.ddl
        ))
    }
}

fn set_up(setup: &str) -> Result<Schema, String> {
    let mut schema = Schema::empty(World::Closed);
    for statement in sql::read(setup) {
        if let Operation::Opaque(opaque) = &statement.operation {
            return Err(format!("{}: {}", opaque.reason, opaque.text));
        }
        schema = schema::apply(&schema, &statement.operation)
            .map_err(|error| error.message)?
            .schema;
    }
    Ok(schema)
}

#[derive(Default)]
struct Ran {
    seen: Seen,
    refuses_transaction: Option<String>,
    error: Option<String>,
}

/// Runs the statements of `ddl` in one transaction and adds up what they do to what existed before.
fn run(before: &Schema, ddl: &str, postgres: u16) -> Ran {
    let mut ran = Ran::default();
    let mut session = Session::new(postgres);
    let mut state = before.clone();
    let mut modes: BTreeMap<String, LockMode> = BTreeMap::new();
    for statement in sql::read(ddl) {
        let effects = effects::of(&statement.operation, &state, &session);
        ran.refuses_transaction = ran
            .refuses_transaction
            .or(effects.refuses_transaction.clone());
        note(&mut ran.seen, &mut modes, &effects);
        if let Operation::Opaque(opaque) = &statement.operation {
            ran.error = ran.error.or(Some(opaque.reason.clone()));
        }
        let refused = schema::refused_by(postgres, &state, &statement.operation);
        ran.error = ran.error.or(refused.map(|refused| refused.message));
        match schema::apply(&state, &statement.operation) {
            Ok(applied) => {
                session.record(&statement.operation, &state, &applied.schema);
                state = applied.schema;
            }
            Err(error) => ran.error = ran.error.or(Some(error.message)),
        }
    }
    ran.seen.locks = modes
        .into_iter()
        .map(|(name, mode)| (name, mode.pg_locks_name().to_owned()))
        .collect();
    ran
}

fn note(seen: &mut Seen, modes: &mut BTreeMap<String, LockMode>, effects: &Effects) {
    for lock in effects.locks.iter().filter(|lock| !lock.invisible) {
        let mode = modes.entry(lock.relation.name.clone()).or_insert(lock.mode);
        *mode = (*mode).max(lock.mode);
    }
    let name = |work: &effects::Work| work.relation.name.clone();
    seen.scanned.extend(
        effects
            .scans
            .iter()
            .filter(|work| !work.invisible)
            .map(name),
    );
    seen.rewritten.extend(effects.rewrites.iter().map(name));
    let recreated: BTreeSet<String> = effects
        .recreates
        .iter()
        .map(|index| index.name.clone())
        .collect();
    let rebuilt = effects
        .index_builds
        .iter()
        .filter(|build| build.rebuild)
        .map(|build| build.index.name.clone());
    seen.rewritten
        .extend(rebuilt.filter(|name| !recreated.contains(name)));
    // A truncated table's indexes get new files with it.
    if effects
        .rewrites
        .iter()
        .any(|work| work.cause == Cause::Truncate)
    {
        let locks = effects.locks.iter();
        let emptied = locks.filter(|lock| {
            lock.kind == RelationKind::Index && lock.mode == LockMode::AccessExclusive
        });
        seen.rewritten
            .extend(emptied.map(|lock| lock.relation.name.clone()));
    }
    seen.dropped.extend(recreated);
    seen.dropped.extend(
        effects
            .drops
            .iter()
            .map(|dropped| dropped.name.name.clone()),
    );
}

/// What was measured, without what is no effect of ours: sequences are one-row relations, so a new file is no work.
fn measured(result: &Value, before: &Schema) -> Seen {
    let names = |key: &str| -> BTreeSet<String> {
        let list = result[key].as_array().into_iter().flatten();
        list.filter_map(|name| name.as_str().map(str::to_owned))
            .collect()
    };
    let is_sequence = |name: &String| {
        let all = before
            .sequences
            .keys()
            .chain(before.identity_sequences.keys());
        all.into_iter().any(|known| known.name == *name)
    };
    let locks = result["locks"].as_object().into_iter().flatten();
    let scanned = result["scanned_rows"].as_object().into_iter().flatten();
    Seen {
        locks: locks
            .map(|(name, mode)| (name.clone(), mode_name(mode)))
            .collect(),
        rewritten: names("rewritten")
            .into_iter()
            .filter(|name| !is_sequence(name))
            .collect(),
        dropped: names("dropped"),
        scanned: scanned.map(|(name, _)| name.clone()).collect(),
    }
}

/// The first file writes modes by their letters.
fn mode_name(mode: &Value) -> String {
    let written = mode.as_str().unwrap_or_default();
    let long = match written {
        "AS" => "AccessShareLock",
        "RS" => "RowShareLock",
        "RX" => "RowExclusiveLock",
        "SUX" => "ShareUpdateExclusiveLock",
        "S" => "ShareLock",
        "SRX" => "ShareRowExclusiveLock",
        "X" => "ExclusiveLock",
        "AX" => "AccessExclusiveLock",
        long => long,
    };
    long.to_owned()
}

/// Relations where a scan would have been seen: those with rows. A row that goes into a partitioned table lands in one of
/// its partitions; those that were seen to be read had some.
fn observable(setup: &str, before: &Schema, scanned: &BTreeSet<String>) -> BTreeSet<String> {
    let inserted = sql::read(setup)
        .into_iter()
        .filter_map(|statement| match statement.operation {
            Operation::Insert(insert) => Some(insert.table.name),
            _ => None,
        });
    let inserted: BTreeSet<String> = inserted.collect();
    let views = before
        .views
        .iter()
        .filter(|(_, view)| view.kind == "materialized view")
        .map(|(name, _)| name.name.clone());
    inserted
        .into_iter()
        .chain(views)
        .chain(scanned.iter().cloned())
        .collect()
}
