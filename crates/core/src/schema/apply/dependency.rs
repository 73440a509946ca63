//! What depends on what: the edges of PostgreSQL's `pg_depend`, worked out from the state.

use super::column::is_of_type;
use super::{Object, ObjectKind};
use crate::schema::expression::{
    calls_function, mentions_column, mentions_row_column, mentions_sequence, mentions_type,
};
use crate::schema::type_text;
use crate::schema::{
    Column, ForeignKeyConstraint, Index, IndexKeyPart, ObjectName, Partition, Schema, Table,
    TypeDefinition, View,
};

/// What happens to a dependent when what it depends on is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bond {
    /// It blocks the drop, or goes with `CASCADE`.
    Normal,
    /// It goes along silently.
    Auto,
}

/// One dependent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Dependent {
    pub object: Object,
    pub bond: Bond,
}

impl Dependent {
    fn normal(object: Object) -> Self {
        Self {
            object,
            bond: Bond::Normal,
        }
    }

    fn auto(object: Object) -> Self {
        Self {
            object,
            bond: Bond::Auto,
        }
    }
}

/// The objects that depend on one directly.
pub(super) fn dependents(schema: &Schema, object: &Object) -> Vec<Dependent> {
    let name = &object.name;
    match (object.kind, &object.on) {
        (ObjectKind::Table, _) => on_table(schema, name),
        (ObjectKind::Column, Some(table)) => on_column(schema, table, &name.name),
        (ObjectKind::Constraint | ObjectKind::Index, Some(table)) => {
            on_key(schema, table, &name.name)
        }
        (ObjectKind::Sequence, _) => on_sequence(schema, name),
        (ObjectKind::View | ObjectKind::MaterializedView, _) => {
            let mut found = readers(schema, name);
            found.extend(on_type(schema, name));
            found
        }
        (ObjectKind::Type | ObjectKind::Domain, _) => on_type(schema, name),
        (ObjectKind::Function, _) => on_function(schema, name),
        (ObjectKind::Schema, _) => in_schema(schema, &name.name),
        _ => Vec::new(),
    }
}

/// How a view is described.
pub(super) fn view_object(view: &View) -> Object {
    let kind = if view.is_materialized() {
        ObjectKind::MaterializedView
    } else {
        ObjectKind::View
    };
    Object::new(kind, &ObjectName::new(&view.schema, &view.name))
}

/// How a function is described: its name with its argument types.
pub(super) fn function_object(name: &ObjectName, arguments: &str) -> Object {
    let full = ObjectName::new(&name.schema, format!("{}({arguments})", name.name));
    Object::new(ObjectKind::Function, &full)
}

/// The name of a function without its argument types.
pub(super) fn function_name(described: &ObjectName) -> ObjectName {
    let name = described.name.split_once('(');
    let name = name.map_or(described.name.as_str(), |(name, _)| name);
    ObjectName::new(&described.schema, name)
}

fn readers(schema: &Schema, relation: &ObjectName) -> Vec<Dependent> {
    let views = schema.views.values();
    views
        .filter(|view| view.reads.iter().any(|read| read.relation == *relation))
        .map(|view| Dependent::normal(view_object(view)))
        .collect()
}

fn on_table(schema: &Schema, table: &ObjectName) -> Vec<Dependent> {
    let mut found = readers(schema, table);
    for (place, other) in schema.tables.iter() {
        if place != table {
            let keys = other.foreign_keys.iter();
            let keys = keys.filter(|key| is_part_of(schema, table, &key.references.table_name()));
            found.extend(keys.map(|key| foreign_key_dependent(place, key)));
        }
        if other
            .partition_of
            .as_ref()
            .is_some_and(|part| part.parent() == *table)
        {
            found.push(Dependent::auto(Object::new(ObjectKind::Table, place)));
        } else if other.inherits.contains(table) {
            found.push(Dependent::normal(Object::new(ObjectKind::Table, place)));
        }
    }
    found.extend(owned_sequences(schema, table, None));
    found.extend(on_type(schema, table));
    found
}

/// Whether a table is another, or a partition below it: rows of both are referenced through the whole.
fn is_part_of(schema: &Schema, table: &ObjectName, whole: &ObjectName) -> bool {
    let mut place = Some(table.clone());
    while let Some(name) = place {
        if name == *whole {
            return true;
        }
        let part = schema.tables.get(&name);
        let part = part.and_then(|table| table.partition_of.as_ref());
        place = part.map(Partition::parent);
    }
    false
}

/// A row of a foreign key for a partition goes with the partition; a whole one blocks.
fn foreign_key_dependent(table: &ObjectName, key: &ForeignKeyConstraint) -> Dependent {
    let object = Object::on(ObjectKind::Constraint, &key.name, table);
    if key.part_of.is_some() {
        Dependent::auto(object)
    } else {
        Dependent::normal(object)
    }
}

fn owned_sequences(schema: &Schema, table: &ObjectName, column: Option<&str>) -> Vec<Dependent> {
    let all = schema
        .sequences
        .iter()
        .chain(schema.identity_sequences.iter());
    let owned = all.filter(|(_, sequence)| {
        sequence.owned_by.as_ref().is_some_and(|owner| {
            owner.schema == table.schema
                && owner.table == table.name
                && column.is_none_or(|column| column == owner.column)
        })
    });
    owned
        .map(|(name, _)| Dependent::auto(Object::new(ObjectKind::Sequence, name)))
        .collect()
}

fn on_column(schema: &Schema, place: &ObjectName, column: &str) -> Vec<Dependent> {
    let mut found = Vec::new();
    let Some(table) = schema.tables.get(place) else {
        return found;
    };
    let constraint = |name: &str| Object::on(ObjectKind::Constraint, name, place);
    let holds = |columns: &[String]| columns.iter().any(|name| name == column);
    let keys = table.primary_key.iter().chain(&table.unique_constraints);
    for key in keys.filter(|key| holds(&key.columns) || holds(&key.include)) {
        found.push(Dependent::auto(constraint(&key.name)));
    }
    for check in table.check_constraints.iter().filter(|c| holds(&c.columns)) {
        found.push(Dependent::auto(constraint(&check.name)));
    }
    for key in table.foreign_keys.iter().filter(|key| holds(&key.columns)) {
        found.push(Dependent::auto(constraint(&key.name)));
    }
    for exclusion in table
        .exclusion_constraints
        .iter()
        .filter(|e| holds(&e.columns))
    {
        found.push(Dependent::auto(constraint(&exclusion.name)));
    }
    for index in table
        .indexes
        .iter()
        .filter(|index| index_mentions(index, column))
    {
        found.push(Dependent::auto(Object::on(
            ObjectKind::Index,
            &index.name,
            place,
        )));
    }
    for statistics in table.statistics.iter().filter(|one| holds(&one.columns)) {
        let name = ObjectName::new(&statistics.schema, &statistics.name);
        let mut object = Object::new(ObjectKind::Statistics, &name);
        object.on = Some(place.clone());
        found.push(Dependent::auto(object));
    }
    let generated = table.columns.iter().filter(|other| {
        let text = other.generated.as_deref();
        text.is_some_and(|text| mentions_column(text, column))
    });
    found.extend(
        generated
            .map(|other| Dependent::normal(Object::on(ObjectKind::Column, &other.name, place))),
    );
    for policy in &table.policies {
        let mut texts = policy.using.iter().chain(&policy.with_check);
        if texts.any(|text| mentions_column(text, column)) {
            found.push(Dependent::normal(Object::on(
                ObjectKind::Policy,
                &policy.name,
                place,
            )));
        }
    }
    for trigger in &table.triggers {
        let when = trigger.when.as_deref();
        if holds(&trigger.update_of) || when.is_some_and(|w| mentions_row_column(w, column)) {
            found.push(Dependent::normal(Object::on(
                ObjectKind::Trigger,
                &trigger.name,
                place,
            )));
        }
    }
    for view in schema.views.values() {
        let reads = view.reads.iter().filter(|read| read.relation == *place);
        let named = reads.filter_map(|read| read.columns.as_deref()).any(holds);
        if named {
            found.push(Dependent::normal(view_object(view)));
        }
    }
    for (other_place, other) in schema.tables.iter() {
        for key in &other.foreign_keys {
            let targets = key.references.names(place) && holds(&key.references.columns);
            let own = other_place == place && holds(&key.columns);
            if targets && !own {
                found.push(foreign_key_dependent(other_place, key));
            }
        }
    }
    found.extend(owned_sequences(schema, place, Some(column)));
    found
}

/// Whether an index names a column anywhere.
pub(super) fn index_mentions(index: &Index, column: &str) -> bool {
    let key = |key: &IndexKeyPart| {
        key.column.as_deref() == Some(column)
            || key
                .expression
                .as_deref()
                .is_some_and(|text| mentions_column(text, column))
    };
    index.keys.iter().any(key)
        || index.include.iter().any(|name| name == column)
        || index
            .predicate
            .as_deref()
            .is_some_and(|text| mentions_column(text, column))
}

/// Foreign keys that rest on a key or unique index.
fn on_key(schema: &Schema, place: &ObjectName, name: &str) -> Vec<Dependent> {
    let Some(table) = schema.tables.get(place) else {
        return Vec::new();
    };
    let Some(columns) = unique_columns(table, name) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (other_place, other) in schema.tables.iter() {
        for key in &other.foreign_keys {
            let targets = key.references.names(place)
                && resting_key(table, &key.references.columns) == Some(name)
                && same_columns(&key.references.columns, &columns);
            if targets {
                found.push(foreign_key_dependent(other_place, key));
            }
        }
    }
    found
}

fn same_columns(a: &[String], b: &[String]) -> bool {
    a.len() == b.len() && a.iter().all(|column| b.contains(column))
}

/// The columns of a primary key, unique constraint or unique index.
fn unique_columns(table: &Table, name: &str) -> Option<Vec<String>> {
    let mut keys = table.primary_key.iter().chain(&table.unique_constraints);
    if let Some(key) = keys.find(|key| key.name == name) {
        return Some(key.columns.clone());
    }
    let mut indexes = table.indexes.iter().filter(|index| index.unique);
    let index = indexes.find(|index| index.name == name)?;
    index.keys.iter().map(|key| key.column.clone()).collect()
}

/// The key that a foreign key to these columns rests on: the primary key before unique constraints before indexes.
fn resting_key<'a>(table: &'a Table, columns: &[String]) -> Option<&'a str> {
    let mut keys = table.primary_key.iter().chain(&table.unique_constraints);
    if let Some(key) = keys.find(|key| same_columns(&key.columns, columns)) {
        return Some(&key.name);
    }
    let mut indexes = table
        .indexes
        .iter()
        .filter(|index| index.unique && index.predicate.is_none());
    let index = indexes.find(|index| {
        let plain: Option<Vec<String>> = index.keys.iter().map(|key| key.column.clone()).collect();
        plain.is_some_and(|plain| same_columns(&plain, columns))
    });
    index.map(|index| index.name.as_str())
}

fn on_sequence(schema: &Schema, sequence: &ObjectName) -> Vec<Dependent> {
    let mut found = Vec::new();
    for (place, table) in schema.tables.iter() {
        for column in &table.columns {
            let default = column.default.as_deref();
            if default.is_some_and(|text| mentions_sequence(schema, text, sequence)) {
                found.push(Dependent::normal(Object::on(
                    ObjectKind::Default,
                    &column.name,
                    place,
                )));
            }
        }
    }
    found
}

/// Every column, domain, function, view and expression that uses a type.
fn on_type(schema: &Schema, name: &ObjectName) -> Vec<Dependent> {
    let qualified = type_text::qualified(name);
    let mut found = Vec::new();
    for (place, table) in schema.tables.iter() {
        for column in &table.columns {
            found.extend(column_of_type(place, column, &qualified));
        }
        found.extend(expressions(place, table, &|text| mentions_type(text, name)));
    }
    for (place, type_) in schema.types.iter() {
        let uses = match &type_.definition {
            TypeDefinition::Domain { base_type, .. } => is_of_type(base_type, &qualified),
            TypeDefinition::Composite { attributes } => {
                let mut attributes = attributes.iter();
                attributes.any(|attribute| is_of_type(&attribute.data_type, &qualified))
            }
            TypeDefinition::Range { subtype } => is_of_type(subtype, &qualified),
            TypeDefinition::Enum { .. } | TypeDefinition::Base {} => false,
        };
        if uses && place != name {
            found.push(Dependent::normal(Object::new(ObjectKind::Type, place)));
        }
    }
    for ((place, arguments), function) in schema.functions.iter() {
        let text = format!(
            "{arguments} {}",
            function.returns.as_deref().unwrap_or_default()
        );
        if mentions_type(&text, name) {
            found.push(Dependent::normal(function_object(place, arguments)));
        }
    }
    for view in schema.views.values() {
        let mut columns = view.columns.iter();
        if columns.any(|column| is_of_type(&column.data_type, &qualified)) {
            found.push(Dependent::normal(view_object(view)));
        }
    }
    found
}

fn column_of_type(place: &ObjectName, column: &Column, qualified: &str) -> Option<Dependent> {
    let object = || Object::on(ObjectKind::Column, &column.name, place);
    is_of_type(&column.data_type, qualified).then(|| Dependent::normal(object()))
}

/// Defaults, checks, indexes, policies and generated columns whose text holds something.
fn expressions(place: &ObjectName, table: &Table, holds: &dyn Fn(&str) -> bool) -> Vec<Dependent> {
    let mut found = Vec::new();
    let mut add = |kind: ObjectKind, name: &str| {
        found.push(Dependent::normal(Object::on(kind, name, place)));
    };
    for column in &table.columns {
        if column.default.as_deref().is_some_and(holds) {
            add(ObjectKind::Default, &column.name);
        }
        if column.generated.as_deref().is_some_and(holds) {
            add(ObjectKind::Column, &column.name);
        }
    }
    for check in table
        .check_constraints
        .iter()
        .filter(|c| holds(&c.expression))
    {
        add(ObjectKind::Constraint, &check.name);
    }
    for index in &table.indexes {
        let expressions = index
            .keys
            .iter()
            .filter_map(|key| key.expression.as_deref());
        if expressions.chain(index.predicate.as_deref()).any(holds) {
            add(ObjectKind::Index, &index.name);
        }
    }
    for exclusion in table
        .exclusion_constraints
        .iter()
        .filter(|e| holds(&e.definition))
    {
        add(ObjectKind::Constraint, &exclusion.name);
    }
    for policy in &table.policies {
        let mut texts = policy.using.iter().chain(&policy.with_check);
        if texts.any(|text| holds(text)) {
            add(ObjectKind::Policy, &policy.name);
        }
    }
    for trigger in &table.triggers {
        if trigger.when.as_deref().is_some_and(holds) {
            add(ObjectKind::Trigger, &trigger.name);
        }
    }
    found
}

fn on_function(schema: &Schema, described: &ObjectName) -> Vec<Dependent> {
    let name = function_name(described);
    let overloaded = schema
        .functions
        .keys()
        .filter(|(other, _)| *other == name)
        .count()
        > 1;
    let mut found = Vec::new();
    for (place, table) in schema.tables.iter() {
        for trigger in table.triggers.iter().filter(|t| t.function == name) {
            // A trigger function has no arguments, so that overloads of another shape are not meant.
            if described.name.ends_with("()") {
                let object = Object::on(ObjectKind::Trigger, &trigger.name, place);
                found.push(Dependent::normal(object));
            }
        }
        if !overloaded {
            found.extend(expressions(place, table, &|text| {
                calls_function(text, &name)
            }));
        }
    }
    for view in schema.views.values() {
        if !overloaded && calls_function(&view.definition, &name) {
            found.push(Dependent::normal(view_object(view)));
        }
    }
    found
}

fn in_schema(schema: &Schema, name: &str) -> Vec<Dependent> {
    let inside = |place: &&ObjectName| place.schema == name;
    let tables = schema.tables.keys().filter(inside);
    let tables = tables.map(|place| Object::new(ObjectKind::Table, place));
    let views = schema.views.values().filter(|view| view.schema == name);
    let views = views.map(|view| view_object(view));
    let sequences = schema.sequences.iter().filter(|(place, _)| inside(place));
    let free = sequences.filter(|(_, sequence)| sequence.owned_by.is_none());
    let sequences = free.map(|(place, _)| Object::new(ObjectKind::Sequence, place));
    let types = schema.types.keys().filter(inside);
    let types = types.map(|place| Object::new(ObjectKind::Type, place));
    let functions = schema.functions.keys();
    let functions = functions.filter(|(place, _)| place.schema == name);
    let functions = functions.map(|(place, arguments)| function_object(place, arguments));
    let all = tables
        .chain(views)
        .chain(sequences)
        .chain(types)
        .chain(functions);
    all.map(Dependent::normal).collect()
}
