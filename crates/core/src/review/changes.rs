//! How the schema changes, in words for lists.

use retort_report::{Change as WireChange, ChangeLine};

use super::{RevisionState, StepOutcome, hindsight};
use crate::operation::{AlterTable, Operation, TableAction};
use crate::schema::{
    self, Change, Note, Object, ObjectChange, ObjectKind, ObjectName, Rename, Schema,
};

/// What a revision's upgrade changes.
pub fn changes(state: &RevisionState) -> Vec<ChangeLine> {
    let renames = renames(&state.up.steps);
    let before = hindsight(&state.before, &state.up.steps).schema;
    change_lines(&schema::diff(&before, state.after(), &renames))
}

/// A difference, one line for each object.
pub fn change_lines(difference: &schema::SchemaDiff) -> Vec<ChangeLine> {
    difference.changes.iter().map(change_line).collect()
}

fn change_line(change: &ObjectChange) -> ChangeLine {
    let object = &change.object;
    let mut text = object.to_string();
    if let Some(before) = &change.renamed_from {
        text.push_str(&format!(" (was {before})"));
    }
    let fields: Vec<String> = change
        .fields
        .iter()
        .map(|field| match (&field.before, &field.after) {
            (None, Some(after)) => format!("{} {after}", field.field),
            (Some(before), None) => format!("{} {before} removed", field.field),
            (Some(before), Some(after)) => format!("{} {before} \u{2192} {after}", field.field),
            (None, None) => field.field.to_owned(),
        })
        .collect();
    if !fields.is_empty() {
        text.push_str(&format!(": {}", fields.join(", ")));
    }
    let table = match object.kind {
        ObjectKind::Table => Some(object.name.to_string()),
        _ => object.on.as_ref().map(ToString::to_string),
    };
    ChangeLine {
        change: match change.change {
            Change::Added => WireChange::Added,
            Change::Removed => WireChange::Removed,
            Change::Changed => WireChange::Changed,
        },
        text,
        table,
    }
}

/// The renames that statements carried out, by the names before and after the statement.
pub fn renames(steps: &[StepOutcome]) -> Vec<Rename> {
    let ran = steps.iter().filter(|outcome| outcome.result.is_ok());
    ran.flat_map(|outcome| match &outcome.step.operation {
        Operation::AlterTable(alter) => table_renames(&outcome.before, alter),
        _ => Vec::new(),
    })
    .collect()
}

fn table_renames(before: &Schema, alter: &AlterTable) -> Vec<Rename> {
    let assumed = || {
        let may_exist = before.may_hold_unknown_objects();
        may_exist.then(|| before.creation_name(&alter.name))
    };
    let Some(table) = before.resolve_relation(&alter.name).or_else(assumed) else {
        return Vec::new();
    };
    let rename = |action: &TableAction| match action {
        TableAction::RenameTable { to } => Some(Rename {
            from: Object::new(ObjectKind::Table, &table),
            to: ObjectName::new(&table.schema, to),
        }),
        TableAction::RenameColumn { column, to } => Some(Rename {
            from: Object::on(ObjectKind::Column, column, &table),
            to: ObjectName::new(&table.schema, to),
        }),
        _ => None,
    };
    alter.actions.iter().filter_map(rename).collect()
}

/// What happened silently, in words; nothing where it needs no words.
pub fn note_words(note: &Note) -> Option<String> {
    match note {
        Note::TakenAlong {
            object,
            by_cascade: true,
        } => Some(format!("CASCADE also drops {object}")),
        Note::TakenAlong {
            object,
            by_cascade: false,
        } => Some(format!("{object} goes with it")),
        Note::Exists {
            object,
            differs: Some(true),
        } => Some(format!(
            "{object} is already there, defined otherwise: nothing happens"
        )),
        Note::Exists { object, .. } => Some(format!("{object} is already there: nothing happens")),
        Note::Missing { object } => Some(format!("{object} is not there: nothing happens")),
        Note::Assumed { object } => Some(format!("{object} is assumed to exist")),
        Note::Named { object } => Some(format!("PostgreSQL names it: {object}")),
        // Nothing happens that the statement does not say.
        Note::KeptAsWritten { .. } => None,
        Note::Caught { refusal } => Some(format!("the block catches \"{refusal}\"")),
        Note::Uncertain { reason } => Some(reason.clone()),
    }
}
