use super::seen;
use crate::config::RuleLevel;
use crate::operation::{ColumnDefinition, ConstraintKind, TableAction, Validity};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// A new column with a value that must be looked up.
pub const RULE: Rule = Rule {
    id: "add-column-references",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "A new column has a default that must be looked up",
    summary: "ADD COLUMN … DEFAULT … REFERENCES reads both tables with ACCESS EXCLUSIVE held on the first; without a default it reads nothing.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("add-column-references.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let mut found = Vec::new();
    for (action, constraint) in seen::constraints_of_new_columns(cx) {
        let (ConstraintKind::ForeignKey(key), Validity::Valid) =
            (&constraint.kind, constraint.validity)
        else {
            continue;
        };
        if !matches!(action.action, TableAction::AddColumn { column, .. } if has_value(column)) {
            continue;
        }
        let (table, other) = (&action.table, action.statement.resolve(&key.references));
        let message = format!(
            "The default of the new column is looked up in {other} for every row of {table}, while readers and writers of {table} wait."
        );
        let help = format!(
            "Add the column without REFERENCES. {}",
            seen::two_steps("the foreign key")
        );
        found.push(
            seen::say_of(&action.statement, constraint, message)
                .help(help)
                .about(table),
        );
    }
    found
}

/// Whether the rows that are there get a value.
fn has_value(column: &ColumnDefinition) -> bool {
    let default = column
        .default
        .as_ref()
        .filter(|default| !default.as_str().eq_ignore_ascii_case("null"));
    default.is_some()
        || column.generated.is_some()
        || column.identity.is_some()
        || column.data_type.is_serial()
}
