use crate::config::RuleLevel;
use crate::operation::Operation;
use crate::rules::expression;
use crate::rules::loses::saved;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A DELETE without a predicate.
pub const RULE: Rule = Rule {
    id: "delete-without-where",
    class: Class::Loses,
    level: RuleLevel::Warning,
    title: "A DELETE removes every row",
    summary: "A DELETE without WHERE empties the table.",
    checklist: &[9],
    fix: FixKind::None,
    page: page!("delete-without-where.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    cx.up()
        .filter_map(|statement| {
            let Operation::Delete(delete) = statement.operation else {
                return None;
            };
            let table = statement.resolve(&delete.table);
            let everything = delete
                .predicate
                .as_ref()
                .is_none_or(expression::is_always_true)
                && delete.reads.is_empty();
            if !everything
                || delete.batched
                || cx.is_new(&statement, &table)
                || cx.has_one_row(&statement, &table)
                || saved::table_is_saved(cx, &statement, &table)
            {
                return None;
            }
            let message = format!(
                "This deletes every row of {table}; nothing brings them back, and every \
                row is locked until the end."
            );
            Some(
                statement
                    .say(message)
                    .about(&table)
                    .help("Say which rows are meant, or save them first."),
            )
        })
        .collect()
}
