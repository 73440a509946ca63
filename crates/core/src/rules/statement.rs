//! One statement as a rule sees it.

use super::lifetimes::Point;
use crate::migration::Direction;
use crate::operation::{Certainty, ColumnDefinition, Operation, QualifiedName, TableAction};
use crate::review::{RevisionState, StepOutcome};
use crate::schema::{ObjectName, Schema, Table};
use crate::text::Span;

/// One statement that runs, or one inside a `DO` block.
#[derive(Clone, Copy, Debug)]
pub struct Statement<'a> {
    /// The half it is in.
    pub direction: Direction,
    /// Its place in the half, counted from 0.
    pub index: usize,
    /// What was simulated.
    pub outcome: &'a StepOutcome,
    /// What it does.
    pub operation: &'a Operation,
    /// Whether it surely runs, once.
    pub certainty: Certainty,
    /// Where it stands inside a block.
    pub(super) inner: Option<Span>,
}

impl<'a> Statement<'a> {
    /// The catalog before it.
    pub fn before(&self) -> &'a Schema {
        &self.outcome.before
    }

    /// The catalog after it.
    pub fn after(&self) -> &'a Schema {
        &self.outcome.after
    }

    /// What a name means here: the relation it finds on the search path, else the one it would make.
    pub fn resolve(&self, name: &QualifiedName) -> ObjectName {
        let schema = self.before();
        schema
            .resolve_relation(name)
            .unwrap_or_else(|| schema.creation_name(name))
    }

    /// A table before this statement.
    pub fn table(&self, name: &QualifiedName) -> Option<&'a Table> {
        self.before()
            .tables
            .get(&self.resolve(name))
            .map(AsRef::as_ref)
    }

    /// The actions, if it is an `ALTER TABLE`.
    pub fn table_actions(&self) -> &'a [TableAction] {
        match self.operation {
            Operation::AlterTable(alter) => &alter.actions,
            _ => &[],
        }
    }

    /// Where it stands in its half.
    pub(super) fn point(&self) -> Point {
        (self.index, self.inner.map_or(0, |span| span.start.max(1)))
    }

    /// Whether it stands inside a `DO` block; the block as a whole is a statement of its own.
    pub fn is_nested(&self) -> bool {
        self.inner.is_some()
    }

    /// Whether it changes rows.
    pub fn changes_rows(&self) -> bool {
        matches!(
            self.operation,
            Operation::Insert(_)
                | Operation::Update(_)
                | Operation::Delete(_)
                | Operation::Truncate(_)
                | Operation::Copy(_)
        )
    }

    /// Whether it changes what the catalog holds, by what it is: an index of unknown columns that is dropped counts too.
    pub fn changes_schema(&self) -> bool {
        let other = matches!(
            self.operation,
            Operation::Select(_)
                | Operation::Call(_)
                | Operation::Do(_)
                | Operation::Transaction(_)
                | Operation::Set(_)
                | Operation::SetConstraints(_)
                | Operation::Lock(_)
                | Operation::Maintain(_)
                | Operation::Reindex(_)
                | Operation::RefreshMaterializedView(_)
                | Operation::Unmodelled(_)
                | Operation::Opaque(_)
        );
        !other && !self.changes_rows()
    }

    /// Whether PostgreSQL would surely refuse it.
    pub fn fails(&self) -> bool {
        self.outcome.result.is_err()
    }
}

/// The statements of a half, those inside blocks too.
pub(super) fn statements(
    state: &RevisionState,
    direction: Direction,
) -> impl Iterator<Item = Statement<'_>> + use<'_> {
    let steps = state
        .run(direction)
        .map(|run| run.steps.as_slice())
        .unwrap_or_default();
    steps.iter().enumerate().flat_map(move |(index, outcome)| {
        let whole = Statement {
            direction,
            index,
            outcome,
            operation: &outcome.step.operation,
            certainty: outcome.step.certainty,
            inner: None,
        };
        let block = match &outcome.step.operation {
            Operation::Do(block) => block.statements.as_slice(),
            _ => &[],
        };
        let inner = block.iter().map(move |part| Statement {
            operation: &part.operation,
            certainty: part.certainty,
            inner: Some(part.span),
            ..whole
        });
        std::iter::once(whole).chain(inner)
    })
}

/// The actions of an `ALTER TABLE`, with its table.
pub(super) fn actions_of(
    statement: Statement<'_>,
) -> impl Iterator<Item = (Statement<'_>, ObjectName, &TableAction)> {
    let table = match statement.operation {
        Operation::AlterTable(alter) => Some(statement.resolve(&alter.name)),
        _ => None,
    };
    let actions = statement.table_actions().iter();
    actions.filter_map(move |action| Some((statement, table.clone()?, action)))
}

/// The columns that a statement defines, with their table.
pub(super) fn column_definitions(
    statement: Statement<'_>,
) -> Vec<(Statement<'_>, ObjectName, &ColumnDefinition)> {
    match statement.operation {
        Operation::CreateTable(create) => {
            let table = create.name.as_ref().map(|name| statement.resolve(name));
            let columns = create.columns.iter();
            columns
                .filter_map(|column| Some((statement, table.clone()?, column)))
                .collect()
        }
        Operation::AlterTable(_) => {
            let mut added = Vec::new();
            for (statement, table, action) in actions_of(statement) {
                if let TableAction::AddColumn { column, .. } = action {
                    added.push((statement, table, column.as_ref()));
                }
            }
            added
        }
        _ => Vec::new(),
    }
}
