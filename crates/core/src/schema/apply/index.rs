//! Indexes of tables and materialized views.

use super::constraint::clipped;
use super::create_table::sorted;
use super::refusal;
use super::{Note, Object, ObjectKind, Outcome, Simulation, WillFail};
use crate::operation::{
    AlterIndex, CreateIndex, DropIndex, Expression, IndexAction, IndexKey, IndexTarget,
    QualifiedName,
};
use crate::schema::expression::{self, Scope, Target};
use crate::schema::lookup::{IndexReference, Relation};
use crate::schema::names::{clip, distinct, joined};
use crate::schema::{Index, IndexKeyPart, Knowledge, ObjectName, Table, TableKind, View};

/// An element of an exclusion constraint, printed.
pub(super) struct PrintedElement {
    /// What it gives to a chosen name.
    pub name: String,
    /// `room WITH =`.
    pub text: String,
    /// The columns it names.
    pub columns: Vec<String>,
}

impl Simulation {
    pub(super) fn create_index(&mut self, statement: &CreateIndex) -> Outcome {
        let name = statement.name.as_deref().map(clip);
        let owner = self.index_owner(statement)?;
        if let Some(name) = name {
            let place = ObjectName::new(&owner.schema, name);
            if self.schema.relation_at(&place).is_some() {
                if !statement.if_not_exists {
                    return Err(refusal::relation_exists(&place));
                }
                let differs = self.index_differs(&owner, name, statement);
                self.notes.push(Note::Exists {
                    object: Object::new(ObjectKind::Index, &place),
                    differs,
                });
                return Ok(());
            }
        }
        if let Some(view) = self.schema.views.get(&owner).cloned() {
            let index = self.new_index(&view_as_table(&view), statement, name)?;
            self.edit_view(&owner, |view| {
                view.indexes.push(index);
                view.indexes.sort_by(|a, b| a.name.cmp(&b.name));
            });
            return Ok(());
        }
        let Some(table) = self.table_at(&owner) else {
            return Ok(());
        };
        let partitioned = table.kind == TableKind::Partitioned;
        if partitioned && statement.concurrently {
            return Err(WillFail::new(
                "0A000",
                format!(
                    "cannot create index on partitioned table \"{}\" concurrently",
                    owner.name
                ),
            ));
        }
        let mut index = self.new_index(&table, statement, name)?;
        let table = self.table_at(&owner).unwrap_or(table);
        let columns: Vec<String> = index.keys.iter().filter_map(|k| k.column.clone()).collect();
        require_stored(&table, &columns, "indexes")?;
        if statement.unique {
            self.require_partition_columns(&table, &columns, "UNIQUE")?;
        }
        let children = self.child_names(&owner);
        index.valid = !(partitioned && statement.only && !children.is_empty());
        self.put_index(&owner, index.clone());
        if partitioned && !statement.only {
            for child in children {
                self.extend_index(&child, &owner, &index);
            }
        }
        Ok(())
    }

    /// The table or materialized view that an index is made on.
    fn index_owner(&mut self, statement: &CreateIndex) -> Outcome<ObjectName> {
        match self.schema.relation(&statement.table) {
            Some((place, Relation::Table(_))) => Ok(place),
            Some((place, Relation::View(view))) if view.is_materialized() => Ok(place),
            Some((_, Relation::View(_))) => Err(WillFail {
                sqlstate: "42809",
                message: format!(
                    "cannot create index on relation \"{}\"",
                    statement.table.name
                ),
                detail: Some("This operation is not supported for views.".to_owned()),
            }),
            Some(_) => Err(refusal::wrong_kind(
                &statement.table,
                "a table or materialized view",
            )),
            None => self.assume_table(&statement.table),
        }
    }

    /// Whether an existing index is another than the statement would make.
    fn index_differs(
        &self,
        owner: &ObjectName,
        name: &str,
        statement: &CreateIndex,
    ) -> Option<bool> {
        let table = self.table_at(owner)?;
        let Some(IndexReference::Plain(existing)) = table.index(name) else {
            return Some(true);
        };
        let mut trial = self.clone();
        let mut wanted = trial.new_index(&table, statement, Some(name)).ok()?;
        wanted.valid = existing.valid;
        wanted.comment.clone_from(&existing.comment);
        wanted.part_of.clone_from(&existing.part_of);
        Some(wanted != *existing)
    }

    /// An index as the statement describes it. Columns of assumed tables are assumed.
    fn new_index(
        &mut self,
        table: &Table,
        statement: &CreateIndex,
        name: Option<&str>,
    ) -> Outcome<Index> {
        let method = match statement.method.as_deref() {
            None => "btree",
            Some("rtree") => "gist",
            Some(method) => method,
        };
        let ordered = method == "btree";
        if statement.unique && matches!(method, "hash" | "gin" | "gist" | "spgist" | "brin") {
            return Err(WillFail::new(
                "0A000",
                format!("access method \"{method}\" does not support unique indexes"),
            ));
        }
        self.require_able_method(statement, method)?;
        let mut keys = Vec::new();
        let mut names = Vec::new();
        for key in &statement.keys {
            let (part, name) = self.index_key(table, key, ordered, method)?;
            keys.push(part);
            names.push(name);
        }
        let include = clipped(&statement.include);
        for column in &include {
            self.require_index_column(table, column)?;
        }
        names.extend(include.iter().cloned());
        let predicate = match &statement.predicate {
            Some(predicate) => {
                let scope = Scope::Table(table);
                let printed = self.print_expression(scope, predicate, &Target::Condition)?;
                Some(printed.text)
            }
            None => None,
        };
        let place = table.object_name();
        let name = match name {
            Some(name) => name.to_owned(),
            None => {
                let chosen = self.choose_index_name(&place, names);
                self.named(ObjectKind::Index, &chosen, &place);
                chosen
            }
        };
        Ok(Index {
            name,
            unique: statement.unique,
            method: method.to_owned(),
            keys,
            include,
            predicate,
            nulls_not_distinct: statement.nulls_not_distinct,
            valid: true,
            options: sorted(&statement.options),
            comment: None,
            part_of: None,
        })
    }

    /// What the access method must be able to do (`pg_indexam_has_property()`).
    fn require_able_method(&self, statement: &CreateIndex, method: &str) -> Outcome {
        if !is_built_in_method(method) {
            return Ok(());
        }
        let unable = |what| {
            Err(WillFail::new(
                "0A000",
                format!("access method \"{method}\" does not support {what}"),
            ))
        };
        if !statement.include.is_empty() && matches!(method, "hash" | "gin" | "brin") {
            return unable("included columns");
        }
        if statement.keys.len() > 1 && method == "hash" {
            return unable("multicolumn indexes");
        }
        Ok(())
    }

    /// A key without an operator class needs a default one for its type (`GetDefaultOpClass()`). Only types and methods of
    /// PostgreSQL itself are judged, and only where no extension is installed that could bring one.
    pub(super) fn require_default_class(&self, method: &str, data_type: &str) -> Outcome {
        let data_type = crate::schema::type_text::without_modifier(data_type);
        if !expression::lacks_default_class(method, &data_type)
            || self.schema.extensions.keys().any(|name| {
                name.starts_with("btree_") || expression::extension_types(name).is_none()
            })
        {
            return Ok(());
        }
        Err(WillFail::new(
            "42704",
            format!(
                "data type {data_type} has no default operator class for access method \"{method}\""
            ),
        ))
    }

    fn choose_index_name(&self, table: &ObjectName, key_names: Vec<String>) -> String {
        let addition = joined(distinct(key_names));
        self.schema
            .choose_relation_name(&table.schema, &table.name, Some(&addition), "idx")
    }

    fn require_index_column(&mut self, table: &Table, column: &str) -> Outcome {
        if table.column(column).is_some() || super::find::is_system_column(column) {
            return Ok(());
        }
        let refuse = || WillFail::new("42703", format!("column \"{column}\" does not exist"));
        if self.schema.tables.contains_key(&table.object_name()) {
            self.require_column_or(&table.object_name(), column, refuse)
        } else if table.is_complete() {
            Err(refuse())
        } else {
            Ok(())
        }
    }

    /// One key, and what it gives to a chosen name.
    fn index_key(
        &mut self,
        table: &Table,
        key: &IndexKey,
        ordered: bool,
        method: &str,
    ) -> Outcome<(IndexKeyPart, String)> {
        if !ordered && (key.descending || key.nulls_first.is_some()) && is_built_in_method(method) {
            let what = if key.descending {
                "ASC/DESC"
            } else {
                "NULLS FIRST/LAST"
            };
            return Err(WillFail::new(
                "0A000",
                format!("access method \"{method}\" does not support {what} options"),
            ));
        }
        let (column, expression, name) = match &key.target {
            IndexTarget::Column(column) => {
                let column = clip(column);
                self.require_index_column(table, column)?;
                if key.operator_class.is_none()
                    && let Some(found) = table.column(column)
                {
                    self.require_default_class(method, &found.data_type)?;
                }
                (Some(column.to_owned()), None, column.to_owned())
            }
            IndexTarget::Expression(expression) => {
                let scope = Scope::Table(table);
                let printed = self.print_expression(scope, expression, &Target::Key)?;
                let name = expression::column_name(expression.as_str());
                let name = name.unwrap_or_else(|| "expr".to_owned());
                match printed.plain_column {
                    Some(column) => (Some(column.clone()), None, column),
                    None => (None, Some(printed.text), name),
                }
            }
        };
        let nulls_first = key.nulls_first.unwrap_or(key.descending);
        let part = IndexKeyPart {
            column,
            expression,
            order: if key.descending { "desc" } else { "asc" },
            nulls: if nulls_first { "first" } else { "last" },
            opclass: self.operator_class(method, key.operator_class.as_deref()),
            collation: key.collation.as_ref().and_then(collation_text),
        };
        Ok((part, name))
    }

    /// The operator class, unless it is a default one.
    fn operator_class(&self, method: &str, written: Option<&str>) -> Option<String> {
        let written = written?;
        let name = written.split('(').next().unwrap_or(written).trim();
        let bare = name.strip_prefix("pg_catalog.").unwrap_or(name);
        if expression::is_default_operator_class(method, bare) {
            return None;
        }
        if bare.contains('.') || expression::is_built_in_operator_class(bare) {
            return Some(bare.to_owned());
        }
        let home = expression::operator_class_extension(bare)
            .and_then(|extension| self.schema.extensions.get(extension));
        match home {
            Some(extension) => Some(format!("{}.{bare}", extension.schema)),
            None => Some(format!("public.{bare}")),
        }
    }

    pub(super) fn put_index(&mut self, table: &ObjectName, index: Index) {
        self.edit_table(table, |table| {
            table.indexes.push(index);
            table.sort_parts();
        });
    }

    /// An index of a partitioned table arrives at a partition: an equal one there becomes its part.
    pub(super) fn extend_index(&mut self, child: &ObjectName, parent: &ObjectName, index: &Index) {
        let parent_index = ObjectName::new(&parent.schema, &index.name);
        let adopted = self.edit_table(child, |table| {
            let own = table.indexes.iter_mut().find(|own| {
                own.part_of.is_none()
                    && own.valid
                    && own.unique == index.unique
                    && own.method == index.method
                    && own.keys == index.keys
                    && own.include == index.include
                    && own.predicate == index.predicate
            });
            own.map(|own| own.part_of = Some(parent_index.clone()))
                .is_some()
        });
        let adopted_name = self.table_at(child).and_then(|table| {
            let mut indexes = table.indexes.iter();
            let found = indexes.find(|own| own.part_of.as_ref() == Some(&parent_index));
            found.cloned()
        });
        let part = match (adopted, adopted_name) {
            (Some(true), Some(part)) => part,
            _ => {
                let names = index
                    .keys
                    .iter()
                    .map(|key| match (&key.column, &key.expression) {
                        (Some(column), _) => column.clone(),
                        (None, Some(text)) => {
                            expression::column_name(text).unwrap_or_else(|| "expr".to_owned())
                        }
                        (None, None) => "expr".to_owned(),
                    });
                let names = names.chain(index.include.iter().cloned()).collect();
                let part = Index {
                    name: self.choose_index_name(child, names),
                    comment: None,
                    part_of: Some(parent_index),
                    ..index.clone()
                };
                self.put_index(child, part.clone());
                part
            }
        };
        let partitioned = self
            .table_at(child)
            .is_some_and(|table| table.kind == TableKind::Partitioned);
        if partitioned {
            for grandchild in self.child_names(child) {
                self.extend_index(&grandchild, child, &part);
            }
        }
    }

    pub(super) fn alter_index(&mut self, statement: &AlterIndex) -> Outcome {
        if let IndexAction::Rename(to) = &statement.action {
            // PostgreSQL renames a table or a view here just as well.
            let found = self.schema.resolve_relation(&statement.name);
            let table = found.filter(|name| self.schema.tables.contains_key(name));
            if let Some(place) = table {
                return self.rename_relation(&place, &ObjectName::new(&place.schema, clip(to)));
            }
        }
        let Some((owner, name)) = self.require_index(&statement.name, statement.if_exists)? else {
            return Ok(());
        };
        let place = ObjectName::new(&owner.schema, &name);
        match &statement.action {
            IndexAction::Rename(to) => {
                self.rename_relation(&place, &ObjectName::new(&place.schema, clip(to)))
            }
            IndexAction::AttachPartition(part) => self.attach_index(&owner, &name, part),
            IndexAction::SetOptions(options) => {
                self.edit_index(&owner, &name, |index| {
                    set_options(&mut index.options, options)
                });
                Ok(())
            }
            IndexAction::ResetOptions(options) => {
                self.edit_index(&owner, &name, |index| {
                    reset_options(&mut index.options, options)
                });
                Ok(())
            }
            IndexAction::SetTablespace(_) | IndexAction::Other(_) => Ok(()),
        }
    }

    /// An index that must exist: its table and its name.
    pub(super) fn require_index(
        &mut self,
        name: &QualifiedName,
        if_exists: bool,
    ) -> Outcome<Option<(ObjectName, String)>> {
        if let Some((owner, index)) = self.schema.find_index(name) {
            return Ok(Some((owner, index.name().to_owned())));
        }
        if self.schema.relation(name).is_some() {
            return Err(refusal::wrong_kind(name, "an index"));
        }
        let object = Object::new(ObjectKind::Index, &self.schema.creation_name(name));
        if if_exists {
            self.notes.push(Note::Missing { object });
        } else if self.may_exist() {
            self.assumed(object);
        } else {
            return Err(refusal::no_relation(name));
        }
        Ok(None)
    }

    fn edit_index(&mut self, owner: &ObjectName, name: &str, change: impl FnOnce(&mut Index)) {
        let change = |indexes: &mut Vec<Index>| {
            if let Some(index) = indexes.iter_mut().find(|index| index.name == name) {
                change(index);
            }
        };
        if self.schema.views.contains_key(owner) {
            self.edit_view(owner, |view| change(&mut view.indexes));
        } else {
            self.edit_table(owner, |table| change(&mut table.indexes));
        }
    }

    /// `ALTER INDEX parent ATTACH PARTITION part`.
    fn attach_index(&mut self, owner: &ObjectName, name: &str, part: &QualifiedName) -> Outcome {
        let Some((part_owner, part_name)) = self.require_index(part, false)? else {
            return Ok(());
        };
        let parent_index = ObjectName::new(&owner.schema, name);
        self.edit_table(&part_owner, |table| {
            for index in table.indexes.iter_mut().filter(|i| i.name == part_name) {
                index.part_of = Some(parent_index.clone());
            }
            let keys = table
                .primary_key
                .iter_mut()
                .chain(&mut table.unique_constraints);
            for key in keys.filter(|key| key.name == part_name) {
                key.part_of = Some(name.to_owned());
            }
        });
        let children = self.child_names(owner);
        let complete = children.iter().all(|child| {
            self.table_at(child).is_some_and(|child| {
                let mut indexes = child.indexes.iter();
                indexes.any(|index| index.part_of.as_ref() == Some(&parent_index))
            })
        });
        if complete {
            self.edit_index(owner, name, |index| index.valid = true);
        }
        Ok(())
    }

    pub(super) fn drop_index(&mut self, statement: &DropIndex) -> Outcome {
        if statement.concurrently {
            let unsupported = |what| {
                let message = format!("DROP INDEX CONCURRENTLY does not support {what}");
                Err(WillFail::new("0A000", message))
            };
            if statement.names.len() > 1 {
                return unsupported("dropping multiple objects");
            }
            if statement.cascade {
                return unsupported("CASCADE");
            }
        }
        let mut objects = Vec::new();
        for name in &statement.names {
            if let Some((owner, index)) = self.schema.find_index(name) {
                let index_name = index.name().to_owned();
                if index.backs_constraint() {
                    return Err(WillFail {
                        sqlstate: "2BP01",
                        message: format!(
                            "cannot drop index {} because constraint {index_name} on table {owner} requires it",
                            ObjectName::new(&owner.schema, &index_name)
                        ),
                        detail: None,
                    });
                }
                if let IndexReference::Plain(index) = index
                    && let Some(parent) = &index.part_of
                {
                    return Err(WillFail::new(
                        "2BP01",
                        format!(
                            "cannot drop index {index_name} because index {parent} requires it"
                        ),
                    ));
                }
                objects.push(Object::on(ObjectKind::Index, &index_name, &owner));
                continue;
            }
            if self.schema.relation(name).is_some() {
                return Err(refusal::wrong_kind(name, "an index"));
            }
            let object = Object::new(ObjectKind::Index, &self.schema.creation_name(name));
            if statement.if_exists {
                self.notes.push(Note::Missing { object });
            } else if self.may_exist() {
                self.assumed(object);
            } else {
                return Err(refusal::missing("index", name));
            }
        }
        self.drop_objects(&objects, statement.cascade)
    }

    /// An element of an exclusion constraint.
    pub(super) fn exclusion_element(
        &mut self,
        table: &Table,
        element: &str,
    ) -> Outcome<PrintedElement> {
        let Some((key, operator)) = expression::split_exclusion_element(element) else {
            return Ok(PrintedElement {
                name: "expr".to_owned(),
                text: element.to_owned(),
                columns: Vec::new(),
            });
        };
        let printed = self.print_expression(
            Scope::Table(table),
            &Expression::new(&key.expression),
            &Target::Key,
        )?;
        let name = expression::column_name(&key.expression).unwrap_or_else(|| "expr".to_owned());
        let mut text = printed.text;
        if let Some(class) = &key.operator_class {
            text = format!("{text} {class}");
        }
        Ok(PrintedElement {
            name: printed.plain_column.unwrap_or(name),
            text: format!("{text} WITH {operator}"),
            columns: printed.columns,
        })
    }
}

/// A materialized view as an index sees it.
fn view_as_table(view: &View) -> Table {
    let place = ObjectName::new(&view.schema, &view.name);
    let mut table = super::find::empty_table(&place);
    table.columns = view
        .columns
        .iter()
        .map(|column| super::find::plain_column(&column.name, &column.data_type))
        .collect();
    if view.columns.is_empty() {
        table.knowledge = Knowledge::Assumed;
    }
    table
}

fn is_built_in_method(method: &str) -> bool {
    matches!(method, "hash" | "gin" | "gist" | "spgist" | "brin")
}

fn collation_text(collation: &QualifiedName) -> Option<String> {
    match (collation.schema.as_deref(), collation.name.as_str()) {
        (None | Some("pg_catalog"), "default") => None,
        (None | Some("pg_catalog"), name) => Some(name.to_owned()),
        (Some(schema), name) => Some(format!("{schema}.{name}")),
    }
}

/// `SET (name = value)`.
pub(super) fn set_options(options: &mut Vec<String>, set: &[String]) {
    reset_options(options, set);
    options.extend(set.iter().cloned());
    *options = sorted(options);
}

/// `RESET (name)`.
pub(super) fn reset_options(options: &mut Vec<String>, reset: &[String]) {
    let name = |option: &str| {
        option
            .split('=')
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    options.retain(|option| !reset.iter().any(|other| name(other) == name(option)));
}

/// A virtual generated column has no values that an index could hold.
pub(super) fn require_stored(table: &Table, columns: &[String], what: &str) -> Outcome {
    let mut named = columns.iter().filter_map(|name| table.column(name));
    if named.any(|column| column.generated_virtual) {
        return Err(WillFail::new(
            "0A000",
            format!("{what} on virtual generated columns are not supported"),
        ));
    }
    Ok(())
}
