//! From one state of a table to another.

use super::definition;
use super::transition::{Transition, push_comment};
use crate::operation::quote_identifier;
use crate::schema::{Column, Index, Knowledge, ObjectName, Schema, Table};

/// A constraint with the clause that adds it.
struct Constraint<'a> {
    name: &'a str,
    columns: &'a [String],
    clause: String,
    comment: Option<&'a str>,
}

/// Every constraint of its own that a table has, foreign keys last.
fn constraints(table: &Table) -> Vec<Constraint<'_>> {
    let primary = table.primary_key.iter().map(|key| (key, "PRIMARY KEY"));
    let keys = primary.chain(table.unique_constraints.iter().map(|key| (key, "UNIQUE")));
    let keys = keys
        .filter(|(key, _)| key.part_of.is_none())
        .map(|(key, kind)| Constraint {
            name: &key.name,
            columns: &key.columns,
            clause: definition::key(key, kind),
            comment: key.comment.as_deref(),
        });
    let checks = table
        .check_constraints
        .iter()
        .filter(|check| !check.inherited);
    let checks = checks.map(|check| Constraint {
        name: &check.name,
        columns: &check.columns,
        clause: definition::check(check),
        comment: check.comment.as_deref(),
    });
    let exclusions = table
        .exclusion_constraints
        .iter()
        .map(|exclusion| Constraint {
            name: &exclusion.name,
            columns: &exclusion.columns,
            clause: definition::exclusion(exclusion),
            comment: exclusion.comment.as_deref(),
        });
    let foreign = table
        .foreign_keys
        .iter()
        .filter(|key| key.part_of.is_none());
    let foreign = foreign.map(|key| Constraint {
        name: &key.name,
        columns: &key.columns,
        clause: definition::foreign_key(key),
        comment: key.comment.as_deref(),
    });
    keys.chain(checks)
        .chain(exclusions)
        .chain(foreign)
        .collect()
}

/// Whether only the validity of a constraint differs, in the direction that a statement can go.
fn becomes_valid(before: &Constraint<'_>, after: &Constraint<'_>) -> bool {
    before.clause.strip_suffix(" NOT VALID") == Some(&after.clause)
}

fn own_indexes(table: &Table) -> impl Iterator<Item = &Index> {
    table.indexes.iter().filter(|index| index.part_of.is_none())
}

/// The same index but for its comment.
fn same_index(before: &Index, after: &Index) -> bool {
    let comparable = Index {
        comment: after.comment.clone(),
        valid: after.valid,
        ..before.clone()
    };
    comparable == *after
}

/// Drops what is on a table and is not on it afterwards, or is another.
pub(super) fn dependents_gone(before: &Table, after: &Table, out: &mut Vec<String>) {
    let name = before.object_name();
    for policy in before
        .policies
        .iter()
        .filter(|policy| !after.policies.contains(policy))
    {
        out.push(format!(
            "DROP POLICY {} ON {name}",
            quote_identifier(&policy.name)
        ));
    }
    for trigger in before.triggers.iter().filter(|trigger| !trigger.inherited) {
        let kept = after.triggers.iter().any(|new| {
            let comparable = crate::schema::Trigger {
                enabled: new.enabled,
                comment: new.comment.clone(),
                ..trigger.clone()
            };
            comparable == *new
        });
        if !kept {
            out.push(format!(
                "DROP TRIGGER {} ON {name}",
                quote_identifier(&trigger.name)
            ));
        }
    }
    for statistics in before
        .statistics
        .iter()
        .filter(|old| !after.statistics.contains(old))
    {
        out.push(format!(
            "DROP STATISTICS {}",
            ObjectName::new(&statistics.schema, &statistics.name)
        ));
    }
    let (old, new) = (constraints(before), constraints(after));
    // Foreign keys first: they need the keys.
    for constraint in old.iter().rev() {
        let same = new.iter().any(|other| {
            other.name == constraint.name
                && (other.clause == constraint.clause || becomes_valid(constraint, other))
        });
        // A constraint goes with any of its columns.
        let goes_along = constraint
            .columns
            .iter()
            .any(|column| after.column(column).is_none());
        if !same && !goes_along {
            out.push(format!(
                "ALTER TABLE {name} DROP CONSTRAINT {}",
                quote_identifier(constraint.name)
            ));
        }
    }
    for index in own_indexes(before) {
        let mut columns = index.keys.iter().filter_map(|key| key.column.as_deref());
        let goes_along = columns.any(|column| after.column(column).is_none());
        if !goes_along && !own_indexes(after).any(|other| same_index(index, other)) {
            out.push(format!(
                "DROP INDEX {}",
                ObjectName::new(&name.schema, &index.name)
            ));
        }
    }
}

/// Makes what is on a table and was not on it before, or was another: everything but triggers.
pub(super) fn dependents_made(before: Option<&Table>, after: &Table, out: &mut Vec<String>) {
    let name = after.object_name();
    let old = before.map(constraints).unwrap_or_default();
    for constraint in constraints(after) {
        let former = old.iter().find(|old| old.name == constraint.name);
        match former {
            Some(former) if former.clause == constraint.clause => {}
            Some(former) if becomes_valid(former, &constraint) => {
                out.push(format!(
                    "ALTER TABLE {name} VALIDATE CONSTRAINT {}",
                    quote_identifier(constraint.name)
                ));
            }
            // A new table carries its constraints, but for those that are not valid; foreign keys are its maker's care.
            _ if before.is_none()
                && (!constraint.clause.ends_with(" NOT VALID")
                    || constraint.clause.contains(" FOREIGN KEY (")) => {}
            _ => out.push(definition::add_constraint(&name, &constraint.clause)),
        }
        let target = format!("CONSTRAINT {} ON {name}", quote_identifier(constraint.name));
        let kept = former.filter(|former| former.clause == constraint.clause);
        push_comment(
            &target,
            kept.and_then(|former| former.comment),
            constraint.comment,
            out,
        );
    }
    for index in own_indexes(after) {
        let former =
            before.and_then(|before| own_indexes(before).find(|old| same_index(old, index)));
        if former.is_none() {
            out.push(definition::index(&name, index, false));
        }
        let target = format!("INDEX {}", ObjectName::new(&name.schema, &index.name));
        push_comment(
            &target,
            former.and_then(|former| former.comment.as_deref()),
            index.comment.as_deref(),
            out,
        );
    }
    for statistics in &after.statistics {
        if !before.is_some_and(|before| before.statistics.contains(statistics)) {
            out.push(statistics.definition.clone());
        }
    }
    row_security(before, after, &name, out);
    for policy in &after.policies {
        if !before.is_some_and(|before| before.policies.contains(policy)) {
            out.push(definition::policy(&name, policy));
        }
    }
    push_comment(
        &format!("TABLE {name}"),
        before.and_then(|before| before.comment.as_deref()),
        after.comment.as_deref(),
        out,
    );
    for column in &after.columns {
        let old = before.and_then(|before| before.column(&column.name));
        let target = definition::column_target(&name, &column.name);
        push_comment(
            &target,
            old.and_then(|old| old.comment.as_deref()),
            column.comment.as_deref(),
            out,
        );
    }
    for trigger in &after.triggers {
        let old =
            before.and_then(|before| before.triggers.iter().find(|old| old.name == trigger.name));
        let target = format!("TRIGGER {} ON {name}", quote_identifier(&trigger.name));
        if trigger.comment.is_some() || old.is_some() {
            push_comment(
                &target,
                old.and_then(|old| old.comment.as_deref()),
                trigger.comment.as_deref(),
                out,
            );
        }
    }
}

fn row_security(before: Option<&Table>, after: &Table, name: &ObjectName, out: &mut Vec<String>) {
    let old = before.map(|before| before.row_security).unwrap_or_default();
    let new = after.row_security;
    if old.enabled != new.enabled {
        let word = if new.enabled { "ENABLE" } else { "DISABLE" };
        out.push(format!("ALTER TABLE {name} {word} ROW LEVEL SECURITY"));
    }
    if old.forced != new.forced {
        let word = if new.forced { "FORCE" } else { "NO FORCE" };
        out.push(format!("ALTER TABLE {name} {word} ROW LEVEL SECURITY"));
    }
}

/// Everything about a table that is in both states.
pub(super) fn alter_table(
    before: &Table,
    after: &Table,
    from: &Schema,
    to: &Schema,
    out: &mut Transition,
) {
    let name = after.object_name();
    place(before, after, &name, &mut out.statements);
    for column in &before.columns {
        if after.column(&column.name).is_none()
            && column.knowledge == Knowledge::Complete
            && !column.inherited
        {
            out.statements.push(format!(
                "ALTER TABLE {name} DROP COLUMN {}",
                quote_identifier(&column.name)
            ));
        }
    }
    for column in after.columns.iter().filter(|column| !column.inherited) {
        match before.column(&column.name) {
            Some(old) => alter_column(&name, (before, old), (after, column), (from, to), out),
            None if column.data_type.is_empty() => {
                out.impossible
                    .push(format!("the type of {name}.{} is not known", column.name));
            }
            None => out.statements.push(format!(
                "ALTER TABLE {name} ADD COLUMN {}",
                definition::column(after, column, to)
            )),
        }
    }
    if before.persistence != after.persistence {
        let word = if after.persistence == "unlogged" {
            "UNLOGGED"
        } else {
            "LOGGED"
        };
        out.statements
            .push(format!("ALTER TABLE {name} SET {word}"));
    }
    options(before, after, &name, &mut out.statements);
    dependents_made(Some(before), after, &mut out.statements);
}

/// Partitions and inheritance.
fn place(before: &Table, after: &Table, name: &ObjectName, out: &mut Vec<String>) {
    if before.partition_of != after.partition_of {
        if let Some(old) = &before.partition_of {
            out.push(format!(
                "ALTER TABLE {} DETACH PARTITION {name}",
                old.parent()
            ));
        }
        if let Some(new) = &after.partition_of {
            out.push(format!(
                "ALTER TABLE {} ATTACH PARTITION {name} {}",
                new.parent(),
                new.bound
            ));
        }
    }
    for parent in before
        .inherits
        .iter()
        .filter(|parent| !after.inherits.contains(parent))
    {
        out.push(format!("ALTER TABLE {name} NO INHERIT {parent}"));
    }
    for parent in after
        .inherits
        .iter()
        .filter(|parent| !before.inherits.contains(parent))
    {
        out.push(format!("ALTER TABLE {name} INHERIT {parent}"));
    }
}

fn options(before: &Table, after: &Table, name: &ObjectName, out: &mut Vec<String>) {
    let key = |option: &String| option.split('=').next().unwrap_or_default().to_owned();
    let kept: Vec<String> = after.options.iter().map(key).collect();
    let gone: Vec<String> = before
        .options
        .iter()
        .map(key)
        .filter(|name| !kept.contains(name))
        .collect();
    if !gone.is_empty() {
        out.push(format!("ALTER TABLE {name} RESET ({})", gone.join(", ")));
    }
    let new: Vec<&str> = after
        .options
        .iter()
        .filter(|option| !before.options.contains(option))
        .map(String::as_str)
        .collect();
    if !new.is_empty() {
        out.push(format!("ALTER TABLE {name} SET ({})", new.join(", ")));
    }
}

fn alter_column(
    name: &ObjectName,
    (table_before, before): (&Table, &Column),
    (table_after, after): (&Table, &Column),
    (from, to): (&Schema, &Schema),
    out: &mut Transition,
) {
    if before == after {
        return;
    }
    let column = quote_identifier(&after.name);
    let alter = |action: &str| format!("ALTER TABLE {name} ALTER COLUMN {column} {action}");
    if before.generated != after.generated || before.generated_virtual != after.generated_virtual {
        generated(name, before, after, &alter, out);
    }
    let retyped = before.data_type != after.data_type || before.collation != after.collation;
    if before.identity.is_some() && after.identity.is_none() {
        out.statements.push(alter("DROP IDENTITY"));
    }
    if retyped {
        if after.data_type.is_empty() {
            out.impossible.push(format!(
                "the former type of {name}.{} is not known",
                after.name
            ));
        } else {
            if !can_be_cast(&before.data_type, &after.data_type) {
                out.impossible.push(format!(
                    "PostgreSQL casts no {} to {}: how the values of {name}.{} go back must be written by a person",
                    before.data_type, after.data_type, after.name
                ));
            }
            retype(before, after, &alter, &mut out.statements);
        }
    }
    let default_stands = retyped && before.default.is_some() && before.default == after.default;
    match &after.default {
        Some(default) if before.default != after.default => {
            out.statements
                .push(alter(&format!("SET DEFAULT {default}")));
        }
        // A default that no cast carries over was taken away before the type changed.
        Some(default) if default_stands && must_lay_default_aside(before, after) => {
            out.statements
                .push(alter(&format!("SET DEFAULT {default}")));
        }
        None if before.default.is_some() && !(retyped && must_lay_default_aside(before, after)) => {
            out.statements.push(alter("DROP DEFAULT"));
        }
        _ => {}
    }
    if before.nullable != after.nullable && after.identity.is_none() {
        out.statements.push(alter(if after.nullable {
            "DROP NOT NULL"
        } else {
            "SET NOT NULL"
        }));
    }
    identity(
        &alter,
        (table_before, before),
        (table_after, after),
        (from, to),
        &mut out.statements,
    );
}

/// An expression can be dropped or replaced (PostgreSQL 17), but not given to a column that has none.
fn generated(
    name: &ObjectName,
    before: &Column,
    after: &Column,
    alter: &impl Fn(&str) -> String,
    out: &mut Transition,
) {
    match (&before.generated, &after.generated) {
        (Some(_), None) => out.statements.push(alter("DROP EXPRESSION")),
        (Some(_), Some(expression)) if before.generated_virtual == after.generated_virtual => {
            out.statements
                .push(alter(&format!("SET EXPRESSION AS ({expression})")));
        }
        _ => out.impossible.push(format!(
            "{name}.{} cannot become a generated column again while it keeps its place",
            after.name
        )),
    }
}

/// Whether the default has to be taken away before the type changes: PostgreSQL casts it by assignment only, which
/// an enum does not offer.
fn must_lay_default_aside(before: &Column, after: &Column) -> bool {
    before.default.is_some() && (before.data_type.contains('.') || after.data_type.contains('.'))
}

fn retype(before: &Column, after: &Column, alter: &impl Fn(&str) -> String, out: &mut Vec<String>) {
    if must_lay_default_aside(before, after) {
        out.push(alter("DROP DEFAULT"));
    }
    let mut action = format!("TYPE {}", after.data_type);
    if let Some(collation) = &after.collation {
        action.push_str(&format!(" COLLATE {}", quote_identifier(collation)));
    }
    if before.data_type != after.data_type && !is_assignable(&before.data_type, &after.data_type) {
        let column = quote_identifier(&after.name);
        let through_text = before.data_type.contains('.') && after.data_type.contains('.');
        let arrays = after.data_type.ends_with("[]");
        let through = match (through_text, arrays) {
            (true, true) => "::text[]",
            (true, false) => "::text",
            (false, _) => "",
        };
        action.push_str(&format!(" USING {column}{through}::{}", after.data_type));
    }
    out.push(alter(&action));
}

/// Whether PostgreSQL casts by itself when a column changes its type: between numbers, between texts, between times, and
/// from anything to a text.
fn is_assignable(from: &str, to: &str) -> bool {
    let base = |name: &str| name.split('(').next().unwrap_or_default().trim().to_owned();
    let group = |name: &str| match base(name).as_str() {
        "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" => 1,
        "text" | "character varying" | "character" | "bpchar" | "citext" | "name" => 2,
        "date" | "timestamp without time zone" | "timestamp with time zone" => 3,
        "timestamp" => 3,
        _ => 0,
    };
    let (from_group, to_group) = (group(from), group(to));
    base(from) == base(to)
        || to_group == 2 && !from.ends_with("[]")
        || from_group != 0 && from_group == to_group
}

/// Whether `value::type` is something PostgreSQL knows: within a group of types, to and from any text, between types of
/// one's own through text, and the few others that are built in.
fn can_be_cast(from: &str, to: &str) -> bool {
    if is_assignable(from, to) {
        return true;
    }
    let base = |name: &str| {
        let name = name.split('(').next().unwrap_or_default();
        name.trim_end_matches("[]").trim().to_owned()
    };
    let (from, to) = (base(from), base(to));
    let is_text = |name: &str| {
        matches!(
            name,
            "text" | "character varying" | "character" | "bpchar" | "citext"
        )
    };
    let is_time =
        |name: &str| name.starts_with("timestamp") || name.starts_with("time ") || name == "date";
    let between =
        |one: &str, other: &str| (from == one && to == other) || (from == other && to == one);
    is_text(&from)
        || is_text(&to)
        || from == to
        || (from.contains('.') && to.contains('.'))
        || between("json", "jsonb")
        || between("boolean", "integer")
        || between("interval", "time without time zone")
        || between("inet", "cidr")
        || (is_time(&from) && is_time(&to))
        || (from.starts_with("bit") && to.starts_with("bit"))
}

fn identity(
    alter: &impl Fn(&str) -> String,
    (table_before, before): (&Table, &Column),
    (table_after, after): (&Table, &Column),
    (from, to): (&Schema, &Schema),
    out: &mut Vec<String>,
) {
    let Some(kind) = after.identity else { return };
    let options = definition::identity_options(table_after, after, to);
    match before.identity {
        None => {
            if before.nullable {
                out.push(alter("SET NOT NULL"));
            }
            out.push(alter(&format!(
                "ADD GENERATED {} AS IDENTITY{options}",
                kind.to_uppercase()
            )));
        }
        Some(old) => {
            if old != kind {
                out.push(alter(&format!("SET GENERATED {}", kind.to_uppercase())));
            }
            let former = definition::identity_sequence(table_before, before, from);
            let latter = definition::identity_sequence(table_after, after, to);
            if let (Some(former), Some(latter)) = (former, latter) {
                let set = definition::sequence_changes(former, latter, " SET");
                if !set.is_empty() {
                    out.push(alter(set.trim_start()));
                }
            }
        }
    }
}
