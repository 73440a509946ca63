//! What a version of PostgreSQL does not know yet.

use super::WillFail;
use crate::operation::{
    ColumnDefinition, Constraint, ConstraintKind, Operation, TableAction, Validity,
};

/// Why this version of PostgreSQL (15, 18) refuses a statement that later ones take, if it does.
pub fn refused_by(postgres: u16, operation: &Operation) -> Option<WillFail> {
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

    #[test]
    fn later_syntax_is_refused_by_earlier_versions() {
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
            let before = refused_by(since - 1, &operation);
            assert_eq!(before.map(|error| error.sqlstate), Some("42601"), "{sql}");
            assert_eq!(refused_by(since, &operation), None, "{sql}");
        }
        for sql in [
            "CREATE TABLE shelf (id int NOT NULL, label text CONSTRAINT named NOT NULL)",
            "ALTER TABLE shelf ALTER COLUMN label SET NOT NULL",
            "ALTER TABLE shelf ADD double int GENERATED ALWAYS AS (id * 2) STORED",
        ] {
            assert_eq!(
                refused_by(15, &crate::sql::read_statement(sql)),
                None,
                "{sql}"
            );
        }
    }
}
