//! Copies of what a migration takes away: made aside before the upgrade, brought back after the downgrade.

use super::definition::identifiers;
use crate::operation::quote_identifier;
use crate::review::RevisionState;
use crate::schema::{Column, ObjectName, Table};

/// PostgreSQL keeps this many bytes of a name.
const LONGEST_NAME: usize = 63;

/// One table that keeps data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saving {
    /// Makes the copy; runs before the upgrade.
    pub copy: String,
    /// Brings the data back and drops the copy; runs after the downgrade.
    pub restore: Vec<String>,
}

/// What can be saved of that which the upgrade takes away: dropped tables, and dropped columns of tables that have a primary
/// key which stays.
pub fn savings(state: &RevisionState) -> Vec<Saving> {
    let mut found = Vec::new();
    for (name, table) in state.before.tables.iter() {
        if !table.is_complete() || table.partition_of.is_some() {
            continue;
        }
        let renamed = |after: &Table| after.columns == table.columns;
        match state.after().tables.get(name) {
            Some(after) => found.extend(columns(name, table, after)),
            // A table that only has another name now lost nothing.
            None if state.after().tables.values().any(|after| renamed(after)) => {}
            None => found.push(rows(name, table)),
        }
    }
    found
}

fn rows(name: &ObjectName, table: &Table) -> Saving {
    let copy = aside(name, "saved");
    let own: Vec<&str> = stored(&table.columns).collect();
    let list = identifiers(&own);
    let always = table
        .columns
        .iter()
        .any(|column| column.identity == Some("always"));
    let overriding = if always {
        " OVERRIDING SYSTEM VALUE"
    } else {
        ""
    };
    Saving {
        copy: format!("CREATE TABLE {copy} AS SELECT {list} FROM {name}"),
        restore: vec![
            format!("INSERT INTO {name} ({list}){overriding} SELECT {list} FROM {copy}"),
            format!("DROP TABLE {copy}"),
        ],
    }
}

fn columns(name: &ObjectName, before: &Table, after: &Table) -> Option<Saving> {
    let gone: Vec<&str> = stored(&before.columns)
        .filter(|column| after.column(column).is_none())
        .collect();
    let key = before.primary_key.as_ref()?;
    let key_stays = key.columns.iter().all(|own| after.column(own).is_some());
    (key_stays && !gone.is_empty()).then_some(())?;
    let copy = aside(name, &format!("{}_saved", gone.join("_")));
    let set: Vec<String> = gone
        .iter()
        .map(|column| quote_identifier(column))
        .map(|column| format!("{column} = saved.{column}"))
        .collect();
    let same: Vec<String> = key
        .columns
        .iter()
        .map(|column| quote_identifier(column))
        .map(|column| format!("kept.{column} = saved.{column}"))
        .collect();
    Some(Saving {
        copy: format!(
            "CREATE TABLE {copy} AS SELECT {}, {} FROM {name}",
            identifiers(&key.columns),
            identifiers(&gone)
        ),
        restore: vec![
            format!(
                "UPDATE {name} AS kept SET {} FROM {copy} AS saved WHERE {}",
                set.join(", "),
                same.join(" AND ")
            ),
            format!("DROP TABLE {copy}"),
        ],
    })
}

/// Columns whose values are not computed.
fn stored(columns: &[Column]) -> impl Iterator<Item = &str> {
    let stored = columns.iter().filter(|column| column.generated.is_none());
    stored.map(|column| column.name.as_str())
}

/// A name beside a table's own.
fn aside(name: &ObjectName, what: &str) -> ObjectName {
    let full = format!("{}_{what}", name.name);
    let mut short = String::new();
    for letter in full.chars() {
        if short.len() + letter.len_utf8() > LONGEST_NAME {
            break;
        }
        short.push(letter);
    }
    ObjectName::new(&name.schema, short)
}
