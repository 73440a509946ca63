use crate::config::RuleLevel;
use crate::effects::Timeout;
use crate::migration::Direction;
use crate::rules::Run;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// No limit on how long a statement runs.
pub const RULE: Rule = Rule {
    id: "missing-statement-timeout",
    class: Class::Style,
    level: RuleLevel::Off,
    title: "No limit on how long a statement runs",
    summary: "A statement that reads a whole table without statement_timeout runs for as long as it takes.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("missing-statement-timeout.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let run = Run::of(cx, Direction::Up);
    let mut long = cx.up().filter_map(|statement| {
        let limited = matches!(
            run.parameters(&statement)?.timeout("statement_timeout"),
            Timeout::After(_)
        );
        let effects = &statement.outcome.effects;
        let works = effects.rewrites.iter().chain(&effects.scans);
        let work = works
            .clone()
            .find(|work| !work.invisible && work.cause.grows())?;
        let concurrent = effects.index_builds.iter().any(|build| build.concurrently);
        (!limited && !concurrent && !statement.is_nested()).then_some((statement, &work.relation))
    });
    let first = long.next().map(|(statement, table)| {
        let message = format!("This goes through all of {table} with no statement_timeout: nothing ends it if it takes hours.");
        statement.say(message).help("SET LOCAL statement_timeout = '10min' first.").about(table)
    });
    first.into_iter().collect()
}
