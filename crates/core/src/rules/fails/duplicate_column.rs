use std::collections::BTreeSet;

use crate::config::RuleLevel;
use crate::operation::Operation;
use crate::rules::fails::failure::{Refusal, refused};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};

/// A column that stands twice in one statement.
pub const RULE: Rule = Rule {
    id: "duplicate-column",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "A column is named twice",
    summary: "A table cannot have two columns of one name.",
    checklist: &[7],
    fix: FixKind::None,
    page: page!("duplicate-column.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let mut drafts = refused(cx, Refusal::DuplicateColumn, HELP);
    drafts.extend(cx.both().filter_map(|statement| assigned_twice(&statement)));
    drafts
}

/// `SET row_count = 1, row_count = 2`. Elements and fields of one column may be set side by side.
fn assigned_twice(statement: &Statement<'_>) -> Option<Draft> {
    let Operation::Update(update) = statement.operation else {
        return None;
    };
    let mut seen = BTreeSet::new();
    let mut names = update.assignments.iter().map(|(name, _)| name);
    let name = names.find(|name| !seen.insert(name.as_str()))?;
    let has_parts = [format!("{name}["), format!("{name}.")]
        .iter()
        .any(|part| update.sql.contains(part));
    let message =
        format!("PostgreSQL refuses this: multiple assignments to same column \"{name}\".");
    (!has_parts).then(|| statement.say(message).help(HELP).about(name))
}

const HELP: &str = "Remove or rename one of the two.";
