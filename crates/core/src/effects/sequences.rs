//! Sequences.

use super::LockMode;
use super::recorder::Recorder;
use crate::operation::{AlterSequence, CreateSequence, SequenceAction, SequenceOwner};

/// `CREATE SEQUENCE`.
pub(super) fn create(recorder: &mut Recorder<'_>, create: &CreateSequence) {
    lock_owner(recorder, create.owned_by.as_ref());
}

/// `ALTER SEQUENCE`.
pub(super) fn alter(recorder: &mut Recorder<'_>, alter: &AlterSequence) {
    let Some(sequence) = recorder.relation(&alter.name) else {
        return;
    };
    match &alter.action {
        SequenceAction::Set { owned_by, .. } => {
            recorder.lock_relation(
                &sequence,
                LockMode::ShareRowExclusive,
                "its settings change",
            );
            lock_owner(recorder, owned_by.as_ref());
        }
        SequenceAction::Rename(_)
        | SequenceAction::SetSchema(_)
        | SequenceAction::Owner(_)
        | SequenceAction::SetPersistence(_) => {
            recorder.lock_relation(&sequence, LockMode::AccessExclusive, "altered");
        }
    }
}

fn lock_owner(recorder: &mut Recorder<'_>, owner: Option<&SequenceOwner>) {
    if let Some(SequenceOwner::Column { table, .. }) = owner
        && let Some(table) = recorder.relation(table)
    {
        recorder.lock_relation(&table, LockMode::AccessShare, "owns the sequence");
    }
}
