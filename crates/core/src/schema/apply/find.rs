//! Finding what a statement names; in an open world, assuming it.

use std::sync::Arc;

use super::refusal;
use super::{Note, Object, ObjectKind, Outcome, Simulation, WillFail};
use crate::operation::QualifiedName;
use crate::schema::lookup::{Relation, TEMPORARY_SCHEMA};
use crate::schema::names::clip;
use crate::schema::{Column, Knowledge, ObjectName, RowSecurity, Sequence, Table, TableKind, View};

impl Simulation {
    /// Whether what is not there may exist all the same.
    pub(super) fn may_exist(&self) -> bool {
        self.schema.may_hold_unknown_objects()
    }

    /// The schema in which a name is to be made, which must exist.
    pub(super) fn creation_place(&mut self, name: &QualifiedName) -> Outcome<ObjectName> {
        if name.schema.is_none() && self.schema.search_path.is_empty() {
            return Err(WillFail::new(
                "3F000",
                "no schema has been selected to create in",
            ));
        }
        let place = self.schema.creation_name(name);
        self.require_schema(&place.schema)?;
        Ok(place)
    }

    /// Where a temporary relation is made.
    pub(super) fn temporary_place(&mut self, name: &QualifiedName) -> ObjectName {
        self.schema.temporary_objects = true;
        ObjectName::new(TEMPORARY_SCHEMA, clip(&name.name))
    }

    /// A schema that must exist.
    pub(super) fn require_schema(&mut self, name: &str) -> Outcome {
        self.schema.temporary_objects |= name == TEMPORARY_SCHEMA;
        if self.schema.schemas.contains_key(name) || is_system_schema(name) {
            return Ok(());
        }
        if !self.may_exist() {
            return Err(refusal::no_schema(name));
        }
        self.add_namespace(name);
        self.assumed(Object::new(
            ObjectKind::Schema,
            &ObjectName::new(name, name),
        ));
        Ok(())
    }

    /// A relation name that must be free.
    pub(super) fn require_free(&self, place: &ObjectName) -> Outcome {
        if self.schema.relation_at(place).is_some() {
            return Err(refusal::relation_exists(place));
        }
        Ok(())
    }

    /// A table that must exist; assumed in an open world.
    pub(super) fn require_table(&mut self, name: &QualifiedName) -> Outcome<ObjectName> {
        match self.schema.relation(name) {
            Some((place, Relation::Table(_))) => Ok(place),
            Some(_) => Err(refusal::wrong_kind(name, "a table")),
            None => self.assume_table(name),
        }
    }

    /// Assumes a table that is not there, or refuses.
    pub(super) fn assume_table(&mut self, name: &QualifiedName) -> Outcome<ObjectName> {
        if !self.may_exist() {
            return Err(refusal::no_relation(name));
        }
        let place = self.schema.creation_name(name);
        self.require_schema(&place.schema)?;
        let table = Table {
            knowledge: Knowledge::Assumed,
            ..empty_table(&place)
        };
        self.insert_table(table);
        self.assumed(Object::new(ObjectKind::Table, &place));
        Ok(place)
    }

    /// A column that must exist; assumed on an assumed table. `refuse` says what PostgreSQL would say.
    pub(super) fn require_column_or(
        &mut self,
        table: &ObjectName,
        column: &str,
        refuse: impl FnOnce() -> WillFail,
    ) -> Outcome {
        let Some(found) = self.schema.tables.get(table) else {
            return Ok(());
        };
        if found.column(column).is_some() {
            return Ok(());
        }
        if found.is_complete() && self.schema.unknown_steps == 0 {
            return Err(refuse());
        }
        if is_system_column(column) {
            return Ok(());
        }
        self.assume_column(table, column);
        Ok(())
    }

    /// A column that `ALTER TABLE` names.
    pub(super) fn require_column(&mut self, table: &ObjectName, column: &str) -> Outcome {
        self.require_column_or(table, column, || refusal::no_column(column, table))
    }

    fn assume_column(&mut self, table: &ObjectName, column: &str) {
        self.edit_table(table, |table| {
            table.columns.push(Column {
                knowledge: Knowledge::Assumed,
                ..plain_column(column, "")
            });
        });
        self.assumed(Object::on(ObjectKind::Column, column, table));
    }

    /// A view of the given kind that must exist.
    pub(super) fn require_view(
        &mut self,
        name: &QualifiedName,
        materialized: bool,
    ) -> Outcome<Option<ObjectName>> {
        let expected = view_word(materialized);
        match self.schema.relation(name) {
            Some((place, Relation::View(view))) if view.is_materialized() == materialized => {
                Ok(Some(place))
            }
            Some(_) => Err(refusal::wrong_kind(name, &format!("a {expected}"))),
            None if self.may_exist() => {
                let place = self.schema.creation_name(name);
                let kind = if materialized {
                    ObjectKind::MaterializedView
                } else {
                    ObjectKind::View
                };
                self.assumed(Object::new(kind, &place));
                Ok(None)
            }
            None => Err(refusal::no_relation(name)),
        }
    }

    /// Notes an assumption.
    pub(super) fn assumed(&mut self, object: Object) {
        self.notes.push(Note::Assumed { object });
    }

    /// Changes a table; nothing happens where there is none.
    pub(super) fn edit_table<T>(
        &mut self,
        name: &ObjectName,
        change: impl FnOnce(&mut Table) -> T,
    ) -> Option<T> {
        self.schema.tables.edit(name, change)
    }

    /// Changes a view.
    pub(super) fn edit_view<T>(
        &mut self,
        name: &ObjectName,
        change: impl FnOnce(&mut View) -> T,
    ) -> Option<T> {
        let views = &mut self.schema.views;
        views.get_mut(name).map(|view| change(Arc::make_mut(view)))
    }

    /// Changes a sequence, also one of an identity column.
    pub(super) fn edit_sequence<T>(
        &mut self,
        name: &ObjectName,
        change: impl FnOnce(&mut Sequence) -> T,
    ) -> Option<T> {
        let map = if self.schema.sequences.contains_key(name) {
            &mut self.schema.sequences
        } else {
            &mut self.schema.identity_sequences
        };
        map.get_mut(name).map(|found| change(Arc::make_mut(found)))
    }

    /// Puts a table in its place, its lists in order.
    pub(super) fn insert_table(&mut self, mut table: Table) {
        table.sort_parts();
        self.schema.tables.insert(Arc::new(table));
    }

    /// The table of a resolved name.
    pub(super) fn table_at(&self, name: &ObjectName) -> Option<Arc<Table>> {
        self.schema.tables.get(name).cloned()
    }
}

impl View {
    /// Whether it is a materialized view.
    pub fn is_materialized(&self) -> bool {
        self.kind == "materialized view"
    }
}

impl Table {
    /// Keeps constraints, indexes, triggers and policies in the order of their names.
    pub(super) fn sort_parts(&mut self) {
        self.unique_constraints.sort_by(|a, b| a.name.cmp(&b.name));
        self.check_constraints.sort_by(|a, b| a.name.cmp(&b.name));
        self.foreign_keys.sort_by(|a, b| a.name.cmp(&b.name));
        self.exclusion_constraints
            .sort_by(|a, b| a.name.cmp(&b.name));
        self.indexes.sort_by(|a, b| a.name.cmp(&b.name));
        self.triggers.sort_by(|a, b| a.name.cmp(&b.name));
        self.policies.sort_by(|a, b| a.name.cmp(&b.name));
        self.statistics
            .sort_by(|a, b| (&a.schema, &a.name).cmp(&(&b.schema, &b.name)));
    }

    /// Changes the column of this name.
    pub(super) fn edit_column(&mut self, name: &str, change: impl FnOnce(&mut Column)) {
        if let Some(column) = self.columns.iter_mut().find(|column| column.name == name) {
            change(column);
        }
    }
}

/// `view` or `materialized view`.
pub(super) fn view_word(materialized: bool) -> &'static str {
    if materialized {
        "materialized view"
    } else {
        "view"
    }
}

/// A table with nothing in it.
pub(crate) fn empty_table(place: &ObjectName) -> Table {
    Table {
        schema: place.schema.clone(),
        name: clip(&place.name).to_owned(),
        kind: TableKind::Table,
        persistence: "permanent",
        columns: Vec::new(),
        primary_key: None,
        unique_constraints: Vec::new(),
        check_constraints: Vec::new(),
        foreign_keys: Vec::new(),
        exclusion_constraints: Vec::new(),
        indexes: Vec::new(),
        triggers: Vec::new(),
        row_security: RowSecurity::default(),
        policies: Vec::new(),
        statistics: Vec::new(),
        partition_by: None,
        partition_of: None,
        inherits: Vec::new(),
        options: Vec::new(),
        comment: None,
        knowledge: Knowledge::Complete,
    }
}

/// A nullable column without anything else.
pub(crate) fn plain_column(name: &str, data_type: &str) -> Column {
    Column {
        name: name.to_owned(),
        data_type: data_type.to_owned(),
        nullable: true,
        default: None,
        generated: None,
        identity: None,
        collation: None,
        comment: None,
        knowledge: Knowledge::Complete,
        generated_virtual: false,
        not_null_name: None,
        inherited: false,
    }
}

fn is_system_schema(name: &str) -> bool {
    name.starts_with("pg_") || name == "information_schema"
}

/// Columns that every table has (`SystemAttributeByName()`).
pub(super) fn is_system_column(name: &str) -> bool {
    matches!(
        name,
        "ctid" | "xmin" | "cmin" | "xmax" | "cmax" | "tableoid"
    )
}
