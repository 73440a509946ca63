//! The statements that lead from one state of the catalog to another.
//!
//! They are meant for two states that lie one statement apart (a reversal goes back step by step), or for making a whole
//! schema out of an empty one.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::definition;
use super::function::{FunctionTime, drop_function, make_functions, make_triggers};
use super::table::{alter_table, dependents_gone, dependents_made};
use super::user_type::alter_type;
use super::view::{drop_views, make_views, needs_remaking};
use crate::operation::{quote_identifier, quote_literal};
use crate::schema::{Column, Knowledge, ObjectName, Objects, Schema, Sequence, Table};

/// Statements in the order in which they can run.
pub(super) struct Transition {
    /// The statements.
    pub statements: Vec<String>,
    /// What no statement can bring back.
    pub impossible: Vec<String>,
}

/// Statements that turn `from` into `to`.
pub(super) fn transition(from: &Schema, to: &Schema) -> Transition {
    let mut out = Transition {
        statements: Vec::new(),
        impossible: Vec::new(),
    };
    let to = &with_assumed(from, to);
    make_containers(from, to, &mut out);
    make_types_and_sequences(from, to, &mut out);
    make_functions(from, to, &mut out, FunctionTime::BeforeTables);
    drop_views(from, to, &mut out.statements);
    for (before, after) in pairs(&from.tables, &to.tables) {
        dependents_gone(before, after, &mut out.statements);
    }
    drop_tables(from, to, &mut out.statements);
    for (before, after) in pairs(&from.tables, &to.tables) {
        alter_table(before, after, from, to, &mut out);
    }
    make_tables(from, to, &mut out);
    make_functions(from, to, &mut out, FunctionTime::AfterTables);
    make_views(from, to, &mut out);
    make_triggers(from, to, &mut out.statements);
    own_sequences(from, to, &mut out.statements);
    drop_rest(from, to, &mut out.statements);
    comments(from, to, &mut out.statements);
    out
}

/// A table or column that a statement revealed was there before: all of it but what statements made.
fn with_assumed(from: &Schema, to: &Schema) -> Schema {
    let mut grown: Vec<Table> = Vec::new();
    for (name, table) in from.tables.iter() {
        let Some(former) = to.tables.get(name).filter(|table| !table.is_complete()) else {
            continue;
        };
        let is_new = |column: &&Column| {
            column.knowledge == Knowledge::Assumed && former.column(&column.name).is_none()
        };
        let columns: Vec<Column> = table.columns.iter().filter(is_new).cloned().collect();
        if !columns.is_empty() {
            let mut former = (**former).clone();
            former.columns.extend(columns);
            grown.push(former);
        }
    }
    let revealed: Vec<&Table> = only_in(&from.tables, &to.tables)
        .map(|(_, table)| table)
        .filter(|table| !table.is_complete())
        .collect();
    if revealed.is_empty() && grown.is_empty() {
        return to.clone();
    }
    let mut tables = to.tables.clone();
    for table in grown {
        tables.insert(Arc::new(table));
    }
    for table in revealed {
        let columns = table
            .columns
            .iter()
            .filter(|column| column.knowledge == Knowledge::Assumed);
        let former = Table {
            columns: columns.cloned().collect(),
            primary_key: None,
            unique_constraints: Vec::new(),
            check_constraints: Vec::new(),
            foreign_keys: Vec::new(),
            exclusion_constraints: Vec::new(),
            indexes: Vec::new(),
            triggers: Vec::new(),
            policies: Vec::new(),
            statistics: Vec::new(),
            comment: None,
            ..table.clone()
        };
        tables.insert(Arc::new(former));
    }
    Schema {
        tables,
        ..to.clone()
    }
}

/// Objects of one name in both states that are not the same object.
pub(super) fn pairs<'a, V: PartialEq>(
    from: &'a Objects<ObjectName, V>,
    to: &'a Objects<ObjectName, V>,
) -> impl Iterator<Item = (&'a V, &'a V)> {
    from.iter().filter_map(|(name, before)| {
        let after = to.get(name)?;
        (!Arc::ptr_eq(before, after) && before != after).then(|| (before.as_ref(), after.as_ref()))
    })
}

/// Objects of `from` that `to` has not.
pub(super) fn only_in<'a, K: Ord, V>(
    from: &'a Objects<K, V>,
    to: &'a Objects<K, V>,
) -> impl DoubleEndedIterator<Item = (&'a K, &'a V)> {
    from.iter()
        .filter(|(name, _)| !to.contains_key(name))
        .map(|(name, object)| (name, object.as_ref()))
}

// ------------------------------------------------------------------------------------------- schemas, types, sequences

fn make_containers(from: &Schema, to: &Schema, out: &mut Transition) {
    for (_, namespace) in only_in(&to.schemas, &from.schemas) {
        out.statements.push(definition::namespace(namespace));
    }
    for (_, extension) in only_in(&to.extensions, &from.extensions) {
        out.statements.push(definition::extension(extension));
    }
}

fn make_types_and_sequences(from: &Schema, to: &Schema, out: &mut Transition) {
    for name in ordered_types(from, to) {
        let Some(user_type) = to.types.get(&name) else {
            continue;
        };
        match definition::user_type(user_type) {
            _ if user_type.knowledge == Knowledge::Assumed => {}
            Some(statement) => out.statements.push(statement),
            None => out.impossible.push(format!(
                "the definition of the base type {name} is not known"
            )),
        }
    }
    for (before, after) in pairs(&from.types, &to.types) {
        alter_type(before, after, from, to, out);
    }
    for (name, sequence) in only_in(&to.sequences, &from.sequences) {
        if !made_by_serial(name, sequence, to) {
            out.statements.push(definition::sequence(sequence));
        }
    }
}

/// New types, each after those that its definition names.
fn ordered_types(from: &Schema, to: &Schema) -> Vec<ObjectName> {
    let mut waiting: Vec<(ObjectName, String)> = only_in(&to.types, &from.types)
        .map(|(name, user_type)| {
            (
                name.clone(),
                definition::user_type(user_type).unwrap_or_default(),
            )
        })
        .collect();
    let mut ordered = Vec::new();
    while !waiting.is_empty() {
        let names: Vec<String> = waiting.iter().map(|(name, _)| full_name(name)).collect();
        let is_free = |(name, text): &(ObjectName, String)| {
            let own = full_name(name);
            !names
                .iter()
                .any(|other| *other != own && text.contains(other.as_str()))
        };
        // A circle of types cannot be written down; the first then goes ahead.
        let next = waiting.iter().position(is_free).unwrap_or(0);
        ordered.push(waiting.remove(next).0);
    }
    ordered
}

/// As types name it: `public.mood`.
fn full_name(name: &ObjectName) -> String {
    format!(
        "{}.{}",
        quote_identifier(&name.schema),
        quote_identifier(&name.name)
    )
}

/// Whether a sequence comes with a `serial` column.
fn made_by_serial(name: &ObjectName, sequence: &Sequence, schema: &Schema) -> bool {
    sequence.owned_by.as_ref().is_some_and(|owner| {
        let table = schema
            .tables
            .get(&ObjectName::new(&owner.schema, &owner.table));
        table.is_some_and(|table| {
            table.column(&owner.column).is_some_and(|column| {
                definition::serial(table, column, schema).is_some()
                    && definition::serial_sequence(table, column, schema)
                        .is_some_and(|own| own.name == name.name)
            })
        })
    })
}

/// Sequences that belong to a column once the column is there, and changed sequences.
fn own_sequences(from: &Schema, to: &Schema, out: &mut Vec<String>) {
    for (name, sequence) in to.sequences.iter() {
        let before = from.sequences.get(name);
        let owner_before = before.and_then(|before| before.owned_by.as_ref());
        if owner_before != sequence.owned_by.as_ref()
            && !(before.is_none() && made_by_serial(name, sequence, to))
        {
            out.push(definition::sequence_owner(name, sequence.owned_by.as_ref()));
        }
        if let Some(before) = before {
            alter_sequence(name, before, sequence, out);
        }
    }
}

fn alter_sequence(name: &ObjectName, before: &Sequence, after: &Sequence, out: &mut Vec<String>) {
    let data_type = if before.data_type == after.data_type {
        String::new()
    } else {
        format!(" AS {}", after.data_type)
    };
    let changes = definition::sequence_changes(before, after, "");
    if !data_type.is_empty() || !changes.is_empty() {
        out.push(format!("ALTER SEQUENCE {name}{data_type}{changes}"));
    }
}

// -------------------------------------------------------------------------------------------------------------- tables

/// Tables that are gone, children and referencing ones first; foreign keys that go in a circle before all.
fn drop_tables(from: &Schema, to: &Schema, out: &mut Vec<String>) {
    let gone: Vec<(&ObjectName, &Table)> = only_in(&from.tables, &to.tables)
        .filter(|(_, table)| table.is_complete() || table.partition_of.is_some())
        .collect();
    let (ordered, circular) = by_references(gone);
    for (table, key) in circular {
        out.push(format!(
            "ALTER TABLE {table} DROP CONSTRAINT {}",
            quote_identifier(key)
        ));
    }
    for (name, table) in ordered.iter().rev() {
        let kind = if table.kind == crate::schema::TableKind::Foreign {
            "FOREIGN TABLE"
        } else {
            "TABLE"
        };
        out.push(format!("DROP {kind} {name}"));
    }
}

/// A foreign key by its table and its name.
type KeyOf<'a> = (&'a ObjectName, &'a str);

/// Tables, each after those that it references or belongs to, and the foreign keys for which that is not possible.
fn by_references<'a>(
    mut waiting: Vec<(&'a ObjectName, &'a Table)>,
) -> (Vec<(&'a ObjectName, &'a Table)>, Vec<KeyOf<'a>>) {
    let mut ordered = Vec::new();
    let mut circular = Vec::new();
    while !waiting.is_empty() {
        let names: BTreeSet<ObjectName> = waiting.iter().map(|(name, _)| (*name).clone()).collect();
        let waits_for =
            |name: &ObjectName, other: &ObjectName| other != name && names.contains(other);
        let has_parents = |name: &ObjectName, table: &Table| {
            table.parents().any(|parent| waits_for(name, &parent))
        };
        let is_free = |(name, table): &(&ObjectName, &Table)| {
            let keys = table
                .foreign_keys
                .iter()
                .map(|key| key.references.table_name());
            !has_parents(name, table) && !keys.into_iter().any(|target| waits_for(name, &target))
        };
        let next = waiting.iter().position(is_free).unwrap_or_else(|| {
            waiting
                .iter()
                .position(|(name, table)| !has_parents(name, table))
                .unwrap_or(0)
        });
        let (name, table) = waiting.remove(next);
        let keys = table.foreign_keys.iter();
        let left = keys.filter(|key| waits_for(name, &key.references.table_name()));
        circular.extend(left.map(|key| (name, key.name.as_str())));
        ordered.push((name, table));
    }
    (ordered, circular)
}

fn make_tables(from: &Schema, to: &Schema, out: &mut Transition) {
    let new: Vec<(&ObjectName, &Table)> = only_in(&to.tables, &from.tables).collect();
    let (ordered, circular) = by_references(new);
    for (name, table) in &ordered {
        if !table.is_complete() {
            out.impossible
                .push(format!("table {name} is not defined in the files given"));
            continue;
        }
        if table.kind == crate::schema::TableKind::Foreign {
            out.impossible.push(format!(
                "the server of the foreign table {name} is not known"
            ));
        }
        let later = |key: &str| circular.contains(&(*name, key));
        out.statements.push(definition::table(table, to, |key| {
            key.validated && !later(&key.name)
        }));
        dependents_made(None, table, &mut out.statements);
        let rest = table
            .foreign_keys
            .iter()
            .filter(|key| key.part_of.is_none() && !key.validated && !later(&key.name));
        out.statements.extend(
            rest.map(|key| definition::add_constraint(name, &definition::foreign_key(key))),
        );
    }
    for (name, key) in &circular {
        let table = to.tables.get(*name);
        let found = table.and_then(|table| table.foreign_keys.iter().find(|own| own.name == *key));
        out.statements.extend(
            found.map(|key| definition::add_constraint(name, &definition::foreign_key(key))),
        );
    }
}

fn drop_rest(from: &Schema, to: &Schema, out: &mut Vec<String>) {
    for (key, function) in only_in(&from.functions, &to.functions) {
        out.push(drop_function(&key.0, &key.1, function.kind));
    }
    for (name, sequence) in only_in(&from.sequences, &to.sequences) {
        // A sequence goes with the column that owns it.
        let owner_stays = sequence.owned_by.as_ref().is_none_or(|owner| {
            let table = to.tables.get(&ObjectName::new(&owner.schema, &owner.table));
            table.is_some_and(|table| table.column(&owner.column).is_some())
        });
        if owner_stays {
            out.push(format!("DROP SEQUENCE {name}"));
        }
    }
    let types: Vec<ObjectName> = ordered_types(to, from);
    for name in types.iter().rev() {
        let Some(user_type) = from.types.get(name) else {
            continue;
        };
        if user_type.knowledge == Knowledge::Assumed {
            continue;
        }
        let is_domain = matches!(
            user_type.definition,
            crate::schema::TypeDefinition::Domain { .. }
        );
        out.push(format!(
            "DROP {} {name}",
            if is_domain { "DOMAIN" } else { "TYPE" }
        ));
    }
    for (name, _) in only_in(&from.extensions, &to.extensions) {
        out.push(format!("DROP EXTENSION {}", quote_identifier(name)));
    }
    for (name, _) in only_in(&from.schemas, &to.schemas) {
        out.push(format!("DROP SCHEMA {}", quote_identifier(name)));
    }
}

/// Comments of everything but tables and what is on them.
fn comments(from: &Schema, to: &Schema, out: &mut Vec<String>) {
    for (name, namespace) in to.schemas.iter() {
        let before = from
            .schemas
            .get(name)
            .and_then(|before| before.comment.as_deref());
        let target = format!("SCHEMA {}", quote_identifier(name));
        push_comment(&target, before, namespace.comment.as_deref(), out);
    }
    for (name, user_type) in to.types.iter() {
        let before = from
            .types
            .get(name)
            .and_then(|before| before.comment.as_deref());
        let is_domain = matches!(
            user_type.definition,
            crate::schema::TypeDefinition::Domain { .. }
        );
        let word = if is_domain { "DOMAIN" } else { "TYPE" };
        push_comment(
            &format!("{word} {name}"),
            before,
            user_type.comment.as_deref(),
            out,
        );
    }
    for (name, sequence) in to.sequences.iter() {
        let before = from
            .sequences
            .get(name)
            .and_then(|before| before.comment.as_deref());
        push_comment(
            &format!("SEQUENCE {name}"),
            before,
            sequence.comment.as_deref(),
            out,
        );
    }
    for (name, view) in to.views.iter() {
        let old = from
            .views
            .get(name)
            .filter(|before| !needs_remaking(before, view));
        let word = if view.kind == "materialized view" {
            "MATERIALIZED VIEW"
        } else {
            "VIEW"
        };
        push_comment(
            &format!("{word} {name}"),
            old.and_then(|old| old.comment.as_deref()),
            view.comment.as_deref(),
            out,
        );
        for column in &view.columns {
            let old_column =
                old.and_then(|old| old.columns.iter().find(|old| old.name == column.name));
            let before = old_column.and_then(|old| old.comment.as_deref());
            push_comment(
                &definition::column_target(name, &column.name),
                before,
                column.comment.as_deref(),
                out,
            );
        }
    }
    for (key, function) in to.functions.iter() {
        let before = from
            .functions
            .get(key)
            .and_then(|before| before.comment.as_deref());
        let word = if function.kind == "procedure" {
            "PROCEDURE"
        } else {
            "FUNCTION"
        };
        push_comment(
            &format!("{word} {}({})", key.0, key.1),
            before,
            function.comment.as_deref(),
            out,
        );
    }
}

pub(super) fn push_comment(
    target: &str,
    before: Option<&str>,
    after: Option<&str>,
    out: &mut Vec<String>,
) {
    if before != after {
        out.push(definition::comment(target, after));
    }
}

/// A list of literals.
pub(super) fn literals(labels: &[String]) -> String {
    labels
        .iter()
        .map(|label| quote_literal(label))
        .collect::<Vec<_>>()
        .join(", ")
}
