//! Which tables a half makes, and under which name and until when nobody else can see them.

use std::collections::BTreeMap;

use super::statement::{Statement, actions_of, statements};
use crate::migration::{Direction, Isolation};
use crate::operation::{Operation, QualifiedName, TableAction, TransactionControl};
use crate::review::RevisionState;
use crate::schema::ObjectName;

/// Where a statement stands in its half: its place, and for one inside a block how far into the file.
pub(super) type Point = (usize, u32);

/// After every statement.
const END: Point = (usize::MAX, u32::MAX);

/// The tables of one half.
#[derive(Clone, Debug, Default)]
pub(super) struct Lifetimes {
    made: Vec<Lifetime>,
    renames: Vec<Rename>,
}

/// A table under one name, while only its own transaction sees it.
#[derive(Clone, Debug)]
struct Lifetime {
    table: ObjectName,
    /// The statement that makes it; none for one that an earlier migration of the transaction made.
    from: Option<Point>,
    /// The last statement for which it is so.
    until: Point,
}

/// A table's other name.
#[derive(Clone, Debug)]
struct Rename {
    at: Point,
    from: ObjectName,
    to: ObjectName,
}

impl Lifetimes {
    /// Follows the tables of a half; `before` are those that the same transaction made before it.
    pub fn of(state: &RevisionState, direction: Direction, before: &[ObjectName]) -> Self {
        let mut lifetimes = Self::default();
        let mut open: BTreeMap<ObjectName, Option<Point>> =
            before.iter().map(|table| (table.clone(), None)).collect();
        for statement in statements(state, direction) {
            lifetimes.follow(&statement, &mut open);
        }
        lifetimes.close(&mut open, END);
        lifetimes
    }

    fn follow(
        &mut self,
        statement: &Statement<'_>,
        open: &mut BTreeMap<ObjectName, Option<Point>>,
    ) {
        let at = statement.point();
        match statement.operation {
            Operation::CreateTable(create) => {
                let name = create.name.as_ref().and_then(|name| newly(statement, name));
                open.extend(name.map(|name| (name, Some(at))));
            }
            Operation::Opaque(opaque) => {
                let schema = statement.before();
                let name = created_by_call(&opaque.text).map(QualifiedName::bare);
                let name = name.map(|name| schema.creation_name(&name));
                open.extend(name.map(|name| (name, Some(at))));
            }
            Operation::CreateTableAs(create) => {
                open.extend(newly(statement, &create.name).map(|name| (name, Some(at))));
            }
            Operation::CreateView(create) if create.materialized => {
                open.extend(newly(statement, &create.name).map(|name| (name, Some(at))));
            }
            Operation::AlterTable(_) => {
                for (_, from, action) in actions_of(*statement) {
                    if let Some(to) = renamed(&from, action) {
                        if let Some(since) = open.remove(&from) {
                            self.made.push(Lifetime {
                                table: from.clone(),
                                from: since,
                                until: at,
                            });
                            open.insert(to.clone(), Some(at));
                        }
                        self.renames.push(Rename { at, from, to });
                    }
                }
            }
            Operation::Transaction(TransactionControl::Commit) => self.close(open, at),
            _ if statement.outcome.step.isolation == Isolation::Autocommit => self.close(open, at),
            _ => {}
        }
    }

    fn close(&mut self, open: &mut BTreeMap<ObjectName, Option<Point>>, until: Point) {
        let ended = std::mem::take(open).into_iter();
        self.made
            .extend(ended.map(|(table, from)| Lifetime { table, from, until }));
    }

    /// Whether a table was made before this statement, in the same transaction.
    pub fn is_new(&self, table: &ObjectName, at: Point) -> bool {
        self.made.iter().any(|life| {
            life.table == *table && life.from.is_none_or(|from| from < at) && at <= life.until
        })
    }

    /// The tables that nobody else can see when the half is over.
    pub fn left(&self) -> Vec<ObjectName> {
        let last = self.made.iter().filter(|life| life.until == END);
        last.map(|life| life.table.clone()).collect()
    }

    /// What a table is called after the half, by its name at a statement.
    pub fn name_after(&self, at: Point, name: ObjectName) -> ObjectName {
        let later = self.renames.iter().filter(|rename| rename.at > at);
        later.fold(name, |name, rename| {
            if rename.from == name {
                rename.to.clone()
            } else {
                name
            }
        })
    }
}

fn newly(statement: &Statement<'_>, name: &QualifiedName) -> Option<ObjectName> {
    let name = statement.resolve(name);
    let schema = statement.before();
    (!schema.tables.contains_key(&name) && !schema.views.contains_key(&name)).then_some(name)
}

fn renamed(table: &ObjectName, action: &TableAction) -> Option<ObjectName> {
    match action {
        TableAction::RenameTable { to } => Some(ObjectName::new(&table.schema, to)),
        TableAction::SetSchema { schema } => Some(ObjectName::new(schema, &table.name)),
        _ => None,
    }
}

/// The table that a call of `op.create_table` makes whose columns could not all be read.
fn created_by_call(text: &str) -> Option<&str> {
    let (_, arguments) = text.split_once("op.create_table(")?;
    let arguments = arguments.trim_start();
    let quote = arguments
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\''))?;
    let (name, _) = arguments.get(1..)?.split_once(quote)?;
    Some(name)
}
