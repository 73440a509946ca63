//! Whether data was carried over before it goes.

use crate::operation::{Expression, Operation, QualifiedName};
use crate::rules::expression::mentions;
use crate::rules::{Context, Statement};
use crate::schema::ObjectName;

/// Whether a statement before this one, here or in an earlier migration, read a column's values into another place.
pub fn column_is_saved<'a>(
    cx: &Context<'a>,
    statement: &Statement<'a>,
    table: &ObjectName,
    column: &str,
) -> bool {
    cx.history_before(statement)
        .any(|other| match other.operation {
            Operation::Update(update) => {
                let from_here = other.resolve(&update.table) == *table
                    || update
                        .reads
                        .iter()
                        .any(|name| other.resolve(name) == *table);
                let elsewhere = |(target, value): &(String, Expression)| {
                    target != column && mentions(value.as_str(), column)
                };
                let other_table = other.resolve(&update.table) != *table;
                from_here
                    && (update.assignments.iter().any(elsewhere)
                        || (other_table && mentions(&update.sql, column)))
            }
            Operation::Insert(insert) => {
                reads(&other, &insert.reads, table) && names_or_all(&insert.sql, column)
            }
            Operation::CreateTableAs(create) => {
                reads(&other, &create.reads, table) && names_or_all(&create.query, column)
            }
            Operation::Copy(copy) => {
                !copy.from
                    && copy
                        .table
                        .as_ref()
                        .is_some_and(|name| other.resolve(name) == *table)
            }
            _ => false,
        })
}

/// Whether a statement before this one read a table's rows into another place.
pub fn table_is_saved<'a>(cx: &Context<'a>, statement: &Statement<'a>, table: &ObjectName) -> bool {
    cx.history_before(statement)
        .any(|other| match other.operation {
            Operation::Insert(insert) => reads(&other, &insert.reads, table),
            Operation::CreateTableAs(create) => reads(&other, &create.reads, table),
            Operation::Update(update) => reads(&other, &update.reads, table),
            Operation::Copy(copy) => {
                !copy.from
                    && copy
                        .table
                        .as_ref()
                        .is_some_and(|name| other.resolve(name) == *table)
            }
            _ => false,
        })
}

fn reads(statement: &Statement<'_>, names: &[QualifiedName], table: &ObjectName) -> bool {
    names.iter().any(|name| statement.resolve(name) == *table)
}

fn names_or_all(sql: &str, column: &str) -> bool {
    sql.contains('*') || mentions(sql, column)
}
