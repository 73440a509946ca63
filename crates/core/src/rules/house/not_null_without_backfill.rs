use crate::config::RuleLevel;
use crate::operation::{OpaqueScope, Operation, TableAction};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};
use crate::schema::ObjectName;

/// SET NOT NULL on a column that the migration does not fill.
pub const RULE: Rule = Rule {
    id: "not-null-without-backfill",
    class: Class::House,
    level: RuleLevel::Warning,
    title: "NOT NULL is set, and nothing fills the empty rows",
    summary: "Setting a column NOT NULL fails as soon as one row has NULL in it.",
    checklist: &[8],
    fix: FixKind::None,
    page: page!("not-null-without-backfill.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let set = cx
        .table_actions()
        .filter_map(|(statement, table, action)| match action {
            TableAction::SetNotNull { column } => Some((statement, table, column.as_str())),
            _ => None,
        });
    set.filter(|(statement, table, column)| needs_backfill(cx, statement, table, column))
        .map(|(statement, table, column)| {
            let added = cx.added_here(&statement, &table, column);
            let (level, why) = if cx.validated_unknown(&statement, &table) {
                (
                    RuleLevel::Info,
                    "only the constraint that was validated before can prove that no row has NULL, \
                    and it is not among the files",
                )
            } else if added {
                (
                    RuleLevel::Error,
                    "it was added in this migration and nothing fills it: the first row \
                    of the table makes this statement fail",
                )
            } else {
                (
                    RuleLevel::Warning,
                    "no UPDATE before it fills the rows that have NULL: one such row \
                    makes the whole migration fail",
                )
            };
            let draft = statement.say(format!("{table}.{column} becomes NOT NULL, but {why}."));
            let help = format!(
                "Fill it first: UPDATE {table} SET {column} = \u{2026} WHERE {column} IS \
                NULL."
            );
            draft
                .help(help)
                .about(format!("{table}.{column}"))
                .level(level)
        })
        .collect()
}

/// Whether rows with NULL may be there and nothing that ran before takes care of them.
fn needs_backfill<'a>(
    cx: &Context<'a>,
    statement: &Statement<'a>,
    table: &ObjectName,
    column: &str,
) -> bool {
    let Some(known) = statement.before().tables.get(table) else {
        return cx.is_open_world() && !filled(cx, statement, table, column);
    };
    let proven = known.check_constraints.iter().any(|check| {
        check.validated
            && check
                .expression
                .replace(['(', ')'], "")
                .contains(&format!("{column} IS NOT NULL"))
    });
    let nullable = known.column(column).is_none_or(|column| column.nullable);
    nullable && !proven && !cx.is_new(statement, table) && !filled(cx, statement, table, column)
}

/// Whether a default, an update or a delete took care of the rows, here or in an earlier migration, or may have.
fn filled(cx: &Context<'_>, statement: &Statement<'_>, table: &ObjectName, column: &str) -> bool {
    let takes_care = |other: Statement<'_>| match other.operation {
        Operation::Update(update) => {
            other.resolve(&update.table) == *table
                && update.assignments.iter().any(|(name, _)| name == column)
        }
        Operation::Delete(delete) => other.resolve(&delete.table) == *table,
        Operation::Truncate(truncate) => truncate
            .tables
            .iter()
            .any(|name| other.resolve(name) == *table),
        Operation::AlterTable(_) => other.table_actions().iter().any(|action| match action {
            TableAction::AddColumn { column: added, .. } => {
                added.name == column
                    && (added.default.is_some()
                        || added.generated.is_some()
                        || added.identity.is_some())
            }
            TableAction::SetType {
                column: changed,
                using,
                ..
            } => changed == column && using.is_some(),
            _ => false,
        }),
        Operation::Opaque(opaque) => opaque.scope != OpaqueScope::Types,
        Operation::Call(_) => true,
        _ => false,
    };
    cx.history_before(statement).any(takes_care)
}
