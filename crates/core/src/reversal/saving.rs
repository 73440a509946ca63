//! Copies of what a migration takes away: made aside before it goes, brought back on the way back.

use std::collections::BTreeSet;

use super::definition::identifiers;
use super::{Proof, proof};
use crate::operation::{
    AlterTable, ColumnDefinition, Nullability, Operation, TableAction, quote_identifier,
};
use crate::review::RevisionState;
use crate::schema::{self, Column, ObjectName, Schema, Table, TableKind};
use crate::sql;

/// PostgreSQL keeps this many bytes of a name.
const LONGEST_NAME: usize = 63;

/// What is kept of one table, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saving {
    /// The table that loses data.
    pub table: ObjectName,
    /// The columns that go; none where the whole table goes.
    pub columns: Vec<String>,
    /// The table that keeps the data, `saved_<table>_<revision>`.
    pub aside: ObjectName,
    /// Makes the copy; runs before the data goes.
    pub copy: String,
    /// Brings the data back and drops the copy; runs when there is a place for it again.
    pub restore: Vec<String>,
}

/// What can be saved of that which the upgrade takes away: dropped tables, and dropped columns of tables that have a primary
/// key which stays.
pub fn savings(state: &RevisionState, revision: &str) -> Vec<Saving> {
    let mut found = Vec::new();
    for (name, table) in state.before.tables.iter() {
        if !keeps_own_rows(&state.before, name, table) {
            continue;
        }
        let renamed = |after: &Table| after.columns == table.columns;
        let keeper = Keeper {
            name,
            table,
            aside: aside(name, revision),
            after: state.after(),
        };
        match state.after().tables.get(name) {
            Some(after) => found.extend(keeper.columns(after)),
            // A table that only has another name now lost nothing.
            None if state.after().tables.values().any(|after| renamed(after)) => {}
            None => found.push(keeper.rows()),
        }
    }
    found
}

/// Whether the table is known to its end, and its rows are its own: not those of a server elsewhere, of the table that it
/// is a part of, or of tables that inherit from it.
fn keeps_own_rows(schema: &Schema, name: &ObjectName, table: &Table) -> bool {
    let inherited = || {
        let mut tables = schema.tables.values();
        tables.any(|child| child.inherits.contains(name))
    };
    table.is_complete()
        && table.partition_of.is_none()
        && table.kind != TableKind::Foreign
        && table.persistence != "temporary"
        && !inherited()
}

/// One table that loses something.
struct Keeper<'a> {
    name: &'a ObjectName,
    table: &'a Table,
    aside: ObjectName,
    after: &'a Schema,
}

impl Keeper<'_> {
    fn rows(&self) -> Saving {
        let Self { name, aside, .. } = self;
        let own: Vec<&Column> = stored(&self.table.columns).collect();
        let names: Vec<&str> = own.iter().map(|column| column.name.as_str()).collect();
        let always = own.iter().any(|column| column.identity == Some("always"));
        let overriding = match always {
            true => " OVERRIDING SYSTEM VALUE",
            false => "",
        };
        let copied: Vec<String> = own.iter().map(|column| self.copied(column)).collect();
        let back: Vec<String> = own.iter().map(|column| self.back(column, "")).collect();
        let list = identifiers(&names);
        let insert = format!(
            "INSERT INTO {name} ({list}){overriding} SELECT {} FROM {aside}",
            back.join(", ")
        );
        let counters = own.iter().filter_map(|column| self.counter(column));
        let restore = std::iter::once(insert)
            .chain(counters)
            .chain([format!("DROP TABLE {aside}")])
            .collect();
        Saving {
            table: self.name.clone(),
            columns: Vec::new(),
            copy: format!(
                "CREATE TABLE {aside} AS SELECT {} FROM {name}",
                copied.join(", ")
            ),
            aside: aside.clone(),
            restore,
        }
    }

    fn columns(&self, after: &Table) -> Option<Saving> {
        let Self { name, aside, .. } = self;
        let gone: Vec<&Column> = stored(&self.table.columns)
            .filter(|column| after.column(&column.name).is_none())
            .collect();
        let key = self.table.primary_key.as_ref()?;
        let key_stays = after
            .primary_key
            .as_ref()
            .is_some_and(|now| now.columns == key.columns);
        (key_stays && !gone.is_empty()).then_some(())?;
        let set: Vec<String> = gone
            .iter()
            .map(|column| {
                let own = quote_identifier(&column.name);
                format!("{own} = {}", self.back(column, "saved."))
            })
            .collect();
        let same: Vec<String> = key
            .columns
            .iter()
            .map(|column| quote_identifier(column))
            .map(|column| format!("kept.{column} = saved.{column}"))
            .collect();
        let copied: Vec<String> = gone.iter().map(|column| self.copied(column)).collect();
        let counters = gone.iter().filter_map(|column| self.counter(column));
        let update = format!(
            "UPDATE {name} AS kept SET {} FROM {aside} AS saved WHERE {}",
            set.join(", "),
            same.join(" AND ")
        );
        let restore = std::iter::once(update)
            .chain(counters)
            .chain([format!("DROP TABLE {aside}")])
            .collect();
        Some(Saving {
            table: self.name.clone(),
            columns: gone.iter().map(|column| column.name.clone()).collect(),
            copy: format!(
                "CREATE TABLE {aside} AS SELECT {}, {} FROM {name}",
                identifiers(&key.columns),
                copied.join(", ")
            ),
            aside: aside.clone(),
            restore,
        })
    }

    /// Whether the column's type goes as well, so that the copy must not use it.
    fn loses_type(&self, column: &Column) -> bool {
        let is = |name: &ObjectName| name.to_string() == column.data_type.trim_end_matches("[]");
        !self.after.types.keys().any(is) && column.data_type.contains('.')
    }

    /// The column in the query that copies.
    fn copied(&self, column: &Column) -> String {
        let own = quote_identifier(&column.name);
        match self.loses_type(column) {
            true => format!("{own}::text AS {own}"),
            false => own,
        }
    }

    /// The column in the query that brings back, behind the name of the copy.
    fn back(&self, column: &Column, of: &str) -> String {
        let own = quote_identifier(&column.name);
        match self.loses_type(column) {
            true => format!("{of}{own}::{}", column.data_type),
            false => format!("{of}{own}"),
        }
    }

    /// Sets the column's sequence, which starts anew, behind the values that came back.
    fn counter(&self, column: &Column) -> Option<String> {
        let called = column.default.as_deref().and_then(|default| {
            let argument = default.strip_prefix("nextval(")?.strip_suffix(')')?;
            Some(argument.to_owned())
        });
        let owned = || {
            let table = crate::operation::quote_literal(&self.name.to_string());
            let own = crate::operation::quote_literal(&column.name);
            format!("pg_get_serial_sequence({table}, {own})")
        };
        let sequence = called.or_else(|| column.identity.map(|_| owned()))?;
        let own = quote_identifier(&column.name);
        Some(format!(
            "SELECT setval({sequence}, max({own})) FROM {}",
            self.name
        ))
    }
}

/// Columns whose values are not computed.
fn stored(columns: &[Column]) -> impl Iterator<Item = &Column> {
    columns.iter().filter(|column| column.generated.is_none())
}

/// `saved_<table>_<revision>`, the table's name shortened where the whole would be too long. Of a revision such as
/// `20240310_drop_notes` the number alone.
fn aside(name: &ObjectName, revision: &str) -> ObjectName {
    let number: String = revision.chars().take_while(char::is_ascii_digit).collect();
    let number = match number.is_empty() || revision.chars().all(|own| own.is_ascii_hexdigit()) {
        true => revision,
        false => &number,
    };
    let safe = |letter: char| match letter.is_alphanumeric() {
        true => letter.to_ascii_lowercase(),
        false => '_',
    };
    let last = shortened(&number.chars().map(safe).collect::<String>(), 20);
    let first = shortened(
        &format!("saved_{}", name.name),
        LONGEST_NAME - 1 - last.len(),
    );
    ObjectName::new(&name.schema, format!("{first}_{last}"))
}

/// As much of a text as fits into so many bytes.
fn shortened(text: &str, bytes: usize) -> String {
    let mut short = String::new();
    for letter in text.chars() {
        if short.len() + letter.len_utf8() > bytes {
            break;
        }
        short.push(letter);
    }
    short
}

/// A downgrade into which the restoring is put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Woven {
    /// Statements of the downgrade that have to change, by their number: a column that demands values comes back without
    /// demanding them, until they are there.
    pub changed: Vec<(usize, Operation)>,
    /// The number of the statement behind which the data comes back.
    pub behind: usize,
    /// What brings it back.
    pub restore: Vec<Operation>,
}

impl Woven {
    /// The whole downgrade.
    pub fn operations(&self, downgrade: &[Operation]) -> Vec<Operation> {
        let mut all = Vec::new();
        for (at, operation) in downgrade.iter().enumerate() {
            let changed = self.changed.iter().find(|(number, _)| *number == at);
            all.push(changed.map_or(operation, |(_, changed)| changed).clone());
            if at == self.behind {
                all.extend(self.restore.iter().cloned());
            }
        }
        all
    }
}

/// Puts the restoring into a downgrade, right behind the statement that makes the last place for the data: what follows,
/// such as a `NOT NULL` or a foreign key, then finds it there. None where that is not proven to lead to the schema before.
pub fn weave(
    saving: &Saving,
    after: &Schema,
    downgrade: &[Operation],
    before: &Schema,
) -> Option<Woven> {
    let mut state = after.clone();
    let mut awaited: BTreeSet<&str> = saving.columns.iter().map(String::as_str).collect();
    let mut demanding = Vec::new();
    let mut changed = Vec::new();
    let mut behind = None;
    for (at, operation) in downgrade.iter().enumerate() {
        let mut own = operation.clone();
        match &mut own {
            Operation::CreateTable(create) => {
                let made = create.name.as_ref().map(|name| state.creation_name(name));
                if made.as_ref() == Some(&saving.table) && saving.columns.is_empty() {
                    behind = Some(at);
                }
            }
            Operation::AlterTable(alter)
                if state.resolve_relation(&alter.name).as_ref() == Some(&saving.table) =>
            {
                let returns = give_back(alter, &mut awaited, &mut demanding)?;
                behind = if returns { Some(at) } else { behind };
            }
            _ => {}
        }
        state = schema::apply(&state, &own).ok()?.schema;
        if own != *operation {
            changed.push((at, own));
        }
    }
    awaited.is_empty().then_some(())?;
    let mut behind = behind?;
    // The rows of a partitioned table need its partitions.
    let partitioned = before.tables.get(&saving.table)?.kind == TableKind::Partitioned;
    if partitioned {
        behind = downgrade.len().checked_sub(1)?;
    }
    let (drop, back) = saving.restore.split_last()?;
    let demands = demanding.iter().map(|column| {
        let column = quote_identifier(column);
        format!(
            "ALTER TABLE {} ALTER COLUMN {column} SET NOT NULL",
            saving.table
        )
    });
    let restore = back.iter().cloned().chain(demands).chain([drop.clone()]);
    let woven = Woven {
        changed,
        behind,
        restore: restore
            .map(|statement| sql::read_statement(&statement))
            .collect(),
    };
    let proven = proof(after, &woven.operations(downgrade), before);
    matches!(proven, Proof::Restores | Proof::ColumnOrder).then_some(woven)
}

/// Takes the columns that an `ALTER TABLE` brings back off the list, and the `NOT NULL` off those that have no value to
/// offer. Whether there were any; none where a `NOT NULL` comes before the values can.
fn give_back(
    alter: &mut AlterTable,
    awaited: &mut BTreeSet<&str>,
    demanding: &mut Vec<String>,
) -> Option<bool> {
    let mut returns = false;
    for action in &mut alter.actions {
        match action {
            TableAction::AddColumn { column, .. } if awaited.remove(column.name.as_str()) => {
                returns = true;
                if demands_values(column) {
                    demanding.push(column.name.clone());
                    column.nullability = Nullability::Unspecified;
                }
            }
            TableAction::SetNotNull { .. } if !awaited.is_empty() || returns => return None,
            _ => {}
        }
    }
    Some(returns)
}

fn demands_values(column: &ColumnDefinition) -> bool {
    column.nullability == Nullability::NotNull
        && column.default.is_none()
        && column.generated.is_none()
        && column.identity.is_none()
}
