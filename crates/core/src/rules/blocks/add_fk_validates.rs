use super::seen;
use crate::config::RuleLevel;
use crate::operation::{ConstraintKind, Validity};
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};
use crate::schema::ObjectName;

/// A foreign key verified while writers wait.
pub const RULE: Rule = Rule {
    id: "add-fk-validates",
    class: Class::Blocks,
    level: RuleLevel::Info,
    title: "A foreign key is verified while writers wait",
    summary: "ADD FOREIGN KEY reads both tables with SHARE ROW EXCLUSIVE held on them, so nobody writes to either, unless it is NOT VALID.",
    checklist: &[10],
    fix: FixKind::None,
    page: page!("add-fk-validates.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let mut found = Vec::new();
    for (action, constraint) in seen::added_constraints(cx) {
        let (ConstraintKind::ForeignKey(key), Validity::Valid) =
            (&constraint.kind, constraint.validity)
        else {
            continue;
        };
        let (statement, table) = (&action.statement, &action.table);
        // NOT VALID came to partitioned tables with PostgreSQL 18.
        if seen::is_partitioned(statement, table) && cx.config().postgres < 18 {
            continue;
        }
        let (name, other) = (
            seen::name_of(constraint),
            statement.resolve(&key.references),
        );
        let unfilled =
            (key.columns.iter()).find(|column| cx.is_null_throughout(statement, table, column));
        let message = match unfilled {
            // The other table is not in use yet, and this one was locked already to add the column.
            Some(_) if is_unused(cx, statement, &other) && !seen::is_large(cx, table) => continue,
            Some(column) => from_new_column(&name, table, &other, column),
            None => from_filled_column(&name, table, &other),
        };
        let inline = unfilled.is_some() && key.columns.len() == 1;
        let help = match (cx.is_alembic(), inline) {
            (true, true) => INLINE_IN_ALEMBIC.to_owned(),
            (false, true) => INLINE.to_owned(),
            (true, false) => format!(
                "{} (Alembic: postgresql_not_valid=True.)",
                seen::two_steps("the foreign key")
            ),
            (false, false) => seen::two_steps("the foreign key"),
        };
        let draft = statement
            .say_at(constraint.origin, message)
            .help(help)
            .about(table);
        found.extend(seen::weigh(cx, statement, table, draft));
    }
    found
}

const INLINE: &str = "Write REFERENCES at the column in ADD COLUMN: without a default nothing is read then. Or add the foreign key NOT VALID and validate it in a later transaction.";

const INLINE_IN_ALEMBIC: &str = "Give op.add_column the ForeignKey and inline_references=True (Alembic 1.18): without a default nothing is read then. Or pass postgresql_not_valid=True and validate it in a later transaction.";

/// Whether a table has no rows that anybody could be waiting for.
fn is_unused<'a>(cx: &Context<'a>, statement: &Statement<'a>, table: &ObjectName) -> bool {
    cx.is_new(statement, table) || cx.is_emptied(statement, table)
}

fn from_filled_column(name: &str, table: &ObjectName, other: &ObjectName) -> String {
    if other == table {
        format!("Adding {name} looks up every row of {table}; nobody writes to it meanwhile.")
    } else {
        format!(
            "Adding {name} looks up every row of {table} in {other}; nobody writes to either meanwhile."
        )
    }
}

/// A row without a value is looked up nowhere, but it has to be read to know.
fn from_new_column(name: &str, table: &ObjectName, other: &ObjectName, column: &str) -> String {
    let waits = if other == table {
        "nobody writes to it meanwhile".to_owned()
    } else {
        format!("nobody writes to it nor to {other} meanwhile")
    };
    format!(
        "Adding {name} reads all of {table}, although {column} is new and NULL in every row; {waits}."
    )
}
