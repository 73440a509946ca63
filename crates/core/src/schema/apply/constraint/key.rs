//! Primary keys and unique constraints.

use super::super::Object;
use super::super::ObjectKind;
use super::super::Outcome;
use super::super::Simulation;
use super::super::WillFail;
use super::super::index::require_stored;
use super::super::refusal;
use super::{KeyKind, clipped};
use crate::operation::Deferral;
use crate::operation::KeyConstraint;
use crate::schema::Index;
use crate::schema::IndexKeyPart;
use crate::schema::Key;
use crate::schema::ObjectName;
use crate::schema::Table;
use crate::schema::TableKind;
use crate::schema::lookup::IndexReference;
use crate::schema::names::clip;
use crate::schema::names::joined;

impl Simulation {
    /// Adds a primary key or unique constraint; gives its name. `part_of` is the parent's constraint.
    pub(in crate::schema::apply) fn add_key(
        &mut self,
        table: &ObjectName,
        name: Option<&str>,
        key: &KeyConstraint,
        deferral: Deferral,
        kind: KeyKind,
        part_of: Option<&str>,
    ) -> Outcome<String> {
        let Some(found) = self.table_at(table) else {
            return Ok(String::new());
        };
        if kind == KeyKind::Primary && found.primary_key.is_some() {
            return Err(refusal::table_definition(format!(
                "multiple primary keys for table \"{}\" are not allowed",
                table.name
            )));
        }
        if let Some(index) = &key.using_index {
            return self.key_from_index(table, name, clip(index), deferral, kind);
        }
        let columns = clipped(&key.columns);
        let include = clipped(&key.include);
        for column in columns.iter().chain(&include) {
            self.require_column_or(table, column, || {
                WillFail::new(
                    "42703",
                    format!("column \"{column}\" named in key does not exist"),
                )
            })?;
        }
        require_distinct_key(&columns, kind)?;
        for column in &columns {
            if let Some(column) = found.column(column) {
                self.require_default_class("btree", &column.data_type)?;
            }
        }
        let what = match kind {
            KeyKind::Primary => "primary keys",
            KeyKind::Unique => "unique constraints",
        };
        require_stored(&found, &columns, what)?;
        self.require_partition_columns(&found, &columns, kind.words())?;
        let chosen = match name {
            Some(name) => {
                self.require_key_name_free(&found, name)?;
                name.to_owned()
            }
            None => {
                let chosen = self.choose_key(table, &columns, &include, kind);
                self.named(ObjectKind::Constraint, &chosen, table);
                chosen
            }
        };
        let made = Key {
            name: chosen.clone(),
            columns: columns.clone(),
            include,
            deferrable: deferral != Deferral::NotDeferrable,
            initially_deferred: deferral == Deferral::InitiallyDeferred,
            nulls_not_distinct: (kind == KeyKind::Unique).then_some(key.nulls_not_distinct),
            comment: None,
            part_of: part_of.map(str::to_owned),
        };
        self.put_key(table, made, kind);
        if found.kind == TableKind::Partitioned {
            for child in self.child_names(table) {
                self.extend_key(&child, &chosen, key, deferral, kind)?;
            }
        }
        Ok(chosen)
    }

    /// A key of a partitioned table arrives at a partition: an equal constraint there becomes its part.
    pub(in crate::schema::apply) fn extend_key(
        &mut self,
        child: &ObjectName,
        parent_key: &str,
        key: &KeyConstraint,
        deferral: Deferral,
        kind: KeyKind,
    ) -> Outcome {
        let columns = clipped(&key.columns);
        let matching = self.edit_table(child, |table| {
            let mut candidates: Vec<&mut Key> = match kind {
                KeyKind::Primary => table.primary_key.iter_mut().collect(),
                KeyKind::Unique => table.unique_constraints.iter_mut().collect(),
            };
            let equal = candidates
                .iter_mut()
                .find(|own| own.columns == columns && own.part_of.is_none());
            equal
                .map(|own| own.part_of = Some(parent_key.to_owned()))
                .is_some()
        });
        if matching == Some(true) {
            return Ok(());
        }
        let plain = KeyConstraint {
            using_index: None,
            ..key.clone()
        };
        self.add_key(child, None, &plain, deferral, kind, Some(parent_key))
            .map(drop)
    }

    pub(super) fn put_key(&mut self, table: &ObjectName, key: Key, kind: KeyKind) {
        let columns = key.columns.clone();
        self.edit_table(table, |table| {
            match kind {
                KeyKind::Primary => table.primary_key = Some(key),
                KeyKind::Unique => table.unique_constraints.push(key),
            }
            table.sort_parts();
        });
        if kind == KeyKind::Primary {
            for column in &columns {
                self.make_key_column(table, column);
            }
        }
    }

    /// A column of a primary key becomes `NOT NULL`, on the children too.
    pub(super) fn make_key_column(&mut self, table: &ObjectName, column: &str) {
        self.edit_table(table, |table| {
            table.edit_column(column, |column| column.nullable = false);
        });
        for child in self.child_names(table) {
            self.make_key_column(&child, column);
        }
    }

    pub(super) fn choose_key(
        &self,
        table: &ObjectName,
        columns: &[String],
        include: &[String],
        kind: KeyKind,
    ) -> String {
        let schema = &self.schema;
        match kind {
            KeyKind::Primary => schema.choose_key_name(&table.schema, &table.name, None, "pkey"),
            KeyKind::Unique => {
                let columns = joined(columns.iter().chain(include));
                schema.choose_key_name(&table.schema, &table.name, Some(&columns), "key")
            }
        }
    }

    /// The name of a key given in the statement: free among relations and among the table's constraints.
    pub(super) fn require_key_name_free(&self, table: &Table, name: &str) -> Outcome {
        let place = ObjectName::new(&table.schema, name);
        self.require_free(&place)?;
        if table.has_constraint(name) {
            return Err(refusal::constraint_exists(name, &table.object_name()));
        }
        Ok(())
    }

    /// `ADD CONSTRAINT … USING INDEX`: the index takes the constraint's name.
    pub(super) fn key_from_index(
        &mut self,
        table: &ObjectName,
        name: Option<&str>,
        index_name: &str,
        deferral: Deferral,
        kind: KeyKind,
    ) -> Outcome<String> {
        let Some(found) = self.table_at(table) else {
            return Ok(String::new());
        };
        let name = name.unwrap_or(index_name);
        let index = match found.index(index_name) {
            Some(IndexReference::Plain(index)) => index.clone(),
            Some(_) => {
                return Err(WillFail::new(
                    "55000",
                    format!("index \"{index_name}\" is already associated with a constraint"),
                ));
            }
            None if self.may_exist() && (!found.is_complete() || self.schema.unknown_steps > 0) => {
                let place = ObjectName::new(&table.schema, index_name);
                self.assumed(Object::new(ObjectKind::Index, &place));
                let key = Key {
                    name: name.to_owned(),
                    columns: Vec::new(),
                    include: Vec::new(),
                    deferrable: deferral != Deferral::NotDeferrable,
                    initially_deferred: deferral == Deferral::InitiallyDeferred,
                    nulls_not_distinct: (kind == KeyKind::Unique).then_some(false),
                    comment: None,
                    part_of: None,
                };
                self.put_key(table, key, kind);
                return Ok(name.to_owned());
            }
            None => {
                return Err(WillFail::new(
                    "42704",
                    format!("index \"{index_name}\" does not exist"),
                ));
            }
        };
        require_key_index(&index)?;
        if name != index_name {
            self.require_free(&ObjectName::new(&table.schema, name))?;
        }
        if found.has_constraint(name) {
            return Err(refusal::constraint_exists(name, table));
        }
        let columns = index.keys.iter().filter_map(|key| key.column.clone());
        let key = Key {
            name: name.to_owned(),
            columns: columns.collect(),
            include: index.include.clone(),
            deferrable: deferral != Deferral::NotDeferrable,
            initially_deferred: deferral == Deferral::InitiallyDeferred,
            nulls_not_distinct: (kind == KeyKind::Unique).then_some(index.nulls_not_distinct),
            comment: None,
            part_of: None,
        };
        self.edit_table(table, |table| {
            table.indexes.retain(|index| index.name != index_name);
        });
        self.put_key(table, key, kind);
        Ok(name.to_owned())
    }
}

fn require_distinct_key(columns: &[String], kind: KeyKind) -> Outcome {
    for (at, column) in columns.iter().enumerate() {
        if columns.iter().take(at).any(|earlier| earlier == column) {
            let words = match kind {
                KeyKind::Primary => "primary key",
                KeyKind::Unique => "unique",
            };
            return Err(WillFail::new(
                "42701",
                format!("column \"{column}\" appears twice in {words} constraint"),
            ));
        }
    }
    Ok(())
}

/// What `USING INDEX` demands of the index.
fn require_key_index(index: &Index) -> Outcome {
    let plain = |key: &IndexKeyPart| {
        key.order == "asc"
            && key.nulls == "last"
            && key.opclass.is_none()
            && key.collation.is_none()
    };
    let complaint = if !index.valid {
        Some(("55000", format!("index \"{}\" is not valid", index.name)))
    } else if !index.unique {
        Some(("42809", format!("\"{}\" is not a unique index", index.name)))
    } else if index.keys.iter().any(|key| key.expression.is_some()) {
        Some((
            "42809",
            format!("index \"{}\" contains expressions", index.name),
        ))
    } else if index.predicate.is_some() {
        Some(("42809", format!("\"{}\" is a partial index", index.name)))
    } else if index.method != "btree" {
        Some(("42809", format!("index \"{}\" is not a btree", index.name)))
    } else {
        index.keys.iter().position(|key| !plain(key)).map(|at| {
            (
                "42809",
                format!(
                    "index \"{}\" column number {} does not have default sorting behavior",
                    index.name,
                    at + 1
                ),
            )
        })
    };
    match complaint {
        Some((sqlstate, message)) => Err(WillFail::new(sqlstate, message)),
        None => Ok(()),
    }
}
