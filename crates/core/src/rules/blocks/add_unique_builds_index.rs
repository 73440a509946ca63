use super::seen;
use crate::config::RuleLevel;
use crate::operation::ConstraintKind;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A unique constraint that builds its index under the strongest lock.
pub const RULE: Rule = Rule {
    id: "add-unique-builds-index",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "A unique constraint builds its index under the strongest lock",
    summary: "ADD UNIQUE builds an index with ACCESS EXCLUSIVE held: on a table in use nobody reads or writes meanwhile.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("add-unique-builds-index.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let added = seen::added_constraints(cx).into_iter();
    let at_columns = seen::constraints_of_new_columns(cx);
    let builds = added.chain(at_columns).filter(
        |(_, constraint)| matches!(&constraint.kind, ConstraintKind::Unique(key) if key.using_index.is_none()),
    );
    let filled = builds.filter(|(action, _)| !cx.is_emptied(&action.statement, &action.table));
    let finding = filled.map(|(action, constraint)| {
        let (name, table) = (seen::name_of(constraint), &action.table);
        let message = format!("The index of {name} is built from all rows of {table} while readers and writers wait.");
        let help = "Build a unique index CONCURRENTLY first; then ADD CONSTRAINT … UNIQUE USING INDEX takes a moment.";
        seen::say_of(&action.statement, constraint, message).help(help).about(table)
    });
    finding.collect()
}
