use super::seen;
use crate::config::RuleLevel;
use crate::effects::{Cause, Work};
use crate::migration::Direction;
use crate::operation::TableAction;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};
use crate::schema::ObjectName;

/// A change of type that writes every row anew.
pub const RULE: Rule = Rule {
    id: "alter-type-rewrites",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "A change of type writes the whole table anew",
    summary: "Where the new type stores values differently, ALTER COLUMN TYPE writes the table and all its indexes anew with ACCESS EXCLUSIVE held.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("alter-type-rewrites.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let finding = seen::actions(cx).into_iter().filter_map(|action| {
        let TableAction::SetType { column, data_type, .. } = action.action else {
            return None;
        };
        let (statement, table) = (&action.statement, &action.table);
        // Going back goes the same way.
        let back = statement.direction == Direction::Down && changes_type(cx, table, column) && !seen::is_large(cx, table);
        if back || cx.is_emptied(statement, table) {
            return None;
        }
        let effects = seen::effects(cx, statement);
        let of_column = |work: &&Work| work.cause == Cause::ColumnType && work.why.starts_with(&format!("{column} becomes "));
        let work = effects.rewrites.iter().find(of_column)?;
        let known = statement.before().tables.get(table).and_then(|table| table.column(column));
        let draft = if known.is_some_and(|column| !column.data_type.is_empty()) {
            let why = work.why.split_once(": ").map_or("", |(_, why)| why);
            let message = format!("Every row of {table} is written anew, and every index, while readers and writers wait: {why}.");
            seen::say(statement, message)
        } else {
            let message = format!(
                "Whether this writes every row of {table} anew depends on the type that {column} has now, which no migration at hand says."
            );
            seen::say(statement, message).level(RuleLevel::Info)
        };
        let help = format!(
            "Add a column of type {data_type}, keep it in step by a trigger, fill it in batches, then let the code use it and drop {column}."
        );
        Some(draft.help(help).about(format!("{table}.{column}")))
    });
    finding.collect()
}

/// Whether the upgrade changes the type of this column, which is told there.
fn changes_type(cx: &Context<'_>, table: &ObjectName, column: &str) -> bool {
    cx.table_actions().any(|(_, owner, action)| {
        matches!(action, TableAction::SetType { column: changed, .. } if changed == column)
            && owner == *table
    })
}
