use std::collections::BTreeMap;
use std::fmt::Write;

use retort_core::effects::{self, Effects, LockMode, Session};
use retort_core::schema::{self, ObjectName, Schema, World};
use retort_core::sql;
use serde_json::{Map, Value, json};

use super::pretty;
use crate::arguments::{DataFormat, LocksOf};
use crate::input;
use crate::output::{Failure, Outcome};

pub fn run(arguments: &LocksOf) -> Result<Outcome, Failure> {
    let setup = input::text_file(&arguments.setup)?;
    let ddl = input::text_file(&arguments.ddl)?;
    let mut state = Schema::empty(World::Closed);
    let mut session = Session::new(arguments.postgres);
    for statement in sql::read(&setup) {
        // What PostgreSQL would refuse leaves the state as it is.
        if let Ok(applied) = schema::apply(&state, &statement.operation) {
            session.record(&statement.operation, &state, &applied.schema);
            state = applied.schema;
        }
    }
    session.commit();
    let statements = sql::read(&ddl);
    let [statement] = statements.as_slice() else {
        return Err(Failure::new(
            format!(
                "{} holds {} statements",
                input::shown(&arguments.ddl),
                statements.len()
            ),
            "`--ddl` takes one statement; put what comes before it into `--setup`",
        ));
    };
    let found = effects::of(&statement.operation, &state, &session);
    let result = match schema::apply(&state, &statement.operation) {
        Ok(applied) => observed(&found, &state, &applied.schema),
        Err(error) => json!({ "error": error.message, "sqlstate": error.sqlstate }),
    };
    Ok(Outcome::fine(match arguments.format {
        DataFormat::Json => pretty(&json!({
            "setup": setup,
            "ddl": ddl,
            "in_txn": found.refuses_transaction.is_none(),
            "pg": { arguments.postgres.to_string(): result },
        }))?,
        DataFormat::Text => text(&found, &result),
    }))
}

/// What the catalog and the lock table would show. How many rows a scan reads is not known.
fn observed(found: &Effects, before: &Schema, after: &Schema) -> Value {
    let mut locks: BTreeMap<String, LockMode> = BTreeMap::new();
    for lock in &found.locks {
        let mode = locks.entry(lock.relation.to_string()).or_insert(lock.mode);
        *mode = lock.mode.max(*mode);
    }
    let locks: Map<String, Value> = locks
        .into_iter()
        .map(|(relation, mode)| (relation, json!(short(mode))))
        .collect();
    let rewrites = found.rewrites.iter().map(|work| work.relation.to_string());
    let rebuilt = found.index_builds.iter().filter(|build| build.rebuild);
    let mut rewritten: Vec<String> = rewrites
        .chain(rebuilt.map(|build| build.index.to_string()))
        .collect();
    rewritten.sort();
    rewritten.dedup();
    let scanned: Map<String, Value> = found
        .scans
        .iter()
        .map(|work| (work.relation.to_string(), Value::Null))
        .collect();
    let left = relations(after);
    let dropped: Vec<String> = relations(before)
        .into_iter()
        .filter(|name| !left.contains(name))
        .map(|name| name.to_string())
        .collect();
    json!({ "locks": locks, "rewritten": rewritten, "dropped": dropped, "scanned_rows": scanned })
}

/// Every table, index, sequence and view.
fn relations(schema: &Schema) -> Vec<ObjectName> {
    let mut names: Vec<ObjectName> = schema.sequences.keys().cloned().collect();
    for (name, table) in schema.tables.iter() {
        names.push(name.clone());
        let keys = table
            .primary_key
            .iter()
            .chain(&table.unique_constraints)
            .map(|key| &key.name);
        let exclusions = table
            .exclusion_constraints
            .iter()
            .map(|exclusion| &exclusion.name);
        let indexes = table.indexes.iter().map(|index| &index.name);
        let all = keys.chain(exclusions).chain(indexes);
        names.extend(all.map(|index| ObjectName::new(&name.schema, index)));
    }
    for (name, view) in schema.views.iter() {
        names.push(name.clone());
        names.extend(
            view.indexes
                .iter()
                .map(|index| ObjectName::new(&name.schema, &index.name)),
        );
    }
    names.sort();
    names
}

/// The abbreviations of the measured lock tables.
fn short(mode: LockMode) -> &'static str {
    match mode {
        LockMode::AccessShare => "AS",
        LockMode::RowShare => "RS",
        LockMode::RowExclusive => "RX",
        LockMode::ShareUpdateExclusive => "SUX",
        LockMode::Share => "S",
        LockMode::ShareRowExclusive => "SRX",
        LockMode::Exclusive => "X",
        LockMode::AccessExclusive => "AX",
    }
}

fn text(found: &Effects, result: &Value) -> String {
    if let Some(error) = result.get("error").and_then(Value::as_str) {
        return format!("PostgreSQL refuses it: {error}\n");
    }
    let mut out = String::new();
    for lock in &found.locks {
        let _ = writeln!(
            out,
            "lock         {} {}: {}",
            lock.relation,
            lock.mode.manual_name(),
            lock.why
        );
    }
    for work in &found.rewrites {
        let _ = writeln!(out, "rewrite      {}: {}", work.relation, work.why);
    }
    for build in &found.index_builds {
        let how = if build.rebuild { "rebuilt" } else { "new" };
        let _ = writeln!(
            out,
            "index build  {} on {}, {how}",
            build.index, build.table
        );
    }
    for work in &found.scans {
        let _ = writeln!(out, "scan         {}: {}", work.relation, work.why);
    }
    if out.is_empty() {
        out.push_str("It locks nothing that existed before.\n");
    }
    out
}
