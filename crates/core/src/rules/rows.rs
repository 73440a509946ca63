//! How many rows a table can have, as far as its constraints say.

use super::{Context, Statement};
use crate::effects::LockMode;
use crate::operation::Operation;
use crate::schema::{ObjectName, Table};

impl<'a> Context<'a> {
    /// Whether a table's constraints hold it to one row.
    pub fn has_one_row(&self, statement: &Statement<'a>, table: &ObjectName) -> bool {
        let known = statement.before().tables.get(table);
        known.is_some_and(|table| at_most_one(table))
    }

    /// Whether the same half took all rows out of a table before this statement, and put none in since.
    pub fn is_emptied(&self, statement: &Statement<'a>, table: &ObjectName) -> bool {
        let mut empty = false;
        for other in self.earlier(statement) {
            let is_it = |name| other.resolve(name) == *table;
            empty = match other.operation {
                Operation::Truncate(_) => empty || truncates(&other, table),
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
