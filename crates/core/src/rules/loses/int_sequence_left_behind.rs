use crate::config::RuleLevel;
use crate::operation::TableAction;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};

/// `ALTER COLUMN TYPE bigint` of a serial column whose sequence stays integer.
pub const RULE: Rule = Rule {
    id: "int-sequence-left-behind",
    class: Class::Loses,
    level: RuleLevel::Warning,
    title: "The sequence stays an integer",
    summary: "A serial column that becomes bigint keeps a sequence that ends at 2147483647.",
    checklist: &[],
    fix: FixKind::None,
    page: page!("int-sequence-left-behind.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let widened = cx
        .table_actions()
        .filter_map(|(statement, table, action)| match action {
            TableAction::SetType {
                column, data_type, ..
            } if data_type.name == "bigint" => Some((statement, table, column.as_str())),
            _ => None,
        });
    widened
        .filter_map(|(statement, table, column)| {
            let now = cx.after();
            let (name, sequence) = now.sequences.iter().find(|(_, sequence)| {
                let owner = sequence.owned_by.as_ref();
                owner.is_some_and(|owner| {
                    owner.schema == table.schema
                        && owner.table == table.name
                        && owner.column == column
                })
            })?;
            let small = sequence.max <= i64::from(i32::MAX);
            let later = cx.review().head().and_then(|head| head.sequences.get(name));
            if !small || later.is_some_and(|sequence| sequence.max > i64::from(i32::MAX)) {
                return None;
            }
            let message = format!(
                "{table}.{column} becomes bigint, but its sequence {name} stays {} and \
                ends at {}: inserts fail there all the same.",
                sequence.data_type, sequence.max
            );
            let draft = statement.say(message).about(format!("{table}.{column}"));
            Some(draft.help(format!("Add ALTER SEQUENCE {name} AS bigint.")))
        })
        .collect()
}
