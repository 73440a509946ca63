//! From one state of a type to another.

use super::transition::{Transition, literals};
use crate::operation::{quote_identifier, quote_literal};
use crate::schema::{DomainCheck, ObjectName, Schema, Type, TypeAttribute, TypeDefinition};

pub(super) fn alter_type(
    before: &Type,
    after: &Type,
    from: &Schema,
    to: &Schema,
    out: &mut Transition,
) {
    let name = ObjectName::new(&after.schema, &after.name);
    match (&before.definition, &after.definition) {
        (TypeDefinition::Enum { labels: old }, TypeDefinition::Enum { labels: new })
            if old != new =>
        {
            labels(&name, old, new, from, to, out);
        }
        (
            TypeDefinition::Domain {
                base_type,
                nullable,
                default,
                checks,
            },
            TypeDefinition::Domain {
                base_type: new_base,
                nullable: new_nullable,
                default: new_default,
                checks: new_checks,
            },
        ) => {
            if base_type != new_base {
                out.impossible.push(format!(
                    "the type below the domain {name} cannot be changed"
                ));
            }
            if default != new_default {
                out.statements.push(match new_default {
                    Some(default) => format!("ALTER DOMAIN {name} SET DEFAULT {default}"),
                    None => format!("ALTER DOMAIN {name} DROP DEFAULT"),
                });
            }
            if nullable != new_nullable {
                let word = if *new_nullable { "DROP" } else { "SET" };
                out.statements
                    .push(format!("ALTER DOMAIN {name} {word} NOT NULL"));
            }
            domain_checks(&name, checks, new_checks, &mut out.statements);
        }
        (
            TypeDefinition::Composite { attributes },
            TypeDefinition::Composite { attributes: new },
        ) => {
            attributes_changed(&name, attributes, new, &mut out.statements);
        }
        (old, new) if old != new => {
            out.impossible
                .push(format!("type {name} is of another kind"));
        }
        _ => {}
    }
}

fn domain_checks(
    name: &ObjectName,
    old: &[DomainCheck],
    new: &[DomainCheck],
    out: &mut Vec<String>,
) {
    for check in old.iter().filter(|check| !new.contains(check)) {
        out.push(format!(
            "ALTER DOMAIN {name} DROP CONSTRAINT {}",
            quote_identifier(&check.name)
        ));
    }
    for check in new.iter().filter(|check| !old.contains(check)) {
        let valid = if check.validated { "" } else { " NOT VALID" };
        out.push(format!(
            "ALTER DOMAIN {name} ADD CONSTRAINT {} CHECK ({}){valid}",
            quote_identifier(&check.name),
            check.expression
        ));
    }
}

fn attributes_changed(
    name: &ObjectName,
    old: &[TypeAttribute],
    new: &[TypeAttribute],
    out: &mut Vec<String>,
) {
    for attribute in old {
        if !new.iter().any(|other| other.name == attribute.name) {
            out.push(format!(
                "ALTER TYPE {name} DROP ATTRIBUTE {}",
                quote_identifier(&attribute.name)
            ));
        }
    }
    for attribute in new {
        let own = quote_identifier(&attribute.name);
        match old.iter().find(|other| other.name == attribute.name) {
            None => out.push(format!(
                "ALTER TYPE {name} ADD ATTRIBUTE {own} {}",
                attribute.data_type
            )),
            Some(other) if other.data_type != attribute.data_type => {
                out.push(format!(
                    "ALTER TYPE {name} ALTER ATTRIBUTE {own} TYPE {}",
                    attribute.data_type
                ));
            }
            Some(_) => {}
        }
    }
}

/// Labels of an enum. PostgreSQL adds them but never takes one away: for that the type is made anew under its name.
fn labels(
    name: &ObjectName,
    old: &[String],
    new: &[String],
    from: &Schema,
    to: &Schema,
    out: &mut Transition,
) {
    let mut kept = old.iter();
    let only_added = old.iter().all(|label| new.contains(label))
        && new
            .iter()
            .filter(|label| old.contains(label))
            .all(|label| kept.next() == Some(label));
    if only_added {
        for (at, label) in new.iter().enumerate() {
            if old.contains(label) {
                continue;
            }
            let position = match at.checked_sub(1).and_then(|before| new.get(before)) {
                Some(previous) => format!(" AFTER {}", quote_literal(previous)),
                None => old
                    .first()
                    .map(|first| format!(" BEFORE {}", quote_literal(first)))
                    .unwrap_or_default(),
            };
            out.statements.push(format!(
                "ALTER TYPE {name} ADD VALUE {}{position}",
                quote_literal(label)
            ));
        }
        return;
    }
    if from.may_hold_unknown_objects() {
        out.impossible.push(format!(
            "PostgreSQL takes no label away from the enum {name}, and what else depends on it is not known"
        ));
        return;
    }
    if let Some(user) = hidden_user(name, from) {
        out.impossible.push(format!(
            "PostgreSQL takes no label away from the enum {name}, and {user} depends on it"
        ));
        return;
    }
    swap(name, new, from, to, out);
}

/// As columns name it.
fn type_text(name: &ObjectName) -> String {
    format!(
        "{}.{}",
        quote_identifier(&name.schema),
        quote_identifier(&name.name)
    )
}

fn has_type(data_type: &str, text: &str) -> bool {
    data_type == text || data_type.strip_suffix("[]") == Some(text)
}

/// Something other than a plain column that names the type: it would keep the old one.
fn hidden_user(name: &ObjectName, schema: &Schema) -> Option<String> {
    let text = type_text(name);
    let names_it =
        |expression: &Option<String>| expression.as_deref().is_some_and(|it| it.contains(&text));
    for (table_name, table) in schema.tables.iter() {
        let uses = |column: &str| {
            table
                .column(column)
                .is_some_and(|column| has_type(&column.data_type, &text))
        };
        let check = table.check_constraints.iter().find(|check| {
            check.expression.contains(&text) || check.columns.iter().any(|column| uses(column))
        });
        if let Some(check) = check {
            return Some(format!("the check {} of {table_name}", check.name));
        }
        let index = table.indexes.iter().find(|index| {
            names_it(&index.predicate) || index.keys.iter().any(|key| names_it(&key.expression))
        });
        if let Some(index) = index {
            return Some(format!("the index {}", index.name));
        }
        let generated = table
            .columns
            .iter()
            .find(|column| names_it(&column.generated));
        if let Some(column) = generated {
            return Some(format!("the generated column {table_name}.{}", column.name));
        }
        let policy = table
            .policies
            .iter()
            .find(|policy| names_it(&policy.using) || names_it(&policy.with_check));
        if let Some(policy) = policy {
            return Some(format!("the policy {} of {table_name}", policy.name));
        }
        let read = schema.views.iter().find(|(_, view)| {
            let mut own = view
                .reads
                .iter()
                .filter(|read| read.relation == *table_name);
            own.any(|read| match &read.columns {
                Some(columns) => columns.iter().any(|column| uses(column)),
                None => table
                    .columns
                    .iter()
                    .any(|column| has_type(&column.data_type, &text)),
            })
        });
        if let Some((view, _)) = read {
            return Some(format!("the view {view}"));
        }
    }
    let function = schema
        .functions
        .iter()
        .find(|(_, function)| function.arguments.contains(&text) || names_it(&function.returns));
    if let Some((key, _)) = function {
        return Some(format!("the function {}", key.0));
    }
    let user_type = schema
        .types
        .iter()
        .find(|(_, other)| match &other.definition {
            TypeDefinition::Domain { base_type, .. } => has_type(base_type, &text),
            TypeDefinition::Composite { attributes } => {
                attributes.iter().any(|it| has_type(&it.data_type, &text))
            }
            _ => false,
        });
    user_type.map(|(name, _)| format!("the type {name}"))
}

/// Moves every column to a new type of the same name.
fn swap(name: &ObjectName, labels: &[String], from: &Schema, to: &Schema, out: &mut Transition) {
    let text = type_text(name);
    let aside = ObjectName::new(&name.schema, format!("{}_old", name.name));
    let out = &mut out.statements;
    out.push(format!(
        "ALTER TYPE {name} RENAME TO {}",
        quote_identifier(&aside.name)
    ));
    out.push(format!("CREATE TYPE {name} AS ENUM ({})", literals(labels)));
    for (table_name, table) in from.tables.iter() {
        // A column that the earlier state does not have goes by itself.
        let later = to.tables.get(table_name);
        let stays = |column: &str| later.is_some_and(|table| table.column(column).is_some());
        for column in table
            .columns
            .iter()
            .filter(|column| has_type(&column.data_type, &text) && stays(&column.name))
        {
            let own = quote_identifier(&column.name);
            let array = if column.data_type.ends_with("[]") {
                "[]"
            } else {
                ""
            };
            let alter =
                |action: &str| format!("ALTER TABLE {table_name} ALTER COLUMN {own} {action}");
            if column.default.is_some() {
                out.push(alter("DROP DEFAULT"));
            }
            out.push(alter(&format!(
                "TYPE {text}{array} USING {own}::text{array}::{text}{array}"
            )));
            if let Some(default) = &column.default {
                out.push(alter(&format!("SET DEFAULT {default}")));
            }
        }
    }
    out.push(format!("DROP TYPE {aside}"));
}
