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

/// A project that never sets it, or seldom, may well do so outside the migrations: then this is said once.
fn check(review: &Review) -> Vec<Draft> {
    let guarded = review.timeline.iter().filter(|state| {
        let mut steps = state.up.steps.iter();
        steps.any(|outcome| sets_lock_timeout(&outcome.step.operation))
    });
    let guarded = guarded.count();
    let contexts = Context::all(review);
    let mut unguarded: Vec<Draft> = contexts.iter().filter_map(first_unguarded).collect();
    if guarded > 0 && guarded >= unguarded.len() {
        return unguarded
            .into_iter()
            .map(|draft| draft.level(RuleLevel::Warning))
            .collect();
    }
    // To set it in one of many would make a habit of it, which the others then break.
    let count = unguarded.len();
    unguarded.truncate(1);
    let rest = match guarded {
        0 => "No migration at hand sets it.".to_owned(),
        1 => format!("One migration at hand sets it, {count} under review do not."),
        _ => format!("{guarded} migrations at hand set it, {count} under review do not."),
    };
    let once = unguarded.into_iter().map(|draft| Draft {
        message: format!("{} {rest}", draft.message),
        fix: draft.fix.filter(|_| count == 1),
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

#[cfg(test)]
mod tests {
    use crate::config::{Config, RuleLevel};
    use crate::migration::SourceFile;
    use crate::review::{Input, review};

    /// What is said of migrations that each add a column, of which those in `guarded` set `lock_timeout`.
    fn found(all: usize, guarded: &[usize]) -> Vec<(String, RuleLevel)> {
        let input = |at: usize, text: String| Input {
            file: SourceFile {
                path: format!("{at:04}_hive.up.sql").into(),
                text: text.into(),
            },
            history: at == 0,
        };
        let mut inputs = vec![input(0, "CREATE TABLE hive (id bigint);\n".to_owned())];
        inputs.extend((1..=all).map(|at| {
            let first = match guarded.contains(&at) {
                true => "SET LOCAL lock_timeout = '5s';\n",
                false => "",
            };
            input(
                at,
                format!("{first}ALTER TABLE hive ADD COLUMN comb_{at} text;\n"),
            )
        }));
        let review = review(inputs, None, Config::default());
        let findings = review.findings.iter();
        findings
            .filter(|finding| finding.rule.id == "missing-lock-timeout")
            .map(|finding| (finding.message.clone(), finding.level))
            .collect()
    }

    #[test]
    fn what_most_migrations_do_is_asked_of_all() {
        let told = found(5, &[1, 2, 4]);
        assert_eq!(told.len(), 2);
        assert!(told.iter().all(|(_, level)| *level == RuleLevel::Warning));
    }

    #[test]
    fn what_few_do_is_told_once() {
        let told = found(5, &[2]);
        let [(message, level)] = told.as_slice() else {
            panic!("{told:?}");
        };
        assert!(
            message.ends_with("One migration at hand sets it, 4 under review do not."),
            "{message}"
        );
        assert_eq!(*level, RuleLevel::Info);
        assert_eq!(found(5, &[]).len(), 1);
    }
}
