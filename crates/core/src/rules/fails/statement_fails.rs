use crate::config::RuleLevel;
use crate::migration::{Direction, Ending};
use crate::rules::fails::failure::{Refusal, refused};
use crate::rules::fails::unnamed_constraint_drop;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// Any other certain refusal.
pub const RULE: Rule = Rule {
    id: "statement-fails",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "PostgreSQL refuses this statement",
    summary: "On the state of the schema at this point the statement fails.",
    checklist: &[7],
    fix: FixKind::None,
    page: page!("statement-fails.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let mut found = refused(cx, Refusal::Other, HELP);
    found.extend(raised(cx));
    found
}

/// An upgrade whose Python raises an error. One that changes nothing before is no slip but a decision.
fn raised(cx: &Context<'_>) -> Option<Draft> {
    let run = cx.state().run(Direction::Up)?;
    let Ending::Raises(message) = &run.ending else {
        return None;
    };
    if unnamed_constraint_drop::says_so(message) || run.steps.is_empty() {
        return None;
    }
    let place = cx.migration().up.place()?;
    let draft = Draft::new(
        place,
        format!("The upgrade raises an error before its end: {message}. What follows never runs."),
    );
    let help = "Alembic undoes what the transaction did so far, and stops. If the error depends on something that is not in the files, nothing after it was looked at here.";
    Some(
        draft
            .in_half(Direction::Up)
            .level(RuleLevel::Warning)
            .help(help)
            .about(&cx.migration().header.revision),
    )
}

const HELP: &str =
    "Read PostgreSQL's message; the statement fails on every database with this history.";
