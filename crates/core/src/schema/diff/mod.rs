//! What differs between two states of the catalog.

mod fields;
mod known;
mod objects;
mod table;

use std::fmt;

use serde::Serialize;

pub use known::as_far_as_known;

use super::{Object, ObjectName, Schema};

/// A rename that operations told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rename {
    /// What was renamed, by its old name.
    pub from: Object,
    /// Its new name.
    pub to: ObjectName,
}

/// How an object changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is another.
    Changed,
}

/// One field of an object before and after, as text for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// Which: `default`, `type`, `position`.
    pub field: &'static str,
    /// Before; none where there was nothing.
    pub before: Option<String>,
    /// After.
    pub after: Option<String>,
}

/// One object's change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ObjectChange {
    /// Which, by its name after (before, where it is gone).
    #[serde(skip)]
    pub object: Object,
    /// How.
    pub change: Change,
    /// Its name before, if it was renamed.
    pub renamed_from: Option<String>,
    /// What changed in it.
    pub fields: Vec<FieldChange>,
}

/// All that differs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SchemaDiff {
    /// Changes, in the order of the schema JSON.
    pub changes: Vec<ObjectChange>,
}

impl SchemaDiff {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// In words, one change a line: "+ column weight of table parcel: type integer".
    pub fn lines(&self) -> Vec<String> {
        self.changes.iter().map(ToString::to_string).collect()
    }
}

impl fmt::Display for ObjectChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.change {
            Change::Added => '+',
            Change::Removed => '-',
            Change::Changed => '~',
        };
        write!(f, "{sign} {}", self.object)?;
        if let Some(before) = &self.renamed_from {
            write!(f, " (was {before})")?;
        }
        for (at, field) in self.fields.iter().enumerate() {
            write!(f, "{}{field}", if at == 0 { ": " } else { ", " })?;
        }
        Ok(())
    }
}

impl fmt::Display for FieldChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.before, &self.after) {
            (None, Some(after)) => write!(f, "{} {after}", self.field),
            (Some(before), None) => write!(f, "no {} ({before} before)", self.field),
            (Some(before), Some(after)) => write!(f, "{} {after} ({before} before)", self.field),
            (None, None) => f.write_str(self.field),
        }
    }
}

impl fmt::Display for SchemaDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines().join("\n"))
    }
}

/// Compares two states. `renames` are those that statements carried out between them, in order, so that an object under
/// a new name is told as renamed. Objects and facts that are only assumed are not compared.
pub fn diff(before: &Schema, after: &Schema, renames: &[Rename]) -> SchemaDiff {
    let mut changes = Vec::new();
    objects::before_tables(before, after, &mut changes);
    if !before.tables.is_copy_of(&after.tables) {
        table::tables(before, after, renames, &mut changes);
    }
    objects::after_tables(before, after, &mut changes);
    SchemaDiff { changes }
}
