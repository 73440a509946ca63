//! What is done to tables that others can see.

use std::rc::Rc;

use super::{Context, Statement};
use crate::operation::{AlterTable, Operation, TableAction};
use crate::schema::ObjectName;

/// An action of an `ALTER TABLE` on a table that others can see.
#[derive(Clone, Debug)]
#[expect(clippy::struct_field_names, reason = "it is PostgreSQL's word")]
pub(super) struct Action<'a> {
    pub statement: Statement<'a>,
    pub table: Rc<ObjectName>,
    pub alter: &'a AlterTable,
    pub action: &'a TableAction,
}

/// Every action on a table that others can see, of both halves, as far as PostgreSQL would carry it out.
pub(super) fn actions<'a>(cx: &Context<'a>) -> Vec<Action<'a>> {
    let mut altered = cx.altered_tables().iter().peekable();
    let mut found = Vec::new();
    for (place, statement) in cx.both().enumerate() {
        let Operation::AlterTable(alter) = statement.operation else {
            continue;
        };
        let Some((_, table)) = altered.next_if(|(at, _)| *at == place) else {
            continue;
        };
        let actions = alter.actions.iter().map(|action| Action {
            statement,
            table: Rc::clone(table),
            alter,
            action,
        });
        found.extend(actions);
    }
    found
}

/// The tables that others can see and that an `ALTER TABLE` changes, by the statement's place in both halves.
pub(super) fn altered_tables(cx: &Context<'_>) -> Vec<(usize, Rc<ObjectName>)> {
    let mut found = Vec::new();
    for (place, statement) in cx.both().enumerate() {
        let Operation::AlterTable(alter) = statement.operation else {
            continue;
        };
        if statement.fails() {
            continue;
        }
        let table = statement.resolve(&alter.name);
        let seen = is_visible(cx, &statement, &table);
        if seen && !statement.before().views.contains_key(&table) {
            found.push((place, Rc::new(table)));
        }
    }
    found
}

/// Whether sessions other than the one that migrates can see a relation at a statement.
pub(super) fn is_visible(
    cx: &Context<'_>,
    statement: &Statement<'_>,
    relation: &ObjectName,
) -> bool {
    let known = statement.before().tables.get(relation);
    let temporary =
        known.is_some_and(|table| table.persistence == "temporary") || relation.schema == "pg_temp";
    !temporary && !cx.is_new(statement, relation)
}
