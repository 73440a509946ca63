use crate::config::RuleLevel;
use crate::operation::{ConstraintKind, TableAction};
use crate::rules::expression;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};
use sqlparser::ast::Expr;

/// NOT NULL without a server default on a column that this migration adds.
pub const RULE: Rule = Rule {
    id: "not-null-check-breaks-writers",
    class: Class::Loses,
    level: RuleLevel::Info,
    title: "Writers that leave the column out will fail",
    summary: "A column that old code does not fill becomes required, without a default.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("not-null-check-breaks-writers.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let required = cx.table_actions().filter_map(|(statement, table, action)| {
        let column = match action {
            TableAction::SetNotNull { column } => column.clone(),
            TableAction::AddConstraint(constraint) => not_null_check(&constraint.kind)?,
            _ => return None,
        };
        Some((statement, table, column))
    });
    required
        .filter(|(statement, table, column)| {
            let default = cx
                .now(statement, table)
                .and_then(|table| table.column(column))
                .is_some_and(|column| {
                    column.default.is_some()
                        || column.identity.is_some()
                        || column.generated.is_some()
                });
            !default
                && !cx.is_new(statement, table)
                && !statement.fails()
                && cx.added_here(statement, table, column)
        })
        .map(|(statement, table, column)| {
            let message = format!(
                "{table}.{column} is added and becomes required in one migration, \
                without a default: instances of the old code that still run do not know \
                it, and their INSERTs fail."
            );
            let draft = statement.say(message).about(format!("{table}.{column}"));
            draft.help(
                "Give it a server default, or require it one release after the code that \
                fills it.",
            )
        })
        .collect()
}

/// The column of `CHECK (column IS NOT NULL)`.
fn not_null_check(kind: &ConstraintKind) -> Option<String> {
    match kind {
        ConstraintKind::NotNull { column } => Some(column.clone()),
        ConstraintKind::Check { expression, .. } => match expression::parse(expression)? {
            Expr::IsNotNull(inner) => expression::column(&inner),
            _ => None,
        },
        _ => None,
    }
}
