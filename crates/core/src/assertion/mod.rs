//! What a team has written down about its schema (`[[assert]]` in `retort.toml`), checked on any state of the catalog.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::schema::{Object, ObjectKind, ObjectName, Schema, Table};

/// One assertion. `table` names the tables it is about; a `*` in it stands for any letters. Without a `*` the table itself
/// must exist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assertion {
    /// `org`, `audit.*`, `*`; in the schema `public` unless another is named.
    pub table: String,
    /// False: no such table may exist.
    #[serde(default = "yes")]
    pub exists: bool,
    /// Tables it is not about, in the same form.
    #[serde(default)]
    pub except: Vec<String>,
    /// Columns that must be there.
    #[serde(default)]
    pub columns: Vec<String>,
    /// Columns that must not be there.
    #[serde(default)]
    pub without_columns: Vec<String>,
    /// Constraints that must be there, by name.
    #[serde(default)]
    pub constraints: Vec<String>,
    /// Constraints that must not be there.
    #[serde(default)]
    pub without_constraints: Vec<String>,
    /// Indexes that must be there, by name.
    #[serde(default)]
    pub indexes: Vec<String>,
    /// Indexes that must not be there.
    #[serde(default)]
    pub without_indexes: Vec<String>,
    /// Why, for the message.
    #[serde(default)]
    pub because: Option<String>,
}

fn yes() -> bool {
    true
}

/// Where an assertion does not hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// Which assertion, counted from 1 in the order of the file.
    pub number: usize,
    /// The table, column, constraint or index that is missing or should not be there.
    pub object: Object,
    /// Whether it is missing.
    pub missing: bool,
    /// The assertion's reason.
    pub because: Option<String>,
}

impl Violation {
    /// In a sentence.
    pub fn message(&self) -> String {
        let fault = if self.missing {
            "is missing"
        } else {
            "should not be there"
        };
        let because = self.because.as_deref();
        let because = because.map_or_else(String::new, |why| format!(" ({why})"));
        format!(
            "Assertion {}: {} {fault}{because}.",
            self.number, self.object
        )
    }
}

/// What does not hold in a state. What is not known is no violation.
pub fn violations(assertions: &[Assertion], schema: &Schema) -> BTreeSet<Violation> {
    let numbered = (1..).zip(assertions);
    numbered
        .flat_map(|(number, assertion)| assertion.violations(number, schema))
        .collect()
}

impl Assertion {
    fn violations(&self, number: usize, schema: &Schema) -> Vec<Violation> {
        let violation = |object: Object, missing: bool| Violation {
            number,
            object,
            missing,
            because: self.because.clone(),
        };
        let tables: Vec<(&ObjectName, &Table)> = schema
            .tables
            .iter()
            .map(|(name, table)| (name, table.as_ref()))
            .filter(|(name, _)| self.is_about(name))
            .collect();
        if !self.exists {
            let there = tables.into_iter();
            return there
                .map(|(name, _)| violation(Object::new(ObjectKind::Table, name), false))
                .collect();
        }
        if tables.is_empty() && !self.table.contains('*') && !schema.may_hold_unknown_objects() {
            let name = named(&self.table);
            return vec![violation(Object::new(ObjectKind::Table, &name), true)];
        }
        let mut found = Vec::new();
        for (name, table) in tables {
            let on = |kind: ObjectKind, part: &str| Object::on(kind, part, name);
            let columns = Part {
                kind: ObjectKind::Column,
                there: table.columns.iter().map(|own| own.name.as_str()).collect(),
            };
            let constraints = Part {
                kind: ObjectKind::Constraint,
                there: constraint_names(table),
            };
            let indexes = Part {
                kind: ObjectKind::Index,
                there: table.indexes.iter().map(|own| own.name.as_str()).collect(),
            };
            let demands = [
                (&columns, &self.columns, &self.without_columns),
                (&constraints, &self.constraints, &self.without_constraints),
                (&indexes, &self.indexes, &self.without_indexes),
            ];
            for (part, must, must_not) in demands {
                let has = |wanted: &String| part.there.contains(&wanted.as_str());
                if table.is_complete() {
                    let missing = must.iter().filter(|wanted| !has(wanted));
                    found.extend(missing.map(|own| violation(on(part.kind, own), true)));
                }
                let unwanted = must_not.iter().filter(|unwanted| has(unwanted));
                found.extend(unwanted.map(|own| violation(on(part.kind, own), false)));
            }
        }
        found
    }

    fn is_about(&self, name: &ObjectName) -> bool {
        matches(&self.table, name) && !self.except.iter().any(|except| matches(except, name))
    }
}

/// What of one kind a table has.
struct Part<'a> {
    kind: ObjectKind,
    there: Vec<&'a str>,
}

fn constraint_names(table: &Table) -> Vec<&str> {
    let keys = table.primary_key.iter().chain(&table.unique_constraints);
    let keys = keys.map(|own| own.name.as_str());
    let checks = table.check_constraints.iter().map(|own| own.name.as_str());
    let foreign = table.foreign_keys.iter().map(|own| own.name.as_str());
    let exclusions = table
        .exclusion_constraints
        .iter()
        .map(|own| own.name.as_str());
    keys.chain(checks)
        .chain(foreign)
        .chain(exclusions)
        .collect()
}

/// `org` is `public.org`.
fn named(pattern: &str) -> ObjectName {
    match pattern.split_once('.') {
        Some((schema, table)) => ObjectName::new(schema, table),
        None => ObjectName::new("public", pattern),
    }
}

/// A lone `*` is every table of every schema.
fn matches(pattern: &str, name: &ObjectName) -> bool {
    if pattern == "*" {
        return true;
    }
    let wanted = named(pattern);
    fits(&wanted.schema, &name.schema) && fits(&wanted.name, &name.name)
}

/// Whether a text is of the form of a pattern in which `*` stands for any letters.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut left) = text.strip_prefix(head) else {
        return false;
    };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        match left.split_once(piece) {
            Some((_, after)) => left = after,
            None => return false,
        }
    }
    left.ends_with(last)
}
