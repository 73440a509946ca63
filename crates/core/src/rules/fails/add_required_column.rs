use crate::config::RuleLevel;
use crate::operation::{ColumnDefinition, ConstraintKind, Expression, Nullability, TableAction};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// `ADD COLUMN … NOT NULL` without a value for old rows.
pub const RULE: Rule = Rule {
    id: "add-required-column",
    class: Class::Fails,
    level: RuleLevel::Error,
    title: "A required column is added to a table that has rows",
    summary: "ADD COLUMN with NOT NULL and no default fails as soon as the table has one row.",
    checklist: &[7, 8],
    fix: FixKind::None,
    page: page!("add-required-column.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let added = cx
        .table_actions()
        .filter_map(|(statement, table, action)| match action {
            TableAction::AddColumn { column, .. } => Some((statement, table, column.as_ref())),
            _ => None,
        });
    added
        .filter(|(statement, table, column)| {
            demands_a_value(column)
                && !cx.is_new(statement, table)
                && !statement.fails()
                && !cx.is_emptied(statement, table)
        })
        .map(|(statement, table, column)| {
            let name = &column.name;
            let python = if column.note.python_default {
                " (default= is Python's and not the database's: the rows that are \
                    there do not get it)"
            } else {
                ""
            };
            let message = format!(
                "{table}.{name} is added NOT NULL without a default{python}: PostgreSQL \
                has nothing to put into the rows that are there, and refuses."
            );
            let draft = statement
                .say_at(column.origin, message)
                .about(format!("{table}.{name}"));
            draft.help(
                "Give it a server default, or add it as nullable, fill it, then set NOT \
                NULL.",
            )
        })
        .collect()
}

/// Whether every row must have a value that the definition does not give.
pub(in crate::rules) fn demands_a_value(column: &ColumnDefinition) -> bool {
    let keyed = column
        .constraints
        .iter()
        .any(|constraint| matches!(constraint.kind, ConstraintKind::PrimaryKey(_)));
    let required = column.nullability == Nullability::NotNull || keyed;
    let given = column
        .default
        .as_ref()
        .is_some_and(|default| !is_null(default))
        || column.generated.is_some()
        || column.identity.is_some()
        || column.data_type.is_serial();
    required && !given
}

/// `DEFAULT NULL` gives nothing.
fn is_null(default: &Expression) -> bool {
    default.as_str().eq_ignore_ascii_case("null")
}
