use crate::config::RuleLevel;
use crate::fix;
use crate::operation::{ColumnDefinition, Nullability, Operation};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// `default=` without `server_default=` in a migration.
pub const RULE: Rule = Rule {
    id: "alembic-python-default",
    class: Class::Loses,
    level: RuleLevel::Info,
    title: "The default exists in Python only",
    summary: "default= of sa.Column never reaches the database: rows written by anything else \
        do not get it.",
    checklist: &[],
    fix: FixKind::Edit,
    page: page!("alembic-python-default.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    cx.defined_columns()
        .filter(|(statement, table, column)| {
            let added = !matches!(statement.operation, Operation::CreateTable(_));
            // A required column without any value is told by add-required-column.
            let told_elsewhere =
                added && column.nullability == Nullability::NotNull && !cx.is_new(statement, table);
            column.note.python_default && !has_value(column) && !told_elsewhere
        })
        .map(|(statement, table, column)| {
            let name = format!("{table}.{}", column.name);
            let message = format!(
                "default= of {name} is computed in Python and is no part of the table: \
                rows from SQL, from other services and from this migration do not get \
                it."
            );
            let draft = statement.say_at(column.origin, message).about(name);
            draft
                .help(
                    "Write server_default= (a string or sa.text(\u{2026})); keep default= in \
                the model if it is needed there.",
                )
                .fix(fix::server_default(cx, &statement, column))
        })
        .collect()
}

/// Whether the database itself gives the column a value.
fn has_value(column: &ColumnDefinition) -> bool {
    column.default.is_some() || column.generated.is_some() || column.identity.is_some()
}
