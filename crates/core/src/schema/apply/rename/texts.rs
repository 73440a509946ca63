//! Names inside of what is printed: expressions, definitions, lists of columns.

use crate::schema::ObjectName;
use crate::schema::Objects;
use crate::schema::Schema;
use crate::schema::Table;
use crate::schema::Type;
use crate::schema::TypeDefinition;
use crate::schema::expression::rename_column_in;
use crate::schema::expression::rename_object_in;
use crate::schema::expression::rename_row_column_in;
use crate::schema::type_text;
use std::sync::Arc;

impl Schema {
    /// Rewrites a qualified name in every stored text and type.
    pub(super) fn rename_in_texts(&mut self, from: &ObjectName, to: &ObjectName) {
        let (old, new) = (type_text::qualified(from), type_text::qualified(to));
        let retype = |text: &mut String| {
            let hit = type_text::base(text) == old;
            if hit {
                *text = type_text::with_base(text, &new);
            }
            hit
        };
        let rename = |text: &mut String| match rename_object_in(text, from, to) {
            Some(changed) => {
                *text = changed;
                true
            }
            None => false,
        };
        self.tables.edit_all(|table| {
            let mut hit = false;
            for column in &mut table.columns {
                hit |= retype(&mut column.data_type);
            }
            for text in table_texts(table) {
                hit |= rename(text);
            }
            hit
        });
        edit_all(&mut self.types, |type_: &mut Type| {
            match &mut type_.definition {
                TypeDefinition::Domain {
                    base_type,
                    default,
                    checks,
                    ..
                } => {
                    let mut hit = retype(base_type);
                    let texts = checks.iter_mut().map(|check| &mut check.expression);
                    for text in texts.chain(default) {
                        hit |= rename(text);
                    }
                    hit
                }
                TypeDefinition::Composite { attributes } => {
                    let mut hit = false;
                    for attribute in attributes {
                        hit |= retype(&mut attribute.data_type);
                    }
                    hit
                }
                TypeDefinition::Range { subtype } => retype(subtype),
                TypeDefinition::Enum { .. } | TypeDefinition::Base {} => false,
            }
        });
        edit_all(&mut self.views, |view| {
            let mut hit = false;
            for column in &mut view.columns {
                hit |= retype(&mut column.data_type);
            }
            hit
        });
        self.rename_in_functions(from, to);
    }

    /// Argument and result types of functions.
    pub(super) fn rename_in_functions(&mut self, from: &ObjectName, to: &ObjectName) {
        let hit = |text: &str| rename_object_in(text, from, to);
        let affected: Vec<_> = self
            .functions
            .iter()
            .filter(|((_, arguments), function)| {
                hit(arguments).is_some()
                    || hit(&function.arguments).is_some()
                    || function
                        .returns
                        .as_deref()
                        .is_some_and(|r| hit(r).is_some())
            })
            .map(|(key, _)| key.clone())
            .collect();
        for key in affected {
            let functions = &mut self.functions;
            let Some(mut function) = functions.remove(&key) else {
                continue;
            };
            let changed = Arc::make_mut(&mut function);
            if let Some(arguments) = hit(&changed.arguments) {
                changed.arguments = arguments;
            }
            if let Some(returns) = changed.returns.as_deref().and_then(hit) {
                changed.returns = Some(returns);
            }
            let arguments = hit(&key.1).unwrap_or(key.1);
            functions.insert((key.0, arguments), function);
        }
    }
}

/// Every stored expression of a table.
pub(in crate::schema::apply) fn table_texts(table: &mut Table) -> Vec<&mut String> {
    let mut texts: Vec<&mut String> = Vec::new();
    for column in &mut table.columns {
        texts.extend(&mut column.default);
        texts.extend(&mut column.generated);
    }
    texts.extend(
        table
            .check_constraints
            .iter_mut()
            .map(|check| &mut check.expression),
    );
    for exclusion in &mut table.exclusion_constraints {
        texts.extend(&mut exclusion.predicate);
        texts.push(&mut exclusion.definition);
    }
    for index in &mut table.indexes {
        texts.extend(&mut index.predicate);
        let keys = index.keys.iter_mut();
        texts.extend(keys.filter_map(|key| key.expression.as_mut()));
    }
    for policy in &mut table.policies {
        texts.extend(&mut policy.using);
        texts.extend(&mut policy.with_check);
    }
    for statistics in &mut table.statistics {
        texts.push(&mut statistics.definition);
    }
    texts.extend(
        table
            .triggers
            .iter_mut()
            .filter_map(|trigger| trigger.when.as_mut()),
    );
    texts.extend(&mut table.partition_by);
    texts
}

/// Parents and foreign keys that name another table.
pub(super) fn refer_to(table: &mut Table, from: &ObjectName, to: &ObjectName) -> bool {
    let mut hit = false;
    if let Some(part) = &mut table.partition_of
        && part.schema == from.schema
        && part.table == from.name
    {
        part.schema.clone_from(&to.schema);
        part.table.clone_from(&to.name);
        hit = true;
    }
    for parent in table.inherits.iter_mut().filter(|parent| *parent == from) {
        *parent = to.clone();
        hit = true;
    }
    for key in &mut table.foreign_keys {
        if key.references.names(from) {
            key.references.schema.clone_from(&to.schema);
            key.references.table.clone_from(&to.name);
            hit = true;
        }
    }
    hit
}

pub(super) fn rename_part(table: &mut Table, from: &str, to: &str) {
    let keys = table.primary_key.iter_mut();
    for key in keys.chain(&mut table.unique_constraints) {
        if key.part_of.as_deref() == Some(from) {
            key.part_of = Some(to.to_owned());
        }
    }
    for key in &mut table.foreign_keys {
        if key.part_of.as_deref() == Some(from) {
            key.part_of = Some(to.to_owned());
        }
    }
}

pub(super) fn rename_in_list(columns: &mut [String], from: &str, to: &str) -> bool {
    let mut hit = false;
    for column in columns.iter_mut().filter(|column| *column == from) {
        to.clone_into(column);
        hit = true;
    }
    hit
}

pub(super) fn rename_in_index(index: &mut crate::schema::Index, from: &str, to: &str) {
    for key in &mut index.keys {
        if key.column.as_deref() == Some(from) {
            key.column = Some(to.to_owned());
        }
        if let Some(expression) = &mut key.expression {
            *expression = rename_column_in(expression, from, to);
        }
    }
    rename_in_list(&mut index.include, from, to);
    if let Some(predicate) = &mut index.predicate {
        *predicate = rename_column_in(predicate, from, to);
    }
}

/// Carries a column's new name through its own table.
pub(super) fn rename_own_column(table: &mut Table, from: &str, to: &str) {
    table.edit_column(from, |column| to.clone_into(&mut column.name));
    for column in &mut table.columns {
        if let Some(generated) = &mut column.generated {
            *generated = rename_column_in(generated, from, to);
        }
    }
    let keys = table.primary_key.iter_mut();
    for key in keys.chain(&mut table.unique_constraints) {
        rename_in_list(&mut key.columns, from, to);
        rename_in_list(&mut key.include, from, to);
    }
    for check in &mut table.check_constraints {
        if rename_in_list(&mut check.columns, from, to) {
            check.expression = rename_column_in(&check.expression, from, to);
        }
    }
    for key in &mut table.foreign_keys {
        rename_in_list(&mut key.columns, from, to);
        rename_in_list(&mut key.delete_columns, from, to);
    }
    for exclusion in &mut table.exclusion_constraints {
        if rename_in_list(&mut exclusion.columns, from, to) {
            exclusion.definition = rename_column_in(&exclusion.definition, from, to);
            if let Some(predicate) = &mut exclusion.predicate {
                *predicate = rename_column_in(predicate, from, to);
            }
        }
    }
    for index in &mut table.indexes {
        rename_in_index(index, from, to);
    }
    for trigger in &mut table.triggers {
        rename_in_list(&mut trigger.update_of, from, to);
        if let Some(when) = &mut trigger.when {
            *when = rename_row_column_in(when, from, to);
        }
    }
    for policy in &mut table.policies {
        for text in policy.using.iter_mut().chain(&mut policy.with_check) {
            *text = rename_column_in(text, from, to);
        }
    }
    for statistics in &mut table.statistics {
        if rename_in_list(&mut statistics.columns, from, to) {
            statistics.definition = rename_column_in(&statistics.definition, from, to);
        }
    }
    if let Some(partition_by) = &mut table.partition_by {
        *partition_by = rename_column_in(partition_by, from, to);
    }
}

/// Moves an object to another key.
pub(super) fn rekey<V: Clone>(
    map: &mut Objects<ObjectName, V>,
    from: &ObjectName,
    to: &ObjectName,
    change: impl FnOnce(&mut V),
) {
    if !map.contains_key(from) {
        return;
    }
    if let Some(mut value) = map.remove(from) {
        change(Arc::make_mut(&mut value));
        map.insert(to.clone(), value);
    }
}

/// Changes the objects that `change` says it changed; the others stay shared.
pub(in crate::schema::apply) fn edit_all<K: Ord + Clone, V: Clone>(
    map: &mut Objects<K, V>,
    mut change: impl FnMut(&mut V) -> bool,
) {
    let mut changed = Vec::new();
    for (key, value) in map.iter() {
        let mut copy = V::clone(value);
        if change(&mut copy) {
            changed.push((key.clone(), Arc::new(copy)));
        }
    }
    if !changed.is_empty() {
        map.extend(changed);
    }
}
