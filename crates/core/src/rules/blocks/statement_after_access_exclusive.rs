use std::collections::BTreeSet;

use super::seen::{self, Runs};
use crate::config::RuleLevel;
use crate::effects::{Cause, HeldLock, Work};
use crate::operation::{Operation, QualifiedName};
use crate::rules::expression;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};
use crate::schema::ObjectName;

/// Long work while everybody waits for something else.
pub const RULE: Rule = Rule {
    id: "statement-after-access-exclusive",
    class: Class::Blocks,
    level: RuleLevel::Info,
    title: "Long work is done while an earlier lock keeps everybody out",
    summary: "An earlier statement of the transaction took ACCESS EXCLUSIVE on a table; its readers and writers wait until everything that follows is done.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("statement-after-access-exclusive.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let runs = Runs::of(cx);
    let mut told = BTreeSet::new();
    let mut found = Vec::new();
    for statement in seen::statements(cx).filter(|statement| statement.inner.is_none()) {
        let run = runs.run(&statement);
        let Some(work) = long_work(cx, &statement) else {
            continue;
        };
        // Once for a transaction: all that it locked waits for all that it does. A table that is large is told by itself.
        // What earlier migrations of the run keep is told of the run.
        let news = |lock: &&HeldLock| {
            let large = seen::is_large(cx, &lock.relation).then(|| lock.relation.clone());
            is_shut(lock)
                && (large.is_some() || run.is_own(lock))
                && !shuts(&statement, &lock.relation)
                && told.insert((statement.direction, run.transaction(&statement), large))
        };
        let Some(held) = run.held(&statement).find(news) else {
            continue;
        };
        let table = &held.relation;
        let message = format!(
            "{work} while an earlier statement of the transaction keeps readers and writers of {table} out."
        );
        let help = "Do the long work first, or in a transaction of its own.";
        let draft = statement.say(message).help(help).about(table);
        let draft = match run.taken_by(held) {
            Some(taken) => draft.related(taken.step.place, format!("locks {table}")),
            None => draft,
        };
        found.extend(seen::by_size(cx, &statement, table, draft));
    }
    found
}

/// Whether a statement keeps everybody out of a table by itself, which its own rule tells.
fn shuts(statement: &Statement<'_>, table: &ObjectName) -> bool {
    let mut own = statement.outcome.effects.locks.iter();
    own.any(|lock| lock.relation == *table && lock.mode.blocks_reads())
}

fn is_shut(lock: &HeldLock) -> bool {
    lock.mode.blocks_reads() && lock.kind.holds_rows()
}

/// Work that takes as long as a table is large; nothing for what takes a moment.
fn long_work(cx: &Context<'_>, statement: &Statement<'_>) -> Option<String> {
    match statement.operation {
        Operation::Update(update) => return data(cx, statement, "Rows are updated", &update.table),
        Operation::Delete(delete) => return data(cx, statement, "Rows are deleted", &delete.table),
        Operation::Insert(insert) if !insert.reads.is_empty() => {
            return data(cx, statement, "Rows are copied", &insert.table);
        }
        Operation::Select(select) if reads_whole_tables(&select.sql) => {
            let table = select.reads.first()?;
            return data(cx, statement, "Rows are counted or read", table);
        }
        _ => {}
    }
    let effects = seen::effects(cx, statement);
    let visible =
        |work: &&Work| work.cause.grows() && seen::is_visible(cx, statement, &work.relation);
    if let Some(work) = effects.rewrites.iter().find(visible) {
        return Some(format!("{} is written anew", work.relation));
    }
    let build = effects.index_builds.iter().find(|build| {
        let table = ObjectName::new(&build.index.schema, &build.table);
        seen::is_visible(cx, statement, &table)
    });
    if let Some(build) = build {
        return Some(format!("Index {} is built", build.index.name));
    }
    // A foreign key of a table that nobody else sees yet has no rows to look up.
    let is_lookup = |work: &&Work| work.cause == Cause::ForeignKey && is_unseen(cx, statement);
    let scan = effects
        .scans
        .iter()
        .find(|work| visible(work) && !is_lookup(work))?;
    Some(format!("All of {} is read", scan.relation))
}

/// Whether a query has nothing that would spare it most of a table.
fn reads_whole_tables(sql: &str) -> bool {
    let spared = ["where", "limit", "join"];
    !spared.iter().any(|word| expression::mentions(sql, word))
}

/// Whether the table that is altered is one that this transaction made.
fn is_unseen(cx: &Context<'_>, statement: &Statement<'_>) -> bool {
    match statement.operation {
        Operation::AlterTable(alter) => cx.is_new(statement, &statement.resolve(&alter.name)),
        _ => false,
    }
}

fn data(
    cx: &Context<'_>,
    statement: &Statement<'_>,
    what: &str,
    table: &QualifiedName,
) -> Option<String> {
    let table = seen::sees(cx, statement, table)?;
    Some(format!("{what} in {table}"))
}
