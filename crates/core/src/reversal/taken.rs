//! The data that a statement takes away or changes.

use std::fmt;

use super::function::mentions;
use super::loss::is_rename;
use crate::migration::{Direction, Place};
use crate::operation::{Operation, QualifiedName};
use crate::review::{RevisionState, Run, StepOutcome, hindsight};
use crate::schema::{Column, ObjectName, Schema, changed};

/// Data that is not what it was after a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The table.
    pub table: ObjectName,
    /// The column, where it is not whole rows.
    pub column: Option<String>,
    /// What happens to it.
    pub kind: TakenKind,
}

/// What happens to data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TakenKind {
    /// All rows go, with their table or without it.
    AllRows,
    /// Some rows are deleted.
    SomeRows,
    /// The column goes.
    Column {
        /// Whether it can come back to an empty table only: `NOT NULL` without a default.
        demands_values: bool,
    },
    /// The column's values are overwritten.
    Values,
    /// The column's type changes: what the new one cannot hold is gone.
    Type {
        /// The new type.
        to: String,
    },
}

impl TakenKind {
    /// Whether data is gone afterwards; otherwise it is another.
    pub fn destroys(&self) -> bool {
        match self {
            Self::AllRows | Self::SomeRows | Self::Column { .. } => true,
            Self::Values | Self::Type { .. } => false,
        }
    }
}

/// As what is lost: "the values of shelf.colour".
impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = &self.table;
        let column = self.column.as_deref().unwrap_or_default();
        match &self.kind {
            TakenKind::AllRows => write!(f, "all rows of {table}"),
            TakenKind::SomeRows => write!(f, "the rows that were deleted from {table}"),
            TakenKind::Column { .. } => write!(f, "the values of {table}.{column}"),
            TakenKind::Values => {
                write!(f, "the values that {table}.{column} had before the update")
            }
            TakenKind::Type { to } => {
                write!(f, "what {table}.{column} held beyond what {to} can hold")
            }
        }
    }
}

/// What a step takes of the tables and columns that are in `start`. `before` is the catalog before the step.
pub(super) fn taken(step: &StepOutcome, before: &Schema, start: &Schema) -> Vec<Taken> {
    let existed = |name: &QualifiedName| {
        let resolved = before.resolve_relation(name);
        resolved.filter(|name| start.tables.contains_key(name))
    };
    let rows = |kind: TakenKind| {
        move |table| Taken {
            table,
            column: None,
            kind: kind.clone(),
        }
    };
    let mut found: Vec<Taken> = match &step.step.operation {
        Operation::Update(update) => {
            let table = existed(&update.table);
            let columns = update.assignments.iter().map(|(column, _)| column);
            table.map_or_else(Vec::new, |table| {
                columns
                    .filter(|column| had_column(start, &table, column))
                    .map(|column| Taken {
                        table: table.clone(),
                        column: Some(column.clone()),
                        kind: TakenKind::Values,
                    })
                    .collect()
            })
        }
        Operation::Delete(delete) => existed(&delete.table)
            .map(rows(TakenKind::SomeRows))
            .into_iter()
            .collect(),
        Operation::Truncate(truncate) => truncate
            .tables
            .iter()
            .filter_map(existed)
            .map(rows(TakenKind::AllRows))
            .collect(),
        _ => Vec::new(),
    };
    for one in changed(&before.tables, &step.after.tables) {
        let (name, Some(table)) = (one.name, one.before) else {
            continue;
        };
        if !start.tables.contains_key(name) {
            continue;
        }
        match one.after {
            // A renamed table is not gone.
            None if is_rename(&step.step.operation) => {}
            None => found.push(rows(TakenKind::AllRows)(name.clone())),
            Some(after) => {
                let columns = table.columns.iter();
                found.extend(columns.filter_map(|column| {
                    let kind = match after.column(&column.name) {
                        None => gone(step, start, name, column),
                        Some(new) => retyped(column, new),
                    }?;
                    Some(Taken {
                        table: name.clone(),
                        column: Some(column.name.clone()),
                        kind,
                    })
                }));
            }
        }
    }
    found
}

fn gone(
    step: &StepOutcome,
    start: &Schema,
    table: &ObjectName,
    column: &Column,
) -> Option<TakenKind> {
    let demands = !column.nullable && column.default.is_none();
    let is_gone = had_column(start, table, &column.name) && !is_rename(&step.step.operation);
    is_gone.then_some(TakenKind::Column {
        demands_values: demands && column.generated.is_none() && column.identity.is_none(),
    })
}

fn retyped(old: &Column, new: &Column) -> Option<TakenKind> {
    let other = new.data_type != old.data_type && !old.data_type.is_empty();
    other.then(|| TakenKind::Type {
        to: new.data_type.clone(),
    })
}

fn had_column(start: &Schema, table: &ObjectName, column: &str) -> bool {
    start
        .tables
        .get(table)
        .is_some_and(|table| table.column(column).is_some())
}

/// Data that one half of a migration takes, where, and which statement before it in the same half copies it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Which half takes it.
    pub direction: Direction,
    /// What.
    pub taken: Taken,
    /// The statement that takes it.
    pub at: Place,
    /// The statement that copies it before, if one does.
    pub copied_at: Option<Place>,
}

/// What the upgrade loses of the data from before it, and the downgrade of what was there after the upgrade.
pub fn ledger(state: &RevisionState) -> &[LedgerEntry] {
    state.ledger.get_or_init(|| {
        let up = half(Direction::Up, &state.before, &state.up);
        let down = state.down.as_ref();
        let down = down.map_or_else(Vec::new, |run| half(Direction::Down, state.after(), run));
        up.into_iter().chain(down).collect()
    })
}

fn half(direction: Direction, before: &Schema, run: &Run) -> Vec<LedgerEntry> {
    let start = hindsight(before, &run.steps).schema;
    let mut found: Vec<LedgerEntry> = Vec::new();
    for (at, step) in run.steps.iter().enumerate() {
        if step.result.is_err() {
            continue;
        }
        let earlier = run.steps.get(..at).unwrap_or_default();
        let known = hindsight(&step.before, [step]).schema;
        for taken in taken(step, &known, &start) {
            if found.iter().any(|entry| entry.taken == taken) || keeps_all(&taken, &known) {
                continue;
            }
            let copy = earlier.iter().find(|step| copies(step, &taken));
            found.push(LedgerEntry {
                direction,
                at: step.step.place,
                copied_at: copy.map(|step| step.step.place),
                taken,
            });
        }
    }
    found
}

/// Whether a new type holds every value of the old one.
fn keeps_all(taken: &Taken, before: &Schema) -> bool {
    let TakenKind::Type { to } = &taken.kind else {
        return false;
    };
    let table = before.tables.get(&taken.table);
    let column = table.and_then(|table| table.column(taken.column.as_deref()?));
    let from = column.map_or("", |column| column.data_type.as_str());
    match to.as_str() {
        "text" | "character varying" => from == "text" || from.starts_with("character varying"),
        "integer" => from == "smallint",
        "bigint" => matches!(from, "smallint" | "integer"),
        "numeric" => matches!(from, "smallint" | "integer" | "bigint"),
        _ => false,
    }
}

/// Whether a statement writes the data somewhere else: into another table, another column, or out of the database.
fn copies(step: &StepOutcome, taken: &Taken) -> bool {
    let reads = |tables: &[QualifiedName]| {
        let mut tables = tables.iter();
        tables.any(|name| step.before.resolve_relation(name).as_ref() == Some(&taken.table))
    };
    let holds_column = |sql: &str| match &taken.column {
        Some(column) => mentions(sql, column) || sql.contains('*'),
        None => true,
    };
    match &step.step.operation {
        Operation::CreateTableAs(create) => {
            create.with_data && reads(&create.reads) && holds_column(&create.query)
        }
        Operation::Insert(insert) => reads(&insert.reads) && holds_column(&insert.sql),
        Operation::Update(update) => {
            let own = step.before.resolve_relation(&update.table);
            let elsewhere = reads(&update.reads);
            let same = own.as_ref() == Some(&taken.table);
            let mut values = update.assignments.iter();
            match &taken.column {
                Some(column) => {
                    (same || elsewhere)
                        && values.any(|(to, value)| {
                            (!same || to != column) && mentions(value.as_str(), column)
                        })
                }
                // Rows whose values went into another table.
                None => elsewhere && !same,
            }
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::migration::SourceFile;
    use crate::review::{Input, Review, review};

    fn reviewed(files: &[(&str, &str)]) -> Review {
        let inputs = files.iter().map(|(path, text)| Input {
            file: SourceFile {
                path: (*path).into(),
                text: (*text).into(),
            },
            history: false,
        });
        review(inputs.collect(), None, Config::default())
    }

    fn told(state: &RevisionState) -> String {
        let lines = ledger(state).iter().map(|entry| {
            let copied = if entry.copied_at.is_some() {
                " (copied)"
            } else {
                ""
            };
            format!("{:?}: {}{copied}", entry.direction, entry.taken)
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn both_halves_are_told_with_what_copies_the_data_first() {
        let review = reviewed(&[
            (
                "001_orchard.up.sql",
                "CREATE TABLE tree (id int PRIMARY KEY, kind text NOT NULL, old_name text, height int);
                 CREATE TABLE basket (id int);",
            ),
            (
                "002_names.up.sql",
                "ALTER TABLE tree ADD COLUMN name text;
                 UPDATE tree SET name = old_name;
                 ALTER TABLE tree DROP COLUMN old_name, DROP COLUMN kind;
                 CREATE TABLE basket_kept AS SELECT * FROM basket;
                 DROP TABLE basket;
                 DELETE FROM tree WHERE id = 1;
                 UPDATE tree SET height = 0;
                 ALTER TABLE tree ALTER COLUMN height TYPE smallint;",
            ),
            (
                "002_names.down.sql",
                "ALTER TABLE tree ADD COLUMN old_name text; UPDATE tree SET old_name = name;
                 ALTER TABLE tree DROP COLUMN name; DROP TABLE basket_kept;",
            ),
        ]);
        insta::assert_snapshot!(told(&review.timeline[1]), @r"
        Up: the values of tree.kind
        Up: the values of tree.old_name (copied)
        Up: all rows of basket (copied)
        Up: the rows that were deleted from tree
        Up: the values that tree.height had before the update
        Up: what tree.height held beyond what smallint can hold
        Down: the values of tree.name (copied)
        Down: all rows of basket_kept
        ");
    }

    #[test]
    fn a_migration_alone_loses_what_it_names() {
        let review = reviewed(&[(
            "007_change.up.sql",
            "ALTER TABLE boat DROP COLUMN berth; DROP TABLE harbour; ALTER TABLE boat DROP COLUMN IF EXISTS sail;",
        )]);
        assert_eq!(
            told(&review.timeline[0]),
            "Up: the values of boat.berth\nUp: all rows of harbour"
        );
    }
}
