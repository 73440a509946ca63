//! Everything but tables.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::fields::{Fields, lone};
use super::{Change, ObjectChange, table};
use crate::schema::{
    Function, Knowledge, Namespace, Object, ObjectKind, ObjectName, Objects, Schema, Sequence,
    Type, TypeDefinition, View,
};

/// What the schema JSON lists before tables.
pub(super) fn before_tables(before: &Schema, after: &Schema, changes: &mut Vec<ObjectChange>) {
    let namespace = |name: &String| Object::new(ObjectKind::Schema, &ObjectName::new("", name));
    each(
        &before.schemas,
        &after.schemas,
        changes,
        namespace,
        |old: &Namespace, new| {
            let mut fields = Fields::new();
            fields.optional("comment", old.comment.as_deref(), new.comment.as_deref());
            fields
        },
    );
    let extension = |name: &String| Object::new(ObjectKind::Extension, &ObjectName::new("", name));
    each(
        &before.extensions,
        &after.extensions,
        changes,
        extension,
        |old, new| {
            let mut fields = Fields::new();
            fields.text("schema", &old.schema, &new.schema);
            fields
        },
    );
    types(before, after, changes);
    let sequence = |name: &ObjectName| Object::new(ObjectKind::Sequence, name);
    each(
        &before.sequences,
        &after.sequences,
        changes,
        sequence,
        sequence_fields,
    );
}

/// What the schema JSON lists after tables.
pub(super) fn after_tables(before: &Schema, after: &Schema, changes: &mut Vec<ObjectChange>) {
    views(before, after, changes);
    let function = |(name, arguments): &(ObjectName, String)| {
        let signature = ObjectName::new(&name.schema, format!("{}({arguments})", name.name));
        Object::new(ObjectKind::Function, &signature)
    };
    each(
        &before.functions,
        &after.functions,
        changes,
        function,
        function_fields,
    );
}

/// Compares two maps whose objects have no parts of their own.
fn each<K: Ord, V: PartialEq>(
    before: &Objects<K, V>,
    after: &Objects<K, V>,
    changes: &mut Vec<ObjectChange>,
    object: impl Fn(&K) -> Object,
    compare: impl Fn(&V, &V) -> Fields,
) {
    if before.is_copy_of(after) {
        return;
    }
    let keys: BTreeSet<&K> = before.keys().chain(after.keys()).collect();
    for key in keys {
        match (before.get(key), after.get(key)) {
            (Some(old), Some(new)) if !Arc::ptr_eq(old, new) => {
                changes.extend(compare(old, new).into_change(object(key)));
            }
            (Some(_), None) => changes.push(lone(Change::Removed, object(key))),
            (None, Some(_)) => changes.push(lone(Change::Added, object(key))),
            (Some(_), Some(_)) | (None, None) => {}
        }
    }
}

fn types(before: &Schema, after: &Schema, changes: &mut Vec<ObjectChange>) {
    let mut found = Vec::new();
    let name_of = |name: &ObjectName| Object::new(ObjectKind::Type, name);
    each(
        &before.types,
        &after.types,
        &mut found,
        name_of,
        type_fields,
    );
    // A type that is only assumed was not made in between.
    let revealed = |change: &ObjectChange| {
        change.change == Change::Added
            && after
                .types
                .get(&change.object.name)
                .is_some_and(|known| known.knowledge == Knowledge::Assumed)
    };
    changes.extend(found.into_iter().filter(|change| !revealed(change)));
}

fn type_fields(old: &Type, new: &Type) -> Fields {
    let mut fields = Fields::new();
    fields.optional("comment", old.comment.as_deref(), new.comment.as_deref());
    if old.knowledge == Knowledge::Assumed || new.knowledge == Knowledge::Assumed {
        return fields;
    }
    match (&old.definition, &new.definition) {
        (TypeDefinition::Enum { labels: old }, TypeDefinition::Enum { labels: new }) => {
            fields.list("labels", old, new)
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
            fields.text("type", base_type, new_base);
            fields.either(
                "nullability",
                ["null", "not null"],
                *nullable,
                *new_nullable,
            );
            fields.optional("default", default.as_deref(), new_default.as_deref());
            let text =
                |check: &crate::schema::DomainCheck| format!("{} {}", check.name, check.expression);
            let texts =
                |checks: &[crate::schema::DomainCheck]| checks.iter().map(text).collect::<Vec<_>>();
            fields.list("checks", &texts(checks), &texts(new_checks));
        }
        (
            TypeDefinition::Composite { attributes: old },
            TypeDefinition::Composite { attributes: new },
        ) => {
            let text = |attribute: &crate::schema::TypeAttribute| {
                format!("{} {}", attribute.name, attribute.data_type)
            };
            let texts = |attributes: &[crate::schema::TypeAttribute]| {
                attributes.iter().map(text).collect::<Vec<_>>()
            };
            fields.list("attributes", &texts(old), &texts(new));
        }
        (TypeDefinition::Range { subtype: old }, TypeDefinition::Range { subtype: new }) => {
            fields.text("subtype", old, new);
        }
        (old, new) => {
            let kind = |definition: &TypeDefinition| match definition {
                TypeDefinition::Enum { .. } => "enum",
                TypeDefinition::Domain { .. } => "domain",
                TypeDefinition::Composite { .. } => "composite",
                TypeDefinition::Range { .. } => "range",
                TypeDefinition::Base {} => "base",
            };
            fields.text("kind", kind(old), kind(new));
        }
    }
    fields
}

fn sequence_fields(old: &Sequence, new: &Sequence) -> Fields {
    let mut fields = Fields::new();
    fields.text("type", &old.data_type, &new.data_type);
    fields.number("start", old.start, new.start);
    fields.number("increment", old.increment, new.increment);
    fields.number("minimum", old.min, new.min);
    fields.number("maximum", old.max, new.max);
    fields.number("cache", old.cache, new.cache);
    fields.either("cycle", ["yes", "no"], old.cycle, new.cycle);
    let owner = |sequence: &Sequence| {
        let owner = sequence.owned_by.as_ref();
        owner.map(|owner| {
            format!(
                "{}.{}",
                ObjectName::new(&owner.schema, &owner.table),
                owner.column
            )
        })
    };
    fields.optional("owner", owner(old).as_deref(), owner(new).as_deref());
    fields.optional("comment", old.comment.as_deref(), new.comment.as_deref());
    fields
}

fn views(before: &Schema, after: &Schema, changes: &mut Vec<ObjectChange>) {
    if before.views.is_copy_of(&after.views) {
        return;
    }
    let kind = |name: &ObjectName| {
        let view = after.views.get(name).or_else(|| before.views.get(name));
        match view.map(|view| view.kind) {
            Some("materialized view") => ObjectKind::MaterializedView,
            _ => ObjectKind::View,
        }
    };
    each(
        &before.views,
        &after.views,
        changes,
        |name| Object::new(kind(name), name),
        view_fields,
    );
    for (name, new) in after.views.iter() {
        if let Some(old) = before.views.get(name).filter(|old| !Arc::ptr_eq(old, new)) {
            table::indexes(name, &old.indexes, &new.indexes, changes);
            table::triggers(name, &old.triggers, &new.triggers, changes);
        }
    }
}

fn view_fields(old: &View, new: &View) -> Fields {
    let mut fields = Fields::new();
    fields.text("kind", old.kind, new.kind);
    let columns = |view: &View| {
        let text =
            |column: &crate::schema::ViewColumn| format!("{} {}", column.name, column.data_type);
        view.columns.iter().map(text).collect::<Vec<_>>()
    };
    fields.list("columns", &columns(old), &columns(new));
    let query = |view: &View| {
        view.definition
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    fields.text("query", &query(old), &query(new));
    fields.list("options", &old.options, &new.options);
    fields.optional("comment", old.comment.as_deref(), new.comment.as_deref());
    fields
}

fn function_fields(old: &Function, new: &Function) -> Fields {
    let mut fields = Fields::new();
    fields.text("kind", old.kind, new.kind);
    fields.optional("result", old.returns.as_deref(), new.returns.as_deref());
    fields.text("language", &old.language, &new.language);
    fields.text("volatility", old.volatility, new.volatility);
    fields.either("strict", ["yes", "no"], old.strict, new.strict);
    fields.either(
        "security",
        ["definer", "invoker"],
        old.security_definer,
        new.security_definer,
    );
    fields.text("body", &old.source, &new.source);
    fields.optional("comment", old.comment.as_deref(), new.comment.as_deref());
    fields
}
