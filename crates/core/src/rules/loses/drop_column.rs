use crate::config::RuleLevel;
use crate::fix;
use crate::operation::{Operation, TableAction};
use crate::rules::loses::looks_like_a_rename;
use crate::rules::loses::saved;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// `DROP COLUMN` of a column whose values are not carried over.
pub const RULE: Rule = Rule {
    id: "drop-column",
    class: Class::Loses,
    level: RuleLevel::Warning,
    title: "A column is dropped with what it holds",
    summary: "DROP COLUMN destroys the values of every row, and the code that is running may \
        still read the column.",
    checklist: &[9],
    fix: FixKind::Edit,
    page: page!("drop-column.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let renames = looks_like_a_rename::pairs(cx);
    let dropped = cx
        .table_actions()
        .filter_map(|(statement, table, action)| match action {
            TableAction::DropColumn { column, .. } => Some((statement, table, column.as_str())),
            _ => None,
        });
    dropped
        .filter(|(statement, table, column)| {
            let known = statement
                .before()
                .tables
                .get(table)
                .and_then(|table| table.column(column));
            let computed = known.is_some_and(|column| column.generated.is_some());
            let renamed = renames
                .iter()
                .any(|pair| pair.table == *table && pair.dropped == *column);
            !computed
                && !renamed
                && !statement.fails()
                && !cx.is_new(statement, table)
                && !cx.added_here(statement, table, column)
                && !saved::column_is_saved(cx, statement, table, column)
        })
        .map(|(statement, table, column)| {
            let refilled = cx.down().any(|statement| match statement.operation {
                Operation::Update(update) => {
                    statement.resolve(&update.table) == table
                        && update.assignments.iter().any(|(name, _)| name == column)
                }
                _ => false,
            });
            let again = cx.comes_back(&table);
            let back = if !refilled && again.is_some_and(|table| table.column(column).is_some()) {
                "a downgrade brings the column back empty, and "
            } else {
                ""
            };
            let message = format!(
                "This drops {table}.{column} with its values in every row; {back}old code that \
                still reads it fails."
            );
            let draft = statement.say(message).about(format!("{table}.{column}"));
            let draft = draft.fix(fix::keep_aside(cx, &table));
            draft.help(
                "Save the values first (UPDATE another column or INSERT INTO \u{2026} \
                SELECT), or say why they are not needed; drop the column one release \
                after the code stopped using it.",
            )
        })
        .collect()
}
