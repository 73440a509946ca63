use super::seen::{self, Runs};
use crate::config::RuleLevel;
use crate::effects::TransactionEnd;
use crate::migration::Direction;
use crate::review::Review;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// Locks of one revision held while the next ones run.
pub const RULE: Rule = Rule {
    id: "one-transaction-for-all-revisions",
    class: Class::Blocks,
    level: RuleLevel::Info,
    title: "Several revisions share one transaction",
    summary: "By default Alembic runs all pending revisions in one transaction, so the locks of the first are held until the last is done.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("one-transaction-for-all-revisions.md"),
    check: Check::Project(check),
};

/// Once for each run, at the first lock that outlives its revision.
fn check(review: &Review) -> Vec<Draft> {
    let mut told = None;
    let mut found = Vec::new();
    for cx in Context::all(review) {
        let group = cx.run();
        let is_last = group.end == cx.position() + 1;
        if is_last || told == Some(group.start) {
            continue;
        }
        if let Some(draft) = first_outliving(&cx) {
            told = Some(group.start);
            found.push(draft);
        }
    }
    found
}

/// The first lock others wait for that is held to the end of the run.
fn first_outliving(cx: &Context<'_>) -> Option<Draft> {
    let runs = Runs::of(cx);
    let count = cx.run().len();
    let up = seen::statements(cx)
        .filter(|statement| statement.direction == Direction::Up && statement.inner.is_none());
    let mut to_the_end = up
        .filter(|statement| runs.run(statement).held_until(statement) == Some(TransactionEnd::Run));
    to_the_end.find_map(|statement| {
        let table = &seen::lock_others_wait_for(cx, &statement)?.relation;
        let message =
            format!("{count} revisions run in one transaction: {table} stays locked from here until the last of them is done.");
        let help = "Pass transaction_per_migration=True to context.configure() in env.py, or run one revision at a time.";
        Some(statement.say(message).help(help).about(table))
    })
}
