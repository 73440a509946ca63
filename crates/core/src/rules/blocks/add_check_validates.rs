use super::seen;
use crate::config::RuleLevel;
use crate::operation::{ConstraintKind, Validity};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A check verified under the strongest lock.
pub const RULE: Rule = Rule {
    id: "add-check-validates",
    class: Class::Blocks,
    level: RuleLevel::Info,
    title: "A check is verified while everybody waits",
    summary: "ADD CHECK reads the whole table with ACCESS EXCLUSIVE held, unless it is NOT VALID.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("add-check-validates.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let added = seen::added_constraints(cx).into_iter();
    let verified = added.filter(|(_, constraint)| {
        matches!(constraint.kind, ConstraintKind::Check { .. })
            && constraint.validity == Validity::Valid
    });
    let finding = verified.filter_map(|(action, constraint)| {
        let (name, table) = (seen::name_of(constraint), &action.table);
        let message =
            format!("Adding {name} reads every row of {table} while readers and writers wait.");
        let draft = action.statement.say_at(constraint.origin, message);
        let draft = draft.help(seen::two_steps("the check")).about(table);
        seen::weigh(cx, &action.statement, table, draft)
    });
    finding.collect()
}
