//! Functions and the triggers that run them.

use super::definition;
use super::transition::{Transition, only_in};
use super::view::needs_remaking;
use crate::operation::quote_identifier;
use crate::schema::{ObjectName, Schema};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum FunctionTime {
    BeforeTables,
    AfterTables,
}

/// Functions are made before the tables whose defaults and checks may call them, unless they name a new table or view
/// themselves. A body in SQL is checked when the function is made, others only when they run.
pub(super) fn make_functions(from: &Schema, to: &Schema, out: &mut Transition, time: FunctionTime) {
    let new_relations: Vec<&str> = only_in(&to.tables, &from.tables)
        .map(|(name, _)| name.name.as_str())
        .chain(only_in(&to.views, &from.views).map(|(name, _)| name.name.as_str()))
        .collect();
    for (key, function) in to.functions.iter() {
        let before = from.functions.get(key);
        if before.is_some_and(|before| **before == **function) {
            continue;
        }
        let signature = format!(
            "{} {}",
            function.arguments,
            function.returns.as_deref().unwrap_or_default()
        );
        let body = if function.language == "sql" {
            function.source.as_str()
        } else {
            ""
        };
        let names_new = new_relations
            .iter()
            .any(|relation| mentions(&signature, relation) || mentions(body, relation));
        if names_new != (time == FunctionTime::AfterTables) {
            continue;
        }
        if before.is_some_and(|before| {
            before.returns != function.returns
                || before.kind != function.kind
                || before.declared_arguments != function.declared_arguments
        }) {
            out.statements
                .push(drop_function(&key.0, &key.1, function.kind));
        }
        match function.kind {
            "aggregate" => out.impossible.push(format!(
                "the definition of the aggregate {} is not known",
                key.0
            )),
            _ => out.statements.push(definition::function(function)),
        }
    }
}

pub(super) fn drop_function(name: &ObjectName, arguments: &str, kind: &str) -> String {
    let word = match kind {
        "procedure" => "PROCEDURE",
        "aggregate" => "AGGREGATE",
        _ => "FUNCTION",
    };
    format!("DROP {word} {name}({arguments})")
}

/// Whether a text holds a name as a word of its own.
pub(super) fn mentions(text: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        let after = text
            .get(at + name.len()..)
            .and_then(|tail| tail.chars().next());
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

/// Triggers run functions, which may need the tables.
pub(super) fn make_triggers(from: &Schema, to: &Schema, out: &mut Vec<String>) {
    for (name, table) in to.tables.iter() {
        let before = from.tables.get(name);
        for trigger in table.triggers.iter().filter(|trigger| !trigger.inherited) {
            let old = before
                .and_then(|before| before.triggers.iter().find(|old| old.name == trigger.name));
            let same = old.is_some_and(|old| {
                let comparable = crate::schema::Trigger {
                    enabled: trigger.enabled,
                    comment: trigger.comment.clone(),
                    ..old.clone()
                };
                comparable == *trigger
            });
            if !same {
                out.push(definition::trigger(name, trigger));
            }
            let was = if same {
                old.map_or("origin", |old| old.enabled)
            } else {
                "origin"
            };
            if was != trigger.enabled {
                let how = match trigger.enabled {
                    "disabled" => "DISABLE",
                    "replica" => "ENABLE REPLICA",
                    "always" => "ENABLE ALWAYS",
                    _ => "ENABLE",
                };
                out.push(format!(
                    "ALTER TABLE {name} {how} TRIGGER {}",
                    quote_identifier(&trigger.name)
                ));
            }
        }
    }
    for (name, view) in to.views.iter() {
        let before = from.views.get(name);
        for trigger in &view.triggers {
            let same = before.is_some_and(|before| {
                before.triggers.contains(trigger) && !needs_remaking(before, view)
            });
            if !same {
                out.push(definition::trigger(name, trigger));
            }
        }
    }
}

// ------------------------------------------------------------------------------------------------- what goes at the end
