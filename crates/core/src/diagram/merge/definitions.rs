//! The rows of what has a name and a definition: constraints, indexes, triggers and the rest.

use std::collections::BTreeSet;

use retort_report::{CardRow, Change, RowKind};

use super::{Pair, empty_row};
use crate::schema::{Check, Index, Key, ObjectName, Table, UNKNOWN_EXPRESSION};

/// How the definition of a primary key begins.
pub(super) const PRIMARY_KEY: &str = "primary key";

/// Something with a name and a definition in one line.
pub(super) struct Definition {
    name: String,
    text: String,
    badges: Vec<String>,
}

/// Pairs by name; what is left, by equal definitions: that is a rename.
pub(super) fn pair_by_name(
    pair: &Pair<'_>,
    list: fn(&Table) -> Vec<Definition>,
) -> Vec<(Option<Definition>, Option<Definition>)> {
    let mut before = pair.before.map(list).unwrap_or_default();
    let after = pair.after.map(list).unwrap_or_default();
    let names: BTreeSet<String> = after
        .iter()
        .map(|definition| definition.name.clone())
        .collect();
    let mut pairs = Vec::new();
    for new in after {
        let same = before.iter().position(|old| old.name == new.name);
        let renamed = || {
            let free = |old: &Definition| !names.contains(&old.name) && old.text == new.text;
            before.iter().position(free)
        };
        let old = same.or_else(renamed).map(|at| before.remove(at));
        pairs.push((old, Some(new)));
    }
    pairs.extend(before.into_iter().map(|old| (Some(old), None)));
    pairs
}

pub(super) fn definition_row(
    kind: RowKind,
    before: Option<Definition>,
    after: Option<Definition>,
) -> CardRow {
    let (change, old) = match (&before, &after) {
        (None, _) => (Change::Added, None),
        (Some(_), None) => (Change::Removed, None),
        (Some(old), Some(new)) => {
            let changed = old.text != new.text || old.name != new.name;
            let changed = if changed {
                Change::Changed
            } else {
                Change::Unchanged
            };
            (changed, Some((old.name.clone(), old.text.clone())))
        }
    };
    let Some(shown) = after.or(before) else {
        return empty_row(kind);
    };
    let (old_name, old_text) = old.unzip();
    CardRow {
        change,
        before: old_text.filter(|text| *text != shown.text),
        renamed_from: old_name.filter(|name| *name != shown.name),
        name: shown.name,
        detail: shown.text,
        badges: shown.badges,
        ..empty_row(kind)
    }
}

fn plain(name: &str, text: String) -> Definition {
    Definition {
        name: name.to_owned(),
        text,
        badges: Vec::new(),
    }
}

pub(super) fn constraints(table: &Table) -> Vec<Definition> {
    let primary = table
        .primary_key
        .iter()
        .map(|key| key_definition(key, PRIMARY_KEY));
    let unique = table
        .unique_constraints
        .iter()
        .map(|key| key_definition(key, "unique"));
    let checks = table.check_constraints.iter().map(check_definition);
    let exclusions = table
        .exclusion_constraints
        .iter()
        .map(|exclusion| plain(&exclusion.name, exclusion.definition.clone()));
    primary
        .chain(unique)
        .chain(checks)
        .chain(exclusions)
        .collect()
}

fn key_definition(key: &Key, kind: &str) -> Definition {
    let mut text = format!("{kind} ({})", key.columns.join(", "));
    if !key.include.is_empty() {
        text.push_str(&format!(" include ({})", key.include.join(", ")));
    }
    if key.nulls_not_distinct == Some(true) {
        text.push_str(" nulls not distinct");
    }
    text.push_str(deferral(key.deferrable, key.initially_deferred));
    plain(&key.name, text)
}

fn check_definition(check: &Check) -> Definition {
    if check.expression == UNKNOWN_EXPRESSION {
        return plain(&check.name, "definition not known".to_owned());
    }
    let mut found = plain(&check.name, format!("check {}", check.expression));
    if !check.validated {
        found.text.push_str(" not valid");
        found.badges.push("NOT VALID".into());
    }
    if check.no_inherit {
        found.text.push_str(" no inherit");
    }
    found
}

fn deferral(deferrable: bool, initially: bool) -> &'static str {
    match (deferrable, initially) {
        (false, _) => "",
        (true, false) => " deferrable",
        (true, true) => " deferrable initially deferred",
    }
}

pub(super) fn indexes(table: &Table) -> Vec<Definition> {
    table.indexes.iter().map(index_definition).collect()
}

fn index_definition(index: &Index) -> Definition {
    let keys: Vec<String> = index
        .keys
        .iter()
        .map(|key| {
            let target = match (&key.column, &key.expression) {
                (Some(column), _) => column.clone(),
                (None, Some(expression)) => expression.clone(),
                (None, None) => String::new(),
            };
            let order = if key.order == "desc" { " desc" } else { "" };
            format!("{target}{order}")
        })
        .collect();
    let unique = if index.unique { "unique " } else { "" };
    let mut text = format!("{unique}{} ({})", index.method, keys.join(", "));
    if !index.include.is_empty() {
        text.push_str(&format!(" include ({})", index.include.join(", ")));
    }
    if let Some(predicate) = &index.predicate {
        text.push_str(&format!(" where {predicate}"));
    }
    if index.nulls_not_distinct {
        text.push_str(" nulls not distinct");
    }
    if !index.options.is_empty() {
        text.push_str(&format!(" with ({})", index.options.join(", ")));
    }
    let mut badges = Vec::new();
    if !index.valid {
        text.push_str(" invalid");
        badges.push("INVALID".to_owned());
    }
    Definition {
        name: index.name.clone(),
        text,
        badges,
    }
}

/// What a card shows only where it changed.
pub(super) fn others(table: &Table) -> Vec<Definition> {
    let triggers = table.triggers.iter().map(|trigger| {
        let mut text = format!("trigger {} {}", trigger.timing, trigger.events.join(" or "));
        text.push_str(&format!(
            " for each {} runs {}",
            trigger.level, trigger.function
        ));
        if trigger.enabled != "origin" {
            text.push_str(&format!(", {}", trigger.enabled));
        }
        plain(&trigger.name, text)
    });
    let policies = table.policies.iter().map(|policy| {
        let mut text = format!(
            "policy for {} to {}",
            policy.command,
            policy.roles.join(", ")
        );
        if let Some(using) = &policy.using {
            text.push_str(&format!(" using ({using})"));
        }
        if let Some(check) = &policy.with_check {
            text.push_str(&format!(" with check ({check})"));
        }
        plain(&policy.name, text)
    });
    let statistics = table
        .statistics
        .iter()
        .map(|statistics| plain(&statistics.name, statistics.definition.clone()));
    let mut found: Vec<Definition> = triggers.chain(policies).chain(statistics).collect();
    let security = match (table.row_security.enabled, table.row_security.forced) {
        (false, false) => None,
        (true, false) => Some("enabled"),
        (false, true) => Some("forced, not enabled"),
        (true, true) => Some("enabled, forced"),
    };
    found.extend(security.map(|text| plain("row security", text.into())));
    let lines = [
        ("comment", table.comment.clone()),
        ("partitioned by", table.partition_by.clone()),
        (
            "partition of",
            table.partition_of.as_ref().map(|partition| {
                format!(
                    "{} {}",
                    ObjectName::new(&partition.schema, &partition.table),
                    partition.bound
                )
            }),
        ),
        (
            "options",
            (!table.options.is_empty()).then(|| table.options.join(", ")),
        ),
        (
            "persistence",
            (table.persistence != "permanent").then(|| table.persistence.to_owned()),
        ),
    ];
    for (name, text) in lines {
        found.extend(text.map(|text| plain(name, text)));
    }
    found.extend(
        table
            .inherits
            .iter()
            .map(|parent| plain("inherits", parent.to_string())),
    );
    found
}
