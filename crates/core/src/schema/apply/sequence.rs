//! Sequences, also those behind `serial` and identity columns.

use std::sync::Arc;

use super::refusal;
use super::{Note, Object, ObjectKind, Outcome, Simulation, WillFail};
use crate::operation::{
    AlterSequence, CreateSequence, Identity, Persistence, QualifiedName, SequenceAction,
    SequenceOptions, SequenceOwner,
};
use crate::schema::lookup::Relation;
use crate::schema::names::clip;
use crate::schema::{ColumnReference, ObjectName, Sequence};

impl Simulation {
    pub(super) fn create_sequence(&mut self, statement: &CreateSequence) -> Outcome {
        let place = if statement.persistence == Persistence::Temporary {
            self.temporary_place(&statement.name)
        } else {
            self.creation_place(&statement.name)?
        };
        if self.schema.relation_at(&place).is_some() {
            if statement.if_not_exists {
                let differs = self.schema.sequence_at(&place).map(|existing| {
                    let mut wanted = new_sequence(&place, &statement.options);
                    wanted.owned_by.clone_from(&existing.owned_by);
                    wanted.comment.clone_from(&existing.comment);
                    wanted != *existing
                });
                self.notes.push(Note::Exists {
                    object: Object::new(ObjectKind::Sequence, &place),
                    differs,
                });
                return Ok(());
            }
            return Err(refusal::relation_exists(&place));
        }
        let mut sequence = new_sequence(&place, &statement.options);
        require_sound(&sequence)?;
        if let Some(owner) = &statement.owned_by {
            sequence.owned_by = self.sequence_owner(&place, owner)?;
        }
        self.insert_sequence(sequence);
        Ok(())
    }

    fn insert_sequence(&mut self, sequence: Sequence) {
        let place = ObjectName::new(&sequence.schema, &sequence.name);
        self.schema.sequences.insert(place, Arc::new(sequence));
    }

    fn sequence_owner(
        &mut self,
        sequence: &ObjectName,
        owner: &SequenceOwner,
    ) -> Outcome<Option<ColumnReference>> {
        let SequenceOwner::Column { table, column } = owner else {
            return Ok(None);
        };
        let place = self.require_table(table)?;
        let column = clip(column);
        self.require_column_or(&place, column, || {
            WillFail::new(
                "42703",
                format!(
                    "column \"{column}\" of relation \"{}\" does not exist",
                    place.name
                ),
            )
        })?;
        if place.schema != sequence.schema {
            return Err(WillFail::new(
                "55000",
                "sequence must be in same schema as table it is linked to",
            ));
        }
        Ok(Some(owned_by(&place, column)))
    }

    /// The sequence of a `serial` column.
    pub(super) fn make_owned_sequence(
        &mut self,
        table: &ObjectName,
        column: &str,
        options: &SequenceOptions,
    ) -> Outcome<ObjectName> {
        let name =
            self.schema
                .choose_relation_name(&table.schema, &table.name, Some(column), "seq");
        let place = ObjectName::new(&table.schema, name);
        let mut sequence = new_sequence(&place, options);
        sequence.owned_by = Some(owned_by(table, column));
        self.insert_sequence(sequence);
        self.notes.push(Note::Named {
            object: Object::new(ObjectKind::Sequence, &place),
        });
        Ok(place)
    }

    /// The sequence of an identity column.
    pub(super) fn make_identity_sequence(
        &mut self,
        table: &ObjectName,
        column: &str,
        identity: &Identity,
    ) -> Outcome {
        let place = match &identity.options.name {
            Some(name) => {
                let place = self.creation_place(name)?;
                self.require_free(&place)?;
                place
            }
            None => {
                let chosen = self.schema.choose_relation_name(
                    &table.schema,
                    &table.name,
                    Some(column),
                    "seq",
                );
                ObjectName::new(&table.schema, chosen)
            }
        };
        let data_type = self
            .table_at(table)
            .and_then(|table| table.column(column).map(|column| column.data_type.clone()));
        if let Some(data_type) = data_type.as_deref()
            && !matches!(data_type, "smallint" | "integer" | "bigint" | "")
        {
            return Err(WillFail::new(
                "22023",
                "identity column type must be smallint, integer, or bigint",
            ));
        }
        let mut sequence = new_sequence_of(
            &place,
            data_type.as_deref().unwrap_or("bigint"),
            &identity.options,
        );
        sequence.owned_by = Some(owned_by(table, column));
        self.schema
            .identity_sequences
            .insert(place, Arc::new(sequence));
        Ok(())
    }

    /// The sequence behind an identity column.
    pub(super) fn identity_sequence_of(
        &self,
        table: &ObjectName,
        column: &str,
    ) -> Option<ObjectName> {
        let owner = owned_by(table, column);
        let mut all = self.schema.identity_sequences.iter();
        all.find(|(_, sequence)| sequence.owned_by.as_ref() == Some(&owner))
            .map(|(name, _)| name.clone())
    }

    pub(super) fn alter_sequence(&mut self, statement: &AlterSequence) -> Outcome {
        let Some(place) = self.require_sequence(&statement.name, statement.if_exists)? else {
            return Ok(());
        };
        match &statement.action {
            SequenceAction::Set {
                options,
                owned_by: owner,
            } => {
                self.change_sequence(&place, options)?;
                if let Some(owner) = owner {
                    let owner = self.sequence_owner(&place, owner)?;
                    self.edit_sequence(&place, |sequence| sequence.owned_by = owner);
                }
                Ok(())
            }
            SequenceAction::Rename(to) => {
                self.rename_relation(&place, &ObjectName::new(&place.schema, clip(to)))
            }
            SequenceAction::SetSchema(schema) => {
                let owned = self
                    .schema
                    .sequences
                    .get(&place)
                    .is_some_and(|sequence| sequence.owned_by.is_some());
                if owned {
                    return Err(WillFail::new(
                        "0A000",
                        "cannot move an owned sequence into another schema",
                    ));
                }
                self.move_relation(&place, schema)
            }
            SequenceAction::Owner(_) | SequenceAction::SetPersistence(_) => Ok(()),
        }
    }

    /// A sequence that must exist; none where it is assumed or `IF EXISTS` did not find it.
    pub(super) fn require_sequence(
        &mut self,
        name: &QualifiedName,
        if_exists: bool,
    ) -> Outcome<Option<ObjectName>> {
        match self.schema.relation(name) {
            Some((place, Relation::Sequence(_))) => Ok(Some(place)),
            Some(_) => Err(refusal::wrong_kind(name, "a sequence")),
            None => {
                let object = Object::new(ObjectKind::Sequence, &self.schema.creation_name(name));
                if if_exists {
                    self.notes.push(Note::Missing { object });
                } else if self.may_exist() {
                    self.assumed(object);
                } else {
                    return Err(refusal::no_relation(name));
                }
                Ok(None)
            }
        }
    }

    /// `ALTER SEQUENCE` with options.
    pub(super) fn change_sequence(
        &mut self,
        place: &ObjectName,
        options: &SequenceOptions,
    ) -> Outcome {
        let changed = self.edit_sequence(place, |sequence| {
            alter(sequence, options);
            sequence.clone()
        });
        changed.as_ref().map_or(Ok(()), require_sound)
    }
}

/// A column as an owner.
pub(super) fn owned_by(table: &ObjectName, column: &str) -> ColumnReference {
    ColumnReference {
        schema: table.schema.clone(),
        table: table.name.clone(),
        column: column.to_owned(),
    }
}

fn new_sequence(place: &ObjectName, options: &SequenceOptions) -> Sequence {
    let data_type = options.data_type.as_ref().map(ToString::to_string);
    new_sequence_of(place, data_type.as_deref().unwrap_or("bigint"), options)
}

fn new_sequence_of(place: &ObjectName, data_type: &str, options: &SequenceOptions) -> Sequence {
    let data_type = if data_type.is_empty() {
        "bigint"
    } else {
        data_type
    };
    let increment = options.increment.unwrap_or(1);
    let (min, max) = bounds(data_type, increment);
    let min = options.min.flatten().unwrap_or(min);
    let max = options.max.flatten().unwrap_or(max);
    Sequence {
        schema: place.schema.clone(),
        name: place.name.clone(),
        data_type: data_type.to_owned(),
        start: options
            .start
            .unwrap_or(if increment > 0 { min } else { max }),
        increment,
        min,
        max,
        cache: options.cache.unwrap_or(1),
        cycle: options.cycle.unwrap_or(false),
        owned_by: None,
        comment: None,
    }
}

/// The least and greatest value of a sequence for which none was written.
fn bounds(data_type: &str, increment: i64) -> (i64, i64) {
    let (least, greatest) = match data_type {
        "smallint" => (i64::from(i16::MIN), i64::from(i16::MAX)),
        "integer" => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    if increment > 0 {
        (1, greatest)
    } else {
        (least, -1)
    }
}

/// `init_params()` of an existing sequence: another type moves the bounds that were the old type's own.
fn alter(sequence: &mut Sequence, options: &SequenceOptions) {
    let (old_min, old_max) = bounds(&sequence.data_type, sequence.increment);
    let moves_min = sequence.min == old_min;
    let moves_max = sequence.max == old_max;
    let retyped = options.data_type.as_ref().map(ToString::to_string);
    if let Some(data_type) = &retyped {
        sequence.data_type.clone_from(data_type);
    }
    if let Some(increment) = options.increment {
        sequence.increment = increment;
    }
    let (min, max) = bounds(&sequence.data_type, sequence.increment);
    match options.min {
        Some(given) => sequence.min = given.unwrap_or(min),
        None if retyped.is_some() && moves_min => sequence.min = min,
        None => {}
    }
    match options.max {
        Some(given) => sequence.max = given.unwrap_or(max),
        None if retyped.is_some() && moves_max => sequence.max = max,
        None => {}
    }
    if let Some(start) = options.start {
        sequence.start = start;
    }
    if let Some(cache) = options.cache {
        sequence.cache = cache;
    }
    if let Some(cycle) = options.cycle {
        sequence.cycle = cycle;
    }
}

/// What a sequence must fulfil (`init_params()`).
fn require_sound(sequence: &Sequence) -> Outcome {
    let Sequence {
        min, max, start, ..
    } = sequence;
    let message = if sequence.increment == 0 {
        "INCREMENT must not be zero".to_owned()
    } else if min >= max {
        format!("MINVALUE ({min}) must be less than MAXVALUE ({max})")
    } else if start < min {
        format!("START value ({start}) cannot be less than MINVALUE ({min})")
    } else if start > max {
        format!("START value ({start}) cannot be greater than MAXVALUE ({max})")
    } else if sequence.cache <= 0 {
        format!("CACHE ({}) must be greater than zero", sequence.cache)
    } else {
        return Ok(());
    };
    Err(WillFail::new("22023", message))
}

/// A column's type changed: its identity sequence follows.
pub(super) fn retype(sequence: &mut Sequence, data_type: &str) {
    let options = SequenceOptions {
        data_type: Some(crate::operation::TypeName::named(data_type)),
        ..SequenceOptions::default()
    };
    alter(sequence, &options);
}
