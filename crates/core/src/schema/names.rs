//! The names PostgreSQL chooses, by its own rules: at most 63 bytes, cut at whole characters, numbered when taken.

use super::Schema;
use super::lookup::IndexReference;
use super::{ObjectName, Table};

/// Bytes in a name (`NAMEDATALEN - 1`).
const LIMIT: usize = 63;

/// An identifier as the catalog keeps it: longer ones are cut.
pub(crate) fn clip(name: &str) -> &str {
    clip_to(name, LIMIT)
}

fn clip_to(name: &str, limit: usize) -> &str {
    if name.len() <= limit {
        return name;
    }
    let end = (0..=limit).rev().find(|end| name.is_char_boundary(*end));
    name.get(..end.unwrap_or_default()).unwrap_or_default()
}

/// `makeObjectName()`: the parts joined by `_`, the longer part cut until all fits.
fn object_name(first: &str, second: Option<&str>, label: &str) -> String {
    let overhead = label.len() + 1 + usize::from(second.is_some());
    let available = LIMIT.saturating_sub(overhead);
    let (mut length, mut second_length) = (first.len(), second.map_or(0, str::len));
    while length + second_length > available {
        if length > second_length {
            length -= 1;
        } else {
            second_length -= 1;
        }
    }
    let mut name = clip_to(first, length).to_owned();
    if let Some(second) = second {
        name.push('_');
        name.push_str(clip_to(second, second_length));
    }
    name.push('_');
    name.push_str(label);
    name
}

/// Tries `label`, `label1`, `label2`, … until `taken` refuses no more.
fn choose(first: &str, second: Option<&str>, label: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut number = 0_u32;
    let mut name = object_name(first, second, label);
    while taken(&name) {
        number += 1;
        name = object_name(first, second, &format!("{label}{number}"));
    }
    name
}

/// Column names joined as they become part of a chosen name (`ChooseIndexNameAddition()`).
pub(super) fn joined<S: AsRef<str>>(columns: impl IntoIterator<Item = S>) -> String {
    let mut name = String::new();
    for column in columns {
        if !name.is_empty() {
            name.push('_');
        }
        name.push_str(column.as_ref());
        if name.len() > LIMIT {
            break;
        }
    }
    name
}

/// Numbers repeated names apart, as the columns of an index are named (`ChooseIndexColumnNames()`).
pub(super) fn distinct(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut chosen: Vec<String> = Vec::new();
    for name in names {
        let mut candidate = name.clone();
        let mut number = 0_u32;
        while chosen.contains(&candidate) {
            number += 1;
            let number = number.to_string();
            candidate = format!("{}{number}", clip_to(&name, LIMIT - number.len()));
        }
        chosen.push(candidate);
    }
    chosen
}

impl Schema {
    /// Whether a relation (table, index, sequence, view) or composite type of this name exists.
    pub(super) fn relation_exists(&self, place: &ObjectName) -> bool {
        self.relation_at(place).is_some()
            || self.types.get(place).is_some_and(|type_| {
                matches!(type_.definition, super::TypeDefinition::Composite { .. })
            })
    }

    /// Whether a constraint of this name exists on any table or domain of the schema.
    fn constraint_exists(&self, schema: &str, name: &str) -> bool {
        let tables = self.tables.iter();
        let mut tables = tables.filter(|(table, _)| table.schema == schema);
        tables.any(|(_, table)| table.has_constraint(name)) || {
            let types = self.types.iter();
            let mut types = types.filter(|(type_, _)| type_.schema == schema);
            types.any(|(_, type_)| match &type_.definition {
                super::TypeDefinition::Domain { checks, .. } => {
                    checks.iter().any(|check| check.name == name)
                }
                _ => false,
            })
        }
    }

    /// `ChooseRelationName()` for something that is no constraint: an index, a sequence.
    pub(super) fn choose_relation_name(
        &self,
        schema: &str,
        first: &str,
        second: Option<&str>,
        label: &str,
    ) -> String {
        choose(first, second, label, |name| {
            self.relation_exists(&ObjectName::new(schema, name))
        })
    }

    /// `ChooseRelationName()` for the index behind a constraint: no constraint may have the name either.
    pub(super) fn choose_key_name(
        &self,
        schema: &str,
        first: &str,
        second: Option<&str>,
        label: &str,
    ) -> String {
        choose(first, second, label, |name| {
            self.relation_exists(&ObjectName::new(schema, name))
                || self.constraint_exists(schema, name)
        })
    }

    /// `ChooseConstraintName()`; `others` are names given in the same statement.
    pub(super) fn choose_constraint_name(
        &self,
        schema: &str,
        first: &str,
        second: Option<&str>,
        label: &str,
        others: &[String],
    ) -> String {
        choose(first, second, label, |name| {
            others.iter().any(|other| other == name) || self.constraint_exists(schema, name)
        })
    }

    /// `ChooseExtendedStatisticName()`.
    pub(super) fn choose_statistics_name(&self, schema: &str, first: &str, second: &str) -> String {
        choose(first, Some(second), "stat", |name| {
            let mut all = self.tables.values().flat_map(|table| &table.statistics);
            all.any(|one| one.schema == schema && one.name == name)
        })
    }
}

impl Table {
    /// Whether a constraint of any kind has this name.
    pub fn has_constraint(&self, name: &str) -> bool {
        self.check_constraints.iter().any(|c| c.name == name)
            || self.foreign_keys.iter().any(|c| c.name == name)
            || self
                .index(name)
                .is_some_and(|i: IndexReference<'_>| i.backs_constraint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_evenly() {
        assert_eq!(object_name("shelf", Some("id"), "seq"), "shelf_id_seq");
        let (long, column) = ("a".repeat(60), "b".repeat(40));
        let name = object_name(&long, Some(&column), "key");
        assert_eq!(name.len(), LIMIT);
        assert_eq!(name, format!("{}_{}_key", "a".repeat(29), "b".repeat(29)));
        assert_eq!(
            object_name(&"ü".repeat(40), None, "pkey"),
            format!("{}_pkey", "ü".repeat(29))
        );
    }

    #[test]
    fn taken_names_are_numbered() {
        let taken = ["shelf_pkey", "shelf_pkey1"];
        let name = choose("shelf", None, "pkey", |name| taken.contains(&name));
        assert_eq!(name, "shelf_pkey2");
    }

    #[test]
    fn repeated_columns_are_numbered() {
        let names = ["expr", "expr", "row"].map(str::to_owned);
        assert_eq!(distinct(names), ["expr", "expr1", "row"]);
    }
}
