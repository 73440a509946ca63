//! Dropping objects with what depends on them.

use super::dependency::{Bond, Dependent, dependents, function_name, function_object, view_object};
use super::find::view_word;
use super::refusal;
use super::{Note, Object, ObjectKind, Outcome, Simulation, WillFail};
use crate::operation::{
    Drop, DropFunction, DropOnTable, DropView, FunctionKind, FunctionSignature, QualifiedName,
};
use crate::schema::lookup::Relation;
use crate::schema::names::clip;
use crate::schema::{ObjectName, TypeDefinition};

impl Simulation {
    pub(super) fn drop_table(&mut self, statement: &Drop) -> Outcome {
        let mut objects = Vec::new();
        for name in &statement.names {
            match self.schema.relation(name) {
                Some((place, Relation::Table(_))) => {
                    objects.push(Object::new(ObjectKind::Table, &place));
                }
                Some(_) => return Err(refusal::wrong_kind(name, "a table")),
                None => self.not_there(ObjectKind::Table, name, statement.if_exists, || {
                    refusal::missing_relation("table", name)
                })?,
            }
        }
        self.drop_objects(&objects, statement.cascade)
    }

    pub(super) fn drop_view(&mut self, statement: &DropView) -> Outcome {
        let word = view_word(statement.materialized);
        let kind = if statement.materialized {
            ObjectKind::MaterializedView
        } else {
            ObjectKind::View
        };
        let mut objects = Vec::new();
        for name in &statement.drop.names {
            match self.schema.relation(name) {
                Some((_, Relation::View(view)))
                    if view.is_materialized() == statement.materialized =>
                {
                    objects.push(view_object(view));
                }
                Some(_) => return Err(refusal::wrong_kind(name, &format!("a {word}"))),
                None => self.not_there(kind, name, statement.drop.if_exists, || {
                    refusal::missing_relation(word, name)
                })?,
            }
        }
        self.drop_objects(&objects, statement.drop.cascade)
    }

    pub(super) fn drop_sequence(&mut self, statement: &Drop) -> Outcome {
        let mut objects = Vec::new();
        for name in &statement.names {
            match self.schema.relation(name) {
                Some((place, Relation::Sequence(sequence))) => {
                    if self.schema.identity_sequences.contains_key(&place) {
                        let owner = sequence.owned_by.clone();
                        let column = owner.map(|owner| owner.column).unwrap_or_default();
                        return Err(WillFail::new(
                            "2BP01",
                            format!(
                                "cannot drop sequence {} because column {column} requires it",
                                place.name
                            ),
                        ));
                    }
                    objects.push(Object::new(ObjectKind::Sequence, &place));
                }
                Some(_) => return Err(refusal::wrong_kind(name, "a sequence")),
                None => self.not_there(ObjectKind::Sequence, name, statement.if_exists, || {
                    refusal::missing_relation("sequence", name)
                })?,
            }
        }
        self.drop_objects(&objects, statement.cascade)
    }

    pub(super) fn drop_type(&mut self, statement: &Drop) -> Outcome {
        let mut objects = Vec::new();
        for name in &statement.names {
            if let Some(found) = self.schema.type_named(name) {
                let place = ObjectName::new(&found.schema, &found.name);
                objects.push(Object::new(ObjectKind::Type, &place));
            } else {
                self.not_there(ObjectKind::Type, name, statement.if_exists, || {
                    refusal::missing("type", name)
                })?;
            }
        }
        self.drop_objects(&objects, statement.cascade)
    }

    pub(super) fn drop_schema(&mut self, statement: &Drop) -> Outcome {
        let mut objects = Vec::new();
        for name in &statement.names {
            if self.schema.schemas.contains_key(&name.name) {
                let place = ObjectName::new(&name.name, &name.name);
                objects.push(Object::new(ObjectKind::Schema, &place));
            } else {
                self.not_there(ObjectKind::Schema, name, statement.if_exists, || {
                    refusal::no_schema(&name.name)
                })?;
            }
        }
        self.drop_objects(&objects, statement.cascade)
    }

    pub(super) fn drop_extension(&mut self, statement: &Drop) -> Outcome {
        for name in &statement.names {
            let extension = self.schema.extensions.get(&name.name).cloned();
            let Some(extension) = extension else {
                self.not_there(ObjectKind::Extension, name, statement.if_exists, || {
                    WillFail::new(
                        "42704",
                        format!("extension \"{}\" does not exist", name.name),
                    )
                })?;
                continue;
            };
            self.drop_extension_members(&extension, statement.cascade)?;
            self.schema.extensions.remove(&name.name);
        }
        Ok(())
    }

    pub(super) fn drop_function(&mut self, statement: &DropFunction) -> Outcome {
        let mut objects = Vec::new();
        for signature in &statement.functions {
            match self.find_function(signature, statement.kind)? {
                Some((name, arguments)) => objects.push(function_object(&name, &arguments)),
                None => {
                    let text = self.signature_text(signature);
                    let named = QualifiedName {
                        schema: signature.name.schema.clone(),
                        name: text.clone(),
                    };
                    let word = routine_word(statement.kind);
                    self.not_there(ObjectKind::Function, &named, statement.if_exists, || {
                        if signature.arguments.is_some() {
                            WillFail::new("42883", format!("{word} {text} does not exist"))
                        } else {
                            WillFail::new(
                                "42883",
                                format!(
                                    "could not find a {word} named \"{}\"",
                                    signature.name.name
                                ),
                            )
                        }
                    })?;
                }
            }
        }
        self.drop_objects(&objects, statement.cascade)
    }

    /// The function a signature means.
    pub(super) fn find_function(
        &mut self,
        signature: &FunctionSignature,
        kind: FunctionKind,
    ) -> Outcome<Option<(ObjectName, String)>> {
        let places = match &signature.name.schema {
            Some(schema) => vec![schema.clone()],
            None => self.schema.search_path.to_vec(),
        };
        let wanted = match &signature.arguments {
            Some(arguments) => {
                let mut texts = Vec::new();
                for argument in arguments {
                    // A type that does not exist cannot be an argument of a function that does.
                    match self.clone().column_type(argument) {
                        Ok(text) => texts.push(crate::schema::type_text::without_modifier(&text)),
                        Err(_) => return Ok(None),
                    }
                }
                Some(texts.join(", "))
            }
            None => None,
        };
        for schema in places {
            let place = ObjectName::new(schema, clip(&signature.name.name));
            let keys = self.schema.functions.iter();
            let found: Vec<_> = keys
                .filter(|((name, arguments), function)| {
                    *name == place
                        && wanted.as_ref().is_none_or(|wanted| wanted == arguments)
                        && kind_matches(kind, function.kind)
                })
                .map(|(key, _)| key.clone())
                .collect();
            match found.as_slice() {
                [] => {}
                [only] => return Ok(Some(only.clone())),
                _ => {
                    return Err(WillFail::new(
                        "42725",
                        format!("function name \"{}\" is not unique", signature.name.name),
                    ));
                }
            }
        }
        Ok(None)
    }

    pub(super) fn signature_text(&self, signature: &FunctionSignature) -> String {
        let arguments = signature.arguments.iter().flatten();
        let arguments: Vec<String> = arguments.map(ToString::to_string).collect();
        format!("{}({})", signature.name.name, arguments.join(", "))
    }

    pub(super) fn drop_trigger(&mut self, statement: &DropOnTable) -> Outcome {
        self.drop_on_table(statement, ObjectKind::Trigger)
    }

    pub(super) fn drop_policy(&mut self, statement: &DropOnTable) -> Outcome {
        self.drop_on_table(statement, ObjectKind::Policy)
    }

    fn drop_on_table(&mut self, statement: &DropOnTable, kind: ObjectKind) -> Outcome {
        let Some((place, relation)) = self.schema.relation(&statement.table) else {
            return self.not_there(
                ObjectKind::Table,
                &statement.table,
                statement.if_exists,
                || refusal::no_relation(&statement.table),
            );
        };
        let name = clip(&statement.name);
        let (exists, complete, inherited) = match relation {
            Relation::Table(table) => {
                let trigger = table.triggers.iter().find(|trigger| trigger.name == name);
                let exists = match kind {
                    ObjectKind::Trigger => trigger.is_some(),
                    _ => table.policies.iter().any(|policy| policy.name == name),
                };
                (
                    exists,
                    table.is_complete(),
                    trigger.is_some_and(|t| t.inherited),
                )
            }
            Relation::View(view) => (
                view.triggers.iter().any(|trigger| trigger.name == name),
                true,
                false,
            ),
            _ => (false, true, false),
        };
        let object = Object::on(kind, name, &place);
        if exists && inherited && kind == ObjectKind::Trigger {
            return Err(WillFail::new(
                "2BP01",
                format!(
                    "cannot drop trigger {name} on table {place} because its parent table's trigger requires it"
                ),
            ));
        }
        if exists {
            self.drop_objects(&[object], statement.cascade)?;
            if kind == ObjectKind::Trigger {
                self.drop_trigger_copies(&place, name);
            }
            return Ok(());
        }
        if statement.if_exists {
            self.notes.push(Note::Missing { object });
            return Ok(());
        }
        if complete && self.schema.unknown_steps == 0 {
            return Err(WillFail::new(
                "42704",
                format!(
                    "{} \"{name}\" for table \"{}\" does not exist",
                    kind.word(),
                    place.name
                ),
            ));
        }
        self.assumed(object);
        Ok(())
    }

    fn drop_trigger_copies(&mut self, table: &ObjectName, name: &str) {
        for child in self.child_names(table) {
            self.edit_table(&child, |table| {
                table
                    .triggers
                    .retain(|trigger| trigger.name != name || !trigger.inherited);
            });
            self.drop_trigger_copies(&child, name);
        }
    }

    pub(super) fn drop_statistics(&mut self, statement: &Drop) -> Outcome {
        for name in &statement.names {
            let schemas = match &name.schema {
                Some(schema) => vec![schema.clone()],
                None => self.schema.search_path.to_vec(),
            };
            let mut tables = self.schema.tables.iter();
            let owner = tables.find(|(_, table)| {
                let mut all = table.statistics.iter();
                all.any(|one| one.name == clip(&name.name) && schemas.contains(&one.schema))
            });
            match owner.map(|(place, _)| place.clone()) {
                Some(place) => {
                    self.edit_table(&place, |table| {
                        table.statistics.retain(|one| {
                            one.name != clip(&name.name) || !schemas.contains(&one.schema)
                        });
                    });
                }
                None => {
                    self.not_there(ObjectKind::Statistics, name, statement.if_exists, || {
                        refusal::missing("statistics object", name)
                    })?
                }
            }
        }
        Ok(())
    }

    /// What happens when the object of a `DROP` is not there.
    pub(super) fn not_there(
        &mut self,
        kind: ObjectKind,
        name: &QualifiedName,
        if_exists: bool,
        refuse: impl FnOnce() -> WillFail,
    ) -> Outcome {
        let object = Object::new(kind, &self.schema.creation_name(name));
        if if_exists {
            self.notes.push(Note::Missing { object });
        } else if self.may_exist() {
            self.assumed(object);
        } else {
            return Err(refuse());
        }
        Ok(())
    }

    /// Drops objects with all that goes along; refuses where something else depends on them and `CASCADE` is missing.
    pub(super) fn drop_objects(&mut self, targets: &[Object], cascade: bool) -> Outcome {
        let mut doomed: Vec<Object> = targets.to_vec();
        let mut forced: Vec<Object> = Vec::new();
        // Those of each doomed object, in the same order.
        let mut known: Vec<Vec<Dependent>> = Vec::new();
        loop {
            self.follow_auto(&mut doomed, &mut known);
            let blocking = blocking(&doomed, &known);
            if blocking.is_empty() {
                break;
            }
            if !cascade {
                return Err(self.blocked(targets, &blocking));
            }
            for (object, _) in blocking {
                if !doomed.contains(&object) {
                    forced.push(object.clone());
                    doomed.push(object);
                }
            }
        }
        for object in &doomed {
            if !targets.contains(object) {
                self.notes.push(Note::TakenAlong {
                    object: object.clone(),
                    by_cascade: forced.contains(object),
                });
            }
            self.note_parts(object);
        }
        for object in doomed.iter().rev() {
            self.remove(object);
        }
        Ok(())
    }

    /// Adds everything that goes silently.
    fn follow_auto(&self, doomed: &mut Vec<Object>, known: &mut Vec<Vec<Dependent>>) {
        while let Some(object) = doomed.get(known.len()) {
            let dependents = dependents(&self.schema, object);
            for dependent in &dependents {
                if dependent.bond == Bond::Auto && !covers(doomed, &dependent.object) {
                    doomed.push(dependent.object.clone());
                }
            }
            known.push(dependents);
        }
    }

    fn blocked(&self, targets: &[Object], blocking: &[(Object, Object)]) -> WillFail {
        let message = match targets {
            [only] => format!("cannot drop {only} because other objects depend on it"),
            _ => "cannot drop desired object(s) because other objects depend on them".to_owned(),
        };
        let lines = blocking
            .iter()
            .map(|(dependent, on)| format!("{dependent} depends on {on}"));
        WillFail {
            sqlstate: "2BP01",
            message,
            detail: Some(lines.collect::<Vec<_>>().join("\n")),
        }
    }

    /// What an object holds goes with it; dropping a table says nothing of its own parts, dropping a column or type does.
    fn note_parts(&mut self, object: &Object) {
        let view_unknown = match (object.kind, &object.on) {
            (ObjectKind::Column, Some(table)) => self.schema.views.values().find(|view| {
                let mut reads = view.reads.iter();
                reads.any(|read| read.relation == *table && read.columns.is_none())
            }),
            _ => None,
        };
        if let Some(view) = view_unknown {
            let reason = format!(
                "the columns that view {} reads could not be worked out",
                ObjectName::new(&view.schema, &view.name)
            );
            self.notes.push(Note::Uncertain { reason });
        }
    }

    /// Takes one object out of the state.
    fn remove(&mut self, object: &Object) {
        let name = &object.name;
        match (object.kind, &object.on) {
            (ObjectKind::Table, _) => {
                if let Some(parent) = self.table_at(name).and_then(|table| {
                    table
                        .partition_of
                        .as_ref()
                        .map(super::super::model::Partition::parent)
                }) {
                    self.forget_partition_references(&parent, name);
                }
                self.schema.tables.remove(name);
            }
            (ObjectKind::View | ObjectKind::MaterializedView, _) => {
                self.schema.views.remove(name);
            }
            (ObjectKind::Sequence, _) => {
                self.schema.sequences.remove(name);
                self.schema.identity_sequences.remove(name);
            }
            (ObjectKind::Type | ObjectKind::Domain, _) => {
                self.schema.types.remove(name);
            }
            (ObjectKind::Schema, _) => {
                self.schema.schemas.remove(&name.name);
            }
            (ObjectKind::Extension, _) => {
                self.schema.extensions.remove(&name.name);
            }
            (ObjectKind::Function, _) => {
                let functions = &mut self.schema.functions;
                let plain = function_name(name);
                functions.retain(|(place, arguments), _| {
                    *place != plain || function_object(place, arguments).name != *name
                });
            }
            (ObjectKind::Constraint, Some(on)) if self.schema.types.contains_key(on) => {
                self.remove_domain_check(on, &name.name);
            }
            (_, Some(table)) if self.schema.views.contains_key(table) => {
                self.edit_view(table, |view| {
                    view.triggers.retain(|trigger| trigger.name != name.name);
                    view.indexes.retain(|index| index.name != name.name);
                });
            }
            (kind, Some(table)) => self.remove_part(kind, &name.name, table),
            (_, None) => {}
        }
    }

    fn remove_part(&mut self, kind: ObjectKind, name: &str, table: &ObjectName) {
        if matches!(kind, ObjectKind::Constraint | ObjectKind::Index) {
            self.remove_parts_on_partitions(kind, name, table);
        }
        self.edit_table(table, |table| match kind {
            ObjectKind::Column => table.columns.retain(|column| column.name != name),
            ObjectKind::Default => {
                table.edit_column(name, |column| column.default = None);
            }
            ObjectKind::Constraint => {
                if table
                    .primary_key
                    .as_ref()
                    .is_some_and(|key| key.name == name)
                {
                    table.primary_key = None;
                }
                table.unique_constraints.retain(|c| c.name != name);
                table.check_constraints.retain(|c| c.name != name);
                table
                    .foreign_keys
                    .retain(|c| c.name != name && c.part_of.as_deref() != Some(name));
                table.exclusion_constraints.retain(|c| c.name != name);
            }
            ObjectKind::Index => table.indexes.retain(|index| index.name != name),
            ObjectKind::Trigger => table.triggers.retain(|trigger| trigger.name != name),
            ObjectKind::Policy => table.policies.retain(|policy| policy.name != name),
            ObjectKind::Statistics => table.statistics.retain(|one| one.name != name),
            _ => {}
        });
    }

    /// The parts on partitions of a key, foreign key or index that is gone.
    fn remove_parts_on_partitions(&mut self, kind: ObjectKind, name: &str, table: &ObjectName) {
        let parent_index = ObjectName::new(&table.schema, name);
        for child in self.child_names(table) {
            let Some(found) = self.table_at(&child) else {
                continue;
            };
            let is_part = |part_of: &Option<String>| part_of.as_deref() == Some(name);
            let parts: Vec<String> = if kind == ObjectKind::Index {
                let indexes = found.indexes.iter();
                let parts = indexes.filter(|index| index.part_of.as_ref() == Some(&parent_index));
                parts.map(|index| index.name.clone()).collect()
            } else {
                let keys = found.primary_key.iter().chain(&found.unique_constraints);
                let keys = keys
                    .filter(|key| is_part(&key.part_of))
                    .map(|key| &key.name);
                let foreign = found.foreign_keys.iter();
                let foreign = foreign
                    .filter(|key| is_part(&key.part_of))
                    .map(|key| &key.name);
                keys.chain(foreign).cloned().collect()
            };
            for part in parts {
                self.remove_part(kind, &part, &child);
            }
        }
    }

    fn remove_domain_check(&mut self, domain: &ObjectName, name: &str) {
        self.edit_type(domain, |definition| {
            if let TypeDefinition::Domain { checks, .. } = definition {
                checks.retain(|check| check.name != name);
            }
        });
    }
}

/// Dependents outside what is to go, with what they depend on; `known` holds those of each object that is to go.
fn blocking(doomed: &[Object], known: &[Vec<Dependent>]) -> Vec<(Object, Object)> {
    let mut found: Vec<(Object, Object)> = Vec::new();
    for (object, dependents) in doomed.iter().zip(known) {
        for dependent in dependents {
            let new = !covers(doomed, &dependent.object)
                && !found.iter().any(|(other, _)| *other == dependent.object);
            if new {
                found.push((dependent.object.clone(), object.clone()));
            }
        }
    }
    found
}

/// Whether an object is to go, by itself or as a part of something that goes.
fn covers(doomed: &[Object], object: &Object) -> bool {
    doomed.contains(object)
        || object.on.as_ref().is_some_and(|on| {
            doomed.iter().any(|gone| {
                let whole = matches!(
                    gone.kind,
                    ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView
                );
                let default_of = object.kind == ObjectKind::Default
                    && gone.kind == ObjectKind::Column
                    && gone.on.as_ref() == Some(on)
                    && gone.name == object.name;
                (whole && gone.name == *on) || default_of
            })
        })
}

fn kind_matches(kind: FunctionKind, found: &str) -> bool {
    match kind {
        FunctionKind::Routine => true,
        FunctionKind::Function => matches!(found, "function" | "window"),
        FunctionKind::Procedure => found == "procedure",
        FunctionKind::Aggregate => found == "aggregate",
    }
}

fn routine_word(kind: FunctionKind) -> &'static str {
    match kind {
        FunctionKind::Function => "function",
        FunctionKind::Procedure => "procedure",
        FunctionKind::Aggregate => "aggregate",
        FunctionKind::Routine => "routine",
    }
}
