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
            if !everything
                || update.batched
                || cx.is_new(&statement, &table)
                || cx.has_one_row(&statement, &table)
            {
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
            let values = || update.assignments.iter();
            let says_itself = values().all(|(name, value)| expression::is_column(value, name));
            let transforms =
                !fresh && values().all(|(name, value)| expression::mentions(value.as_str(), name));
            let constant = values().all(|(_, value)| expression::is_constant(value));
            let message = if says_itself {
                format!(
                    "This writes every row of {table} anew with the {list} it has: only its triggers do something."
                )
            } else if fresh && constant {
                format!(
                    "This writes every row of {table} anew to fill the new {list}; all of them stay locked until the end. ADD COLUMN \u{2026} DEFAULT gives them the same value without writing one."
                )
            } else if fresh {
                format!(
                    "This fills the new {list} in every row of {table} at once: all rows stay locked until the end, and a second run does all the work again."
                )
            } else if transforms {
                format!(
                    "This computes {list} from itself in every row of {table}: all rows stay locked until the end, and a second run changes them once more."
                )
            } else {
                format!(
                    "This sets {list} in every row of {table}: values that are there already are overwritten, also those that are right."
                )
            };
            let draft = statement.say(message);
            let draft = if transforms && !says_itself {
                draft.level(RuleLevel::Info)
            } else {
                draft
            };
            let guard = columns
                .first()
                .map_or_else(String::new, |column| format!(" WHERE {column} IS NULL"));
            let help = if fresh && constant {
                format!(
                    "Give the column this value as its default where it is added; where it stays an UPDATE, say which rows are meant:{guard}."
                )
            } else if fresh {
                format!("Say which rows are meant:{guard}; for a large table, update in batches.")
            } else {
                "Say which rows are meant; for a large table, update in batches.".to_owned()
            };
            Some(
                draft
                    .help(help)
                    .about(&table)
                    .fix(fix::null_guard(cx, &statement, update, fresh)),
            )
        })
        .collect()
}
