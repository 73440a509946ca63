use std::collections::BTreeSet;

use super::seen::{self, Runs};
use crate::config::RuleLevel;
use crate::effects::{LockMode, RelationKind};
use crate::operation::TableAction;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};
use crate::schema::ObjectName;

/// Several tables locked at once.
pub const RULE: Rule = Rule {
    id: "wide-lock-window",
    class: Class::Blocks,
    level: RuleLevel::Info,
    title: "Several tables in use are locked by one transaction",
    summary: "A transaction that locks one table after another keeps the first while it waits for the next: waits add up, and two such transactions can deadlock.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("wide-lock-window.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let runs = Runs::of(cx);
    let renamed: Vec<(ObjectName, ObjectName)> = cx
        .table_actions()
        .filter_map(|(_, table, action)| match action {
            TableAction::RenameTable { to } => {
                let new = ObjectName::new(&table.schema, to);
                Some((table, new))
            }
            _ => None,
        })
        .collect();
    let mut last = None;
    for statement in cx
        .up()
        .filter(|statement| statement.inner.is_none() && !statement.fails())
    {
        let run = runs.run(&statement);
        // What earlier migrations of the run keep is told of the run.
        let held = run.held(&statement).filter(|lock| {
            run.is_own(lock)
                && is_strong(lock.mode, lock.kind)
                && !is_view(cx, &statement, &lock.relation)
        });
        let mut tables: BTreeSet<&ObjectName> = held.map(|lock| &lock.relation).collect();
        let own = statement.outcome.effects.locks.iter();
        let own = own.filter(|lock| {
            is_strong(lock.mode, lock.kind)
                && !is_view(cx, &statement, &lock.relation)
                && seen::is_visible(cx, &statement, &lock.relation)
        });
        let own: BTreeSet<&ObjectName> = own.map(|lock| &lock.relation).collect();
        // A single statement that locks several tables cannot be split.
        let (alone, before) = (tables.is_subset(&own), tables.len());
        tables.extend(own);
        // One table under two names is one.
        for (old, new) in &renamed {
            if tables.contains(new) {
                tables.remove(old);
            }
        }
        if !alone && tables.len() > before && run.in_block(&statement) {
            let names: Vec<String> = tables.iter().map(ToString::to_string).collect();
            last = Some((statement, names));
        }
    }
    let finding = last.map(|(statement, names)| {
        let (count, names) = (names.len(), names.join(", "));
        let message = format!("By here the transaction locks {count} tables against writers or everybody: {names}.");
        let help = "One table per transaction where that can be; otherwise always in the same order, and with a lock_timeout.";
        statement.say(message).help(help)
    });
    finding.into_iter().collect()
}

fn is_strong(mode: LockMode, kind: RelationKind) -> bool {
    mode >= LockMode::ShareRowExclusive && kind == RelationKind::Table
}

/// Whether it is a view. One that was dropped is still locked.
fn is_view(cx: &Context<'_>, statement: &Statement<'_>, relation: &ObjectName) -> bool {
    let is_table = statement.before().tables.contains_key(relation);
    !is_table
        && [cx.before(), statement.before(), statement.after()]
            .iter()
            .any(|schema| schema.views.contains_key(relation))
}
