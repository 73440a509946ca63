//! What a migration without its history needs to exist before it, as far as its statements tell.

use std::sync::Arc;

use crate::review::{Hindsight, Review, hindsight_of_journey};
use crate::schema::{
    Key, Knowledge, Object, ObjectKind, ObjectName, Schema, Table, TypeDefinition,
    UNKNOWN_EXPRESSION, World, empty_table, plain_column,
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

/// What the revisions up to the wanted one, its downgrade and the base tell of the catalog before them, made so that a
/// server can hold it: what is not known is made up.
pub(super) fn assume(review: &Review, wanted: usize) -> Assumed {
    let last = review
        .timeline
        .iter()
        .position(|state| state.migration == wanted);
    let on_the_way = last.and_then(|last| review.timeline.get(..=last));
    let Some((on_the_way, state)) = on_the_way.and_then(|states| Some((states, states.last()?)))
    else {
        return Assumed::default();
    };
    let base = review
        .base()
        .cloned()
        .unwrap_or_else(|| Schema::empty(World::Closed));
    let steps = on_the_way.iter().flat_map(|state| &state.up.steps);
    let top = &state.up.schema;
    let hindsight = hindsight_of_journey(&base, steps, top, state.down.as_ref());
    let end = state.down.as_ref().map_or(top, |down| &down.schema);
    Builder::new(hindsight, top, end).build()
}

struct Builder<'a> {
    hindsight: Hindsight,
    up: &'a Schema,
    end: &'a Schema,
    assumed: Assumed,
    tables: Vec<Table>,
}

impl<'a> Builder<'a> {
    fn new(hindsight: Hindsight, up: &'a Schema, end: &'a Schema) -> Self {
        Self {
            hindsight,
            up,
            end,
            assumed: Assumed::default(),
            tables: Vec::new(),
        }
    }

    fn build(mut self) -> Assumed {
        self.assumed.schema = Schema {
            world: World::Closed,
            unknown_steps: 0,
            unknown_types: false,
            ..self.hindsight.schema.clone()
        };
        let objects: Vec<Object> = self.hindsight.journey.assumed().cloned().collect();
        for object in &objects {
            self.add(object);
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
        let tables = &mut self.assumed.schema.tables;
        for table in self.tables {
            tables.insert(Arc::new(table));
        }
        self.assumed
    }

    fn add(&mut self, object: &Object) {
        let shapeless = &self.hindsight.shapeless;
        if shapeless.iter().any(|known| known.object == *object) {
            let told = match object.kind {
                ObjectKind::Index => format!("{object}: its table is not known"),
                _ => object.to_string(),
            };
            self.assumed.not_made.push(told);
            return;
        }
        match (object.kind, &object.on) {
            (ObjectKind::Schema, _) => {
                let word = format!("schema {}", object.name.name);
                self.assumed.words.push(word);
            }
            (ObjectKind::Type | ObjectKind::Domain, _) => self.add_type(object),
            (ObjectKind::Sequence, _) => self.assumed.words.push(object.to_string()),
            (ObjectKind::Table, _) => {
                self.table(&object.name);
            }
            (_, Some(on)) => {
                self.table(on);
            }
            (_, None) => {}
        }
    }

    /// A type of which nothing is known becomes an enum.
    fn add_type(&mut self, object: &Object) {
        let types = &mut self.assumed.schema.types;
        if let Some(made) = types.get_mut(&object.name) {
            let made = Arc::make_mut(made);
            made.knowledge = Knowledge::Complete;
            if let TypeDefinition::Base {} = made.definition {
                made.definition = TypeDefinition::Enum { labels: Vec::new() };
            }
        }
        self.assumed.words.push(object.to_string());
    }

    /// The table of this name, new if need be.
    fn table(&mut self, name: &ObjectName) -> Option<&mut Table> {
        let known = self
            .tables
            .iter()
            .position(|table| table.object_name() == *name);
        if known.is_none() {
            let seen = self.hindsight.schema.tables.get(name);
            let seen = seen.map_or_else(|| empty_table(name), |table| Table::clone(table));
            let table = self.completed(seen);
            self.tables.push(table);
        }
        let at = known.unwrap_or(self.tables.len().saturating_sub(1));
        self.tables.get_mut(at)
    }

    /// A table whose unknown parts are made up, but for the types of columns.
    fn completed(&self, mut table: Table) -> Table {
        let name = table.object_name();
        table.knowledge = Knowledge::Complete;
        for column in &mut table.columns {
            column.knowledge = Knowledge::Complete;
            if column.default.as_deref() == Some(UNKNOWN_EXPRESSION) {
                column.default = None;
            }
            if column.data_type.is_empty() {
                column.data_type = self.type_at_end(&column.name, &name);
            }
        }
        for check in &mut table.check_constraints {
            if check.expression == UNKNOWN_EXPRESSION {
                "true".clone_into(&mut check.expression);
            }
        }
        table
    }

    /// The type that statements gave a column, if any did.
    fn type_at_end(&self, column: &str, table: &ObjectName) -> String {
        let column = Object::on(ObjectKind::Column, column, table);
        let last = self.hindsight.journey.after(&column);
        let table = last.on.as_ref().and_then(|on| self.end.tables.get(on));
        let known = table.and_then(|table| table.column(&last.name.name));
        known.map_or_else(String::new, |known| known.data_type.clone())
    }

    fn add_column(&mut self, name: &str, on: &ObjectName) {
        let data_type = self.type_at_end(name, on);
        if let Some(table) = self.table(on)
            && table.column(name).is_none()
        {
            table.columns.push(plain_column(name, &data_type));
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
        let target = self.hindsight.journey.before(&target).name;
        if !self.tables.iter().any(|one| one.object_name() == target) {
            return;
        }
        let referenced = match key.references.columns.as_slice() {
            [] => vec!["id".to_owned()],
            columns => columns.to_vec(),
        };
        for (own, other) in key.columns.iter().zip(&referenced) {
            self.add_column(other, &target);
            let known = table
                .column(own)
                .map_or("", |column| column.data_type.as_str());
            let kind = if known.is_empty() {
                likely_type(other)
            } else {
                known
            };
            let source = self
                .hindsight
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
