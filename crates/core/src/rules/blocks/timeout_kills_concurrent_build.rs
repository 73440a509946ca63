use super::seen::{self, Runs};
use crate::config::RuleLevel;
use crate::effects::{Parameters, Timeout};
use crate::operation::{Operation, TableAction};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};

/// A short timeout over a long, gentle operation.
pub const RULE: Rule = Rule {
    id: "timeout-kills-concurrent-build",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "A short timeout is in force during a concurrent build",
    summary: "CONCURRENTLY waits for other transactions and takes its time; a short timeout stops it half-way and leaves an invalid index.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("timeout-kills-concurrent-build.md"),
    check: Check::Migration(check),
};

/// Half an hour: whoever sets more has thought of it.
const LONG_ENOUGH: u64 = 30 * 60 * 1000;

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let runs = Runs::of(cx);
    let finding = |statement: Statement<'_>| {
        let (what, timeouts, consequence) = long_operation(statement.operation)?;
        let parameters = runs.run(&statement).parameters(&statement)?;
        let (name, value) = timeouts
            .iter()
            .find_map(|name| Some((name, short(parameters, name)?)))?;
        let message = format!(
            "{name} is {value} here: {what} that takes longer is cancelled, and {consequence}."
        );
        let help =
            format!("Run RESET {name} before it (or SET {name} = 0), and set it again after it.");
        Some(seen::say(&statement, message).help(help))
    };
    seen::statements(cx).filter_map(finding).collect()
}

/// What takes long, the timeouts that end it, and what is left then.
type LongOperation = (&'static str, &'static [&'static str], &'static str);

fn long_operation(operation: &Operation) -> Option<LongOperation> {
    const BY_HAND: &str = "what it leaves has to be cleaned up by hand";
    const AGAIN: &str = "the migration fails";
    const BOTH: &[&str] = &["statement_timeout", "lock_timeout"];
    match operation {
        Operation::CreateIndex(create) if create.concurrently => {
            Some(("a concurrent index build", BOTH, BY_HAND))
        }
        Operation::DropIndex(drop) if drop.concurrently => {
            Some(("a concurrent drop", BOTH, BY_HAND))
        }
        Operation::Reindex(reindex) if reindex.concurrently => {
            Some(("a concurrent rebuild", BOTH, BY_HAND))
        }
        Operation::AlterTable(alter) => {
            let validates = alter
                .actions
                .iter()
                .any(|action| matches!(action, TableAction::ValidateConstraint { .. }));
            // VALIDATE waits for no reader and no writer: only its own duration counts.
            validates.then_some(("a validation", &["statement_timeout"][..], AGAIN))
        }
        _ => None,
    }
}

fn short<'a>(parameters: &'a Parameters, name: &str) -> Option<&'a str> {
    match parameters.timeout(name) {
        Timeout::After(duration) if duration < LONG_ENOUGH => parameters.value(name),
        _ => None,
    }
}
