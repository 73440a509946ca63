use crate::config::RuleLevel;
use crate::migration::{Direction, Ending};
use crate::review::round_trip;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};
use retort_report::RoundTripVerdict;

/// A downgrade after which the simulated catalog differs from the one before the upgrade.
pub const RULE: Rule = Rule {
    id: "downgrade-not-inverse",
    class: Class::House,
    level: RuleLevel::Error,
    title: "The downgrade does not restore the schema",
    summary: "Upgrade and then downgrade must leave the schema as it was.",
    checklist: &[6, 7],
    fix: FixKind::None,
    page: include_str!("downgrade-not-inverse.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let state = cx.state();
    let verdict = round_trip(state);
    let written = state
        .down
        .as_ref()
        .is_some_and(|run| run.ending == Ending::Normal);
    let place = cx
        .migration()
        .down
        .place()
        .filter(|_| written && verdict.verdict == RoundTripVerdict::Differs);
    let Some(place) = place else {
        return Vec::new();
    };
    let shown: Vec<&str> = verdict
        .differences
        .iter()
        .take(SHOWN)
        .map(String::as_str)
        .collect();
    let more = match verdict.differences.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    let message = format!(
        "After upgrade and downgrade the schema is not what it was before: {}{more}.",
        shown.join("; ")
    );
    let draft = Draft::new(place, message).in_half(Direction::Down);
    let help = "Undo every step of the upgrade with the old names, types, defaults and indexes, \
        the last step first.";
    vec![draft.help(help).about(&cx.migration().header.revision)]
}

/// How many differences are told.
const SHOWN: usize = 4;
