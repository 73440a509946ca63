//! Where and how a table is kept.

use super::members::Pass;
use crate::effects::recorder::Recorder;
use crate::effects::{Cause, LockMode, RelationKind, catalog};
use crate::operation::Persistence;
use crate::schema::ObjectName;

/// `SET LOGGED`, `SET UNLOGGED`.
pub(super) fn set_persistence(
    recorder: &mut Recorder<'_>,
    pass: &Pass<'_>,
    persistence: Persistence,
) {
    let now = pass.table.map(|table| table.persistence);
    let wanted = match persistence {
        Persistence::Permanent => "permanent",
        Persistence::Unlogged => "unlogged",
        Persistence::Temporary => "temporary",
    };
    if now == Some(wanted) {
        recorder.skip_scan(
            pass.name,
            Cause::Persistence,
            format!("the table is {wanted} already"),
        );
        return;
    }
    pass.rewrite(Cause::Persistence, format!("the table becomes {wanted}"));
    if recorder.postgres() >= 15 {
        lock_sequences(
            recorder,
            pass.name,
            "becomes logged or unlogged with its table",
        );
    }
}

/// `SET ACCESS METHOD`. No statement of the model's says another method than `heap`.
pub(super) fn set_access_method(recorder: &mut Recorder<'_>, pass: &Pass<'_>, method: &str) {
    if method.eq_ignore_ascii_case("heap") {
        recorder.skip_scan(
            pass.name,
            Cause::Storage,
            "the access method is heap already",
        );
    } else {
        pass.rewrite(
            Cause::Storage,
            format!("the access method becomes {method}"),
        );
    }
}

/// `SET TABLESPACE`.
pub(super) fn set_tablespace(recorder: &mut Recorder<'_>, pass: &Pass<'_>, tablespace: &str) {
    if tablespace.eq_ignore_ascii_case("pg_default") {
        recorder.skip_scan(
            pass.name,
            Cause::Storage,
            "the table is in pg_default already",
        );
    } else if recorder.has_rows_of_its_own(pass.name) {
        recorder.rewrite(
            pass.name,
            Cause::Storage,
            format!("its file is copied to tablespace {tablespace}"),
        );
    }
}

/// `SET SCHEMA`: sequences move with their table.
pub(super) fn set_schema(recorder: &mut Recorder<'_>, table: &ObjectName) {
    lock_sequences(recorder, table, "moves to another schema with its table");
}

fn lock_sequences(recorder: &mut Recorder<'_>, table: &ObjectName, why: &str) {
    for (sequence, _) in catalog::owned_sequences(recorder.schema, table) {
        recorder.lock(
            sequence,
            RelationKind::Sequence,
            LockMode::AccessExclusive,
            why,
        );
    }
}

/// `REPLICA IDENTITY USING INDEX name`.
pub(super) fn replica_identity(recorder: &mut Recorder<'_>, table: &ObjectName, identity: &str) {
    let mut words = identity.split_whitespace();
    let using = words
        .by_ref()
        .take(2)
        .map(str::to_ascii_lowercase)
        .collect::<Vec<_>>();
    let name = words.next().unwrap_or_default().trim_matches('"');
    let index = ObjectName::new(&table.schema, name);
    if using == ["using", "index"] {
        recorder.lock_index(&index, LockMode::Share, "becomes the replica identity");
    }
}
