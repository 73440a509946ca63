//! What statements show of the catalog from before them.
//!
//! A migration that is read without its history names tables, columns and constraints that nobody made. They were there
//! before it: the catalog before it, seen afterwards, holds them too, as [`Knowledge::Assumed`]. The round trip, the
//! difference between two revisions, the picture and the proof on a real PostgreSQL all start from that catalog.
//!
//! What is not known stays unknown: the type of a column that is dropped, the columns of a table that is dropped.

mod altered;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::altered::{Altered, additions, alterations};
use super::changes::renames;
use super::{RevisionState, Run, StepOutcome};
use crate::operation::Operation;
use crate::schema::{
    Check, Column, Index, Knowledge, Namespace, Note, Object, ObjectKind, ObjectName, Rename,
    Schema, Sequence, Table, Type, TypeDefinition, UNKNOWN_EXPRESSION, empty_table, plain_column,
};

/// The catalog before some statements, as they show it.
#[derive(Clone, Debug)]
pub struct Hindsight {
    /// The catalog: what was known of it, and what the statements show to have been there.
    pub schema: Schema,
    /// What was there too, but stands nowhere in [`Self::schema`], because it is not known how it looks.
    pub shapeless: Vec<Shapeless>,
    /// How names changed on the way.
    pub journey: Journey,
}

/// Something that was there, and nothing more is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shapeless {
    /// What.
    pub object: Object,
    /// Whether a statement drops it; otherwise one only names it.
    pub dropped: bool,
}

/// The catalog before `steps`, as they show it.
pub fn hindsight<'a>(
    before: &Schema,
    steps: impl IntoIterator<Item = &'a StepOutcome>,
) -> Hindsight {
    let mut journey = Journey::default();
    let mut end = before;
    for outcome in steps {
        journey.follow(outcome, Way::There);
        end = &outcome.after;
    }
    Builder::new(before, journey, end, end).build()
}

/// The catalog before a revision, as its upgrade and its downgrade show it. What the upgrade drops and the downgrade makes
/// again was as it is made again, as far as anybody can tell.
pub fn hindsight_of_round_trip(state: &RevisionState, down: &Run) -> Hindsight {
    hindsight_of_journey(
        &state.before,
        state.up.steps.iter(),
        &state.up.schema,
        Some(down),
    )
}

/// The same from further back: `up` are the steps of several upgrades, `top` the catalog after them.
pub(crate) fn hindsight_of_journey<'a>(
    before: &Schema,
    up: impl IntoIterator<Item = &'a StepOutcome>,
    top: &Schema,
    down: Option<&'a Run>,
) -> Hindsight {
    let mut journey = Journey::default();
    for outcome in up {
        journey.follow(outcome, Way::There);
    }
    for outcome in down.iter().flat_map(|down| &down.steps) {
        journey.follow(outcome, Way::Back);
    }
    let end = down.map_or(top, |down| &down.schema);
    Builder::new(before, journey, top, end).build()
}

/// On the way to a later state, or on the way back to the first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    There,
    Back,
}

/// What statements assumed and altered, under the names from before the first of them.
#[derive(Clone, Debug, Default)]
pub struct Journey {
    renames: Vec<Rename>,
    assumed: Vec<Shapeless>,
    /// Columns that a statement added: what is set of one after that tells nothing of the time before.
    added: BTreeSet<Object>,
    altered: BTreeMap<(ObjectName, String), Altered>,
}

impl Journey {
    fn follow(&mut self, outcome: &StepOutcome, way: Way) {
        if outcome.result.is_err() {
            return;
        }
        let dropped = is_drop(&outcome.step.operation);
        for note in outcome.result.iter().flatten() {
            if let Note::Assumed { object } = note {
                let object = self.before(object);
                if !self.assumed.iter().any(|known| known.object == object) {
                    self.assumed.push(Shapeless { object, dropped });
                }
            }
        }
        for column in additions(outcome) {
            self.added.insert(self.before(&column));
        }
        for (object, alteration) in alterations(outcome) {
            let first = self.before(&object);
            if self.added.contains(&first) {
                continue;
            }
            if let Some(table) = first.on {
                let altered = self.altered.entry((table, first.name.name)).or_default();
                altered.note(alteration, way == Way::Back);
            }
        }
        self.renames.extend(renames(std::slice::from_ref(outcome)));
    }

    /// What was assumed to exist, in the order in which it was named.
    pub fn assumed(&self) -> impl Iterator<Item = &Object> {
        self.assumed.iter().map(|known| &known.object)
    }

    /// The object under its first name.
    pub fn before(&self, object: &Object) -> Object {
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
    pub fn after(&self, object: &Object) -> Object {
        let mut object = object.clone();
        for rename in &self.renames {
            carry(&mut object, &rename.from, &rename.to);
        }
        object
    }
}

fn is_drop(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::DropIndex(_)
            | Operation::DropView(_)
            | Operation::DropFunction(_)
            | Operation::DropSequence(_)
            | Operation::DropTrigger(_)
            | Operation::DropPolicy(_)
            | Operation::DropStatistics(_)
    )
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
    /// After the way there.
    top: &'a Schema,
    /// After the way back, or after the way there where none goes back.
    end: &'a Schema,
    found: Schema,
    shapeless: Vec<Shapeless>,
}

impl<'a> Builder<'a> {
    fn new(before: &Schema, journey: Journey, top: &'a Schema, end: &'a Schema) -> Self {
        Self {
            journey,
            top,
            end,
            found: before.clone(),
            shapeless: Vec::new(),
        }
    }

    fn build(mut self) -> Hindsight {
        for known in self.journey.assumed.clone() {
            if !self.add(&known.object) {
                self.shapeless.push(known);
            }
        }
        Hindsight {
            schema: self.found,
            shapeless: self.shapeless,
            journey: self.journey,
        }
    }

    /// Puts an object into the catalog; false where it has no place in it.
    fn add(&mut self, object: &Object) -> bool {
        match (object.kind, &object.on) {
            (ObjectKind::Schema, _) => self.add_namespace(&object.name.name),
            (ObjectKind::Type | ObjectKind::Domain, _) => self.add_type(object),
            (ObjectKind::Sequence, _) => return self.add_sequence(object),
            (ObjectKind::Table, _) => self.edit_table(&object.name, |_| {}),
            (ObjectKind::Column, Some(on)) => self.add_column(&object.name.name, on),
            (ObjectKind::Constraint, Some(on)) => self.add_constraint(object, on),
            (ObjectKind::Index, _) => return self.add_index(object),
            _ => return false,
        }
        true
    }

    fn add_namespace(&mut self, name: &str) {
        let namespace = Namespace {
            name: name.to_owned(),
            comment: None,
        };
        let schemas = &mut self.found.schemas;
        schemas
            .entry(name.to_owned())
            .or_insert_with(|| Arc::new(namespace));
    }

    fn add_type(&mut self, object: &Object) {
        let known = self.end.types.get(&self.journey.after(object).name);
        let made = Type {
            schema: object.name.schema.clone(),
            name: object.name.name.clone(),
            definition: known.map_or(TypeDefinition::Base {}, |known| known.definition.clone()),
            comment: known.and_then(|known| known.comment.clone()),
            knowledge: Knowledge::Assumed,
        };
        let types = &mut self.found.types;
        types
            .entry(object.name.clone())
            .or_insert_with(|| Arc::new(made));
    }

    fn add_sequence(&mut self, object: &Object) -> bool {
        let Some(known) = self.end.sequences.get(&self.journey.after(object).name) else {
            return false;
        };
        let sequences = &mut self.found.sequences;
        sequences
            .entry(object.name.clone())
            .or_insert_with(|| Arc::clone(known));
        true
    }

    /// Changes the table of this name, which is assumed if need be.
    fn edit_table(&mut self, name: &ObjectName, change: impl FnOnce(&mut Table)) {
        if !self.found.tables.contains_key(name) {
            let made = self.made_again(name);
            if made.is_some_and(|made| made.object_name() == *name) {
                self.add_sequences_of(name);
            }
            self.found.tables.insert(Arc::new(Table {
                schema: name.schema.clone(),
                name: name.name.clone(),
                knowledge: Knowledge::Assumed,
                ..made.cloned().unwrap_or_else(|| empty_table(name))
            }));
        }
        self.found.tables.edit(name, change);
    }

    /// The sequences that come with a table that is made again.
    fn add_sequences_of(&mut self, table: &ObjectName) {
        let owned = |sequence: &Sequence| {
            let owner = sequence.owned_by.as_ref();
            owner.is_some_and(|owner| owner.schema == table.schema && owner.table == table.name)
        };
        for (from, to) in [
            (&self.end.sequences, &mut self.found.sequences),
            (
                &self.end.identity_sequences,
                &mut self.found.identity_sequences,
            ),
        ] {
            let made = from.iter().filter(|(_, sequence)| owned(sequence));
            for (name, sequence) in made {
                to.entry(name.clone())
                    .or_insert_with(|| Arc::clone(sequence));
            }
        }
    }

    /// A table that the way there drops and the way back makes.
    fn made_again(&self, name: &ObjectName) -> Option<&'a Table> {
        let last = self.journey.after(&Object::new(ObjectKind::Table, name));
        let made = self.end.tables.get(&last.name)?;
        let new = self.top.tables.get(&last.name) != Some(made);
        (new && made.is_complete()).then_some(made.as_ref())
    }

    fn table_at_end(&self, name: &ObjectName) -> Option<&'a Table> {
        let last = self.journey.after(&Object::new(ObjectKind::Table, name));
        self.end.tables.get(&last.name).map(AsRef::as_ref)
    }

    fn add_column(&mut self, name: &str, on: &ObjectName) {
        let column = self.column_before(name, on);
        self.edit_table(on, |table| {
            if table.column(name).is_none() {
                table.columns.push(column);
            }
        });
    }

    /// A column as it was, as far as what became of it tells.
    fn column_before(&self, name: &str, on: &ObjectName) -> Column {
        let last = self
            .journey
            .after(&Object::on(ObjectKind::Column, name, on));
        let of = |schema: &'a Schema| {
            let table = schema.tables.get(last.on.as_ref()?)?;
            table.column(&last.name.name)
        };
        let plain = Column {
            knowledge: Knowledge::Assumed,
            ..plain_column(name, "")
        };
        match (of(self.top), of(self.end)) {
            (_, None) => plain,
            // Dropped and made again on the way there: what it was is not known.
            (Some(top), Some(end)) if top == end && end.knowledge == Knowledge::Complete => {
                Column {
                    nullable: end.nullable,
                    default: end.default.clone(),
                    ..plain
                }
            }
            (_, Some(end)) => {
                let altered = self.journey.altered.get(&(on.clone(), name.to_owned()));
                let known = Column {
                    name: name.to_owned(),
                    knowledge: Knowledge::Assumed,
                    ..end.clone()
                };
                altered.map_or(known.clone(), |altered| altered.undone(&known))
            }
        }
    }

    fn add_constraint(&mut self, object: &Object, on: &ObjectName) {
        let name = object.name.name.as_str();
        let last = self.journey.after(object).name.name;
        let made = self.table_at_end(on);
        for column in made.map_or_else(Vec::new, |made| constrained_columns(made, &last)) {
            self.add_column(&column, on);
        }
        self.edit_table(on, |table| {
            let known = made.is_some_and(|made| copy_constraint(made, table, &last, name));
            if !known {
                table.check_constraints.push(unknown_constraint(name));
            }
        });
    }

    /// Dropping an index does not tell its table: only where it is made again is that known.
    fn add_index(&mut self, object: &Object) -> bool {
        let name = object.name.name.as_str();
        let found = self.end.tables.iter().find_map(|(table, known)| {
            let index = known.indexes.iter().find(|index| index.name == name)?;
            Some((table.clone(), index.clone()))
        });
        let Some((table, index)) = found else {
            return false;
        };
        let first = self.journey.before(&Object::new(ObjectKind::Table, &table));
        for column in indexed_columns(&index) {
            let column = self
                .journey
                .before(&Object::on(ObjectKind::Column, &column, &table));
            self.add_column(&column.name.name, &first.name);
        }
        self.edit_table(&first.name, |table| {
            if table.index(name).is_none() {
                table.indexes.push(index);
            }
        });
        true
    }
}

/// A constraint of which only the name is known.
fn unknown_constraint(name: &str) -> Check {
    Check {
        name: name.to_owned(),
        expression: UNKNOWN_EXPRESSION.to_owned(),
        no_inherit: false,
        validated: true,
        comment: None,
        columns: Vec::new(),
        not_enforced: false,
        inherited: false,
    }
}

fn constrained_columns(table: &Table, constraint: &str) -> Vec<String> {
    let keys = table.primary_key.iter().chain(&table.unique_constraints);
    let keys = keys.map(|key| (&key.name, &key.columns));
    let checks = table.check_constraints.iter();
    let checks = checks.map(|check| (&check.name, &check.columns));
    let foreign = table.foreign_keys.iter();
    let foreign = foreign.map(|key| (&key.name, &key.columns));
    keys.chain(checks)
        .chain(foreign)
        .find(|(name, _)| *name == constraint)
        .map(|(_, columns)| columns.clone())
        .unwrap_or_default()
}

/// Copies the constraint `last` as `name`; false if there is none.
fn copy_constraint(from: &Table, to: &mut Table, last: &str, name: &str) -> bool {
    fn copied<T: Clone>(all: &[T], is_it: impl Fn(&T) -> bool) -> Option<T> {
        all.iter().find(|one| is_it(one)).cloned()
    }
    let name = || name.to_owned();
    if let Some(key) = from.primary_key.as_ref().filter(|key| key.name == last) {
        to.primary_key = Some(crate::schema::Key {
            name: name(),
            ..key.clone()
        });
    } else if let Some(key) = copied(&from.unique_constraints, |key| key.name == last) {
        to.unique_constraints.push(crate::schema::Key {
            name: name(),
            ..key
        });
    } else if let Some(check) = copied(&from.check_constraints, |check| check.name == last) {
        to.check_constraints.push(Check {
            name: name(),
            ..check
        });
    } else if let Some(key) = copied(&from.foreign_keys, |key| key.name == last) {
        to.foreign_keys.push(crate::schema::ForeignKeyConstraint {
            name: name(),
            ..key
        });
    } else if let Some(one) = copied(&from.exclusion_constraints, |one| one.name == last) {
        to.exclusion_constraints.push(one);
    } else {
        return false;
    }
    true
}

fn indexed_columns(index: &Index) -> Vec<String> {
    let keys = index.keys.iter();
    keys.filter_map(|key| key.column.clone())
        .chain(index.include.iter().cloned())
        .collect()
}

#[cfg(test)]
mod tests;
