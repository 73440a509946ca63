//! How many rows a table can have, as far as its constraints say.

use super::{Context, Statement};
use crate::effects::LockMode;
use crate::operation::{ColumnDefinition, Operation, TableAction, Update};
use crate::schema::{ObjectName, Table};

impl<'a> Context<'a> {
    /// Whether a table's constraints hold it to one row.
    pub fn has_one_row(&self, statement: &Statement<'a>, table: &ObjectName) -> bool {
        let known = statement.before().tables.get(table);
        known.is_some_and(|table| at_most_one(table))
    }

    /// Whether a table has no rows at this statement: the same half made it, or took all rows out, and put none in since.
    pub fn is_emptied(&self, statement: &Statement<'a>, table: &ObjectName) -> bool {
        let mut empty = false;
        for other in self.earlier(statement) {
            let is_it = |name| other.resolve(name) == *table;
            empty = match other.operation {
                Operation::Truncate(_) => empty || truncates(&other, table),
                Operation::CreateTable(_) => empty || makes(&other, table),
                Operation::Delete(delete) => {
                    empty || (delete.predicate.is_none() && is_it(&delete.table))
                }
                Operation::Insert(insert) => empty && !is_it(&insert.table),
                Operation::Copy(copy) => empty && !copy.table.as_ref().is_some_and(is_it),
                Operation::Opaque(_) | Operation::Call(_) => false,
                _ => empty,
            };
        }
        empty
    }

    /// Whether a column is NULL in every row at this statement: the same half added it without a value, or the statement
    /// itself does, and nothing wrote to it since.
    pub fn is_null_throughout(
        &self,
        statement: &Statement<'a>,
        table: &ObjectName,
        column: &str,
    ) -> bool {
        let mut empty = false;
        for other in self.earlier(statement) {
            let is_it = |name| other.resolve(name) == *table;
            empty = match other.operation {
                Operation::AlterTable(alter) if is_it(&alter.name) => {
                    column_stays_empty(&other, table, column, empty)
                }
                Operation::Update(update) if is_it(&update.table) => empty && !sets(update, column),
                Operation::Insert(insert) => empty && !is_it(&insert.table),
                Operation::Copy(copy) => empty && !copy.table.as_ref().is_some_and(is_it),
                Operation::Opaque(_)
                | Operation::Call(_)
                | Operation::Select(_)
                | Operation::Unmodelled(_) => false,
                _ => empty,
            };
        }
        column_stays_empty(statement, table, column, empty)
    }
}

/// Whether a column is NULL in every row after an `ALTER TABLE`, if it was so before, or once the statement added it.
fn column_stays_empty(
    statement: &Statement<'_>,
    table: &ObjectName,
    column: &str,
    before: bool,
) -> bool {
    let known = statement.before().tables.get(table);
    let had = known.is_some_and(|table| table.column(column).is_some());
    let actions = statement.table_actions().iter();
    actions.fold(before, |empty, action| match action {
        TableAction::AddColumn {
            column: added,
            if_not_exists,
        } if added.name == column => {
            let surely_new = !had && (!if_not_exists || known.is_some());
            (surely_new && has_no_value(added)) || (had && empty)
        }
        TableAction::SetType {
            column: changed,
            using,
            ..
        } if changed == column => empty && using.is_none(),
        TableAction::RenameColumn { .. } | TableAction::RenameTable { .. } => false,
        _ => empty,
    })
}

/// Whether a new column is NULL in every row that is there.
fn has_no_value(column: &ColumnDefinition) -> bool {
    column.default.is_none()
        && column.generated.is_none()
        && column.identity.is_none()
        && column.data_type.is_built_in()
}

fn sets(update: &Update, column: &str) -> bool {
    update.assignments.is_empty() || update.assignments.iter().any(|(name, _)| name == column)
}

/// Whether a statement makes a table that was not there.
fn makes(statement: &Statement<'_>, table: &ObjectName) -> bool {
    let there = |tables: &crate::schema::Schema| tables.tables.contains_key(table);
    !there(statement.before()) && there(statement.after())
}

/// Whether a `TRUNCATE` empties a table, by its name or by `CASCADE`.
fn truncates(statement: &Statement<'_>, table: &ObjectName) -> bool {
    let mut locks = statement.outcome.effects.locks.iter();
    locks.any(|lock| lock.relation == *table && lock.mode == LockMode::AccessExclusive)
}

/// Whether a unique index or a key over one value holds a table to one row: settings, a version.
fn at_most_one(table: &Table) -> bool {
    let over_one_value = table.indexes.iter().any(|index| {
        index.unique
            && index.predicate.is_none()
            && matches!(index.keys.as_slice(), [key]
                if key.expression.as_deref().is_some_and(has_one_value))
    });
    let keys = table.primary_key.iter().chain(&table.unique_constraints);
    let mut singles = keys.filter_map(|key| match key.columns.as_slice() {
        [column] => Some(column),
        _ => None,
    });
    over_one_value
        || singles.any(|column| {
            let checks = table.check_constraints.iter();
            checks
                .filter(|check| check.validated)
                .any(|check| is_fixed(&check.expression, column))
        })
}

/// Whether an index expression is the same for every row that has what it looks at: a constant, `version IS NOT NULL`.
fn has_one_value(expression: &str) -> bool {
    let bare = bare(expression);
    let constant = bare == "true" || bare.parse::<i64>().is_ok();
    constant
        || (bare.ends_with(" is not null") && !bare.contains(" or ") && !bare.contains(" and "))
}

/// Whether a check lets a column have one value only: `id = 1`, `only`.
fn is_fixed(check: &str, column: &str) -> bool {
    let bare = bare(check);
    let Some(rest) = bare.strip_prefix(&column.to_lowercase()) else {
        return false;
    };
    let value = rest.trim_start().strip_prefix('=').map(str::trim);
    rest.is_empty() || value.is_some_and(|value| value == "true" || value.parse::<i64>().is_ok())
}

/// An expression in lower case without the parentheses around it.
fn bare(expression: &str) -> String {
    let mut bare = expression.trim();
    while let Some(inner) = bare
        .strip_prefix('(')
        .and_then(|bare| bare.strip_suffix(')'))
        .filter(|inner| !inner.contains(['(', ')']) || inner.starts_with('('))
    {
        bare = inner.trim();
    }
    bare.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_over_one_value_is_known() {
        for one in ["(version IS NOT NULL)", "true", "((1))"] {
            assert!(has_one_value(one), "{one}");
        }
        for many in [
            "lower(name)",
            "version",
            "(a IS NOT NULL) and (b IS NOT NULL)",
        ] {
            assert!(!has_one_value(many), "{many}");
        }
    }

    #[test]
    fn a_check_for_one_value_is_known() {
        for one in ["(id = 1)", "id", "id = true"] {
            assert!(is_fixed(one, "id"), "{one}");
        }
        for many in ["(id > 1)", "idle = 1", "id = other"] {
            assert!(!is_fixed(many, "id"), "{many}");
        }
    }
}
