//! Going back: the operations that undo a migration, and what they cannot bring back.
//!
//! A migration is undone step by step, last step first. Each step is undone by comparing the catalog before and after it,
//! so that what went silently comes back too; only renames are undone by what the statement says. The result is proven on
//! the simulated catalog before it is called anything but irreversible.

pub(crate) mod definition;
mod function;
mod loss;
mod rename;
mod saving;
mod table;
mod taken;
mod transition;
mod unknown;
mod user_type;
mod view;
pub(crate) mod writing;

#[cfg(test)]
mod tests;

pub use saving::{Saving, Woven, savings, weave};
pub use taken::{LedgerEntry, Taken, TakenKind, ledger};
pub use writing::{Language, write};

use std::collections::BTreeSet;

use crate::operation::Operation;
use crate::review::{Review, RevisionState, StepOutcome};
use crate::schema::{self, Change, ObjectName, Objects, Schema, SchemaDiff, Type};
use crate::sql;

/// What undoes a migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reversal {
    /// The operations, in order.
    pub operations: Vec<Operation>,
    /// How much they bring back.
    pub grade: Grade,
    /// The types that exist once it ran.
    pub types: Objects<ObjectName, Type>,
}

/// How much a reversal brings back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grade {
    /// The schema, and no data was touched.
    Exact,
    /// The schema, but not this.
    SchemaOnly {
        /// What is lost, one thing each: "the values of shelf.colour".
        lost: Vec<String>,
    },
    /// The schema but for the order of columns, which PostgreSQL cannot change, and not this.
    Reordered {
        /// What is lost besides.
        lost: Vec<String>,
    },
    /// Not even the schema, for certain.
    Irreversible {
        /// Why, one reason each.
        why: Vec<String>,
    },
}

/// Undoes the upgrade of a revision. Where an earlier one fails, what it would have done to a table is not certain, so
/// that nothing later on the table can be undone for certain.
pub fn of_revision(review: &Review, state: &RevisionState) -> Reversal {
    let mut reversal = invert(&state.up.steps);
    let touched = changed_tables(state);
    let earlier = review
        .timeline
        .iter()
        .take_while(|other| other.migration != state.migration);
    let doubtful = earlier
        .filter(|other| other.up.error().is_some())
        .find_map(|other| {
            let changed = changed_tables(other);
            let table = changed.into_iter().find(|table| touched.contains(table))?;
            let id = &review.migration(other.migration)?.header.revision;
            Some(format!(
                "{id} fails, so that {table} is not known for certain"
            ))
        });
    if let Some(reason) = doubtful {
        let mut why = vec![reason];
        if let Grade::Irreversible { why: others } = &reversal.grade {
            why.extend(others.iter().cloned());
        }
        reversal.grade = Grade::Irreversible { why };
    }
    reversal
}

/// Tables that a revision makes, changes or drops.
fn changed_tables(state: &RevisionState) -> BTreeSet<ObjectName> {
    let (before, after) = (&state.before.tables, &state.up.schema.tables);
    let names = before.keys().chain(after.keys());
    names
        .filter(|name| before.get(*name) != after.get(*name))
        .cloned()
        .collect()
}

/// Undoes the steps of an upgrade.
pub fn invert(steps: &[StepOutcome]) -> Reversal {
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else {
        return Reversal {
            operations: Vec::new(),
            grade: Grade::Exact,
            types: Objects::default(),
        };
    };
    let mut why = Vec::new();
    let mut lost = Vec::new();
    let mut reordered = false;
    let mut statements = Vec::new();
    for step in steps {
        lost.extend(loss::lost(step, &first.before));
    }
    for step in steps.iter().rev() {
        why.extend(unknown::unknown(step));
        statements.extend(undo(step, &mut why));
    }
    let statements = without_needless(statements);
    let operations: Vec<Operation> = statements
        .iter()
        .map(|text| sql::read_statement(text))
        .collect();
    match proof(&last.after, &operations, &first.before) {
        Proof::Restores => {}
        Proof::ColumnOrder => reordered = true,
        Proof::Differs(differences) => why.extend(differences),
    }
    let grade = grade(why, lost, reordered);
    Reversal {
        operations,
        grade,
        types: first.before.types.clone(),
    }
}

/// The statements that make a whole schema, in an order in which PostgreSQL takes them.
pub(crate) fn make(schema: &Schema) -> Vec<String> {
    transition::transition(&Schema::empty(schema.world), schema).statements
}

/// What leads from one state to another: it completes a downgrade that does not restore the schema. Data is not looked at.
pub fn repair(from: &Schema, to: &Schema) -> Reversal {
    let found = transition::transition(from, to);
    let mut why = found.impossible;
    let operations: Vec<Operation> = found
        .statements
        .iter()
        .map(|text| sql::read_statement(text))
        .collect();
    let mut reordered = false;
    match proof(from, &operations, to) {
        Proof::Restores => {}
        Proof::ColumnOrder => reordered = true,
        Proof::Differs(differences) => why.extend(differences),
    }
    let grade = grade(why, Vec::new(), reordered);
    Reversal {
        operations,
        grade,
        types: to.types.clone(),
    }
}

fn grade(why: Vec<String>, lost: Vec<String>, reordered: bool) -> Grade {
    let lost = distinct(lost);
    if !why.is_empty() {
        Grade::Irreversible { why: distinct(why) }
    } else if reordered {
        Grade::Reordered { lost }
    } else if !lost.is_empty() {
        Grade::SchemaOnly { lost }
    } else {
        Grade::Exact
    }
}

fn undo(step: &StepOutcome, why: &mut Vec<String>) -> Vec<String> {
    if step.result.is_err() {
        return Vec::new();
    }
    if let Some(statements) = rename::undo(&step.step.operation, &step.before) {
        return statements;
    }
    if let Some(table) = made_in_part(step) {
        return vec![format!("DROP TABLE {table}")];
    }
    let concurrently = is_concurrent(&step.step.operation);
    let back = transition::transition(&step.after, &step.before);
    why.extend(back.impossible);
    let again = |statement: String| match concurrently {
        true => concurrent(&statement),
        false => statement,
    };
    back.statements.into_iter().map(again).collect()
}

/// A table that the step makes after another one of which not everything is known: the states alone would not tell it
/// from one that was there before.
fn made_in_part(step: &StepOutcome) -> Option<ObjectName> {
    let name = match &step.step.operation {
        Operation::CreateTable(create) => create.name.as_ref()?,
        Operation::CreateTableAs(create) => &create.name,
        _ => return None,
    };
    let name = step.before.creation_name(name);
    let made = step.after.tables.get(&name)?;
    (!made.is_complete() && !step.before.tables.contains_key(&name)).then_some(name)
}

fn is_concurrent(operation: &Operation) -> bool {
    match operation {
        Operation::CreateIndex(create) => create.concurrently,
        Operation::DropIndex(drop) => drop.concurrently,
        _ => false,
    }
}

/// What was done without blocking is undone without blocking.
fn concurrent(statement: &str) -> String {
    for (plain, careful) in [
        ("DROP INDEX ", "DROP INDEX CONCURRENTLY "),
        ("CREATE INDEX ", "CREATE INDEX CONCURRENTLY "),
        ("CREATE UNIQUE INDEX ", "CREATE UNIQUE INDEX CONCURRENTLY "),
    ] {
        if let Some(rest) = statement.strip_prefix(plain) {
            return format!("{careful}{rest}");
        }
    }
    statement.to_owned()
}

/// Leaves out what is done to a table that is dropped afterwards anyway. Constraints stay: other tables may need them gone.
fn without_needless(statements: Vec<String>) -> Vec<String> {
    let dropped_later = |at: usize, table: &str| {
        let drop = format!("DROP TABLE {table}");
        statements.iter().skip(at + 1).any(|later| *later == drop)
    };
    let needless = |(at, statement): (usize, &String)| {
        let altered = statement.strip_prefix("ALTER TABLE ").and_then(|rest| {
            let (table, action) = rest
                .split_once(" ALTER COLUMN ")
                .or_else(|| rest.split_once(" DROP COLUMN "))?;
            (!action.is_empty()).then_some(table)
        });
        let commented = statement
            .strip_prefix("COMMENT ON TABLE ")
            .and_then(|rest| rest.split(" IS ").next());
        altered
            .or(commented)
            .is_some_and(|table| dropped_later(at, table))
    };
    let keep: Vec<bool> = statements
        .iter()
        .enumerate()
        .map(|item| !needless(item))
        .collect();
    statements
        .into_iter()
        .zip(keep)
        .filter_map(|(statement, keep)| keep.then_some(statement))
        .collect()
}

enum Proof {
    Restores,
    ColumnOrder,
    Differs(Vec<String>),
}

/// Runs the reversal on the simulated catalog and compares.
fn proof(after: &Schema, operations: &[Operation], before: &Schema) -> Proof {
    let mut state = after.clone();
    for operation in operations {
        if let Operation::Opaque(opaque) = operation {
            return Proof::Differs(vec![format!("{}: {}", opaque.reason, opaque.text)]);
        }
        match schema::apply(&state, operation) {
            Ok(applied) => state = applied.schema,
            Err(error) => {
                return Proof::Differs(vec![format!(
                    "PostgreSQL would refuse the downgrade: {error}"
                )]);
            }
        }
    }
    let difference: SchemaDiff = schema::diff(before, &state, &[]);
    if difference.is_empty() {
        return Proof::Restores;
    }
    let moved_only = difference.changes.iter().all(|change| {
        change.change == Change::Changed
            && change.fields.iter().all(|field| field.field == "position")
    });
    if moved_only {
        Proof::ColumnOrder
    } else {
        Proof::Differs(difference.lines())
    }
}

fn distinct(lines: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    lines
        .into_iter()
        .filter(|line| seen.insert(line.clone()))
        .collect()
}
