use crate::config::RuleLevel;
use crate::fix;
use crate::operation::Operation;
use crate::rules::expression;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// An UPDATE without a predicate on a table that others use.
pub const RULE: Rule = Rule {
    id: "update-without-where",
    class: Class::House,
    level: RuleLevel::Warning,
    title: "An UPDATE changes every row",
    summary: "An UPDATE without WHERE writes every row anew, also those that are right already.",
    checklist: &[8, 10],
    fix: FixKind::Edit,
    page: page!("update-without-where.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    cx.up()
        .filter_map(|statement| {
            let Operation::Update(update) = statement.operation else {
                return None;
            };
            let table = statement.resolve(&update.table);
            let everything = update
                .predicate
                .as_ref()
                .is_none_or(expression::is_always_true);
            if !everything || update.batched || cx.is_new(&statement, &table) {
                return None;
            }
            let columns: Vec<&str> = update
                .assignments
                .iter()
                .map(|(name, _)| name.as_str())
                .collect();
            let fresh = columns
                .iter()
                .all(|column| cx.added_here(&statement, &table, column));
            let list = columns.join(", ");
            let why = if fresh {
                "a second run after a failure does all the work again"
            } else {
                "values that are there already are overwritten, also those that are right"
            };
            let says_itself = update
                .assignments
                .iter()
                .all(|(name, value)| expression::is_column(value, name));
            let draft = statement.say(match says_itself {
                true => format!(
                    "This writes every row of {table} anew with the {list} it has: only its triggers do something."
                ),
                false => format!("This sets {list} in every row of {table}: {why}."),
            });
            let guard = columns
                .first()
                .map_or_else(String::new, |column| format!(" WHERE {column} IS NULL"));
            let help = format!(
                "Say which rows are meant{}; for a large table, update in batches.",
                if fresh {
                    format!(":{guard}")
                } else {
                    String::new()
                }
            );
            Some(
                draft
                    .help(help)
                    .about(&table)
                    .fix(fix::null_guard(cx, &statement, update, fresh)),
            )
        })
        .collect()
}
