//! What a version of PostgreSQL does not know yet.

use super::{Schema, Table, TableKind, WillFail};
use crate::operation::{
    AlterTable, ColumnDefinition, Constraint, ConstraintKind, Operation, TableAction, Validity,
};

/// Why this version of PostgreSQL (15, 18) refuses a statement that later ones take on this state, if it does.
pub fn refused_by(postgres: u16, before: &Schema, operation: &Operation) -> Option<WillFail> {
    if let Operation::AlterTable(alter) = operation
        && let Some(table) = before.table(&alter.name)
        && table.kind == TableKind::Partitioned
        && let Some(refused) = refused_on_partitioned(postgres, alter, table, before)
    {
        return Some(refused);
    }
    if let Operation::CreateTable(table) = operation {
        let excludes =
            |constraint: &Constraint| matches!(constraint.kind, ConstraintKind::Exclude(_));
        if postgres < 17 && table.partition_by.is_some() && table.constraints.iter().any(excludes) {
            return Some(WillFail::new(
                "0A000",
                "exclusion constraints are not supported on partitioned tables",
            ));
        }
    }
    let news = match operation {
        Operation::CreateTable(table) => {
            let columns = table.columns.iter().find_map(new_at_column);
            columns.or_else(|| table.constraints.iter().find_map(new_in_constraint))
        }
        Operation::AlterTable(alter) => alter.actions.iter().find_map(new_in_action),
        _ => None,
    }?;
    (postgres < news.since).then(|| WillFail {
        sqlstate: "42601",
        message: match news.near {
            Some(word) => format!("syntax error at or near \"{word}\""),
            None => "syntax error".to_owned(),
        },
        detail: Some(format!(
            "{} came with PostgreSQL {}.",
            news.what, news.since
        )),
    })
}

/// What a partitioned table does not take yet.
fn refused_on_partitioned(
    postgres: u16,
    alter: &AlterTable,
    table: &Table,
    before: &Schema,
) -> Option<WillFail> {
    alter.actions.iter().find_map(|action| match action {
        TableAction::AddConstraint(constraint) => match &constraint.kind {
            ConstraintKind::ForeignKey(key)
                if postgres < 18 && constraint.validity == Validity::NotValid =>
            {
                Some(WillFail::new(
                    "42809",
                    format!(
                        "cannot add NOT VALID foreign key on partitioned table \"{}\" referencing relation \"{}\"",
                        table.name, key.references.name
                    ),
                ))
            }
            ConstraintKind::Exclude(_) if postgres < 17 => Some(WillFail::new(
                "0A000",
                "exclusion constraints are not supported on partitioned tables",
            )),
            _ => None,
        },
        TableAction::AddColumn { column, .. } if postgres < 17 && column.identity.is_some() => {
            let place = table.object_name();
            let has_parts = before.tables.values().any(|other| {
                let part = other.partition_of.as_ref();
                part.is_some_and(|part| part.parent() == place)
            });
            has_parts.then(|| {
                WillFail::new(
                    "42P16",
                    "cannot recursively add identity column to table that has child tables",
                )
            })
        }
        _ => None,
    })
}

/// Something that a later version brought.
struct News {
    what: &'static str,
    since: u16,
    /// The word at which earlier versions stop.
    near: Option<&'static str>,
}

const NOT_NULL: News = News {
    what: "NOT NULL as a table constraint",
    since: 18,
    near: Some("NOT"),
};

const NOT_ENFORCED: News = News {
    what: "NOT ENFORCED",
    since: 18,
    near: Some("ENFORCED"),
};

const VIRTUAL: News = News {
    what: "A virtual generated column",
    since: 18,
    near: None,
};

const SET_EXPRESSION: News = News {
    what: "SET EXPRESSION",
    since: 17,
    near: Some("EXPRESSION"),
};

fn new_in_constraint(constraint: &Constraint) -> Option<News> {
    if matches!(constraint.kind, ConstraintKind::NotNull { .. }) {
        return Some(NOT_NULL);
    }
    (constraint.validity == Validity::NotEnforced).then_some(NOT_ENFORCED)
}

fn new_at_column(column: &ColumnDefinition) -> Option<News> {
    let is_virtual = column.generated.as_ref().is_some_and(|one| !one.stored);
    let mut constraints = column.constraints.iter();
    if is_virtual {
        return Some(VIRTUAL);
    }
    let enforced = constraints.all(|one| one.validity != Validity::NotEnforced);
    (!enforced).then_some(NOT_ENFORCED)
}

fn new_in_action(action: &TableAction) -> Option<News> {
    match action {
        TableAction::AddConstraint(constraint) => new_in_constraint(constraint),
        TableAction::AddColumn { column, .. } => new_at_column(column),
        TableAction::SetExpression { .. } => Some(SET_EXPRESSION),
        TableAction::AlterConstraint {
            enforced: Some(_), ..
        } => Some(NOT_ENFORCED),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::World;

    #[test]
    fn later_syntax_is_refused_by_earlier_versions() {
        let empty = Schema::empty(World::Closed);
        let cases = [
            ("ALTER TABLE shelf ADD CONSTRAINT named NOT NULL label", 18),
            ("ALTER TABLE shelf ADD NOT NULL label", 18),
            ("ALTER TABLE shelf ADD CHECK (id > 0) NOT ENFORCED", 18),
            ("ALTER TABLE shelf ALTER CONSTRAINT named NOT ENFORCED", 18),
            (
                "ALTER TABLE shelf ALTER COLUMN double SET EXPRESSION AS (id * 2)",
                17,
            ),
            (
                "CREATE TABLE shelf (id int, double int GENERATED ALWAYS AS (id * 2) VIRTUAL)",
                18,
            ),
            (
                "CREATE TABLE shelf (id int, CONSTRAINT named NOT NULL id)",
                18,
            ),
        ];
        for (sql, since) in cases {
            let operation = crate::sql::read_statement(sql);
            let before = refused_by(since - 1, &empty, &operation);
            assert_eq!(before.map(|error| error.sqlstate), Some("42601"), "{sql}");
            assert_eq!(refused_by(since, &empty, &operation), None, "{sql}");
        }
        for sql in [
            "CREATE TABLE shelf (id int NOT NULL, label text CONSTRAINT named NOT NULL)",
            "ALTER TABLE shelf ALTER COLUMN label SET NOT NULL",
            "ALTER TABLE shelf ADD double int GENERATED ALWAYS AS (id * 2) STORED",
        ] {
            assert_eq!(
                refused_by(15, &empty, &crate::sql::read_statement(sql)),
                None,
                "{sql}"
            );
        }
    }
}
