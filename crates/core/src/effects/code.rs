//! Functions, triggers, policies, rules, blocks.

use super::queries::{self, Depth};
use super::recorder::Recorder;
use super::{LockMode, alone, catalog, tokens};
use crate::operation::{
    Call, CreateFunction, CreateStatistics, CreateTrigger, DoBlock, DropOnTable, Expression,
    Operation, QualifiedName, Select, Unmodelled,
};
use crate::schema::{self, InnerStep};
use crate::sql;

/// `CREATE TRIGGER`.
pub(super) fn create_trigger(recorder: &mut Recorder<'_>, create: &CreateTrigger) {
    let Some(table) = recorder.relation(&create.table) else {
        return;
    };
    recorder.lock_relation(&table, LockMode::ShareRowExclusive, "gets a trigger");
    if create.for_each_row
        && recorder
            .schema
            .tables
            .get(&table.name)
            .is_some_and(|table| table.partition_by.is_some())
    {
        for partition in catalog::descendants(recorder.schema, &table.name) {
            recorder.lock_table(
                &partition,
                LockMode::ShareRowExclusive,
                "gets a trigger as a partition",
            );
        }
    }
    if let Some(from) = &create.from
        && let Some(from) = recorder.relation(from)
    {
        recorder.lock_relation(&from, LockMode::AccessShare, "named by the trigger");
    }
}

/// `DROP TRIGGER`, `ALTER TRIGGER … RENAME`: on a partitioned table those of the partitions too.
pub(super) fn change_trigger(
    recorder: &mut Recorder<'_>,
    table: &QualifiedName,
    trigger: &str,
    why: &str,
) {
    let Some(relation) = recorder.relation(table) else {
        return;
    };
    let missing = recorder
        .schema
        .tables
        .get(&relation.name)
        .is_some_and(|table| {
            table.is_complete() && !table.triggers.iter().any(|known| known.name == trigger)
        });
    if missing {
        return;
    }
    recorder.lock_relation(&relation, LockMode::AccessExclusive, why);
    for below in catalog::descendants(recorder.schema, &relation.name) {
        let inherited = recorder.schema.tables.get(&below).is_some_and(|table| {
            let mut triggers = table.triggers.iter();
            triggers.any(|known| known.name == trigger && known.inherited)
        });
        if inherited {
            recorder.lock_table(&below, LockMode::AccessExclusive, why);
        }
    }
}

/// The conditions of a policy: queries in them read tables.
pub(super) fn policy_conditions(recorder: &mut Recorder<'_>, conditions: [&Option<Expression>; 2]) {
    for condition in conditions.into_iter().flatten() {
        let query = sql::read_statement(&format!("SELECT {}", condition.as_str()));
        if let Operation::Select(select) = query {
            queries::read(
                recorder,
                &select.reads,
                Depth::Analysed,
                LockMode::AccessShare,
            );
        }
    }
}

/// `CREATE POLICY`, `ALTER POLICY`, `DROP POLICY`.
pub(super) fn policy(recorder: &mut Recorder<'_>, table: &QualifiedName) {
    if let Some(table) = recorder.relation(table) {
        recorder.lock_relation(&table, LockMode::AccessExclusive, "its policies change");
    }
}

/// `DROP POLICY`: one that is not there locks nothing.
pub(super) fn drop_policy(recorder: &mut Recorder<'_>, drop: &DropOnTable) {
    let table = recorder.schema.table(&drop.table);
    let missing = table.is_some_and(|table| {
        table.is_complete() && !table.policies.iter().any(|known| known.name == drop.name)
    });
    if !missing {
        policy(recorder, &drop.table);
    }
}

/// `CREATE STATISTICS`.
pub(super) fn create_statistics(recorder: &mut Recorder<'_>, create: &CreateStatistics) {
    if let Some(table) = recorder.relation(&create.table) {
        recorder.lock_relation(
            &table,
            LockMode::ShareUpdateExclusive,
            "gets extended statistics",
        );
    }
}

/// `CREATE FUNCTION`: the body of an SQL function is looked at, which locks what it names as running it would.
pub(super) fn create_function(recorder: &mut Recorder<'_>, create: &CreateFunction) {
    if create.language != "sql" {
        return;
    }
    for statement in sql::read(&create.body) {
        let (reads, changes) = match &statement.operation {
            Operation::Select(select) => (select.reads.as_slice(), None),
            Operation::Insert(insert) => (insert.reads.as_slice(), Some(&insert.table)),
            Operation::Update(update) => (update.reads.as_slice(), Some(&update.table)),
            Operation::Delete(delete) => (delete.reads.as_slice(), Some(&delete.table)),
            _ => continue,
        };
        for (names, mode) in [
            (reads, LockMode::AccessShare),
            (
                changes.map_or(&[][..], std::slice::from_ref),
                LockMode::RowExclusive,
            ),
        ] {
            for name in names {
                if let Some(relation) = catalog::resolve(recorder.schema, name) {
                    recorder.lock_relation(&relation, mode, "named by the function's body");
                }
            }
        }
    }
}

/// `DO`: every statement that the block runs or may run, each on the state that the ones before it leave.
pub(super) fn block(recorder: &mut Recorder<'_>, block: &DoBlock) {
    let steps = schema::inner_steps(recorder.schema, &Operation::Do(block.clone()));
    inner(recorder, steps);
}

/// The project's own functions that a query calls, as far as their bodies can be read.
pub(super) fn called(recorder: &mut Recorder<'_>, select: &Select) {
    let steps = schema::inner_steps(recorder.schema, &Operation::Select(select.clone()));
    inner(recorder, steps);
}

fn inner(recorder: &mut Recorder<'_>, steps: Vec<InnerStep>) {
    let outside = recorder.schema;
    let mut session = recorder.session.clone();
    for step in steps {
        let effects = alone(&step.operation, &step.before, &session);
        recorder.absorb(effects, |name| {
            catalog::kind_of(outside, name).is_some() || outside.may_hold_unknown_objects()
        });
        if let Ok(applied) = schema::apply(&step.before, &step.operation) {
            session.record(&step.operation, &step.before, &applied.schema);
        }
    }
}

/// `CALL`: there may be more than what is read of the procedure's body.
pub(super) fn call(recorder: &mut Recorder<'_>, call: &Call) {
    recorder.uncertain();
    let steps = schema::inner_steps(recorder.schema, &Operation::Call(call.clone()));
    inner(recorder, steps);
}

/// Statements without an effect on the schema model; some lock a relation.
pub(super) fn unmodelled(recorder: &mut Recorder<'_>, statement: &Unmodelled) {
    let kind = statement.kind.to_ascii_uppercase();
    if let Some(why) = refusal(&kind, &statement.sql) {
        recorder.refuses_transaction(why);
    }
    let mode = match kind.as_str() {
        "CREATE RULE" | "DROP RULE" | "ALTER RULE" => LockMode::AccessExclusive,
        "CREATE PUBLICATION" | "ALTER PUBLICATION" | "SECURITY LABEL" | "ALTER STATISTICS" => {
            LockMode::ShareUpdateExclusive
        }
        "MERGE" => return merge(recorder, statement),
        _ => return,
    };
    let published = tokens::names_after(&statement.sql, "table");
    let others = published.iter().filter(|_| kind.ends_with("PUBLICATION"));
    for name in statement.relation.iter().chain(others) {
        if let Some(relation) = recorder.relation(name) {
            recorder.lock_relation(&relation, mode, kind.to_lowercase());
        }
    }
}

/// `MERGE INTO target USING source`: rows are looked for in both.
fn merge(recorder: &mut Recorder<'_>, statement: &Unmodelled) {
    let target = statement
        .relation
        .as_ref()
        .and_then(|name| recorder.relation(name));
    if let Some(target) = target {
        queries::plan_over(
            recorder,
            &target.name,
            LockMode::RowExclusive,
            "rows are merged into it",
        );
    }
    let source = tokens::names_after(&statement.sql, "using");
    if source.is_empty() {
        recorder.uncertain();
    }
    queries::read(recorder, &source, Depth::Planned, LockMode::AccessShare);
}

/// Why a statement refuses a transaction block, in PostgreSQL's words.
fn refusal(kind: &str, sql: &str) -> Option<String> {
    let alone = matches!(
        kind,
        "CREATE DATABASE"
            | "DROP DATABASE"
            | "ALTER SYSTEM"
            | "CREATE TABLESPACE"
            | "DROP TABLESPACE"
    );
    if alone {
        return Some(kind.to_owned());
    }
    let lower = sql.to_ascii_lowercase();
    let without_slot = [
        "create_slot = false",
        "create_slot=false",
        "connect = false",
        "connect=false",
    ];
    let slot = !without_slot.iter().any(|option| lower.contains(option));
    (kind == "CREATE SUBSCRIPTION" && slot)
        .then(|| "CREATE SUBSCRIPTION ... WITH (create_slot = true)".to_owned())
}
