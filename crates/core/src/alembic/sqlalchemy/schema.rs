//! `Column`, `Table`, constraints, indexes: what DDL is made from.

use std::cell::RefCell;
use std::rc::Rc;

use super::super::traced::Traced;
use super::super::value::Unknown;
use super::expression::{ColumnReference, Expr, TableReference};
use super::types::SqlType;
use super::{Literals, Rendered};
use crate::text::Span;

/// `sa.Column(…)`.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name; empty for one that takes the name of its attribute.
    pub name: Rc<Traced>,
    /// Its type.
    pub data_type: Rc<SqlType>,
    /// `nullable=`, if given.
    pub nullable: Option<bool>,
    /// `primary_key=True`.
    pub primary_key: bool,
    /// `server_default=`.
    pub server_default: Option<ServerDefault>,
    /// `default=`.
    pub default: PythonDefault,
    /// `autoincrement=`.
    pub autoincrement: Autoincrement,
    /// `index=True`.
    pub index: bool,
    /// `unique=True`.
    pub unique: bool,
    /// `comment=`.
    pub comment: Option<Rc<Traced>>,
    /// `sa.ForeignKey(…)`, `sa.CheckConstraint(…)` inside it.
    pub constraints: Vec<Rc<Constraint>>,
    /// `sa.Identity(…)`.
    pub identity: Option<Rc<Sequence>>,
    /// `sa.Computed(…)`: the expression.
    pub computed: Option<Rc<Computed>>,
    /// The table it is a column of, for expressions.
    pub table: Option<TableReference>,
    /// Whether it was made by `sa.column(…)`.
    pub light: bool,
    /// Where it is written.
    pub span: Span,
}

/// `default=` of a column, which the database never sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PythonDefault {
    /// None.
    #[default]
    None,
    /// A sequence.
    Sequence,
    /// A value or a function.
    Value,
}

/// `autoincrement=` of a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Autoincrement {
    /// If it is the only key, a whole number, and no foreign key.
    #[default]
    Auto,
    /// `True`.
    Yes,
    /// `False`.
    No,
    /// Like auto, but also for foreign keys.
    IgnoreForeignKey,
}

/// `server_default=`.
#[derive(Clone, Debug)]
pub enum ServerDefault {
    /// A string: becomes a literal.
    Text(Rc<Traced>),
    /// An expression.
    Expression(Rc<Expr>),
}

impl ServerDefault {
    /// What stands after `DEFAULT`.
    pub fn render(&self, literals: Literals) -> Rendered {
        match self {
            Self::Text(text) => Ok(literals.text(text)),
            Self::Expression(expression) => expression.render(literals),
        }
    }
}

/// `sa.Computed(…)`.
#[derive(Clone, Debug)]
pub struct Computed {
    /// The expression.
    pub expression: Rc<Expr>,
    /// `persisted=`.
    pub persisted: Option<bool>,
}

/// `sa.Sequence(…)`, `sa.Identity(…)`.
#[derive(Clone, Debug, Default)]
pub struct Sequence {
    /// Its name; none for an identity.
    pub name: Option<Rc<Traced>>,
    /// Its schema.
    pub schema: Option<Rc<Traced>>,
    /// `data_type=`.
    pub data_type: Option<Rc<SqlType>>,
    /// `always=`, of an identity.
    pub always: bool,
    /// `increment=`.
    pub increment: Option<i64>,
    /// `start=`.
    pub start: Option<i64>,
    /// `minvalue=`.
    pub min: Option<i64>,
    /// `maxvalue=`.
    pub max: Option<i64>,
    /// `nominvalue=`.
    pub no_min: bool,
    /// `nomaxvalue=`.
    pub no_max: bool,
    /// `cache=`.
    pub cache: Option<i64>,
    /// `cycle=`.
    pub cycle: Option<bool>,
}

/// A constraint.
#[derive(Clone, Debug)]
pub struct Constraint {
    /// `name=`.
    pub name: Option<Rc<Traced>>,
    /// What it demands.
    pub kind: ConstraintKind,
    /// `deferrable=`.
    pub deferrable: Option<bool>,
    /// `initially=`.
    pub initially: Option<Rc<Traced>>,
    /// `postgresql_not_valid=True`.
    pub not_valid: bool,
    /// `postgresql_include=`.
    pub include: Vec<Rc<Traced>>,
    /// `use_alter=True`: `create_table` leaves it to an `ALTER TABLE`.
    pub use_alter: bool,
    /// Where it is written.
    pub span: Span,
}

/// What a constraint demands.
#[derive(Clone, Debug)]
pub enum ConstraintKind {
    /// `PrimaryKeyConstraint`.
    PrimaryKey {
        /// Its columns.
        columns: Vec<Rc<Traced>>,
    },
    /// `UniqueConstraint`.
    Unique {
        /// Its columns.
        columns: Vec<Rc<Traced>>,
        /// `postgresql_nulls_not_distinct=`.
        nulls_not_distinct: Option<bool>,
    },
    /// `CheckConstraint`.
    Check {
        /// The condition.
        condition: Rc<Expr>,
    },
    /// `ForeignKeyConstraint`, `ForeignKey`.
    ForeignKey(ForeignKey),
    /// `ExcludeConstraint`.
    Exclude(Exclude),
}

/// A foreign key.
#[derive(Clone, Debug)]
pub struct ForeignKey {
    /// The referencing columns; empty for one written at its column.
    pub columns: Vec<Rc<Traced>>,
    /// What they reference.
    pub target: Target,
    /// `ondelete=`.
    pub on_delete: Option<Rc<Traced>>,
    /// `onupdate=`.
    pub on_update: Option<Rc<Traced>>,
    /// `match=`.
    pub match_type: Option<Rc<Traced>>,
}

/// What a foreign key references.
#[derive(Clone, Debug)]
pub struct Target {
    /// The schema.
    pub schema: Option<Rc<Traced>>,
    /// The table.
    pub table: Rc<Traced>,
    /// The columns.
    pub columns: Vec<Rc<Traced>>,
}

/// `postgresql.ExcludeConstraint`.
#[derive(Clone, Debug)]
pub struct Exclude {
    /// Expressions and operators.
    pub elements: Vec<(Rc<Expr>, Rc<Traced>)>,
    /// `using=`.
    pub using: Rc<Traced>,
    /// `where=`.
    pub predicate: Option<Rc<Expr>>,
}

/// `sa.Index(…)`.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// Its name.
    pub name: Option<Rc<Traced>>,
    /// Its keys.
    pub keys: Vec<IndexKey>,
    /// `unique=True`.
    pub unique: bool,
    /// `postgresql_*`.
    pub options: IndexOptions,
    /// Where it is written.
    pub span: Span,
}

/// A key of an index.
#[derive(Clone, Debug)]
pub enum IndexKey {
    /// A column by name.
    Column(Rc<Traced>),
    /// An expression.
    Expression(Rc<Expr>),
}

/// `postgresql_*` of an index.
#[derive(Clone, Debug, Default)]
pub struct IndexOptions {
    /// `postgresql_concurrently=True`.
    pub concurrently: bool,
    /// `postgresql_using=`.
    pub using: Option<Rc<Traced>>,
    /// `postgresql_ops=`: operator classes by column.
    pub operator_classes: Vec<(String, Rc<Traced>)>,
    /// `postgresql_include=`.
    pub include: Vec<Rc<Traced>>,
    /// `postgresql_nulls_not_distinct=`.
    pub nulls_not_distinct: Option<bool>,
    /// `postgresql_with=`.
    pub with: Vec<(String, String)>,
    /// `postgresql_tablespace=`.
    pub tablespace: Option<Rc<Traced>>,
    /// `postgresql_where=`.
    pub predicate: Option<Rc<Expr>>,
}

/// `sa.Table(…)`, also the lightweight `sa.table(…)`.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name.
    pub name: Rc<Traced>,
    /// Its schema.
    pub schema: Option<Rc<Traced>>,
    /// Its columns.
    pub columns: Vec<Rc<Column>>,
    /// Its constraints in the order in which they were made.
    pub constraints: Vec<Rc<Constraint>>,
    /// Its indexes.
    pub indexes: Vec<Rc<Index>>,
    /// `comment=`.
    pub comment: Option<Rc<Traced>>,
    /// `prefixes=`.
    pub prefixes: Vec<Rc<Traced>>,
    /// `postgresql_*`.
    pub options: TableOptions,
    /// Why not all of its columns are known, if so: it was read from the database.
    pub reflected: Option<Unknown>,
    /// The name it has in a query, of an alias.
    pub alias: Option<Rc<Traced>>,
}

impl Table {
    /// A table of which only the name is known.
    pub fn named(schema: Option<Rc<Traced>>, name: Rc<Traced>) -> Self {
        Self {
            name,
            schema,
            columns: Vec::new(),
            constraints: Vec::new(),
            indexes: Vec::new(),
            comment: None,
            prefixes: Vec::new(),
            options: TableOptions::default(),
            reflected: None,
            alias: None,
        }
    }

    /// A column.
    pub fn column(&self, name: &str) -> Option<&Rc<Column>> {
        self.columns.iter().find(|column| column.name.text == name)
    }

    /// What its columns are qualified with in a query.
    pub fn reference(&self) -> TableReference {
        TableReference {
            schema: self.schema.clone(),
            name: self.name.clone(),
            alias: self.alias.clone(),
        }
    }

    /// With its columns knowing which table they belong to.
    pub fn adopted(mut self) -> Self {
        let reference = self.reference();
        for column in &mut self.columns {
            let mut own = column.as_ref().clone();
            own.table = Some(reference.clone());
            *column = Rc::new(own);
        }
        self
    }
}

/// `postgresql_*` of a table.
#[derive(Clone, Debug, Default)]
pub struct TableOptions {
    /// `postgresql_inherits=`.
    pub inherits: Vec<Rc<Traced>>,
    /// `postgresql_partition_by=`.
    pub partition_by: Option<Rc<Traced>>,
    /// `postgresql_using=`.
    pub using: Option<Rc<Traced>>,
    /// `postgresql_with_oids=`.
    pub with_oids: Option<bool>,
    /// `postgresql_on_commit=`.
    pub on_commit: Option<Rc<Traced>>,
    /// `postgresql_tablespace=`.
    pub tablespace: Option<Rc<Traced>>,
}

/// `sa.MetaData()`.
#[derive(Debug, Default)]
pub struct Metadata {
    /// `schema=`.
    pub schema: Option<Rc<Traced>>,
    /// The tables made in it, in order.
    pub tables: RefCell<Vec<Rc<Table>>>,
}

impl Column {
    /// The column in an expression.
    pub fn reference(&self) -> ColumnReference {
        ColumnReference {
            table: self.table.clone(),
            name: self.name.clone(),
            data_type: self.data_type.clone(),
            light: self.light,
        }
    }
}
