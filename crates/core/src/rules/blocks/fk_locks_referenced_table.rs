use std::collections::BTreeSet;

use super::seen::{self, Runs};
use crate::config::RuleLevel;
use crate::effects::{Lock, LockMode, RelationKind, Via};
use crate::operation::{ConstraintKind, Operation, TableAction, Validity};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};
use crate::schema::ObjectName;

/// A foreign key that locks the table at its other end.
pub const RULE: Rule = Rule {
    id: "fk-locks-referenced-table",
    class: Class::Blocks,
    level: RuleLevel::Info,
    title: "A foreign key locks the table at its other end",
    summary: "Making or dropping a foreign key locks the other table too, against writers or against everybody, although the statement is about another table.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("fk-locks-referenced-table.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let runs = Runs::of(cx);
    let mut told: BTreeSet<(Option<usize>, ObjectName)> = BTreeSet::new();
    let mut found = Vec::new();
    // What is brief is not worth a word in a downgrade.
    for statement in cx
        .up()
        .filter(|statement| !statement.fails() && !verifies(statement.operation))
    {
        let run = runs.run(&statement);
        let transaction = run.transaction(&statement);
        let effects = seen::effects(cx, &statement);
        let others = effects.locks.iter().filter(|lock| {
            is_partner(cx, &statement, lock)
                && !run.locks_itself(&statement, lock)
                && told.insert((transaction, lock.relation.clone()))
        });
        let others: Vec<&Lock> = others.collect();
        let Some(strongest) = others.iter().map(|lock| lock.mode).max() else {
            continue;
        };
        let names: Vec<String> = others
            .iter()
            .map(|lock| lock.relation.to_string())
            .collect();
        let names = names.join(", ");
        let waits = if strongest.blocks_reads() {
            "readers and writers"
        } else {
            "writers"
        };
        let until = runs.until(&statement);
        let message =
            format!("Through foreign keys this also locks {names}: {waits} there wait {until}.");
        let help = "Set a lock_timeout, keep the statement in a short transaction of its own, and take several foreign keys one at a time.";
        found.push(statement.say(message).help(help).about(names));
    }
    found
}

/// `add-fk-validates` already says what a verified foreign key locks.
fn verifies(operation: &Operation) -> bool {
    let Operation::AlterTable(alter) = operation else {
        return false;
    };
    alter.actions.iter().any(|action| {
        matches!(action, TableAction::AddConstraint(constraint)
            if matches!(constraint.kind, ConstraintKind::ForeignKey(_)) && constraint.validity == Validity::Valid)
    })
}

fn is_partner(cx: &Context<'_>, statement: &Statement<'_>, lock: &Lock) -> bool {
    let strong = lock.mode >= LockMode::ShareRowExclusive && lock.via == Via::ForeignKey;
    strong
        && !seen::is_tenant_reference(cx, statement, lock)
        && lock.kind == RelationKind::Table
        && seen::is_visible(cx, statement, &lock.relation)
}
