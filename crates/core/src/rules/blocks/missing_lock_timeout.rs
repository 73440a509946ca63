use super::seen::{self, Runs};
use crate::config::RuleLevel;
use crate::effects::Timeout;
use crate::fix;
use crate::migration::Direction;
use crate::operation::Operation;
use crate::review::Review;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A lock that is waited for without end.
pub const RULE: Rule = Rule {
    id: "missing-lock-timeout",
    class: Class::Blocks,
    level: RuleLevel::Info,
    title: "A lock is waited for without end",
    summary: "Without lock_timeout, a statement that waits behind one long query makes every later query on the table wait behind itself.",
    checklist: &[],
    fix: FixKind::Edit,
    page: page!("missing-lock-timeout.md"),
    check: Check::Project(check),
};

/// A project that never sets it may well do so outside the migrations: then this is said once.
fn check(review: &Review) -> Vec<Draft> {
    let steps = review.timeline.iter().flat_map(|state| &state.up.steps);
    let is_habit = steps
        .into_iter()
        .any(|outcome| sets_lock_timeout(&outcome.step.operation));
    let contexts = Context::all(review);
    let mut unguarded: Vec<Draft> = contexts.iter().filter_map(first_unguarded).collect();
    if is_habit {
        return unguarded
            .into_iter()
            .map(|draft| draft.level(RuleLevel::Warning))
            .collect();
    }
    // To set it in one of many would make a habit of it, which the others then break.
    let only = unguarded.len() == 1;
    unguarded.truncate(1);
    let once = unguarded.into_iter().map(|draft| Draft {
        message: format!("{} No migration at hand sets it.", draft.message),
        fix: draft.fix.filter(|_| only),
        ..draft
    });
    once.collect()
}

/// The first statement that takes a lock others wait for, without a limit on its own waiting.
fn first_unguarded(cx: &Context<'_>) -> Option<Draft> {
    let runs = Runs::of(cx);
    let up = seen::statements(cx)
        .filter(|statement| statement.direction == Direction::Up && statement.inner.is_none());
    let mut found = up.filter_map(|statement| {
        let parameters = runs.run(&statement).parameters(&statement)?;
        if matches!(parameters.timeout("lock_timeout"), Timeout::After(_)) {
            return None;
        }
        let lock = seen::lock_others_wait_for(cx, &statement)?;
        let (mode, table) = (lock.mode.manual_name(), &lock.relation);
        let message = format!(
            "This waits for {mode} on {table} without lock_timeout: behind one long query it makes every other query on the table wait too."
        );
        let help = "SET LOCAL lock_timeout = '5s' first (SET outside a transaction), and try again when it fails; or set it for the role that migrates.";
        let draft = statement.say(message).help(help).about(table);
        Some(draft.fix(fix::lock_timeout(cx, &statement)))
    });
    found.next()
}

fn sets_lock_timeout(operation: &Operation) -> bool {
    match operation {
        Operation::Set(set) => set.name == "lock_timeout" && set.value.is_some(),
        Operation::Select(select) => {
            select.sql.contains("set_config") && select.sql.contains("lock_timeout")
        }
        Operation::Do(block) => block
            .statements
            .iter()
            .any(|inner| sets_lock_timeout(&inner.operation)),
        _ => false,
    }
}
