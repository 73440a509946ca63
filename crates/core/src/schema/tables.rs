//! The tables of a catalog, with the names that their indexes take.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;

use super::{IndexReference, ObjectName, Objects, Table};

/// Tables by name. Whose an index is, is known without a look at every table, since names of relations are looked up all the
/// time and an index is the last thing that a name can mean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tables {
    by_name: Objects<ObjectName, Table>,
    /// The table of each index, by the index's name.
    index_owners: Objects<ObjectName, ObjectName>,
}

impl Tables {
    /// The index of this name and the table it belongs to.
    pub(super) fn index(&self, name: &ObjectName) -> Option<(&ObjectName, IndexReference<'_>)> {
        let owner = self.index_owners.get(name)?;
        let (owner, table) = self.by_name.get_key_value(owner.as_ref())?;
        Some((owner, table.index(&name.name)?))
    }

    /// Puts a table in its place.
    pub fn insert(&mut self, table: Arc<Table>) {
        let name = table.object_name();
        let former = self.by_name.insert(name.clone(), Arc::clone(&table));
        self.tell_indexes(&name, former.as_deref(), Some(&table));
    }

    /// Takes a table out.
    pub fn remove(&mut self, name: &ObjectName) -> Option<Arc<Table>> {
        let table = self.by_name.remove(name)?;
        self.tell_indexes(name, Some(&table), None);
        Some(table)
    }

    /// Changes a table, but not its name; none where it is not there.
    pub fn edit<T>(
        &mut self,
        name: &ObjectName,
        change: impl FnOnce(&mut Table) -> T,
    ) -> Option<T> {
        let place = self.by_name.get_mut(name)?;
        let former = Arc::clone(place);
        let answer = change(Arc::make_mut(place));
        let table = Arc::clone(place);
        self.tell_indexes(name, Some(&former), Some(&table));
        Some(answer)
    }

    /// Changes the tables that `change` says it changed; the others stay shared.
    pub(super) fn edit_all(&mut self, mut change: impl FnMut(&mut Table) -> bool) {
        let mut changed = Vec::new();
        for table in self.by_name.values() {
            let mut copy = Table::clone(table);
            if change(&mut copy) {
                changed.push(Arc::new(copy));
            }
        }
        for table in changed {
            self.insert(table);
        }
    }

    /// Takes out what does not fulfil a condition.
    pub(super) fn retain(&mut self, mut keeps: impl FnMut(&ObjectName) -> bool) {
        let gone: Vec<ObjectName> = self.keys().filter(|name| !keeps(name)).cloned().collect();
        for name in gone {
            self.remove(&name);
        }
    }

    /// Notes which names a table's indexes took before a change and take after it.
    fn tell_indexes(&mut self, owner: &ObjectName, before: Option<&Table>, after: Option<&Table>) {
        let names = |table: Option<&'_ Table>| -> BTreeSet<String> {
            let names = table.into_iter().flat_map(Table::index_names);
            names.map(str::to_owned).collect()
        };
        let same = |(one, other): (&Table, &Table)| one.index_names().eq(other.index_names());
        if before.zip(after).is_some_and(same) {
            return;
        }
        let (before, after) = (names(before), names(after));
        for name in before.difference(&after) {
            let index = ObjectName::new(&owner.schema, name);
            let known = self.index_owners.get(&index);
            if known.is_some_and(|known| **known == *owner) {
                self.index_owners.remove(&index);
            }
        }
        let table = Arc::new(owner.clone());
        for name in after.difference(&before) {
            let index = ObjectName::new(&owner.schema, name);
            self.index_owners.insert(index, Arc::clone(&table));
        }
    }
}

impl Deref for Tables {
    type Target = Objects<ObjectName, Table>;

    fn deref(&self) -> &Self::Target {
        &self.by_name
    }
}

impl FromIterator<Arc<Table>> for Tables {
    fn from_iter<T: IntoIterator<Item = Arc<Table>>>(tables: T) -> Self {
        let mut made = Self::default();
        for table in tables {
            made.insert(table);
        }
        made
    }
}

impl Table {
    /// The names that its indexes take, also those behind its constraints.
    pub(super) fn index_names(&self) -> impl Iterator<Item = &str> {
        let plain = self.indexes.iter().map(|index| &index.name);
        let keys = self.primary_key.iter().chain(&self.unique_constraints);
        let keys = keys.map(|key| &key.name);
        let exclusions = self.exclusion_constraints.iter().map(|one| &one.name);
        let names = plain.chain(keys).chain(exclusions);
        names.map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Schema, World, apply};
    use crate::sql;

    /// The owner of every index, found by a look at every table.
    fn seen(tables: &Tables) -> Vec<(ObjectName, ObjectName)> {
        let of = |(owner, table): (&ObjectName, &Arc<Table>)| {
            let names = table.index_names();
            names
                .map(|name| (ObjectName::new(&table.schema, name), owner.clone()))
                .collect::<Vec<_>>()
        };
        let mut seen: Vec<_> = tables.iter().flat_map(of).collect();
        seen.sort();
        seen
    }

    #[test]
    fn owners_of_indexes_are_known_after_every_statement() {
        let script = "CREATE TABLE press (id int PRIMARY KEY, tag text UNIQUE);
            CREATE INDEX press_tag ON press (tag);
            ALTER INDEX press_tag RENAME TO press_label;
            ALTER TABLE press RENAME TO mill;
            CREATE SCHEMA cellar;
            ALTER TABLE mill SET SCHEMA cellar;
            ALTER TABLE cellar.mill DROP CONSTRAINT press_tag_key;
            CREATE TABLE vat (id int PRIMARY KEY, EXCLUDE (id WITH =));
            ALTER TABLE vat RENAME CONSTRAINT vat_pkey TO vat_key;
            ALTER TABLE cellar.mill DROP COLUMN tag;
            ALTER SCHEMA cellar RENAME TO store;
            CREATE TABLE keg (LIKE vat INCLUDING ALL);
            DROP TABLE vat;";
        let mut schema = Schema::empty(World::Closed);
        for statement in sql::read(script) {
            schema = apply(&schema, &statement.operation)
                .unwrap_or_else(|refused| panic!("{refused:?}"))
                .schema;
            let owners = schema.tables.index_owners.iter();
            let known: Vec<_> = owners
                .map(|(name, owner)| (name.clone(), ObjectName::clone(owner)))
                .collect();
            assert_eq!(known, seen(&schema.tables), "{:?}", statement.operation);
        }
        assert!(!schema.tables.index_owners.is_empty());
    }
}
