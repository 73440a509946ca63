//! `CREATE TABLE` in all its forms.

use std::sync::Arc;

use super::find::{empty_table, is_system_column, plain_column};
use super::refusal;
use super::{Note, Object, ObjectKind, Outcome, Simulation, WillFail};
use crate::operation::{
    ColumnDefinition, Constraint, ConstraintKind, CreateTable, CreateTableAs, Nullability,
    PartitionOf, Persistence, QualifiedName,
};
use crate::schema::names::clip;
use crate::schema::{Column, Knowledge, ObjectName, Partition, Table, TableKind, TypeDefinition};

/// Where a new table goes.
enum Spot {
    /// Nothing is there.
    Free(ObjectName),
    /// `IF NOT EXISTS` found something there.
    Taken(ObjectName),
}

impl Simulation {
    pub(super) fn create_table(&mut self, statement: &CreateTable) -> Outcome {
        let Some(name) = &statement.name else {
            self.uncertain("the table's name could not be worked out");
            return Ok(());
        };
        let place = match self.table_place(name, statement.persistence, statement.if_not_exists)? {
            Spot::Free(place) => place,
            Spot::Taken(place) => {
                self.note_existing(&place, self.table_differs(&place, statement));
                return Ok(());
            }
        };
        let mut table = Table {
            persistence: persistence_word(statement.persistence),
            options: sorted(&statement.options),
            ..empty_table(&place)
        };
        if statement.foreign_server.is_some() {
            table.kind = TableKind::Foreign;
        }
        for parent in &statement.inherits {
            let parent = self.require_table(parent)?;
            self.inherit_columns(&mut table, &parent, &statement.columns)?;
            table.inherits.push(parent);
        }
        if let Some(part) = &statement.partition_of {
            self.start_partition(&mut table, part)?;
        }
        if let Some(of_type) = &statement.of_type {
            self.take_attributes(&mut table, of_type)?;
        }
        for like in &statement.like {
            self.copy_like_columns(&mut table, like)?;
        }
        self.insert_table(table);
        self.leave_at_commit(&place, statement.on_commit.as_deref());

        let mut keyed = KeyedColumns::of(statement);
        for column in &statement.columns {
            if statement.partition_of.is_some() || statement.of_type.is_some() {
                self.specialise_column(&place, column, keyed.holds(&column.name))?;
            } else {
                self.define_column(&place, column, keyed.holds(&column.name))?;
            }
        }
        keyed.columns.clear();
        if let Some(partition_by) = &statement.partition_by {
            self.partition_table(&place, partition_by)?;
        }
        self.inherit_checks(&place);
        self.create_table_constraints(&place, statement)?;
        for like in &statement.like {
            self.copy_like_parts(&place, like)?;
        }
        if statement.partition_of.is_some() {
            self.finish_partition(&place)?;
        }
        Ok(())
    }

    /// Where a new table goes.
    fn table_place(
        &mut self,
        name: &QualifiedName,
        persistence: Persistence,
        if_not_exists: bool,
    ) -> Outcome<Spot> {
        let temporary = persistence == Persistence::Temporary && name.schema.is_none();
        let place = if temporary {
            self.temporary_place(name)
        } else {
            self.creation_place(name)?
        };
        match self.schema.relation_at(&place) {
            None => {
                self.require_type_free(&place)?;
                Ok(Spot::Free(place))
            }
            Some(_) if if_not_exists => Ok(Spot::Taken(place)),
            Some(_) => Err(refusal::relation_exists(&place)),
        }
    }

    fn note_existing(&mut self, place: &ObjectName, differs: Option<bool>) {
        let object = Object::new(ObjectKind::Table, place);
        self.notes.push(Note::Exists { object, differs });
    }

    /// Whether what has the name of a new table lacks one of its columns, or has it otherwise. Columns that are there
    /// besides do not count: later migrations added them.
    fn table_differs(&self, place: &ObjectName, statement: &CreateTable) -> Option<bool> {
        let Some(existing) = self.table_at(place) else {
            return Some(true);
        };
        let copied = !statement.inherits.is_empty()
            || !statement.like.is_empty()
            || statement.partition_of.is_some();
        if copied || existing.partition_of.is_some() {
            return None;
        }
        let mut trial = self.clone();
        trial.schema.tables.remove(place);
        for sequences in [
            &mut trial.schema.sequences,
            &mut trial.schema.identity_sequences,
        ] {
            sequences.retain(|_, sequence| {
                let owner = sequence.owned_by.as_ref();
                owner.is_none_or(|owner| {
                    (&owner.schema, &owner.table) != (&place.schema, &place.name)
                })
            });
        }
        let wanted = CreateTable {
            if_not_exists: false,
            ..statement.clone()
        };
        trial.create_table(&wanted).ok()?;
        let wanted = trial.table_at(place)?;
        let known = |column: &Column| column.knowledge == Knowledge::Complete;
        if !wanted.columns.iter().chain(&existing.columns).all(known) {
            return None;
        }
        Some(wanted.columns.iter().any(|column| {
            let there = existing.column(&column.name);
            there.is_none_or(|there| !defined_alike(there, column))
        }))
    }

    /// A table brings a type of its name.
    fn require_type_free(&self, place: &ObjectName) -> Outcome {
        if self.schema.types.contains_key(place) {
            return Err(WillFail::new(
                "42710",
                format!("type \"{}\" already exists", place.name),
            ));
        }
        Ok(())
    }

    /// Constraints, in the order in which PostgreSQL makes and names them: checks, keys, foreign keys.
    fn create_table_constraints(&mut self, place: &ObjectName, statement: &CreateTable) -> Outcome {
        let all: Vec<(Option<&str>, &Constraint)> = constraints_in_order(statement).collect();
        for (_, constraint) in &all {
            if matches!(
                constraint.kind,
                ConstraintKind::Check { .. } | ConstraintKind::NotNull { .. }
            ) {
                self.add_constraint(place, constraint, Reach::Whole)?;
            }
        }
        for key in merged_keys(&all, &place.name)? {
            self.add_constraint(place, &key, Reach::Whole)?;
        }
        for (column, constraint) in &all {
            if matches!(constraint.kind, ConstraintKind::ForeignKey(_)) {
                let constraint = on_column(constraint, *column);
                self.add_constraint(place, &constraint, Reach::Whole)?;
            }
        }
        Ok(())
    }

    /// One column of a new table. `in_key` says that a primary key of the same statement holds it.
    fn define_column(
        &mut self,
        place: &ObjectName,
        column: &ColumnDefinition,
        in_key: bool,
    ) -> Outcome {
        let name = clip(&column.name);
        if is_system_column(name) {
            return Err(WillFail::new(
                "42701",
                format!("column name \"{name}\" conflicts with a system column name"),
            ));
        }
        let inherited = self
            .table_at(place)
            .and_then(|table| table.column(name).cloned());
        if let Some(existing) = inherited {
            return self.merge_column(place, &existing, column);
        }
        let mut made = self.make_column(place, column)?;
        made.nullable &= !in_key;
        self.edit_table(place, |table| table.columns.push(made));
        self.finish_column(place, column)
    }

    /// A column that a parent has too: both become one, with the child's default.
    fn merge_column(
        &mut self,
        place: &ObjectName,
        existing: &Column,
        column: &ColumnDefinition,
    ) -> Outcome {
        if !existing.inherited {
            return Err(WillFail::new(
                "42701",
                format!("column \"{}\" specified more than once", existing.name),
            ));
        }
        let made = self.make_column(place, column)?;
        if !existing.data_type.is_empty() && made.data_type != existing.data_type {
            return Err(WillFail::new(
                "42804",
                format!("column \"{}\" has a type conflict", existing.name),
            ));
        }
        self.edit_table(place, |table| {
            table.edit_column(&existing.name, |merged| {
                merged.inherited = false;
                merged.nullable &= made.nullable;
                merged.data_type.clone_from(&made.data_type);
                if made.default.is_some() {
                    merged.default = made.default;
                }
            });
        });
        self.finish_column(place, column)
    }

    /// A column named after `PARTITION OF` or `OF`: it adds a default or constraints to what the parent or type gives.
    fn specialise_column(
        &mut self,
        place: &ObjectName,
        column: &ColumnDefinition,
        in_key: bool,
    ) -> Outcome {
        let name = clip(&column.name);
        self.require_column_or(place, name, || {
            WillFail::new("42703", format!("column \"{name}\" does not exist"))
        })?;
        if let Some(default) = &column.default {
            self.set_default(place, name, default)?;
        }
        if column.nullability == Nullability::NotNull || in_key {
            self.edit_table(place, |table| {
                table.edit_column(name, |column| column.nullable = false);
            });
        }
        Ok(())
    }

    /// What `PARTITION OF` gives before the statement's own parts.
    fn start_partition(&mut self, table: &mut Table, part: &PartitionOf) -> Outcome {
        let parent = self.require_table(&part.parent)?;
        let Some(found) = self.table_at(&parent) else {
            return Ok(());
        };
        if found.kind != TableKind::Partitioned && found.is_complete() {
            return Err(WillFail::new(
                "42P17",
                format!("\"{}\" is not partitioned", part.parent.name),
            ));
        }
        table.columns = found
            .columns
            .iter()
            .map(|column| Column {
                inherited: true,
                comment: None,
                identity: None,
                ..column.clone()
            })
            .collect();
        table.knowledge = found.knowledge;
        let bound = self.partition_bound(&found, &part.bound);
        self.require_free_bound(&found, &table.object_name(), &bound)?;
        table.partition_of = Some(Partition {
            schema: parent.schema.clone(),
            table: parent.name.clone(),
            bound,
        });
        Ok(())
    }

    /// The columns of a parent, merged where two parents share one.
    fn inherit_columns(
        &mut self,
        table: &mut Table,
        parent: &ObjectName,
        own: &[ColumnDefinition],
    ) -> Outcome {
        let Some(parent) = self.table_at(parent) else {
            return Ok(());
        };
        if parent.kind == TableKind::Partitioned {
            return Err(WillFail::new(
                "42809",
                format!("cannot inherit from partitioned table \"{}\"", parent.name),
            ));
        }
        if !parent.is_complete() {
            table.knowledge = Knowledge::Assumed;
        }
        for column in &parent.columns {
            if let Some(merged) = table.column(&column.name) {
                require_same_column(merged, column, own)?;
                table.edit_column(&column.name, |merged| {
                    merged.nullable &= column.nullable;
                    merged.default = merged.default.take().or_else(|| column.default.clone());
                });
                continue;
            }
            table.columns.push(Column {
                inherited: true,
                comment: None,
                identity: None,
                ..column.clone()
            });
        }
        Ok(())
    }

    /// The checks of all parents, under their names.
    fn inherit_checks(&mut self, place: &ObjectName) {
        let Some(table) = self.table_at(place) else {
            return;
        };
        let parents = table.parents().filter_map(|parent| self.table_at(&parent));
        let parents: Vec<Arc<Table>> = parents.collect();
        for check in parents.iter().flat_map(|parent| &parent.check_constraints) {
            if !check.no_inherit && !table.has_constraint(&check.name) {
                let mut check = check.clone();
                check.inherited = true;
                check.comment = None;
                self.edit_table(place, |table| table.check_constraints.push(check));
            }
        }
        self.edit_table(place, Table::sort_parts);
    }

    /// `CREATE TABLE … AS`, `SELECT … INTO`.
    pub(super) fn create_table_as(&mut self, statement: &CreateTableAs) -> Outcome {
        let place = self.table_place(
            &statement.name,
            statement.persistence,
            statement.if_not_exists,
        )?;
        let place = match place {
            Spot::Free(place) => place,
            Spot::Taken(place) => {
                self.note_existing(&place, None);
                return Ok(());
            }
        };
        let query = self.query_columns(
            &statement.query,
            &statement.reads,
            &statement.columns,
            "too many column names were specified",
        )?;
        super::view::require_distinct(query.columns.as_deref().unwrap_or_default())?;
        let mut table = Table {
            persistence: persistence_word(statement.persistence),
            options: sorted(&statement.storage.options),
            ..empty_table(&place)
        };
        match query.columns {
            Some(columns) => {
                let plain = |column: crate::schema::ViewColumn| {
                    let knowledge = if column.data_type.is_empty() {
                        Knowledge::Assumed
                    } else {
                        Knowledge::Complete
                    };
                    Column {
                        knowledge,
                        ..plain_column(&column.name, &column.data_type)
                    }
                };
                table.columns = columns.into_iter().map(plain).collect();
            }
            None => table.knowledge = Knowledge::Assumed,
        }
        self.insert_table(table);
        self.leave_at_commit(&place, statement.storage.on_commit.as_deref());
        Ok(())
    }

    /// `ON COMMIT DROP`.
    fn leave_at_commit(&mut self, place: &ObjectName, on_commit: Option<&str>) {
        if on_commit == Some("DROP") {
            Arc::make_mut(&mut self.schema.leaving).insert(place.clone());
        }
    }

    /// `OF type`: a column for each attribute.
    fn take_attributes(&mut self, table: &mut Table, of_type: &QualifiedName) -> Outcome {
        let found = self.schema.type_named(of_type);
        match found.map(|found| &found.definition) {
            Some(TypeDefinition::Composite { attributes }) => {
                let columns = attributes.iter();
                let columns =
                    columns.map(|attribute| plain_column(&attribute.name, &attribute.data_type));
                table.columns.extend(columns);
                Ok(())
            }
            Some(_) => Err(WillFail::new(
                "42809",
                format!("type {of_type} is not a composite type"),
            )),
            None if self.may_exist() => {
                table.knowledge = Knowledge::Assumed;
                Ok(())
            }
            None => Err(WillFail::new(
                "42704",
                format!("type \"{of_type}\" does not exist"),
            )),
        }
    }
}

/// Two parents may share a column of one type. Where their defaults differ the child must bring its own.
fn require_same_column(one: &Column, other: &Column, own: &[ColumnDefinition]) -> Outcome {
    let name = &one.name;
    let known = !one.data_type.is_empty() && !other.data_type.is_empty();
    if known && one.data_type != other.data_type {
        return Err(WillFail {
            sqlstate: "42804",
            message: format!("inherited column \"{name}\" has a type conflict"),
            detail: Some(format!("{} versus {}", one.data_type, other.data_type)),
        });
    }
    let mut own = own.iter();
    let overridden = own.any(|own| clip(&own.name) == name && own.default.is_some());
    match (&one.default, &other.default) {
        (Some(a), Some(b)) if a != b && !overridden => Err(WillFail::new(
            "42611",
            format!("column \"{name}\" inherits conflicting default values"),
        )),
        _ => Ok(()),
    }
}

/// Whether an action reaches the children of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// The table and its children.
    Whole,
    /// `ONLY`.
    Alone,
}

/// The columns that the primary key of a statement makes `NOT NULL`.
struct KeyedColumns {
    columns: Vec<String>,
}

impl KeyedColumns {
    fn of(statement: &CreateTable) -> Self {
        let mut columns = Vec::new();
        for (column, constraint) in constraints_in_order(statement) {
            if let ConstraintKind::PrimaryKey(key) = &constraint.kind {
                columns.extend(key.columns.iter().map(|name| clip(name).to_owned()));
                columns.extend(column.map(str::to_owned));
            }
        }
        Self { columns }
    }

    fn holds(&self, column: &str) -> bool {
        self.columns.iter().any(|name| name == clip(column))
    }
}

/// Every constraint of the statement with the column it stands at: those at columns first.
fn constraints_in_order(
    statement: &CreateTable,
) -> impl Iterator<Item = (Option<&str>, &Constraint)> {
    let at_columns = statement.columns.iter().flat_map(|column| {
        let constraints = column.constraints.iter();
        constraints.map(|constraint| (Some(clip(&column.name)), constraint))
    });
    at_columns.chain(statement.constraints.iter().map(|c| (None, c)))
}

/// A constraint with the column it was written at named in it.
pub(super) fn on_column(constraint: &Constraint, column: Option<&str>) -> Constraint {
    let mut constraint = constraint.clone();
    let Some(column) = column else {
        return constraint;
    };
    let columns = match &mut constraint.kind {
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => &mut key.columns,
        ConstraintKind::ForeignKey(key) => &mut key.columns,
        ConstraintKind::Check { .. }
        | ConstraintKind::Exclude(_)
        | ConstraintKind::NotNull { .. } => {
            return constraint;
        }
    };
    if columns.is_empty() {
        columns.push(column.to_owned());
    }
    constraint
}

/// The keys of `CREATE TABLE`: the primary key first, and each list of columns only once
/// (`transformIndexConstraints()`).
fn merged_keys(all: &[(Option<&str>, &Constraint)], table: &str) -> Outcome<Vec<Constraint>> {
    let mut keys: Vec<Constraint> = Vec::new();
    for (column, constraint) in all {
        let is_primary = matches!(constraint.kind, ConstraintKind::PrimaryKey(_));
        if is_primary
            && keys
                .iter()
                .any(|key| matches!(key.kind, ConstraintKind::PrimaryKey(_)))
        {
            return Err(refusal::table_definition(format!(
                "multiple primary keys for table \"{table}\" are not allowed"
            )));
        }
        if !is_primary
            && !matches!(
                constraint.kind,
                ConstraintKind::Unique(_) | ConstraintKind::Exclude(_)
            )
        {
            continue;
        }
        let key = on_column(constraint, *column);
        if is_primary {
            keys.insert(0, key);
        } else {
            keys.push(key);
        }
    }
    let mut merged: Vec<Constraint> = Vec::new();
    for key in keys {
        let same = merged.iter_mut().find(|kept| same_key(kept, &key));
        match same {
            Some(kept) if kept.name.is_none() => kept.name = key.name,
            Some(_) => {}
            None => merged.push(key),
        }
    }
    Ok(merged)
}

/// Whether two keys would be the same index.
fn same_key(a: &Constraint, b: &Constraint) -> bool {
    let list = |constraint: &Constraint| match &constraint.kind {
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => Some((
            key.columns.clone(),
            key.include.clone(),
            key.nulls_not_distinct,
        )),
        _ => None,
    };
    a.deferral == b.deferral && list(a).is_some() && list(a) == list(b)
}

pub(super) fn persistence_word(persistence: Persistence) -> &'static str {
    match persistence {
        Persistence::Permanent => "permanent",
        Persistence::Unlogged => "unlogged",
        Persistence::Temporary => "temporary",
    }
}

/// Parameters as the catalog is compared: in order, and one without a value is on.
pub(super) fn sorted(options: &[String]) -> Vec<String> {
    let stored = |option: &String| {
        let value = if option.contains('=') { "" } else { "=true" };
        format!("{option}{value}")
    };
    let mut options: Vec<String> = options.iter().map(stored).collect();
    options.sort();
    options
}

/// Whether two columns hold the same values, under the same rules.
fn defined_alike(one: &Column, other: &Column) -> bool {
    (&one.data_type, one.nullable, &one.default)
        == (&other.data_type, other.nullable, &other.default)
        && (&one.generated, one.identity) == (&other.generated, other.identity)
}
