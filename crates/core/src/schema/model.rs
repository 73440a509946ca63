//! What a schema is made of. Texts that PostgreSQL prints (defaults, expressions, predicates, types) are in the form of
//! `pg_get_expr()`, `format_type()` and their kin, with an empty `search_path`.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::objects::Objects;
use super::tables::Tables;
use crate::operation::quote_identifier;

/// A name with its schema, resolved.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ObjectName {
    /// The schema.
    pub schema: String,
    /// The name.
    pub name: String,
}

impl ObjectName {
    /// Both parts.
    pub fn new(schema: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            schema: schema.into(),
            name: name.into(),
        }
    }
}

/// As a person would write it: without `public`.
impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.schema != "public" {
            write!(f, "{}.", quote_identifier(&self.schema))?;
        }
        f.write_str(&quote_identifier(&self.name))
    }
}

/// One state of the catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    /// Schemas (namespaces) by name.
    pub schemas: Objects<String, Namespace>,
    /// Extensions by name.
    pub extensions: Objects<String, Extension>,
    /// Types and domains.
    pub types: Objects<ObjectName, Type>,
    /// Sequences, without those of identity columns.
    pub sequences: Objects<ObjectName, Sequence>,
    /// Sequences of identity columns: they take names, but the schema JSON leaves them out.
    pub identity_sequences: Objects<ObjectName, Sequence>,
    /// Tables.
    pub tables: Tables,
    /// Views and materialized views.
    pub views: Objects<ObjectName, View>,
    /// Functions by name and argument types.
    pub functions: Objects<(ObjectName, String), Function>,
    /// Where unqualified names are looked up and made, without `pg_catalog`.
    pub search_path: Arc<Vec<String>>,
    /// The search path that a session starts with and `RESET` brings back.
    pub database_search_path: Arc<Vec<String>>,
    /// The search path that comes back when the transaction ends, after `SET LOCAL`.
    pub session_search_path: Option<Arc<Vec<String>>>,
    /// Temporary tables that the end of the transaction drops: `ON COMMIT DROP`.
    pub leaving: Arc<BTreeSet<ObjectName>>,
    /// Whether objects that no statement made may exist.
    pub world: World,
    /// How many steps before this state could not be analysed and may have changed the schema.
    pub unknown_steps: u32,
    /// Whether a column was made of a type that is not known: with it types may have come that no statement shows.
    pub unknown_types: bool,
    /// Whether something was made in `pg_temp`, where names are looked up first.
    pub temporary_objects: bool,
}

/// Whether the whole history is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum World {
    /// Everything that exists was made by a statement we read: an unknown table is an error.
    #[default]
    Closed,
    /// A migration without its history: what it touches is assumed to exist.
    Open,
}

/// Stands for an expression that was there and of which nothing else is known.
pub const UNKNOWN_EXPRESSION: &str = "\u{2026}";

/// How much is known about an object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Knowledge {
    /// Made by a statement that was read.
    #[default]
    Complete,
    /// Assumed to exist: it carries what statements reveal and nothing more. What it lacks may still be there.
    Assumed,
}

/// A schema (namespace).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Namespace {
    /// Its name.
    pub name: String,
    /// Its comment.
    pub comment: Option<String>,
}

/// An installed extension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Extension {
    /// Its name.
    pub name: String,
    /// Where its objects are.
    pub schema: String,
}

/// A type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Type {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// What it is.
    #[serde(flatten)]
    pub definition: TypeDefinition,
    /// Its comment.
    pub comment: Option<String>,
    /// How much is known.
    #[serde(skip)]
    pub knowledge: Knowledge,
}

/// Kinds of types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum TypeDefinition {
    /// An enum.
    Enum {
        /// Labels in their order.
        labels: Vec<String>,
    },
    /// A domain.
    Domain {
        /// The type below.
        base_type: String,
        /// Whether NULL is allowed.
        nullable: bool,
        /// Its default.
        default: Option<String>,
        /// Its checks.
        checks: Vec<DomainCheck>,
    },
    /// A composite type.
    Composite {
        /// Its attributes.
        attributes: Vec<TypeAttribute>,
    },
    /// A range.
    Range {
        /// What it ranges over.
        subtype: String,
    },
    /// A base type; PostgreSQL's schema JSON leaves it out.
    Base {},
}

/// A check of a domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DomainCheck {
    /// Its name.
    pub name: String,
    /// The condition.
    pub expression: String,
    /// Whether existing values were checked.
    pub validated: bool,
}

/// An attribute of a composite type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TypeAttribute {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub data_type: String,
}

/// A sequence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sequence {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// `smallint`, `integer` or `bigint`.
    #[serde(rename = "type")]
    pub data_type: String,
    /// Start value.
    pub start: i64,
    /// Step.
    pub increment: i64,
    /// Least value.
    pub min: i64,
    /// Greatest value.
    pub max: i64,
    /// Values fetched at once.
    pub cache: i64,
    /// Whether it starts over.
    pub cycle: bool,
    /// The column it belongs to.
    pub owned_by: Option<ColumnReference>,
    /// Its comment.
    pub comment: Option<String>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ColumnReference {
    /// The table's schema.
    pub schema: String,
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
}

/// Kinds of tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum TableKind {
    /// An ordinary table.
    #[default]
    #[serde(rename = "table")]
    Table,
    /// A partitioned table.
    #[serde(rename = "partitioned table")]
    Partitioned,
    /// A foreign table.
    #[serde(rename = "foreign table")]
    Foreign,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Table {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: TableKind,
    /// `permanent`, `unlogged` or `temporary`.
    pub persistence: &'static str,
    /// Columns in their order.
    pub columns: Vec<Column>,
    /// The primary key.
    pub primary_key: Option<Key>,
    /// Unique constraints by name.
    pub unique_constraints: Vec<Key>,
    /// Check constraints by name.
    pub check_constraints: Vec<Check>,
    /// Foreign keys by name.
    pub foreign_keys: Vec<ForeignKeyConstraint>,
    /// Exclusion constraints by name.
    pub exclusion_constraints: Vec<ExclusionConstraint>,
    /// Indexes that back no constraint, by name.
    pub indexes: Vec<Index>,
    /// Triggers by name.
    pub triggers: Vec<Trigger>,
    /// Row security.
    pub row_security: RowSecurity,
    /// Policies by name.
    pub policies: Vec<Policy>,
    /// Extended statistics by name.
    pub statistics: Vec<Statistics>,
    /// `RANGE (created_at)`.
    pub partition_by: Option<String>,
    /// Its place in a partitioned table.
    pub partition_of: Option<Partition>,
    /// Tables it inherits from, other than as a partition.
    #[serde(serialize_with = "super::json::table_names")]
    pub inherits: Vec<ObjectName>,
    /// Storage parameters, `name=value`.
    pub options: Vec<String>,
    /// Its comment.
    pub comment: Option<String>,
    /// How much is known.
    #[serde(skip)]
    pub knowledge: Knowledge,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// `format_type()`; a type of one's own as `schema.name`.
    #[serde(rename = "type")]
    pub data_type: String,
    /// Whether NULL is allowed.
    pub nullable: bool,
    /// `pg_get_expr()` of its default.
    pub default: Option<String>,
    /// The expression of a generated column.
    pub generated: Option<String>,
    /// `always` or `by default`.
    pub identity: Option<&'static str>,
    /// Only if it is not the type's own.
    pub collation: Option<String>,
    /// Its comment.
    pub comment: Option<String>,
    /// What is not known of a column of an assumed table.
    #[serde(skip)]
    pub knowledge: Knowledge,
    /// Whether a generated column is virtual (PostgreSQL 18).
    #[serde(skip)]
    pub generated_virtual: bool,
    /// The name of its not-null constraint, where one was given (PostgreSQL 18). On a nullable column the constraint is
    /// `NOT VALID`: it holds for new rows only.
    #[serde(skip)]
    pub not_null_name: Option<String>,
    /// Whether it is only inherited, so that it goes when the parent's column goes.
    #[serde(skip)]
    pub inherited: bool,
}

/// A primary key or a unique constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Key {
    /// Its name, which is its index's too.
    pub name: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// `INCLUDE`.
    pub include: Vec<String>,
    /// `DEFERRABLE`.
    pub deferrable: bool,
    /// `INITIALLY DEFERRED`.
    pub initially_deferred: bool,
    /// `NULLS NOT DISTINCT`; never for a primary key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nulls_not_distinct: Option<bool>,
    /// Its comment.
    pub comment: Option<String>,
    /// The constraint of the partitioned table that this one is a part of.
    #[serde(skip)]
    pub part_of: Option<String>,
}

/// A check constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Its name.
    pub name: String,
    /// The condition.
    pub expression: String,
    /// `NO INHERIT`.
    pub no_inherit: bool,
    /// Whether existing rows were checked.
    pub validated: bool,
    /// Its comment.
    pub comment: Option<String>,
    /// The columns it names.
    #[serde(skip)]
    pub columns: Vec<String>,
    /// Whether it is enforced (PostgreSQL 18).
    #[serde(skip)]
    pub not_enforced: bool,
    /// Whether it is only inherited, so that it goes when the parent's check goes.
    #[serde(skip)]
    pub inherited: bool,
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ForeignKeyConstraint {
    /// Its name.
    pub name: String,
    /// The referencing columns.
    pub columns: Vec<String>,
    /// What they reference.
    pub references: KeyReference,
    /// `no action`, `restrict`, `cascade`, `set null`, `set default`.
    pub on_update: &'static str,
    /// Likewise.
    pub on_delete: &'static str,
    /// `simple` or `full`.
    #[serde(rename = "match")]
    pub match_type: &'static str,
    /// `DEFERRABLE`.
    pub deferrable: bool,
    /// `INITIALLY DEFERRED`.
    pub initially_deferred: bool,
    /// Whether existing rows were checked.
    pub validated: bool,
    /// Its comment.
    pub comment: Option<String>,
    /// Whether it is enforced (PostgreSQL 18).
    #[serde(skip)]
    pub not_enforced: bool,
    /// `ON DELETE SET NULL (columns)`.
    #[serde(skip)]
    pub delete_columns: Vec<String>,
    /// The constraint of the partitioned table that this one is a part of.
    #[serde(skip)]
    pub part_of: Option<String>,
}

/// What a foreign key references.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyReference {
    /// The table's schema.
    pub schema: String,
    /// The table.
    pub table: String,
    /// Its columns.
    pub columns: Vec<String>,
}

impl KeyReference {
    /// The referenced table.
    pub fn table_name(&self) -> ObjectName {
        ObjectName::new(&self.schema, &self.table)
    }

    /// Whether this is the referenced table.
    pub fn names(&self, table: &ObjectName) -> bool {
        self.table == table.name && self.schema == table.schema
    }
}

/// An exclusion constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExclusionConstraint {
    /// Its name.
    pub name: String,
    /// The access method.
    pub method: String,
    /// `WHERE`.
    #[serde(rename = "where")]
    pub predicate: Option<String>,
    /// `DEFERRABLE`.
    pub deferrable: bool,
    /// `INITIALLY DEFERRED`.
    pub initially_deferred: bool,
    /// Its comment.
    pub comment: Option<String>,
    /// `pg_get_constraintdef()`.
    pub definition: String,
    /// The columns it names.
    #[serde(skip)]
    pub columns: Vec<String>,
}

/// An index that backs no constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// `UNIQUE`.
    pub unique: bool,
    /// The access method.
    pub method: String,
    /// Its keys.
    pub keys: Vec<IndexKeyPart>,
    /// `INCLUDE`.
    pub include: Vec<String>,
    /// `WHERE`.
    #[serde(rename = "where")]
    pub predicate: Option<String>,
    /// `NULLS NOT DISTINCT`.
    pub nulls_not_distinct: bool,
    /// False after a failed concurrent build, and for `ON ONLY` until every partition has its part.
    pub valid: bool,
    /// Storage parameters.
    pub options: Vec<String>,
    /// Its comment.
    pub comment: Option<String>,
    /// The index of the parent table that this one is a part of.
    #[serde(skip)]
    pub part_of: Option<ObjectName>,
}

/// One key of an index; either `column` or `expression` is set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IndexKeyPart {
    /// A column.
    pub column: Option<String>,
    /// An expression.
    #[serde(serialize_with = "super::json::index_expression")]
    pub expression: Option<String>,
    /// `asc` or `desc`.
    pub order: &'static str,
    /// `first` or `last`.
    pub nulls: &'static str,
    /// Only if it is not the default.
    pub opclass: Option<String>,
    /// Only if it is not the column's.
    pub collation: Option<String>,
}

/// A trigger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trigger {
    /// Its name.
    pub name: String,
    /// `before`, `after`, `instead of`.
    pub timing: &'static str,
    /// `insert`, `delete`, `update`, `truncate`, in this order.
    pub events: Vec<&'static str>,
    /// `UPDATE OF`.
    pub update_of: Vec<String>,
    /// `row` or `statement`.
    pub level: &'static str,
    /// The function.
    pub function: ObjectName,
    /// `origin`, `disabled`, `replica`, `always`.
    pub enabled: &'static str,
    /// Whether it is a constraint trigger.
    pub constraint: bool,
    /// `DEFERRABLE`.
    pub deferrable: bool,
    /// `INITIALLY DEFERRED`.
    pub initially_deferred: bool,
    /// Its comment.
    pub comment: Option<String>,
    /// `WHEN`, as written.
    #[serde(skip)]
    pub when: Option<String>,
    /// Whether it is the copy of a trigger of the partitioned table.
    #[serde(skip)]
    pub inherited: bool,
    /// `REFERENCING …`, as written.
    #[serde(skip)]
    pub referencing: Option<String>,
    /// The arguments, as written.
    #[serde(skip)]
    pub arguments: Vec<String>,
}

/// Row security of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RowSecurity {
    /// `ENABLE`.
    pub enabled: bool,
    /// `FORCE`.
    pub forced: bool,
}

/// A policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// `all`, `select`, `insert`, `update`, `delete`.
    pub command: String,
    /// Whether it is permissive.
    pub permissive: bool,
    /// To whom.
    pub roles: Vec<String>,
    /// `USING`.
    pub using: Option<String>,
    /// `WITH CHECK`.
    pub with_check: Option<String>,
}

/// Extended statistics.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statistics {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// `pg_get_statisticsobjdef()`.
    pub definition: String,
    /// The columns it names.
    #[serde(skip)]
    pub columns: Vec<String>,
}

/// A partition's place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Partition {
    /// The parent's schema.
    pub schema: String,
    /// The parent.
    pub table: String,
    /// `FOR VALUES …` or `DEFAULT`.
    pub bound: String,
}

impl Partition {
    /// The partitioned table.
    pub fn parent(&self) -> ObjectName {
        ObjectName::new(&self.schema, &self.table)
    }
}

/// A view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct View {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// `view` or `materialized view`.
    pub kind: &'static str,
    /// Its columns; empty where they could not be worked out.
    pub columns: Vec<ViewColumn>,
    /// Indexes of a materialized view.
    pub indexes: Vec<Index>,
    /// `INSTEAD OF` triggers.
    pub triggers: Vec<Trigger>,
    /// Options.
    pub options: Vec<String>,
    /// Its comment.
    pub comment: Option<String>,
    /// The query, as written.
    pub definition: String,
    /// The relations and columns the query reads; columns are empty where they could not be worked out.
    #[serde(skip)]
    pub reads: Vec<ViewRead>,
}

/// A column of a view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ViewColumn {
    /// Its name.
    pub name: String,
    /// Its type; empty where it could not be worked out.
    #[serde(rename = "type")]
    pub data_type: String,
    /// Its comment.
    pub comment: Option<String>,
}

/// A relation that a view reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewRead {
    /// The table or view.
    pub relation: ObjectName,
    /// Its columns that are named; none where that is not known.
    pub columns: Option<Vec<String>>,
}

/// A function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Function {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// `pg_get_function_identity_arguments()`.
    pub arguments: String,
    /// `function`, `procedure`, `aggregate`, `window`.
    pub kind: &'static str,
    /// Its result type.
    pub returns: Option<String>,
    /// Its language.
    pub language: String,
    /// `volatile`, `stable`, `immutable`.
    pub volatility: &'static str,
    /// `STRICT`.
    pub strict: bool,
    /// `SECURITY DEFINER`.
    pub security_definer: bool,
    /// Its body.
    pub source: String,
    /// Its comment.
    pub comment: Option<String>,
    /// Its arguments with their defaults.
    #[serde(skip)]
    pub declared_arguments: String,
    /// `SET name = value` clauses, as written.
    #[serde(skip)]
    pub settings: Vec<String>,
    /// Other attributes: `PARALLEL SAFE`, `COST 10`, `LEAKPROOF`.
    #[serde(skip)]
    pub attributes: Vec<String>,
    /// A standard body (`RETURN …`, `BEGIN ATOMIC …`), as written.
    #[serde(skip)]
    pub standard_body: Option<String>,
}
