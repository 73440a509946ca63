//! Gathers the effects of one statement.

use std::collections::BTreeMap;

use super::catalog::{self, IndexRef, Relation};
use super::{
    Cause, DroppedRelation, Effects, IndexBuild, Lock, LockMode, RelationKind, Session, Via, Work,
};
use crate::operation::{Operation, QualifiedName};
use crate::schema::{Note, ObjectName, Schema, TableKind};

/// What one statement has been seen to do so far, on the state it runs on.
pub(super) struct Recorder<'a> {
    pub schema: &'a Schema,
    pub session: &'a Session,
    /// What the statement leaves, where that is worked out already.
    pub applied: Option<Applied<'a>>,
    locks: BTreeMap<ObjectName, Lock>,
    effects: Effects,
}

/// What an operation leaves behind.
pub(super) struct Applied<'a> {
    pub operation: &'a Operation,
    pub after: &'a Schema,
    pub notes: &'a [Note],
}

impl<'a> Recorder<'a> {
    pub fn new(schema: &'a Schema, session: &'a Session) -> Self {
        Self {
            schema,
            session,
            applied: None,
            locks: BTreeMap::new(),
            effects: Effects {
                complete: schema.unknown_steps == 0,
                ..Effects::default()
            },
        }
    }

    pub fn finish(mut self) -> Effects {
        self.effects.locks = self.locks.into_values().collect();
        self.effects.drops.sort();
        self.effects.drops.dedup();
        self.effects.recreates.sort();
        self.effects.recreates.dedup();
        self.effects
    }

    /// There may be more than what is recorded.
    pub fn uncertain(&mut self) {
        self.effects.complete = false;
    }

    /// The relation a name means. Where nothing of that name is known but may exist, a table that is assumed.
    pub fn relation(&mut self, name: &QualifiedName) -> Option<Relation> {
        let found = catalog::resolve(self.schema, name);
        if let Some(relation) = &found {
            let known = match relation.kind {
                RelationKind::Table => self
                    .schema
                    .tables
                    .get(&relation.name)
                    .is_some_and(|table| table.is_complete()),
                _ => relation.known,
            };
            if !known {
                self.uncertain();
            }
        }
        found
    }

    /// The strongest lock on each relation is kept.
    pub fn lock(
        &mut self,
        name: &ObjectName,
        kind: RelationKind,
        mode: LockMode,
        why: impl Into<String>,
    ) {
        self.lock_via(Via::Statement, name, kind, mode, why);
    }

    /// A lock on the table at the other end of a foreign key.
    pub fn lock_partner(&mut self, table: &ObjectName, mode: LockMode, why: &str) {
        self.lock_via(Via::ForeignKey, table, RelationKind::Table, mode, why);
        // To foreign keys a partitioned table and its partitions are one.
        for below in catalog::partitions(self.schema, table) {
            self.lock_via(Via::ForeignKey, &below, RelationKind::Table, mode, why);
        }
    }

    /// A lock on a table above or below the one the statement works on.
    pub fn lock_relative(&mut self, table: &ObjectName, mode: LockMode, why: impl Into<String>) {
        self.lock_via(Via::Inheritance, table, RelationKind::Table, mode, why);
    }

    fn lock_via(
        &mut self,
        via: Via,
        name: &ObjectName,
        kind: RelationKind,
        mode: LockMode,
        why: impl Into<String>,
    ) {
        let lock = Lock {
            relation: name.clone(),
            kind,
            mode,
            why: why.into(),
            via,
            invisible: self.session.made(name),
        };
        match self.locks.get_mut(name) {
            Some(held) if held.mode >= mode => {}
            Some(held) => *held = lock,
            None => {
                self.locks.insert(name.clone(), lock);
            }
        }
    }

    pub fn lock_table(&mut self, name: &ObjectName, mode: LockMode, why: impl Into<String>) {
        self.lock(name, RelationKind::Table, mode, why);
    }

    pub fn lock_index(&mut self, name: &ObjectName, mode: LockMode, why: impl Into<String>) {
        self.lock(name, RelationKind::Index, mode, why);
    }

    pub fn lock_relation(&mut self, relation: &Relation, mode: LockMode, why: impl Into<String>) {
        self.lock(&relation.name, relation.kind, mode, why);
    }

    /// Every index of a table.
    pub fn lock_indexes(&mut self, table: &ObjectName, mode: LockMode, why: &str) {
        for index in catalog::indexes(self.schema, table) {
            self.lock_index(&index.name, mode, why);
        }
    }

    /// The table and everything below it.
    pub fn lock_tree(&mut self, table: &ObjectName, mode: LockMode, why: &str) {
        self.lock_table(table, mode, why);
        for below in catalog::descendants(self.schema, table) {
            self.lock_relative(&below, mode, format!("{why}, as part of {table}"));
        }
    }

    pub fn rewrite(&mut self, table: &ObjectName, cause: Cause, why: impl Into<String>) {
        let work = self.work(table, cause, why);
        if cause != Cause::Truncate {
            self.scan(table, Cause::Rewrite, "every row is read and written anew");
        }
        push_new(&mut self.effects.rewrites, work);
    }

    pub fn scan(&mut self, table: &ObjectName, cause: Cause, why: impl Into<String>) {
        if self.has_rows_of_its_own(table) {
            let work = self.work(table, cause, why);
            push_new(&mut self.effects.scans, work);
        }
    }

    pub fn skip_scan(&mut self, table: &ObjectName, cause: Cause, why: impl Into<String>) {
        let work = self.work(table, cause, why);
        push_new(&mut self.effects.skipped_scans, work);
    }

    /// A new index is built, or an old one anew.
    pub fn build(
        &mut self,
        index: ObjectName,
        table: &ObjectName,
        rebuild: bool,
        concurrently: bool,
    ) {
        if !self.has_rows_of_its_own(table) {
            return;
        }
        let why = if rebuild {
            format!("index {} is built anew", index.name)
        } else {
            format!("index {} is built", index.name)
        };
        self.scan(table, Cause::IndexBuild, why);
        let build = IndexBuild {
            index,
            table: table.name.clone(),
            rebuild,
            concurrently,
            invisible: self.session.made(table),
        };
        if !self
            .effects
            .index_builds
            .iter()
            .any(|known| known.index == build.index)
        {
            self.effects.index_builds.push(build);
        }
    }

    /// An existing index is built anew in place.
    pub fn rebuild(&mut self, index: &IndexRef<'_>) {
        self.lock_index(&index.name, LockMode::AccessExclusive, "built anew");
        self.build(index.name.clone(), &index.table, true, false);
    }

    pub fn recreates(&mut self, index: &ObjectName) {
        self.effects.recreates.push(index.clone());
    }

    pub fn drops(&mut self, name: &ObjectName, kind: RelationKind) {
        let name = name.clone();
        self.effects.drops.push(DroppedRelation { name, kind });
    }

    pub fn destroys(&mut self, what: impl Into<String>) {
        let what = what.into();
        if !self.effects.destroys.contains(&what) {
            self.effects.destroys.push(what);
        }
    }

    pub fn takes_along(&mut self, what: impl Into<String>) {
        let what = what.into();
        if !self.effects.takes_along.contains(&what) {
            self.effects.takes_along.push(what);
        }
    }

    pub fn loses_statistics(&mut self, table: &ObjectName, column: &str) {
        self.effects
            .loses_statistics
            .push(format!("{table}.{column}"));
    }

    pub fn refuses_transaction(&mut self, why: impl Into<String>) {
        self.effects.refuses_transaction.get_or_insert(why.into());
    }

    pub fn postgres(&self) -> u16 {
        self.session.postgres
    }

    /// Takes over the effects of a statement inside this one, on a later state.
    pub fn absorb(&mut self, inner: Effects, existed: impl Fn(&ObjectName) -> bool) {
        for lock in inner.locks {
            if existed(&lock.relation) {
                self.lock_via(lock.via, &lock.relation, lock.kind, lock.mode, lock.why);
            }
        }
        let effects = &mut self.effects;
        inner
            .rewrites
            .into_iter()
            .for_each(|work| push_new(&mut effects.rewrites, work));
        inner
            .scans
            .into_iter()
            .for_each(|work| push_new(&mut effects.scans, work));
        inner
            .skipped_scans
            .into_iter()
            .for_each(|work| push_new(&mut effects.skipped_scans, work));
        effects.index_builds.extend(inner.index_builds);
        effects.destroys.extend(inner.destroys);
        effects.drops.extend(inner.drops);
        effects.recreates.extend(inner.recreates);
        effects.takes_along.extend(inner.takes_along);
        effects.loses_statistics.extend(inner.loses_statistics);
        effects.complete &= inner.complete;
        if let Some(why) = inner.refuses_transaction {
            effects.refuses_transaction.get_or_insert(why);
        }
    }

    /// A partitioned table has no rows of its own, a foreign table keeps them elsewhere.
    pub fn has_rows_of_its_own(&self, table: &ObjectName) -> bool {
        let kind = self.schema.tables.get(table).map(|table| table.kind);
        kind.is_none_or(|kind| kind == TableKind::Table)
    }

    fn work(&self, relation: &ObjectName, cause: Cause, why: impl Into<String>) -> Work {
        Work {
            relation: relation.clone(),
            why: why.into(),
            cause,
            invisible: self.session.made(relation),
        }
    }
}

fn push_new(list: &mut Vec<Work>, work: Work) {
    if !list.contains(&work) {
        list.push(work);
    }
}
