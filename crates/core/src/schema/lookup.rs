//! Finding objects by name, as PostgreSQL does: along the search path where no schema is written.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::names::clip;
use super::{
    Column, ExclusionConstraint, Index, Key, Knowledge, Namespace, ObjectName, Objects, Schema,
    Sequence, Table, Tables, Type, View, World,
};
use crate::operation::QualifiedName;

/// Where temporary objects live.
pub(super) const TEMPORARY_SCHEMA: &str = "pg_temp";

/// What a relation's name stands for. Tables, views, sequences and indexes share one namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation<'a> {
    /// A table of any kind.
    Table(&'a Table),
    /// A view or materialized view.
    View(&'a View),
    /// A sequence, also that of an identity column.
    Sequence(&'a Sequence),
    /// An index and the table or materialized view it belongs to.
    Index(&'a ObjectName, IndexReference<'a>),
}

/// An index, which may belong to a constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexReference<'a> {
    /// An index of its own.
    Plain(&'a Index),
    /// Behind a primary key.
    PrimaryKey(&'a Key),
    /// Behind a unique constraint.
    Unique(&'a Key),
    /// Behind an exclusion constraint.
    Exclusion(&'a ExclusionConstraint),
}

impl IndexReference<'_> {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Plain(index) => &index.name,
            Self::PrimaryKey(key) | Self::Unique(key) => &key.name,
            Self::Exclusion(exclusion) => &exclusion.name,
        }
    }

    /// Whether it belongs to a constraint, so that it cannot be dropped by itself.
    pub fn backs_constraint(&self) -> bool {
        !matches!(self, Self::Plain(_))
    }
}

impl Schema {
    /// A new database: the schema `public` and nothing in it.
    pub fn empty(world: World) -> Self {
        let public = Namespace {
            name: "public".to_owned(),
            comment: None,
        };
        let path = Arc::new(vec!["public".to_owned()]);
        Self {
            schemas: [("public".to_owned(), Arc::new(public))]
                .into_iter()
                .collect(),
            extensions: Objects::default(),
            types: Objects::default(),
            sequences: Objects::default(),
            identity_sequences: Objects::default(),
            tables: Tables::default(),
            views: Objects::default(),
            functions: Objects::default(),
            search_path: Arc::clone(&path),
            database_search_path: path,
            session_search_path: None,
            leaving: Arc::default(),
            world,
            unknown_steps: 0,
            unknown_types: false,
            temporary_objects: false,
        }
    }

    /// Whether an object that no statement made may exist all the same: in an open world, and after a step that could
    /// not be analysed.
    pub fn may_hold_unknown_objects(&self) -> bool {
        self.world == World::Open || self.unknown_steps > 0
    }

    /// The same of types, which also come with columns whose type is not known.
    pub fn may_hold_unknown_types(&self) -> bool {
        self.may_hold_unknown_objects() || self.unknown_types
    }

    /// The end of a transaction: what `SET LOCAL` set is over, and tables made with `ON COMMIT DROP` are gone.
    pub fn end_transaction(&mut self) {
        let leaving = std::mem::take(&mut self.leaving);
        if !leaving.is_empty() {
            let owner = |owner: &super::ColumnReference| {
                leaving.contains(&ObjectName::new(&owner.schema, &owner.table))
            };
            for sequences in [&mut self.sequences, &mut self.identity_sequences] {
                sequences.retain(|_, sequence| !sequence.owned_by.as_ref().is_some_and(owner));
            }
            self.tables.retain(|place| !leaving.contains(place));
        }
        if let Some(path) = self.session_search_path.take() {
            self.search_path = path;
        }
    }

    /// A new session: the search path is the database's own again.
    pub fn begin_session(&mut self) {
        self.session_search_path = None;
        self.search_path = Arc::clone(&self.database_search_path);
    }

    /// The schemas a name is looked up in, in order.
    fn places(&self, name: &QualifiedName) -> Vec<ObjectName> {
        let bare = clip(&name.name);
        match &name.schema {
            Some(schema) => vec![ObjectName::new(schema, bare)],
            None => self
                .temporary_objects
                .then_some(TEMPORARY_SCHEMA)
                .into_iter()
                .chain(self.search_path.iter().map(String::as_str))
                .map(|schema| ObjectName::new(schema, bare))
                .collect(),
        }
    }

    /// Where an object of this name would be made.
    pub fn creation_name(&self, name: &QualifiedName) -> ObjectName {
        let existing = |schema: &&String| self.schemas.contains_key(*schema);
        let schema = name.schema.as_ref();
        let schema = schema.or_else(|| self.search_path.iter().find(existing));
        let schema = schema.map_or("public", String::as_str);
        ObjectName::new(schema, clip(&name.name))
    }

    /// The table of this name.
    pub fn table(&self, name: &QualifiedName) -> Option<&Table> {
        let mut places = self.places(name).into_iter();
        places.find_map(|place| self.tables.get(&place).map(Arc::as_ref))
    }

    /// The view or materialized view of this name.
    pub fn view(&self, name: &QualifiedName) -> Option<&View> {
        let mut places = self.places(name).into_iter();
        places.find_map(|place| self.views.get(&place).map(Arc::as_ref))
    }

    /// The sequence of this name, also that of an identity column.
    pub fn sequence(&self, name: &QualifiedName) -> Option<&Sequence> {
        let mut places = self.places(name).into_iter();
        places.find_map(|place| self.sequence_at(&place))
    }

    pub(super) fn sequence_at(&self, place: &ObjectName) -> Option<&Sequence> {
        let owned = self.sequences.get(place);
        owned
            .or_else(|| self.identity_sequences.get(place))
            .map(Arc::as_ref)
    }

    /// The type or domain of this name, one of the project's own.
    pub fn type_named(&self, name: &QualifiedName) -> Option<&Type> {
        let mut places = self.places(name).into_iter();
        places.find_map(|place| self.types.get(&place).map(Arc::as_ref))
    }

    /// The relation that a name means: the first along the search path, of whatever kind.
    pub fn relation(&self, name: &QualifiedName) -> Option<(ObjectName, Relation<'_>)> {
        let mut places = self.places(name).into_iter();
        places.find_map(|place| Some((place.clone(), self.relation_at(&place)?)))
    }

    /// The resolved name of the relation that a name means.
    pub fn resolve_relation(&self, name: &QualifiedName) -> Option<ObjectName> {
        self.relation(name).map(|(name, _)| name)
    }

    /// The relation at a resolved name.
    pub fn relation_at(&self, place: &ObjectName) -> Option<Relation<'_>> {
        if let Some(table) = self.tables.get(place) {
            return Some(Relation::Table(table));
        }
        if let Some(view) = self.views.get(place) {
            return Some(Relation::View(view));
        }
        if let Some(sequence) = self.sequence_at(place) {
            return Some(Relation::Sequence(sequence));
        }
        self.index_at(place)
            .map(|(owner, index)| Relation::Index(owner, index))
    }

    /// The index of this name and the table or materialized view it belongs to.
    pub fn find_index(&self, name: &QualifiedName) -> Option<(ObjectName, IndexReference<'_>)> {
        let mut places = self.places(name).into_iter();
        let found = places.find_map(|place| self.index_at(&place));
        found.map(|(owner, index)| (owner.clone(), index))
    }

    pub(super) fn index_at(&self, place: &ObjectName) -> Option<(&ObjectName, IndexReference<'_>)> {
        self.tables.index(place).or_else(|| {
            let mut views = in_schema(&self.views, &place.schema);
            views.find_map(|(owner, view)| {
                let index = view.indexes.iter().find(|index| index.name == place.name)?;
                Some((owner, IndexReference::Plain(index)))
            })
        })
    }

    /// Tables that are parts of this one or inherit from it, by name.
    pub fn children<'a>(&'a self, parent: &'a ObjectName) -> impl Iterator<Item = &'a Table> {
        let tables = self.tables.values().map(Arc::as_ref);
        tables.filter(move |table| table.parents().any(|name| name == *parent))
    }

    /// Whether a table is another, or inherits from it over any number of steps.
    pub fn descends_from(&self, table: &ObjectName, ancestor: &ObjectName) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![table.clone()];
        while let Some(name) = open.pop() {
            if name == *ancestor {
                return true;
            }
            if let Some(found) = self.tables.get(&name) {
                open.extend(found.parents().filter(|parent| !seen.contains(parent)));
            }
            seen.insert(name);
        }
        false
    }
}

/// What stands in one schema: names are sorted by schema first.
fn in_schema<'a, T>(
    objects: &'a Objects<ObjectName, T>,
    schema: &str,
) -> impl Iterator<Item = (&'a ObjectName, &'a Arc<T>)> {
    let from = ObjectName::new(schema, "");
    objects
        .range(from..)
        .take_while(move |(name, _)| name.schema == schema)
}

impl Table {
    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The resolved name.
    pub fn object_name(&self) -> ObjectName {
        ObjectName::new(&self.schema, &self.name)
    }

    /// Whether everything about the table is known.
    pub fn is_complete(&self) -> bool {
        self.knowledge == Knowledge::Complete
    }

    /// Every key list that an index serves, in index order: primary key, unique constraints, plain indexes.
    /// Partial indexes and keys that are expressions are left out.
    pub fn indexed_column_lists(&self) -> Vec<Vec<&str>> {
        let constraints = self.primary_key.iter().chain(&self.unique_constraints);
        let keys = constraints.map(|key| key.columns.iter().map(String::as_str).collect());
        let plain = self
            .indexes
            .iter()
            .filter(|index| index.predicate.is_none());
        let indexes = plain.map(|index| {
            let columns = index.keys.iter().map_while(|key| key.column.as_deref());
            columns.collect()
        });
        keys.chain(indexes).collect()
    }

    /// The index of this name, of its own or behind a constraint.
    pub fn index(&self, name: &str) -> Option<IndexReference<'_>> {
        let plain = self.indexes.iter().map(IndexReference::Plain);
        let primary = self.primary_key.iter().map(IndexReference::PrimaryKey);
        let unique = self.unique_constraints.iter().map(IndexReference::Unique);
        let exclusion = self.exclusion_constraints.iter();
        let exclusion = exclusion.map(IndexReference::Exclusion);
        let mut all = plain.chain(primary).chain(unique).chain(exclusion);
        all.find(|index| index.name() == name)
    }

    /// The tables it is a part of or inherits from.
    pub fn parents(&self) -> impl Iterator<Item = ObjectName> {
        let partitioned = self.partition_of.iter().map(super::Partition::parent);
        partitioned.chain(self.inherits.iter().cloned())
    }
}
