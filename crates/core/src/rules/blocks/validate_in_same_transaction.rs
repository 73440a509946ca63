use super::seen::{self, Runs};
use crate::config::RuleLevel;
use crate::effects::{HeldLock, LockMode};
use crate::operation::TableAction;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A validation under the lock of the statement that made it necessary.
pub const RULE: Rule = Rule {
    id: "validate-in-same-transaction",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "A constraint is validated under the lock it should avoid",
    summary: "VALIDATE CONSTRAINT is gentle by itself, but here its transaction still holds a strong lock on the table, so others wait for the whole scan.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("validate-in-same-transaction.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let runs = Runs::of(cx);
    let finding = seen::actions(cx).into_iter().filter_map(|action| {
        let TableAction::ValidateConstraint { name } = action.action else {
            return None;
        };
        let (statement, table) = (&action.statement, &action.table);
        let run = runs.run(statement);
        let strong = |lock: &&HeldLock| lock.relation == **table && lock.mode >= LockMode::ShareRowExclusive;
        let held = run.held(statement).find(strong)?;
        let waits = if held.mode.blocks_reads() { "readers and writers" } else { "writers" };
        let mode = held.mode.manual_name();
        let message = format!("The transaction already holds {mode} on {table}, so {waits} wait while {name} is verified.");
        let draft = seen::say(statement, message).help(help(cx)).about(format!("{table}.{name}"));
        Some(match run.taken_by(held) {
            Some(taken) => draft.related(taken.step.place, "takes the lock"),
            None => draft,
        })
    });
    finding.collect()
}

fn help(cx: &Context<'_>) -> &'static str {
    if cx.is_alembic() {
        "Validate in a later revision, and run revisions with transaction_per_migration=True: by default all of them share one transaction."
    } else {
        "Validate in a later migration that has a transaction of its own."
    }
}
