//! Looks things up in a state of the catalog, as PostgreSQL does.

use super::{RelationKind, tokens};
use crate::operation::QualifiedName;
use crate::schema::{ForeignKeyConstraint, Index, ObjectName, Schema, Table, World, clip};

/// A relation that a name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Relation {
    pub name: ObjectName,
    pub kind: RelationKind,
    /// False where nothing is known of it but that it must exist.
    pub known: bool,
}

/// The relation a name means: the first of that name along the search path. In an open world a name nobody knows is
/// taken for a table.
pub(super) fn resolve(schema: &Schema, name: &QualifiedName) -> Option<Relation> {
    let candidates = candidates(schema, name);
    let found = candidates.iter().find_map(|candidate| {
        let kind = kind_of(schema, candidate)?;
        Some(Relation {
            name: candidate.clone(),
            kind,
            known: true,
        })
    });
    found.or_else(|| assumed(schema, candidates))
}

fn assumed(schema: &Schema, candidates: Vec<ObjectName>) -> Option<Relation> {
    let open = schema.world == World::Open || schema.unknown_steps > 0;
    let own = |name: &ObjectName| !is_system(name);
    let name = candidates
        .into_iter()
        .next()
        .filter(|name| open && own(name))?;
    Some(Relation {
        name,
        kind: RelationKind::Table,
        known: false,
    })
}

/// PostgreSQL's own catalogs: what is locked there is no one's concern.
fn is_system(name: &ObjectName) -> bool {
    matches!(name.schema.as_str(), "pg_catalog" | "information_schema")
        || name.name.starts_with("pg_")
}

/// The names an unqualified name may stand for, in order.
fn candidates(schema: &Schema, name: &QualifiedName) -> Vec<ObjectName> {
    match &name.schema {
        Some(written) => vec![ObjectName::new(written, clip(&name.name))],
        None => schema
            .search_path
            .iter()
            .map(|place| ObjectName::new(place, clip(&name.name)))
            .collect(),
    }
}

/// The index a name means.
pub(super) fn resolve_index<'a>(schema: &'a Schema, name: &QualifiedName) -> Option<IndexRef<'a>> {
    candidates(schema, name)
        .iter()
        .find_map(|candidate| index(schema, candidate))
}

/// An object of the types' namespace: its resolved name.
pub(super) fn resolve_type(schema: &Schema, name: &QualifiedName) -> Option<ObjectName> {
    candidates(schema, name)
        .into_iter()
        .find(|candidate| schema.types.contains_key(candidate))
}

pub(super) fn kind_of(schema: &Schema, name: &ObjectName) -> Option<RelationKind> {
    if schema.tables.contains_key(name) {
        return Some(RelationKind::Table);
    }
    if let Some(view) = schema.views.get(name) {
        return Some(match view.kind {
            "materialized view" => RelationKind::MaterializedView,
            _ => RelationKind::View,
        });
    }
    if schema.sequences.contains_key(name) || schema.identity_sequences.contains_key(name) {
        return Some(RelationKind::Sequence);
    }
    index(schema, name).map(|_| RelationKind::Index)
}

/// An index of any origin.
#[derive(Clone, Debug)]
pub(super) struct IndexRef<'a> {
    pub name: ObjectName,
    pub table: ObjectName,
    /// Columns by name: keys and `INCLUDE`.
    pub columns: Vec<&'a str>,
    pub unique: bool,
    /// The index itself, where it backs no constraint.
    pub plain: Option<&'a Index>,
    /// The predicate and expressions of a constraint's index: only of exclusion constraints.
    definition: Option<&'a str>,
    /// The constraint of the partitioned table that its constraint is a part of.
    part_of_constraint: Option<&'a str>,
}

impl IndexRef<'_> {
    /// Whether the index depends on a column in any way.
    pub fn mentions(&self, column: &str) -> bool {
        self.columns.contains(&column) || self.texts().any(|text| tokens::names(text, column))
    }

    /// Whether it has expressions or a predicate, which PostgreSQL never trusts to be unchanged.
    pub fn has_expressions(&self) -> bool {
        self.texts().next().is_some()
    }

    /// Whether its entries hold what the column holds; other methods may keep parts of it, as GIN does of an array.
    pub fn holds_whole_values(&self) -> bool {
        let method = self.plain.map_or("btree", |plain| plain.method.as_str());
        matches!(method, "btree" | "hash")
    }

    /// Whether another index could serve as its part: the same keys in the same order, over plain columns.
    pub fn matches(&self, whole: &IndexRef<'_>) -> bool {
        let method = |index: &IndexRef<'_>| {
            index
                .plain
                .map_or("btree", |plain| plain.method.as_str())
                .to_owned()
        };
        let keys = |index: &IndexRef<'_>| index.plain.map(|plain| plain.keys.clone());
        let same_keys = match (keys(self), keys(whole)) {
            (Some(one), Some(other)) => one == other,
            _ => self.columns == whole.columns,
        };
        let predicates =
            |index: &IndexRef<'_>| index.plain.and_then(|plain| plain.predicate.clone());
        same_keys
            && self.unique == whole.unique
            && method(self) == method(whole)
            && predicates(self) == predicates(whole)
            && self.columns == whole.columns
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        let keys = self.plain.into_iter().flat_map(|index| &index.keys);
        let expressions = keys.filter_map(|key| key.expression.as_deref());
        let predicate = self.plain.and_then(|index| index.predicate.as_deref());
        expressions.chain(predicate).chain(self.definition)
    }
}

/// Every index of a table or materialized view.
pub(super) fn indexes<'a>(schema: &'a Schema, table: &ObjectName) -> Vec<IndexRef<'a>> {
    if let Some(table) = schema.tables.get(table) {
        return table_indexes(table);
    }
    let view = schema.views.get(table);
    let found = view
        .into_iter()
        .flat_map(|view| view.indexes.iter().map(|index| plain(index, table)));
    found.collect()
}

pub(super) fn table_indexes(table: &Table) -> Vec<IndexRef<'_>> {
    let owner = table.object_name();
    let keys = table
        .primary_key
        .iter()
        .chain(&table.unique_constraints)
        .map(|key| IndexRef {
            name: ObjectName::new(&table.schema, &key.name),
            table: owner.clone(),
            columns: key
                .columns
                .iter()
                .chain(&key.include)
                .map(String::as_str)
                .collect(),
            unique: true,
            plain: None,
            definition: None,
            part_of_constraint: key.part_of.as_deref(),
        });
    let exclusions = table
        .exclusion_constraints
        .iter()
        .map(|constraint| IndexRef {
            name: ObjectName::new(&table.schema, &constraint.name),
            table: owner.clone(),
            columns: constraint.columns.iter().map(String::as_str).collect(),
            unique: false,
            plain: None,
            definition: constraint.predicate.as_deref(),
            part_of_constraint: None,
        });
    let plain = table.indexes.iter().map(|index| plain(index, &owner));
    keys.chain(exclusions).chain(plain).collect()
}

fn plain<'a>(index: &'a Index, table: &ObjectName) -> IndexRef<'a> {
    let keys = index.keys.iter().filter_map(|key| key.column.as_deref());
    IndexRef {
        name: ObjectName::new(&table.schema, &index.name),
        table: table.clone(),
        columns: keys
            .chain(index.include.iter().map(String::as_str))
            .collect(),
        unique: index.unique,
        plain: Some(index),
        definition: None,
        part_of_constraint: None,
    }
}

/// The index of this name.
pub(super) fn index<'a>(schema: &'a Schema, name: &ObjectName) -> Option<IndexRef<'a>> {
    let owners = schema.tables.keys().chain(schema.views.keys());
    let near = owners.filter(|owner| owner.schema == name.schema);
    near.flat_map(|owner| indexes(schema, owner))
        .find(|index| index.name == *name)
}

/// The indexes of the partitions that are parts of an index, all the way down.
pub(super) fn index_parts<'a>(schema: &'a Schema, whole: &IndexRef<'_>) -> Vec<IndexRef<'a>> {
    let mut names = vec![whole.name.clone()];
    let mut parts: Vec<IndexRef<'a>> = Vec::new();
    for table in descendants(schema, &whole.table) {
        let parent = partition_parent(schema, &table);
        for index in indexes(schema, &table) {
            let plain = index.plain.and_then(|plain| plain.part_of.clone());
            let constraint = index.part_of_constraint.zip(parent.as_ref());
            let constraint = constraint.map(|(name, parent)| ObjectName::new(&parent.schema, name));
            if plain
                .or(constraint)
                .is_some_and(|parent| names.contains(&parent))
            {
                names.push(index.name.clone());
                parts.push(index);
            }
        }
    }
    parts
}

/// Tables that inherit from this one directly, as partitions or otherwise.
pub(super) fn children(schema: &Schema, parent: &ObjectName) -> Vec<ObjectName> {
    let inherits = |table: &Table| {
        let partition = table.partition_of.as_ref();
        partition.is_some_and(|place| place.schema == parent.schema && place.table == parent.name)
            || table.inherits.contains(parent)
    };
    let tables = schema.tables.iter().filter(|(_, table)| inherits(table));
    tables.map(|(name, _)| name.clone()).collect()
}

/// Every table below this one, parents before their children.
pub(super) fn descendants(schema: &Schema, parent: &ObjectName) -> Vec<ObjectName> {
    let mut found: Vec<ObjectName> = Vec::new();
    let mut open = children(schema, parent);
    while !open.is_empty() {
        open.retain(|name| !found.contains(name));
        let next = open
            .iter()
            .flat_map(|name| children(schema, name))
            .collect();
        found.append(&mut open);
        open = next;
    }
    found
}

/// The partitions of a partitioned table, all the way down; none of any other table.
pub(super) fn partitions(schema: &Schema, table: &ObjectName) -> Vec<ObjectName> {
    let definition = schema.tables.get(table);
    if definition.is_some_and(|table| table.partition_by.is_some()) {
        descendants(schema, table)
    } else {
        Vec::new()
    }
}

/// The partition that takes what no other takes.
pub(super) fn default_partition(schema: &Schema, parent: &ObjectName) -> Option<ObjectName> {
    children(schema, parent).into_iter().find(|name| {
        let place = schema
            .tables
            .get(name)
            .and_then(|table| table.partition_of.as_ref());
        place.is_some_and(|place| place.bound.eq_ignore_ascii_case("default"))
    })
}

/// The table's parent as a partition.
pub(super) fn partition_parent(schema: &Schema, table: &ObjectName) -> Option<ObjectName> {
    let place = schema.tables.get(table)?.partition_of.as_ref()?;
    Some(ObjectName::new(&place.schema, &place.table))
}

/// Foreign keys of other tables, and of the table itself, that reference it.
pub(super) fn incoming<'a>(
    schema: &'a Schema,
    referenced: &'a ObjectName,
) -> impl Iterator<Item = (&'a ObjectName, &'a ForeignKeyConstraint)> {
    let tables = schema.tables.iter();
    tables.flat_map(move |(name, table)| {
        let keys = table.foreign_keys.iter();
        keys.filter(move |key| key.references.names(referenced))
            .map(move |key| (name, key))
    })
}

/// Sequences that belong to columns of a table, with the column: those of `serial` and of identity columns.
pub(super) fn owned_sequences<'a>(
    schema: &'a Schema,
    table: &ObjectName,
) -> Vec<(&'a ObjectName, &'a str)> {
    let all = schema
        .sequences
        .iter()
        .chain(schema.identity_sequences.iter());
    let owned = all.filter_map(|(name, sequence)| {
        let owner = sequence.owned_by.as_ref()?;
        let same = owner.schema == table.schema && owner.table == table.name;
        same.then_some((name, owner.column.as_str()))
    });
    owned.collect()
}
