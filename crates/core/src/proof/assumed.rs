//! What a migration without its history needs to exist before it, as far as its statements tell.

use std::sync::Arc;

use crate::review::{Review, RevisionState, Run, renames};
use crate::schema::{
    Check, Column, Index, IndexKeyPart, Key, Namespace, Note, Object, ObjectKind, ObjectName,
    Rename, Schema, Table, Type, TypeDefinition, World, empty_table, plain_column,
};

/// A schema in which the migration can run.
pub(super) struct Assumed {
    /// The schema.
    pub schema: Schema,
    /// What is in it, in words.
    pub words: Vec<String>,
    /// What should be, in words.
    pub not_made: Vec<String>,
}

impl Default for Assumed {
    fn default() -> Self {
        Self {
            schema: Schema::empty(World::Closed),
            words: Vec::new(),
            not_made: Vec::new(),
        }
    }
}

/// What the revisions up to the wanted one assume. What its upgrade drops and its downgrade makes again is assumed to
/// have been as it is made again.
pub(super) fn assume(review: &Review, wanted: usize) -> Assumed {
    let mut journey = Journey::default();
    for state in &review.timeline {
        journey.follow(&state.up);
        if state.migration == wanted {
            return Builder::new(journey, state).build();
        }
    }
    Assumed::default()
}

/// What statements assumed, under the names from before the first of them.
#[derive(Default)]
struct Journey {
    renames: Vec<Rename>,
    objects: Vec<Object>,
}

impl Journey {
    fn follow(&mut self, run: &Run) {
        for outcome in &run.steps {
            for note in outcome.result.iter().flatten() {
                if let Note::Assumed { object } = note {
                    let object = self.before(object);
                    if !self.objects.contains(&object) {
                        self.objects.push(object);
                    }
                }
            }
            self.renames.extend(renames(std::slice::from_ref(outcome)));
        }
    }

    /// The object under its first name.
    fn before(&self, object: &Object) -> Object {
        let mut object = object.clone();
        for rename in self.renames.iter().rev() {
            let new = Object {
                name: rename.to.clone(),
                ..rename.from.clone()
            };
            carry(&mut object, &new, &rename.from.name);
        }
        object
    }

    /// The object under its last name.
    fn after(&self, object: &Object) -> Object {
        let mut object = object.clone();
        for rename in &self.renames {
            carry(&mut object, &rename.from, &rename.to);
        }
        object
    }
}

/// Gives an object the name that a rename of it, or of its table, gives it.
fn carry(object: &mut Object, renamed: &Object, name: &ObjectName) {
    if object == renamed {
        object.name = name.clone();
    }
    if renamed.kind == ObjectKind::Table && object.on.as_ref() == Some(&renamed.name) {
        object.on = Some(name.clone());
    }
}

struct Builder<'a> {
    journey: Journey,
    up: &'a Schema,
    end: &'a Schema,
    assumed: Assumed,
    tables: Vec<Table>,
}

impl<'a> Builder<'a> {
    fn new(mut journey: Journey, state: &'a RevisionState) -> Self {
        if let Some(down) = &state.down {
            journey.follow(down);
        }
        let end = state
            .down
            .as_ref()
            .map_or(&state.up.schema, |down| &down.schema);
        Self {
            journey,
            up: &state.up.schema,
            end,
            assumed: Assumed::default(),
            tables: Vec::new(),
        }
    }

    fn build(mut self) -> Assumed {
        for object in self.journey.objects.clone() {
            self.add(&object);
        }
        self.match_references();
        for table in &mut self.tables {
            for column in &mut table.columns {
                if column.data_type.is_empty() {
                    column.data_type = likely_type(&column.name).to_owned();
                }
            }
        }
        self.tell();
        let tables = self.tables.into_iter();
        let tables = tables.map(|table| (table.object_name(), Arc::new(table)));
        self.assumed.schema.tables = Arc::new(tables.collect());
        self.assumed
    }

    fn add(&mut self, object: &Object) {
        match (object.kind, &object.on) {
            (ObjectKind::Schema, _) => self.add_namespace(&object.name.name),
            (ObjectKind::Type | ObjectKind::Domain, _) => self.add_type(object),
            (ObjectKind::Sequence, _) => self.add_sequence(object),
            (ObjectKind::Table, _) => {
                self.table(&object.name);
            }
            (ObjectKind::Column, Some(on)) => self.add_column(object, on),
            (ObjectKind::Constraint, Some(on)) => self.add_constraint(object, on),
            (ObjectKind::Index, _) => self.add_index(object),
            _ => self.assumed.not_made.push(object.to_string()),
        }
    }

    fn add_namespace(&mut self, name: &str) {
        let namespace = Namespace {
            name: name.to_owned(),
            comment: None,
        };
        let schemas = Arc::make_mut(&mut self.assumed.schema.schemas);
        schemas.insert(name.to_owned(), Arc::new(namespace));
        self.assumed.words.push(format!("schema {name}"));
    }

    fn add_type(&mut self, object: &Object) {
        let known = self.end.types.get(&self.journey.after(object).name);
        let definition = match known.map(|known| &known.definition) {
            Some(TypeDefinition::Base {}) | None => TypeDefinition::Enum { labels: Vec::new() },
            Some(known) => known.clone(),
        };
        let made = Type {
            schema: object.name.schema.clone(),
            name: object.name.name.clone(),
            definition,
            comment: None,
            knowledge: crate::schema::Knowledge::Complete,
        };
        let types = Arc::make_mut(&mut self.assumed.schema.types);
        types.insert(object.name.clone(), Arc::new(made));
        self.assumed.words.push(object.to_string());
    }

    fn add_sequence(&mut self, object: &Object) {
        match self.end.sequences.get(&self.journey.after(object).name) {
            Some(known) => {
                let sequences = Arc::make_mut(&mut self.assumed.schema.sequences);
                sequences.insert(object.name.clone(), Arc::clone(known));
                self.assumed.words.push(object.to_string());
            }
            None => self.assumed.not_made.push(object.to_string()),
        }
    }

    /// The assumed table of this name, new if need be.
    fn table(&mut self, name: &ObjectName) -> Option<&mut Table> {
        let known = self
            .tables
            .iter()
            .position(|table| table.object_name() == *name);
        if known.is_none() {
            let made = self.made_again(&Object::new(ObjectKind::Table, name));
            let table = made.cloned().unwrap_or_else(|| empty_table(name));
            self.tables.push(Table {
                schema: name.schema.clone(),
                name: name.name.clone(),
                knowledge: crate::schema::Knowledge::Complete,
                ..table
            });
        }
        let at = known.unwrap_or(self.tables.len().saturating_sub(1));
        self.tables.get_mut(at)
    }

    /// A table that the upgrade drops and the downgrade makes.
    fn made_again(&self, object: &Object) -> Option<&'a Table> {
        let last = self.journey.after(object);
        let made = self.end.tables.get(&last.name)?;
        made.is_complete().then_some(made.as_ref())
    }

    fn table_at_end(&self, name: &ObjectName) -> Option<&'a Table> {
        let last = self.journey.after(&Object::new(ObjectKind::Table, name));
        self.end.tables.get(&last.name).map(AsRef::as_ref)
    }

    fn add_column(&mut self, object: &Object, on: &ObjectName) {
        let last = self.journey.after(object);
        let at_end = self
            .table_at_end(on)
            .and_then(|table| table.column(&last.name.name));
        let kept = last
            .on
            .as_ref()
            .and_then(|on| self.up.tables.get(on))
            .is_some_and(|table| table.column(&last.name.name).is_some());
        let name = object.name.name.as_str();
        let column = match at_end {
            Some(known) if !kept && !known.data_type.is_empty() => Column {
                name: name.to_owned(),
                knowledge: crate::schema::Knowledge::Complete,
                ..known.clone()
            },
            known => plain_column(name, known.map_or("", |known| known.data_type.as_str())),
        };
        if let Some(table) = self.table(on)
            && table.column(name).is_none()
        {
            table.columns.push(column);
        }
    }

    fn add_constraint(&mut self, object: &Object, on: &ObjectName) {
        let name = object.name.name.as_str();
        let made = self.table_at_end(on).cloned();
        let Some(table) = self.table(on) else { return };
        let known = made.is_some_and(|made| copy_constraint(&made, table, name));
        if !known {
            table.check_constraints.push(Check {
                name: name.to_owned(),
                expression: "true".to_owned(),
                no_inherit: false,
                validated: true,
                comment: None,
                columns: Vec::new(),
                not_enforced: false,
                inherited: false,
            });
        }
    }

    fn add_index(&mut self, object: &Object) {
        let name = object.name.name.as_str();
        let found = self.end.tables.iter().find_map(|(table, known)| {
            let index = known.indexes.iter().find(|index| index.name == name)?;
            Some((table.clone(), index.clone()))
        });
        let Some((table, index)) = found else {
            self.assumed
                .not_made
                .push(format!("{object}: its table is not known"));
            return;
        };
        let table = self
            .journey
            .before(&Object::new(ObjectKind::Table, &table))
            .name;
        let columns: Vec<String> = indexed_columns(&index);
        for column in columns {
            self.add_column(&Object::on(ObjectKind::Column, &column, &table), &table);
        }
        if let Some(table) = self.table(&table) {
            table.indexes.push(index);
        }
    }

    /// Columns that a foreign key joins have one type, and the referenced ones are a key.
    fn match_references(&mut self) {
        let states = [self.up, self.end];
        for state in states {
            for (name, table) in state.tables.iter() {
                for key in &table.foreign_keys {
                    self.match_reference(name, table, key);
                }
            }
        }
    }

    fn match_reference(
        &mut self,
        name: &ObjectName,
        table: &Table,
        key: &crate::schema::ForeignKeyConstraint,
    ) {
        let target = Object::new(ObjectKind::Table, &key.references.table_name());
        let target = self.journey.before(&target).name;
        if !self.tables.iter().any(|one| one.object_name() == target) {
            return;
        }
        let referenced = match key.references.columns.as_slice() {
            [] => vec!["id".to_owned()],
            columns => columns.to_vec(),
        };
        for (own, other) in key.columns.iter().zip(&referenced) {
            self.add_column(&Object::on(ObjectKind::Column, other, &target), &target);
            let known = table
                .column(own)
                .map_or("", |column| column.data_type.as_str());
            let kind = if known.is_empty() {
                likely_type(other)
            } else {
                known
            };
            let source = self
                .journey
                .before(&Object::new(ObjectKind::Table, name))
                .name;
            for (table, column) in [(&target, other), (&source, own)] {
                let found = self
                    .tables
                    .iter_mut()
                    .find(|one| one.object_name() == *table);
                let columns = found.into_iter().flat_map(|table| &mut table.columns);
                for column in columns.filter(|one| one.name == *column && one.data_type.is_empty())
                {
                    kind.clone_into(&mut column.data_type);
                }
            }
        }
        if let Some(table) = self.table(&target) {
            require_key(table, &referenced);
        }
    }

    fn tell(&mut self) {
        for table in &self.tables {
            let columns: Vec<String> = table
                .columns
                .iter()
                .map(|column| format!("{} {}", column.name, column.data_type))
                .collect();
            let shown = match columns.as_slice() {
                [] => "nothing known of its columns".to_owned(),
                columns => columns.join(", "),
            };
            self.assumed
                .words
                .push(format!("table {}: {shown}", table.object_name()));
        }
    }
}

/// Copies the constraint of this name; false if there is none.
fn copy_constraint(from: &Table, to: &mut Table, name: &str) -> bool {
    let copied = |keys: &[Key]| keys.iter().find(|key| key.name == name).cloned();
    let columns = |to: &mut Table, names: &[String]| {
        for name in names {
            if to.column(name).is_none() {
                let kind = from
                    .column(name)
                    .map_or("", |column| column.data_type.as_str());
                to.columns.push(plain_column(name, kind));
            }
        }
    };
    if let Some(key) = from.primary_key.as_ref().filter(|key| key.name == name) {
        columns(to, &key.columns);
        to.primary_key = Some(key.clone());
        return true;
    }
    if let Some(key) = copied(&from.unique_constraints) {
        columns(to, &key.columns);
        to.unique_constraints.push(key);
        return true;
    }
    if let Some(check) = from
        .check_constraints
        .iter()
        .find(|check| check.name == name)
    {
        columns(to, &check.columns);
        to.check_constraints.push(check.clone());
        return true;
    }
    if let Some(key) = from.foreign_keys.iter().find(|key| key.name == name) {
        columns(to, &key.columns);
        to.foreign_keys.push(key.clone());
        return true;
    }
    false
}

fn indexed_columns(index: &Index) -> Vec<String> {
    let keys = index.keys.iter();
    keys.filter_map(|IndexKeyPart { column, .. }| column.clone())
        .chain(index.include.iter().cloned())
        .collect()
}

/// Makes the columns a key, unless they are one.
fn require_key(table: &mut Table, columns: &[String]) {
    let same = |key: &Key| key.columns == columns;
    if table
        .primary_key
        .iter()
        .chain(&table.unique_constraints)
        .any(same)
    {
        return;
    }
    let primary = table.primary_key.is_none();
    let name = if primary {
        format!("{}_pkey", table.name)
    } else {
        format!("{}_{}_key", table.name, columns.join("_"))
    };
    let key = Key {
        name,
        columns: columns.to_vec(),
        include: Vec::new(),
        deferrable: false,
        initially_deferred: false,
        nulls_not_distinct: (!primary).then_some(false),
        comment: None,
        part_of: None,
    };
    if !primary {
        table.unique_constraints.push(key);
        return;
    }
    for column in &mut table.columns {
        if columns.contains(&column.name) {
            column.nullable = false;
        }
    }
    table.primary_key = Some(key);
}

/// A guess, told as such.
fn likely_type(column: &str) -> &'static str {
    if column == "id" || column.ends_with("_id") {
        "bigint"
    } else if column.ends_with("_at") {
        "timestamp with time zone"
    } else {
        "text"
    }
}
