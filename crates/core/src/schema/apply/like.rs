//! `LIKE source INCLUDING …`.

use std::collections::BTreeSet;

use super::constraint::KeyKind;
use super::find::plain_column;
use super::sequence::owned_by;
use super::{Outcome, Simulation};
use crate::operation::{
    CreateStatistics, Deferral, KeyConstraint, LikeClause, Operation, QualifiedName,
};
use crate::schema::names::{distinct, joined};
use crate::schema::{Column, Index, ObjectName, Table};

/// What `LIKE` copies besides names, types and `NOT NULL`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Comments,
    Constraints,
    Defaults,
    Generated,
    Identity,
    Indexes,
    Statistics,
}

const ALL: [(&str, Part); 7] = [
    ("comments", Part::Comments),
    ("constraints", Part::Constraints),
    ("defaults", Part::Defaults),
    ("generated", Part::Generated),
    ("identity", Part::Identity),
    ("indexes", Part::Indexes),
    ("statistics", Part::Statistics),
];

fn parts(clause: &LikeClause) -> BTreeSet<Part> {
    let mut parts = BTreeSet::new();
    for option in &clause.options {
        let Some((verb, what)) = option.split_once(' ') else {
            continue;
        };
        let named = ALL
            .iter()
            .filter(|(word, _)| what.trim() == "all" || *word == what.trim());
        for (_, part) in named {
            if verb == "including" {
                parts.insert(*part);
            } else {
                parts.remove(part);
            }
        }
    }
    parts
}

impl Simulation {
    /// The columns of the source.
    pub(super) fn copy_like_columns(&mut self, table: &mut Table, clause: &LikeClause) -> Outcome {
        let source_name = self.require_table(&clause.source)?;
        let Some(source) = self.table_at(&source_name) else {
            return Ok(());
        };
        let parts = parts(clause);
        let identity =
            |column: &Column| column.identity.filter(|_| parts.contains(&Part::Identity));
        for column in &source.columns {
            let generated = column.generated.clone();
            table.columns.push(Column {
                nullable: column.nullable,
                default: column
                    .default
                    .clone()
                    .filter(|_| parts.contains(&Part::Defaults)),
                generated: generated.filter(|_| parts.contains(&Part::Generated)),
                identity: identity(column),
                collation: column.collation.clone(),
                comment: column
                    .comment
                    .clone()
                    .filter(|_| parts.contains(&Part::Comments)),
                knowledge: column.knowledge,
                ..plain_column(&column.name, &column.data_type)
            });
        }
        if !source.is_complete() {
            table.knowledge = source.knowledge;
        }
        Ok(())
    }

    /// Checks, keys, indexes and statistics of the source.
    pub(super) fn copy_like_parts(&mut self, table: &ObjectName, clause: &LikeClause) -> Outcome {
        let source_name = self.require_table(&clause.source)?;
        let Some(source) = self.table_at(&source_name) else {
            return Ok(());
        };
        let parts = parts(clause);
        let comments = parts.contains(&Part::Comments);
        if parts.contains(&Part::Identity) {
            for column in source.columns.iter().filter(|c| c.identity.is_some()) {
                self.copy_identity(table, &source_name, &column.name);
            }
        }
        if parts.contains(&Part::Constraints) {
            for check in &source.check_constraints {
                let mut check = check.clone();
                check.inherited = false;
                check.comment = check.comment.filter(|_| comments);
                self.edit_table(table, |table| {
                    table.check_constraints.push(check);
                    table.sort_parts();
                });
            }
        }
        if parts.contains(&Part::Indexes) {
            self.copy_keys(table, &source)?;
            for index in &source.indexes {
                self.copy_index(table, index, comments);
            }
        }
        if parts.contains(&Part::Statistics) {
            for statistics in &source.statistics {
                self.copy_statistics(table, &statistics.definition)?;
            }
        }
        Ok(())
    }

    /// The same statistics of another table, under a name of their own.
    fn copy_statistics(&mut self, table: &ObjectName, definition: &str) -> Outcome {
        let Operation::CreateStatistics(original) = crate::sql::read_statement(definition) else {
            return Ok(());
        };
        self.create_statistics(&CreateStatistics {
            name: None,
            table: QualifiedName::qualified(&table.schema, &table.name),
            ..original
        })
    }

    fn copy_identity(&mut self, table: &ObjectName, source: &ObjectName, column: &str) {
        let Some(original) = self.identity_sequence_of(source, column) else {
            return;
        };
        let Some(sequence) = self.schema.identity_sequences.get(&original).cloned() else {
            return;
        };
        let name =
            self.schema
                .choose_relation_name(&table.schema, &table.name, Some(column), "seq");
        let mut copy = (*sequence).clone();
        copy.schema.clone_from(&table.schema);
        copy.name.clone_from(&name);
        copy.comment = None;
        copy.owned_by = Some(owned_by(table, column));
        let place = ObjectName::new(&table.schema, name);
        self.schema
            .identity_sequences
            .insert(place, std::sync::Arc::new(copy));
    }

    fn copy_keys(&mut self, table: &ObjectName, source: &Table) -> Outcome {
        let primary = source.primary_key.iter().map(|key| (key, KeyKind::Primary));
        let unique = source.unique_constraints.iter();
        let unique = unique.map(|key| (key, KeyKind::Unique));
        for (key, kind) in primary.chain(unique) {
            let own_primary = self
                .table_at(table)
                .is_some_and(|table| table.primary_key.is_some());
            if kind == KeyKind::Primary && own_primary {
                continue;
            }
            let constraint = KeyConstraint {
                columns: key.columns.clone(),
                include: key.include.clone(),
                nulls_not_distinct: key.nulls_not_distinct.unwrap_or_default(),
                ..KeyConstraint::default()
            };
            let deferral = match (key.deferrable, key.initially_deferred) {
                (_, true) => Deferral::InitiallyDeferred,
                (true, false) => Deferral::Deferrable,
                (false, false) => Deferral::NotDeferrable,
            };
            self.add_key(table, None, &constraint, deferral, kind, None)?;
        }
        Ok(())
    }

    fn copy_index(&mut self, table: &ObjectName, index: &Index, comments: bool) {
        let names = index
            .keys
            .iter()
            .map(|key| match (&key.column, &key.expression) {
                (Some(column), _) => column.clone(),
                (None, Some(text)) => crate::schema::expression::column_name(text)
                    .unwrap_or_else(|| "expr".to_owned()),
                (None, None) => "expr".to_owned(),
            });
        let names = names.chain(index.include.iter().cloned());
        let addition = joined(distinct(names));
        let name =
            self.schema
                .choose_relation_name(&table.schema, &table.name, Some(&addition), "idx");
        let copy = Index {
            name,
            comment: index.comment.clone().filter(|_| comments),
            part_of: None,
            ..index.clone()
        };
        self.put_index(table, copy);
    }
}
