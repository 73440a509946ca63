use std::collections::BTreeMap;

use crate::schema::{ObjectKind, ObjectName, Rename};

/// Which tables and columns of a later state are, under another name, those of an earlier one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Renames {
    tables: BTreeMap<ObjectName, ObjectName>,
    columns: BTreeMap<(ObjectName, String), String>,
}

impl Renames {
    /// From renames in the order in which they happened.
    pub(super) fn new(renames: &[Rename]) -> Self {
        let mut all = Self::default();
        for rename in renames {
            match (rename.from.kind, &rename.from.on) {
                (ObjectKind::Table, _) => all.rename_table(&rename.from.name, rename.to.clone()),
                (ObjectKind::Column, Some(table)) => {
                    all.rename_column(table, &rename.from.name.name, &rename.to.name);
                }
                _ => {}
            }
        }
        all
    }

    /// `from` is called `to` from here on.
    pub(super) fn rename_table(&mut self, from: &ObjectName, to: ObjectName) {
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
    pub(super) fn rename_column(&mut self, table: &ObjectName, from: &str, to: &str) {
        let key = (table.clone(), from.to_owned());
        let origin = self.columns.remove(&key).unwrap_or_else(|| from.to_owned());
        if origin != to {
            self.columns.insert((table.clone(), to.to_owned()), origin);
        }
    }

    /// What this table was called.
    pub(super) fn table_before<'a>(&'a self, after: &'a ObjectName) -> &'a ObjectName {
        self.tables.get(after).unwrap_or(after)
    }

    /// What this column of a table (by its later name) was called.
    pub(super) fn column_before<'a>(&'a self, table: &ObjectName, after: &'a str) -> &'a str {
        self.columns
            .get(&(table.clone(), after.to_owned()))
            .map_or(after, String::as_str)
    }

    /// What the column of a table (by its later name) is called that was called `before`.
    pub(super) fn column_after<'a>(&'a self, table: &ObjectName, before: &'a str) -> &'a str {
        let mut of_table = self.columns.iter().filter(|((of, _), _)| of == table);
        of_table
            .find(|(_, old)| *old == before)
            .map_or(before, |((_, new), _)| new)
    }
}
