use super::seen::{self, Runs};
use crate::config::RuleLevel;
use crate::operation::{Operation, ReindexTarget};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};

/// Indexes rebuilt while others wait.
pub const RULE: Rule = Rule {
    id: "reindex-not-concurrent",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "Indexes are rebuilt while others wait",
    summary: "REINDEX without CONCURRENTLY stops writers, and readers too, since planning a query locks every index of the table.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("reindex-not-concurrent.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let runs = Runs::of(cx);
    let finding = |statement: Statement<'_>| {
        let Operation::Reindex(reindex) = statement.operation else {
            return None;
        };
        if reindex.concurrently || reindex.target == ReindexTarget::System {
            return None;
        }
        let name = reindex.name.as_ref();
        let table = name.map(|name| match reindex.target {
            ReindexTarget::Index => statement
                .before()
                .find_index(name)
                .map_or_else(|| statement.resolve(name), |(table, _)| table),
            _ => statement.resolve(name),
        });
        let one = matches!(reindex.target, ReindexTarget::Index | ReindexTarget::Table);
        if one
            && table
                .as_ref()
                .is_some_and(|table| !seen::is_visible(cx, &statement, table))
        {
            return None;
        }
        let what = name.map_or_else(|| "the database".to_owned(), ToString::to_string);
        let until = runs.until(&statement);
        let message = format!(
            "Rebuilding the indexes of {what} makes writers wait, and readers as soon as they plan a query, {until}."
        );
        let help = "Use REINDEX … CONCURRENTLY, outside a transaction.";
        Some(seen::say(&statement, message).help(help).about(what))
    };
    seen::statements(cx).filter_map(finding).collect()
}
