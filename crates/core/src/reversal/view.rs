//! Views: made in the order in which they read each other, dropped the other way round.

use std::collections::BTreeSet;

use super::definition;
use super::transition::{Transition, pairs};
use crate::schema::{ObjectName, Schema, View};

pub(super) fn drop_views(from: &Schema, to: &Schema, out: &mut Vec<String>) {
    let gone: Vec<(&ObjectName, &View)> = from
        .views
        .iter()
        .filter(|(name, view)| {
            to.views
                .get(*name)
                .is_none_or(|after| needs_remaking(view, after))
        })
        .map(|(name, view)| (name, view.as_ref()))
        .collect();
    for (name, view) in by_reads(gone).into_iter().rev() {
        let kind = if view.kind == "materialized view" {
            "MATERIALIZED VIEW"
        } else {
            "VIEW"
        };
        out.push(format!("DROP {kind} {name}"));
    }
}

pub(super) fn make_views(from: &Schema, to: &Schema, transition: &mut Transition) {
    let new: Vec<(&ObjectName, &View)> = to
        .views
        .iter()
        .filter(|(name, view)| {
            from.views
                .get(*name)
                .is_none_or(|before| needs_remaking(before, view))
        })
        .map(|(name, view)| (name, view.as_ref()))
        .collect();
    let out = &mut transition.statements;
    for (name, view) in by_reads(new) {
        if view.columns.is_empty() && selects_all(&view.definition) {
            transition.impossible.push(format!(
                "which columns `*` stood for in the view {name} could not be worked out"
            ));
        }
        out.push(definition::view(view));
        out.extend(
            view.indexes
                .iter()
                .map(|index| definition::index(name, index, false)),
        );
    }
    for (before, after) in pairs(&from.views, &to.views) {
        if needs_remaking(before, after) {
            continue;
        }
        let name = ObjectName::new(&after.schema, &after.name);
        for index in before
            .indexes
            .iter()
            .filter(|index| !after.indexes.contains(index))
        {
            out.push(format!(
                "DROP INDEX {}",
                ObjectName::new(&name.schema, &index.name)
            ));
        }
        for index in after
            .indexes
            .iter()
            .filter(|index| !before.indexes.contains(index))
        {
            out.push(definition::index(&name, index, false));
        }
    }
}

/// Whether a query names columns by `*`: what that stands for is settled when a view is made.
fn selects_all(query: &str) -> bool {
    query.match_indices('*').any(|(at, _)| {
        let before = query.get(..at).unwrap_or_default().trim_end();
        let word = before.rsplit(|c: char| !c.is_alphanumeric()).next();
        let word = word.unwrap_or_default().to_lowercase();
        before.ends_with(['.', ',']) || ["select", "distinct", "all"].contains(&word.as_str())
    })
}

/// Whether a view is another one, not the same with another comment, index or trigger.
pub(super) fn needs_remaking(before: &View, after: &View) -> bool {
    let names = |view: &View| {
        view.columns
            .iter()
            .map(|column| column.name.clone())
            .collect::<Vec<_>>()
    };
    before.definition != after.definition
        || before.kind != after.kind
        || before.options != after.options
        || names(before) != names(after)
}

/// Views, each after those that it reads.
fn by_reads<'a>(mut waiting: Vec<(&'a ObjectName, &'a View)>) -> Vec<(&'a ObjectName, &'a View)> {
    let mut ordered = Vec::new();
    while !waiting.is_empty() {
        let names: BTreeSet<&ObjectName> = waiting.iter().map(|(name, _)| *name).collect();
        let is_free = |(name, view): &(&ObjectName, &View)| {
            let mut reads = view.reads.iter().map(|read| &read.relation);
            !reads.any(|read| read != *name && names.contains(read))
        };
        let next = waiting.iter().position(is_free).unwrap_or(0);
        ordered.push(waiting.remove(next));
    }
    ordered
}
