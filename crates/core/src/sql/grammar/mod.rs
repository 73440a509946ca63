//! Statements: one function per kind, each reading to the end of the statement or refusing at a token.
//!
//! What a statement is made of is ours, so that every element has its place; expressions, queries and what stands in
//! `FROM` are sqlparser's.

mod alter_table;
mod column;
mod constraint;
mod create_table;
mod data;
mod function;
mod index;
mod object;
mod query;
mod sequence;
mod session;
mod shapes;
mod trigger;
mod types;
mod user_type;
mod view;

use crate::operation::{FunctionKind, Operation, Persistence};
use crate::sql::cursor::Cursor;
use crate::sql::refusal::Parsed;
use view::ViewFlags;

/// A whole statement.
pub(super) fn statement(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    if cursor.at("CREATE") {
        return create(cursor);
    }
    if cursor.at("ALTER") {
        return alter(cursor);
    }
    if cursor.at("DROP") {
        return drop(cursor);
    }
    if query::at_query(cursor) {
        return query::statement(cursor);
    }
    let transactions = [
        "BEGIN",
        "START TRANSACTION",
        "COMMIT PREPARED",
        "COMMIT",
        "END",
        "ROLLBACK PREPARED",
        "ROLLBACK",
        "ABORT",
        "SAVEPOINT",
        "RELEASE",
        "PREPARE TRANSACTION",
    ];
    if let Some(verb) = cursor.eat_any(&transactions) {
        return session::transaction(cursor, verb);
    }
    if let Some(verb) = cursor.eat_any(&["VACUUM", "ANALYZE", "ANALYSE", "CLUSTER"]) {
        return session::maintenance(cursor, verb);
    }
    let verbs = [
        "SET",
        "RESET",
        "LOCK",
        "TRUNCATE",
        "COPY",
        "DO",
        "CALL",
        "REINDEX",
        "REFRESH MATERIALIZED VIEW",
        "COMMENT ON",
    ];
    match cursor.eat_any(&verbs) {
        Some("SET") => session::set(cursor),
        Some("RESET") => session::reset(cursor),
        Some("LOCK") => session::lock(cursor),
        Some("TRUNCATE") => data::truncate(cursor),
        Some("COPY") => data::copy(cursor),
        Some("DO") => data::do_block(cursor),
        Some("CALL") => data::call(cursor),
        Some("REINDEX") => index::reindex(cursor),
        Some("REFRESH MATERIALIZED VIEW") => view::refresh(cursor),
        Some(_) => object::comment(cursor),
        None => shapes::unmodelled(cursor),
    }
}

fn create(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let start = cursor.mark();
    cursor.expect("CREATE")?;
    let or_replace = cursor.eat("OR REPLACE");
    let replaceable = [
        "FUNCTION",
        "PROCEDURE",
        "AGGREGATE",
        "CONSTRAINT TRIGGER",
        "TRIGGER",
        "VIEW",
        "RECURSIVE VIEW",
        "TEMP VIEW",
        "TEMPORARY VIEW",
        "TEMP RECURSIVE VIEW",
        "TEMPORARY RECURSIVE VIEW",
    ];
    match cursor.eat_any(&replaceable) {
        Some("FUNCTION") => {
            return function::create_function(cursor, FunctionKind::Function, or_replace);
        }
        Some("PROCEDURE") => {
            return function::create_function(cursor, FunctionKind::Procedure, or_replace);
        }
        Some("AGGREGATE") => return function::create_aggregate(cursor, or_replace),
        Some("CONSTRAINT TRIGGER") => return trigger::create_trigger(cursor, or_replace, true),
        Some("TRIGGER") => return trigger::create_trigger(cursor, or_replace, false),
        Some(view) => {
            let flags = ViewFlags {
                or_replace,
                temporary: view.starts_with("TEMP"),
                recursive: view.contains("RECURSIVE"),
                materialized: false,
            };
            return view::create_view(cursor, flags);
        }
        None => {}
    }
    if or_replace {
        cursor.rewind(start);
        return shapes::unmodelled(cursor);
    }
    create_once(cursor, start)
}

/// What follows `CREATE` where `OR REPLACE` cannot stand.
fn create_once(cursor: &mut Cursor<'_>, start: crate::sql::cursor::Mark) -> Parsed<Operation> {
    let objects = [
        "FOREIGN TABLE",
        "MATERIALIZED VIEW",
        "UNIQUE INDEX",
        "INDEX",
        "TYPE",
        "DOMAIN",
        "POLICY",
        "SCHEMA",
        "EXTENSION",
        "STATISTICS",
    ];
    match cursor.eat_any(&objects) {
        Some("FOREIGN TABLE") => return create_table::create_foreign_table(cursor),
        Some("MATERIALIZED VIEW") => {
            let flags = ViewFlags {
                materialized: true,
                ..ViewFlags::default()
            };
            return view::create_view(cursor, flags);
        }
        Some("UNIQUE INDEX") => return index::create_index(cursor, true),
        Some("INDEX") => return index::create_index(cursor, false),
        Some("TYPE") => return user_type::create_type(cursor),
        Some("DOMAIN") => return user_type::create_domain(cursor),
        Some("POLICY") => return trigger::create_policy(cursor),
        Some("SCHEMA") => return object::create_schema(cursor),
        Some("EXTENSION") => return object::create_extension(cursor),
        Some(_) => return object::create_statistics(cursor),
        None => {}
    }
    let temporary = [
        "TEMPORARY",
        "TEMP",
        "LOCAL TEMPORARY",
        "LOCAL TEMP",
        "GLOBAL TEMPORARY",
        "GLOBAL TEMP",
    ];
    let persistence = if cursor.eat_any(&temporary).is_some() {
        Persistence::Temporary
    } else if cursor.eat("UNLOGGED") {
        Persistence::Unlogged
    } else {
        Persistence::Permanent
    };
    match cursor.eat_any(&["TABLE", "SEQUENCE"]) {
        Some("TABLE") => create_table::create_table(cursor, persistence),
        Some(_) => sequence::create_sequence(cursor, persistence),
        None if persistence != Persistence::Permanent => cursor.refuse("TABLE, SEQUENCE or VIEW"),
        None => {
            cursor.rewind(start);
            shapes::unmodelled(cursor)
        }
    }
}

fn alter(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let start = cursor.mark();
    let objects = [
        "ALTER TABLE",
        "ALTER FOREIGN TABLE",
        "ALTER INDEX",
        "ALTER VIEW",
        "ALTER MATERIALIZED VIEW",
        "ALTER SEQUENCE",
        "ALTER TYPE",
        "ALTER DOMAIN",
        "ALTER FUNCTION",
        "ALTER PROCEDURE",
        "ALTER ROUTINE",
        "ALTER AGGREGATE",
        "ALTER TRIGGER",
        "ALTER POLICY",
        "ALTER SCHEMA",
    ];
    let found = cursor.eat_any(&objects);
    if cursor.at("ALL IN TABLESPACE") {
        cursor.rewind(start);
        return shapes::unmodelled(cursor);
    }
    match found {
        Some("ALTER TABLE" | "ALTER FOREIGN TABLE") => alter_table::alter_table(cursor),
        Some("ALTER INDEX") => index::alter_index(cursor),
        Some("ALTER VIEW") => view::alter_view(cursor, false),
        Some("ALTER MATERIALIZED VIEW") => view::alter_view(cursor, true),
        Some("ALTER SEQUENCE") => sequence::alter_sequence(cursor),
        Some("ALTER TYPE") => user_type::alter_type(cursor),
        Some("ALTER DOMAIN") => user_type::alter_domain(cursor),
        Some("ALTER FUNCTION") => function::alter_function(cursor, FunctionKind::Function),
        Some("ALTER PROCEDURE") => function::alter_function(cursor, FunctionKind::Procedure),
        Some("ALTER ROUTINE") => function::alter_function(cursor, FunctionKind::Routine),
        Some("ALTER AGGREGATE") => function::alter_function(cursor, FunctionKind::Aggregate),
        Some("ALTER TRIGGER") => trigger::alter_trigger(cursor),
        Some("ALTER POLICY") => trigger::alter_policy(cursor),
        Some(_) => object::alter_schema(cursor),
        None => shapes::unmodelled(cursor),
    }
}

fn drop(cursor: &mut Cursor<'_>) -> Parsed<Operation> {
    let objects = [
        "DROP TABLE",
        "DROP FOREIGN TABLE",
        "DROP INDEX",
        "DROP VIEW",
        "DROP MATERIALIZED VIEW",
        "DROP SEQUENCE",
        "DROP TYPE",
        "DROP DOMAIN",
        "DROP FUNCTION",
        "DROP PROCEDURE",
        "DROP ROUTINE",
        "DROP AGGREGATE",
        "DROP TRIGGER",
        "DROP POLICY",
        "DROP SCHEMA",
        "DROP EXTENSION",
        "DROP STATISTICS",
    ];
    match cursor.eat_any(&objects) {
        Some("DROP TABLE" | "DROP FOREIGN TABLE") => {
            object::drop_names(cursor).map(Operation::DropTable)
        }
        Some("DROP INDEX") => index::drop_index(cursor),
        Some("DROP VIEW") => view::drop_view(cursor, false),
        Some("DROP MATERIALIZED VIEW") => view::drop_view(cursor, true),
        Some("DROP SEQUENCE") => object::drop_names(cursor).map(Operation::DropSequence),
        Some("DROP TYPE" | "DROP DOMAIN") => object::drop_names(cursor).map(Operation::DropType),
        Some("DROP FUNCTION") => function::drop_function(cursor, FunctionKind::Function),
        Some("DROP PROCEDURE") => function::drop_function(cursor, FunctionKind::Procedure),
        Some("DROP ROUTINE") => function::drop_function(cursor, FunctionKind::Routine),
        Some("DROP AGGREGATE") => function::drop_function(cursor, FunctionKind::Aggregate),
        Some("DROP TRIGGER") => trigger::drop_on_table(cursor).map(Operation::DropTrigger),
        Some("DROP POLICY") => trigger::drop_on_table(cursor).map(Operation::DropPolicy),
        Some("DROP SCHEMA") => object::drop_names(cursor).map(Operation::DropSchema),
        Some("DROP EXTENSION") => object::drop_names(cursor).map(Operation::DropExtension),
        Some(_) => object::drop_names(cursor).map(Operation::DropStatistics),
        None => shapes::unmodelled(cursor),
    }
}
