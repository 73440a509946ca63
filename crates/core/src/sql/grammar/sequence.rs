//! Sequences.

use crate::operation::{
    AlterSequence, CreateSequence, Operation, Persistence, SequenceAction, SequenceOptions,
    SequenceOwner,
};
use crate::sql::cursor::Cursor;
use crate::sql::refusal::Parsed;

/// What follows `CREATE … SEQUENCE`.
pub(super) fn create_sequence(
    cursor: &mut Cursor<'_>,
    persistence: Persistence,
) -> Parsed<Operation> {
    let if_not_exists = cursor.eat("IF NOT EXISTS");
    let name = cursor.name()?;
    let (options, owned_by) = cursor.sequence_options()?;
    cursor.end()?;
    Ok(Operation::CreateSequence(CreateSequence {
        name,
        if_not_exists,
        persistence,
        options,
        owned_by,
    }))
}

/// What follows `ALTER SEQUENCE`.
pub(super) fn alter_sequence(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let if_exists = cursor.eat("IF EXISTS");
    let name = cursor.name()?;
    let verbs = [
        "RENAME TO",
        "SET SCHEMA",
        "OWNER TO",
        "SET LOGGED",
        "SET UNLOGGED",
    ];
    let action = match cursor.eat_any(&verbs) {
        Some("RENAME TO") => SequenceAction::Rename(cursor.identifier()?),
        Some("SET SCHEMA") => SequenceAction::SetSchema(cursor.identifier()?),
        Some("OWNER TO") => SequenceAction::Owner(cursor.role()?),
        Some("SET LOGGED") => SequenceAction::SetPersistence(Persistence::Permanent),
        Some(_) => SequenceAction::SetPersistence(Persistence::Unlogged),
        None => {
            let start = cursor.mark();
            let (options, owned_by) = cursor.sequence_options()?;
            if cursor.mark() == start {
                return cursor.refuse("an option of the sequence");
            }
            SequenceAction::Set { options, owned_by }
        }
    };
    cursor.end()?;
    Ok(Operation::AlterSequence(AlterSequence {
        name,
        if_exists,
        action,
    }))
}

impl Cursor<'_> {
    /// Options of a sequence in any order, with `OWNED BY`.
    pub fn sequence_options(&mut self) -> Parsed<(SequenceOptions, Option<SequenceOwner>)> {
        let mut options = SequenceOptions::default();
        let mut owner = None;
        loop {
            if self.eat("OWNED BY") {
                owner = Some(self.sequence_owner()?);
            } else if self.eat("RESTART") {
                self.sequence_restart(&mut options)?;
            } else if !self.sequence_option(&mut options)? {
                return Ok((options, owner));
            }
        }
    }

    fn sequence_owner(&mut self) -> Parsed<SequenceOwner> {
        if self.eat("NONE") {
            return Ok(SequenceOwner::None);
        }
        let (table, column) = self.column_name()?;
        Ok(SequenceOwner::Column { table, column })
    }

    /// What follows `RESTART`.
    pub fn sequence_restart(&mut self, options: &mut SequenceOptions) -> Parsed<()> {
        let with = self.eat("WITH");
        options.restart = Some(if with || self.at_signed_number() {
            Some(self.integer()?)
        } else {
            None
        });
        Ok(())
    }

    /// One option but `OWNED BY` and `RESTART`; false if none comes next.
    pub fn sequence_option(&mut self, options: &mut SequenceOptions) -> Parsed<bool> {
        let verbs = [
            "AS",
            "START",
            "INCREMENT",
            "MINVALUE",
            "NO MINVALUE",
            "MAXVALUE",
            "NO MAXVALUE",
            "CACHE",
            "CYCLE",
            "NO CYCLE",
            "SEQUENCE NAME",
        ];
        match self.eat_any(&verbs) {
            Some("AS") => options.data_type = Some(self.type_name()?),
            Some("START") => {
                self.eat("WITH");
                options.start = Some(self.integer()?);
            }
            Some("INCREMENT") => {
                self.eat("BY");
                options.increment = Some(self.integer()?);
            }
            Some("MINVALUE") => options.min = Some(Some(self.integer()?)),
            Some("NO MINVALUE") => options.min = Some(None),
            Some("MAXVALUE") => options.max = Some(Some(self.integer()?)),
            Some("NO MAXVALUE") => options.max = Some(None),
            Some("CACHE") => options.cache = Some(self.integer()?),
            Some("CYCLE") => options.cycle = Some(true),
            Some("NO CYCLE") => options.cycle = Some(false),
            Some(_) => options.name = Some(self.name()?),
            None => return Ok(false),
        }
        Ok(true)
    }
}
