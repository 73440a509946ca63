use super::seen::{self, Runs};
use crate::config::RuleLevel;
use crate::effects::{Lock, LockMode, RelationKind, Via};
use crate::operation::{ConstraintKind, Operation, TableAction, Validity};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};

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
    // What is brief is not worth a word in a downgrade.
    let up = cx
        .up()
        .filter(|statement| !statement.fails() && !verifies(statement.operation));
    let finding = up.filter_map(|statement| {
        let effects = seen::effects(cx, &statement);
        let others = effects.locks.iter().filter(|lock| is_partner(cx, &statement, lock));
        let others: Vec<(LockMode, String)> = others.map(|lock| (lock.mode, lock.relation.to_string())).collect();
        let strongest = others.iter().map(|(mode, _)| *mode).max()?;
        let names: Vec<&str> = others.iter().map(|(_, name)| name.as_str()).collect();
        let names = names.join(", ");
        let waits = if strongest.blocks_reads() { "readers and writers" } else { "writers" };
        let until = runs.until(&statement);
        let message = format!("Through foreign keys this also locks {names}: {waits} there wait {until}.");
        let help = "Set a lock_timeout, keep the statement in a short transaction of its own, and take several foreign keys one at a time.";
        Some(statement.say(message).help(help).about(names))
    });
    finding.collect()
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
