//! Views and materialized views.

use std::sync::Arc;

use super::create_table::sorted;
use super::find::view_word;
use super::index::{reset_options, set_options};
use super::refusal;
use super::{Note, Object, ObjectKind, Outcome, Simulation, WillFail};
use crate::operation::{AlterView, CreateView, QualifiedName, RefreshMaterializedView, ViewAction};
use crate::schema::expression::{self, QueryShape};
use crate::schema::lookup::Relation;
use crate::schema::names::clip;
use crate::schema::{ObjectName, View, ViewColumn, ViewRead};

impl Simulation {
    pub(super) fn create_view(&mut self, statement: &CreateView) -> Outcome {
        let place = if statement.temporary && statement.name.schema.is_none() {
            self.temporary_place(&statement.name)
        } else {
            self.creation_place(&statement.name)?
        };
        let existing = self.schema.views.get(&place).cloned();
        if let Some(relation) = self.schema.relation_at(&place) {
            let replaces = statement.or_replace && matches!(relation, Relation::View(_));
            if statement.if_not_exists {
                self.notes.push(Note::Exists {
                    object: Object::new(ObjectKind::MaterializedView, &place),
                    differs: None,
                });
                return Ok(());
            }
            if statement.or_replace && !replaces {
                return Err(WillFail::new(
                    "42809",
                    format!("\"{}\" is not a view", place.name),
                ));
            }
            if !replaces {
                return Err(refusal::relation_exists(&place));
            }
        }
        let shape = self.query_columns(
            &statement.query,
            &statement.reads,
            &statement.columns,
            "CREATE VIEW specifies more column names than columns",
        )?;
        let columns = shape.columns.clone().unwrap_or_default();
        require_distinct(&columns)?;
        if let Some(existing) = &existing {
            require_compatible(&existing.columns, &columns)?;
        }
        let reads = self.view_reads(&shape, &statement.reads)?;
        let comments = |column: ViewColumn| {
            let old = existing.iter().flat_map(|view| &view.columns);
            let mut old = old.filter(|old| old.name == column.name);
            ViewColumn {
                comment: old.next().and_then(|old| old.comment.clone()),
                ..column
            }
        };
        let view = View {
            schema: place.schema.clone(),
            name: place.name.clone(),
            kind: view_word(statement.materialized),
            columns: columns.into_iter().map(comments).collect(),
            indexes: existing
                .iter()
                .flat_map(|view| view.indexes.clone())
                .collect(),
            triggers: existing
                .iter()
                .flat_map(|view| view.triggers.clone())
                .collect(),
            options: sorted(&statement.options),
            comment: existing.and_then(|view| view.comment.clone()),
            definition: statement.query.clone(),
            reads,
        };
        self.schema.views.insert(place, Arc::new(view));
        Ok(())
    }

    /// The output of a query, under the names given in parentheses where there are any; `too_many` is the refusal of more
    /// names than columns.
    pub(super) fn query_columns(
        &mut self,
        query: &str,
        reads: &[QualifiedName],
        names: &[String],
        too_many: &str,
    ) -> Outcome<QueryShape> {
        for read in reads {
            self.require_readable(read)?;
        }
        let mut shape = expression::query_shape(&self.schema, query);
        if let Some(refused) = shape.refusal.take()
            && !self.may_exist()
        {
            return Err(refused);
        }
        if let Some(columns) = &mut shape.columns {
            if names.len() > columns.len() {
                return Err(WillFail::new("42601", too_many));
            }
            for (column, name) in columns.iter_mut().zip(names) {
                clip(name).clone_into(&mut column.name);
            }
        } else if !names.is_empty() {
            let named = names.iter().map(|name| ViewColumn {
                name: clip(name).to_owned(),
                data_type: String::new(),
                comment: None,
            });
            shape.columns = Some(named.collect());
        }
        Ok(shape)
    }

    /// A relation that a query reads must exist; system relations do.
    pub(super) fn require_readable(&mut self, name: &QualifiedName) -> Outcome {
        let system = match &name.schema {
            Some(schema) => schema == "information_schema" || schema.starts_with("pg_"),
            None => name.name.starts_with("pg_"),
        };
        if system || self.schema.relation(name).is_some() || brought_by_extension(name) {
            return Ok(());
        }
        self.assume_table(name).map(drop)
    }

    fn view_reads(&self, shape: &QueryShape, reads: &[QualifiedName]) -> Outcome<Vec<ViewRead>> {
        let mut found = shape.reads.clone();
        for read in reads {
            if let Some(place) = self.schema.resolve_relation(read)
                && !found.iter().any(|known| known.relation == place)
            {
                found.push(ViewRead {
                    relation: place,
                    columns: None,
                });
            }
        }
        Ok(found)
    }

    pub(super) fn alter_view(&mut self, statement: &AlterView) -> Outcome {
        if statement.if_exists && self.schema.relation(&statement.name).is_none() {
            let place = self.schema.creation_name(&statement.name);
            let object = Object::new(ObjectKind::View, &place);
            self.notes.push(Note::Missing { object });
            return Ok(());
        }
        let Some(place) = self.require_view(&statement.name, statement.materialized)? else {
            return Ok(());
        };
        match &statement.action {
            ViewAction::Rename(to) => {
                self.rename_relation(&place, &ObjectName::new(&place.schema, clip(to)))
            }
            ViewAction::RenameColumn { column, to } => {
                self.rename_view_column(&place, clip(column), clip(to))
            }
            ViewAction::SetSchema(schema) => self.move_relation(&place, schema),
            ViewAction::SetOptions(options) => {
                self.edit_view(&place, |view| set_options(&mut view.options, options));
                Ok(())
            }
            ViewAction::ResetOptions(options) => {
                self.edit_view(&place, |view| reset_options(&mut view.options, options));
                Ok(())
            }
            ViewAction::Owner(_) | ViewAction::Other(_) => Ok(()),
        }
    }

    pub(super) fn refresh(&mut self, statement: &RefreshMaterializedView) -> Outcome {
        let place = self
            .require_view(&statement.name, true)
            .map_err(|refused| match refused.sqlstate {
                "42809" => WillFail {
                    sqlstate: "0A000",
                    ..refused
                },
                _ => refused,
            })?;
        let Some(place) = place else {
            return Ok(());
        };
        let Some(view) = self.schema.views.get(&place) else {
            return Ok(());
        };
        let usable = view.indexes.iter().any(|index| {
            index.unique
                && index.predicate.is_none()
                && index.keys.iter().all(|key| key.column.is_some())
        });
        if statement.concurrently && !usable && self.schema.unknown_steps == 0 {
            return Err(WillFail::new(
                "55000",
                format!(
                    "cannot refresh materialized view \"{}.{}\" concurrently",
                    place.schema, place.name
                ),
            ));
        }
        Ok(())
    }
}

/// Views that extensions bring.
fn brought_by_extension(name: &QualifiedName) -> bool {
    matches!(
        name.name.as_str(),
        "pg_stat_statements" | "geometry_columns" | "geography_columns" | "spatial_ref_sys"
    )
}

/// Each output column has a name of its own.
pub(super) fn require_distinct(columns: &[ViewColumn]) -> Outcome {
    let mut names = columns.iter().map(|column| column.name.as_str());
    let mut seen = std::collections::BTreeSet::new();
    match names.find(|name| !name.is_empty() && !seen.insert(*name)) {
        Some(name) => Err(WillFail::new(
            "42701",
            format!("column \"{name}\" specified more than once"),
        )),
        None => Ok(()),
    }
}

/// `CREATE OR REPLACE VIEW` may only add columns at the end (`checkViewColumns()`).
fn require_compatible(old: &[ViewColumn], new: &[ViewColumn]) -> Outcome {
    if old.is_empty() || new.is_empty() {
        return Ok(());
    }
    if new.len() < old.len() {
        return Err(refusal::table_definition("cannot drop columns from view"));
    }
    for (old, new) in old.iter().zip(new) {
        if old.name != new.name {
            return Err(refusal::table_definition(format!(
                "cannot change name of view column \"{}\" to \"{}\"",
                old.name, new.name
            )));
        }
        let known = !old.data_type.is_empty() && !new.data_type.is_empty();
        if known && old.data_type != new.data_type {
            return Err(refusal::table_definition(format!(
                "cannot change data type of view column \"{}\" from {} to {}",
                old.name, old.data_type, new.data_type
            )));
        }
    }
    Ok(())
}
