use super::seen;
use crate::config::RuleLevel;
use crate::effects;
use crate::operation::{ConstraintKind, KeyConstraint};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule};
use crate::schema::Table;

/// A primary key over a column that may be NULL.
pub const RULE: Rule = Rule {
    id: "primary-key-on-nullable",
    class: Class::Blocks,
    level: RuleLevel::Warning,
    title: "A primary key is put on a nullable column",
    summary: "For a column that is nullable so far, ADD PRIMARY KEY reads the whole table for NULLs with ACCESS EXCLUSIVE held, even USING INDEX.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("primary-key-on-nullable.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let added = seen::added_constraints(cx).into_iter();
    let finding = added.filter_map(|(action, constraint)| {
        let ConstraintKind::PrimaryKey(key) = &constraint.kind else {
            return None;
        };
        let (statement, table) = (&action.statement, &action.table);
        // Of a table that is only assumed nobody knows what is nullable.
        let known = statement.before().tables.get(table).filter(|table| table.is_complete())?;
        let unproved = |name: &&str| {
            let nullable = known.column(name).is_some_and(|column| column.nullable);
            nullable && effects::proof_of_not_null(known, name, &[]).is_none()
        };
        let nullable: Vec<&str> = key_columns(known, key).into_iter().filter(unproved).collect();
        if nullable.is_empty() {
            return None;
        }
        let names = nullable.join(", ");
        let condition = format!("{} IS NOT NULL", nullable.join(" IS NOT NULL AND "));
        let message = format!("{names} may be NULL so far: every row of {table} is checked for the primary key, while readers and writers wait.");
        let help = format!("First add CHECK ({condition}) NOT VALID and validate it in a later transaction; PostgreSQL takes it as proof.");
        Some(seen::say_of(statement, constraint, message).help(help).about(format!("{table}.{names}")))
    });
    finding.collect()
}

/// The columns of a key, looked up in its index for `USING INDEX`.
fn key_columns<'a>(table: &'a Table, key: &'a KeyConstraint) -> Vec<&'a str> {
    match &key.using_index {
        None => key.columns.iter().map(String::as_str).collect(),
        Some(name) => {
            let index = table.indexes.iter().find(|index| index.name == *name);
            let keys = index.into_iter().flat_map(|index| &index.keys);
            keys.filter_map(|key| key.column.as_deref()).collect()
        }
    }
}
