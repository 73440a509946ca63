use super::seen::{self, Runs};
use crate::config::RuleLevel;
use crate::operation::Operation;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};
use crate::schema::{Index, ObjectName, View};

/// A materialized view refreshed while readers wait.
pub const RULE: Rule = Rule {
    id: "refresh-matview-blocking",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "A materialized view is refreshed while its readers wait",
    summary: "REFRESH MATERIALIZED VIEW without CONCURRENTLY takes ACCESS EXCLUSIVE on the view for as long as its query runs.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("refresh-matview-blocking.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let runs = Runs::of(cx);
    let finding = seen::statements(cx).filter_map(|statement| {
        let Operation::RefreshMaterializedView(refresh) = statement.operation else {
            return None;
        };
        let view = seen::sees(cx, &statement, &refresh.name)?;
        if refresh.concurrently || !refresh.with_data || is_empty(cx, &statement, &view) {
            return None;
        }
        let until = runs.until(&statement);
        let message = format!("{view} is filled anew by its query; whoever reads it waits {until}.");
        let help = if statement.before().views.get(&view).is_some_and(|view| has_unique_index(view)) {
            "Use REFRESH MATERIALIZED VIEW CONCURRENTLY."
        } else {
            "Create a unique index on columns of the view, then use REFRESH MATERIALIZED VIEW CONCURRENTLY."
        };
        Some(seen::say(&statement, message).help(help).about(view))
    });
    finding.collect()
}

/// As CONCURRENTLY needs it: over whole rows, by columns.
fn has_unique_index(view: &View) -> bool {
    let whole = |index: &&Index| index.unique && index.predicate.is_none();
    let mut indexes = view.indexes.iter().filter(whole);
    indexes.any(|index| index.keys.iter().all(|key| key.column.is_some()))
}

/// Whether the view was made or emptied WITH NO DATA and not filled since: nobody can read it yet.
fn is_empty(cx: &Context<'_>, statement: &Statement<'_>, view: &ObjectName) -> bool {
    let filled = cx
        .history_before(statement)
        .filter_map(|earlier| match earlier.operation {
            Operation::CreateView(create)
                if create.materialized && earlier.resolve(&create.name) == *view =>
            {
                Some(create.with_data)
            }
            Operation::RefreshMaterializedView(refresh)
                if earlier.resolve(&refresh.name) == *view =>
            {
                Some(refresh.with_data)
            }
            _ => None,
        });
    filled.last() == Some(false)
}
