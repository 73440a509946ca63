use super::seen;
use crate::config::RuleLevel;
use crate::effects;
use crate::operation::{AlterTable, TableAction};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};
use crate::schema::Table;

/// A proof that is spoilt by the statement that needs it.
pub const RULE: Rule = Rule {
    id: "not-null-helper-dropped-too-early",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "The check that proves NOT NULL is spoilt in the same statement",
    summary: "In one ALTER TABLE, dropping the check that proves NOT NULL, or setting NOT NULL on a second column without a proof, brings the scan back.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("not-null-helper-dropped-too-early.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let finding = seen::actions(cx).into_iter().filter_map(|action| {
        let TableAction::SetNotNull { column } = action.action else {
            return None;
        };
        let (statement, table) = (&action.statement, &action.table);
        let known = statement.before().tables.get(table)?;
        if known.column(column).is_some_and(|column| !column.nullable) {
            return None;
        }
        let check = effects::proof_of_not_null(known, column, &[])?;
        let reason = spoiled(action.alter, known, column)?;
        let message = format!(
            "{} proves that {column} is not NULL, but {reason} in the same statement, so every row of {table} is read while readers and writers wait.",
            check.name
        );
        let help = "Give each its own ALTER TABLE: SET NOT NULL first, what spoils the proof after it.";
        Some(seen::say(statement, message).help(help).about(format!("{table}.{column}")))
    });
    finding.collect()
}

/// What in the same statement brings the scan back although the column is proved.
fn spoiled(alter: &AlterTable, table: &Table, column: &str) -> Option<String> {
    let dropped = alter.actions.iter().filter_map(|action| match action {
        TableAction::DropConstraint { name, .. } => Some(name.as_str()),
        _ => None,
    });
    let dropped: Vec<&str> = dropped.collect();
    if effects::proof_of_not_null(table, column, &dropped).is_none() {
        return Some("it is dropped".to_owned());
    }
    alter.actions.iter().find_map(|action| match action {
        TableAction::SetNotNull { column: other } if other != column => {
            let nullable = table.column(other).is_some_and(|column| column.nullable);
            let unproved = nullable && effects::proof_of_not_null(table, other, &dropped).is_none();
            unproved.then(|| format!("{other} becomes NOT NULL without a proof"))
        }
        _ => None,
    })
}
