use std::collections::BTreeMap;

use crate::operation::{Operation, QualifiedName, TableAction};
use crate::schema::{ObjectName, Schema};

/// Which tables and columns of a later state are, under another name, those of an earlier one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renames {
    tables: BTreeMap<ObjectName, ObjectName>,
    columns: BTreeMap<(ObjectName, String), String>,
}

impl Renames {
    /// Nothing was renamed.
    pub fn none() -> Self {
        Self::default()
    }

    /// Takes note of one more statement; `before` is the state it runs on.
    pub fn record(&mut self, operation: &Operation, before: &Schema) {
        let Operation::AlterTable(alter) = operation else {
            return;
        };
        let table = resolve(&alter.name, before);
        for action in &alter.actions {
            match action {
                TableAction::RenameTable { to } => {
                    self.rename_table(&table, ObjectName::new(&table.schema, to));
                }
                TableAction::SetSchema { schema } => {
                    self.rename_table(&table, ObjectName::new(schema, &table.name));
                }
                TableAction::RenameColumn { column, to } => {
                    self.rename_column(&table, column, to);
                }
                _ => {}
            }
        }
    }

    /// `from` is called `to` from here on.
    pub fn rename_table(&mut self, from: &ObjectName, to: ObjectName) {
        let origin = self.tables.remove(from).unwrap_or_else(|| from.clone());
        let moved: Vec<_> = self
            .columns
            .keys()
            .filter(|(table, _)| table == from)
            .cloned()
            .collect();
        for key in moved {
            if let Some(old) = self.columns.remove(&key) {
                self.columns.insert((to.clone(), key.1), old);
            }
        }
        if origin != to {
            self.tables.insert(to, origin);
        }
    }

    /// The column `from` of `table` is called `to` from here on.
    pub fn rename_column(&mut self, table: &ObjectName, from: &str, to: &str) {
        let key = (table.clone(), from.to_owned());
        let origin = self.columns.remove(&key).unwrap_or_else(|| from.to_owned());
        if origin != to {
            self.columns.insert((table.clone(), to.to_owned()), origin);
        }
    }

    /// What this table was called.
    pub fn table_before<'a>(&'a self, after: &'a ObjectName) -> &'a ObjectName {
        self.tables.get(after).unwrap_or(after)
    }

    /// What this column of a table (by its later name) was called.
    pub fn column_before<'a>(&'a self, table: &ObjectName, after: &'a str) -> &'a str {
        self.columns
            .get(&(table.clone(), after.to_owned()))
            .map_or(after, String::as_str)
    }

    /// What the column of a table (by its later name) is called that was called `before`.
    pub fn column_after<'a>(&'a self, table: &ObjectName, before: &'a str) -> &'a str {
        let mut of_table = self.columns.iter().filter(|((of, _), _)| of == table);
        of_table
            .find(|(_, old)| *old == before)
            .map_or(before, |((_, new), _)| new)
    }
}

/// The table a name means: in the first schema of the search path that has it.
fn resolve(name: &QualifiedName, schema: &Schema) -> ObjectName {
    if let Some(written) = &name.schema {
        return ObjectName::new(written, &name.name);
    }
    let candidates = schema
        .search_path
        .iter()
        .map(|path| ObjectName::new(path, &name.name));
    let first = schema.search_path.first().map_or("public", String::as_str);
    candidates
        .into_iter()
        .find(|candidate| schema.tables.contains_key(candidate))
        .unwrap_or_else(|| ObjectName::new(first, &name.name))
}
