//! Column types, as SQLAlchemy prints them for PostgreSQL.

use std::rc::Rc;

use super::super::traced::Traced;
use super::super::value::{Known, Unknown};
use super::expression::Expr;
use super::quote::{quote, table};
use super::{Rendered, Trouble};
use crate::operation::UNKNOWN_TYPE;
use crate::text::Span;

/// A column type.
#[derive(Clone, Debug)]
pub struct SqlType {
    /// What it is.
    pub kind: Kind,
    /// Where it is written; empty where it is not.
    pub span: Span,
}

/// What a type is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Printed as it is.
    Plain {
        /// The type: `VARCHAR(20)`.
        sql: String,
        /// `COLLATE`.
        collation: Option<String>,
        /// What its values are.
        family: Family,
    },
    /// `ARRAY(item)`.
    Array {
        /// The type of its items.
        item: Rc<SqlType>,
        /// Number of `[]`.
        dimensions: usize,
    },
    /// `Enum`, `ENUM`.
    Enum(Rc<EnumType>),
    /// `DOMAIN`.
    Domain(Rc<DomainType>),
    /// `NullType`: none given.
    Null,
    /// A type that is not known.
    Unknown(Unknown),
}

/// What the values of a type are: how literals are written, which columns count up by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Text.
    Text,
    /// `SMALLINT`.
    SmallInteger,
    /// `INTEGER`.
    Integer,
    /// `BIGINT`.
    BigInteger,
    /// `NUMERIC`, floats.
    Number,
    /// Truth values.
    Boolean,
    /// Dates and times.
    Time,
    /// Bytes.
    Bytes,
    /// `JSON`, `JSONB`.
    Json,
    /// `UUID`.
    Uuid,
    /// Shapes of GeoAlchemy2, whose column gets an index together with its table.
    Indexed,
    /// Anything else.
    Other,
}

/// `sa.Enum` or `postgresql.ENUM`.
#[derive(Clone, Debug)]
pub struct EnumType {
    /// The labels.
    pub labels: Known<Vec<Traced>>,
    /// The type's name.
    pub name: Option<Rc<Traced>>,
    /// Its schema.
    pub schema: Option<Rc<Traced>>,
    /// Whether it is a type of its own; otherwise a `VARCHAR`.
    pub native: bool,
    /// Whether tables create and drop it.
    pub create_type: bool,
    /// Whether `create_all` creates it instead of its tables.
    pub has_metadata: bool,
    /// Whether it takes the schema of its table.
    pub inherit_schema: bool,
    /// Whether a `CHECK` stands in for the type where it is not native.
    pub create_constraint: bool,
    /// Length of the `VARCHAR`.
    pub length: Option<i64>,
    /// Whether `create()` and `drop()` look first unless told otherwise: `postgresql.ENUM` does, `sa.Enum` does not.
    pub checks_first: bool,
    /// The class behind it: how its members are written.
    pub uses_values: bool,
}

/// `postgresql.DOMAIN`.
#[derive(Clone, Debug)]
pub struct DomainType {
    /// Its name.
    pub name: Rc<Traced>,
    /// Its schema.
    pub schema: Option<Rc<Traced>>,
    /// The type below.
    pub base: Rc<SqlType>,
    /// `COLLATE`.
    pub collation: Option<Rc<Traced>>,
    /// `DEFAULT`.
    pub default: Option<super::schema::ServerDefault>,
    /// `NOT NULL`.
    pub not_null: bool,
    /// Name of the check.
    pub constraint_name: Option<Rc<Traced>>,
    /// `CHECK`.
    pub check: Option<Rc<Expr>>,
    /// Whether tables create it.
    pub create_type: bool,
}

impl SqlType {
    /// A type printed as it is.
    pub fn plain(sql: impl Into<String>, family: Family) -> Self {
        Self {
            kind: Kind::Plain {
                sql: sql.into(),
                collation: None,
                family,
            },
            span: Span::default(),
        }
    }

    /// No type.
    pub fn null() -> Self {
        Self {
            kind: Kind::Null,
            span: Span::default(),
        }
    }

    /// A type that is not known.
    pub fn unknown(unknown: Unknown) -> Self {
        Self {
            kind: Kind::Unknown(unknown),
            span: Span::default(),
        }
    }

    /// The same, written there.
    pub fn at(mut self, span: Span) -> Self {
        self.span = span;
        self
    }

    /// What its values are.
    pub fn family(&self) -> Family {
        match &self.kind {
            Kind::Plain { family, .. } => *family,
            Kind::Enum(_) => Family::Text,
            Kind::Domain(domain) => domain.base.family(),
            Kind::Array { .. } | Kind::Null | Kind::Unknown(_) => Family::Other,
        }
    }

    /// The type as DDL has it.
    pub fn render(&self) -> Rendered {
        let text = match &self.kind {
            Kind::Plain { sql, collation, .. } => {
                let mut text = Traced::plain(sql.as_str());
                if let Some(collation) = collation {
                    text.push_str(&format!(" COLLATE \"{collation}\""));
                }
                text
            }
            Kind::Array { item, dimensions } => {
                let inner = item.render()?;
                let at = inner.text.find(" COLLATE").unwrap_or(inner.text.len());
                let mut text = inner.slice(0, at);
                text.push_str(&"[]".repeat(*dimensions));
                text.push(&inner.slice(at, inner.text.len()));
                text
            }
            Kind::Enum(enumeration) => enumeration.render()?,
            Kind::Domain(domain) => table(domain.schema.as_deref(), &domain.name),
            Kind::Null => {
                return Err(Trouble::refused(
                    "SQLAlchemy can't generate DDL for NullType(); a column has no type",
                ));
            }
            Kind::Unknown(unknown) => return Err(Trouble::Unknown(unknown.clone())),
        };
        let mut whole = Traced::default();
        whole.push(&text);
        whole.mark(0, self.span);
        Ok(whole)
    }

    /// The type as the definition of a column has it: one that is not known as a mark that stands for it.
    pub fn render_for_column(&self) -> Rendered {
        match self.doubt() {
            Some(_) => {
                let mut whole = Traced::plain(UNKNOWN_TYPE);
                whole.mark(0, self.span);
                Ok(whole)
            }
            None => self.render(),
        }
    }

    /// Why it is not known, if it is not.
    pub fn doubt(&self) -> Option<&Unknown> {
        match &self.kind {
            Kind::Unknown(unknown) => Some(unknown),
            Kind::Array { item, .. } => item.doubt(),
            _ => None,
        }
    }

    /// The enum inside it, if it is one or an array of one.
    pub fn enumeration(&self) -> Option<&Rc<EnumType>> {
        match &self.kind {
            Kind::Enum(enumeration) => Some(enumeration),
            Kind::Array { item, .. } => item.enumeration(),
            _ => None,
        }
    }
}

impl EnumType {
    /// How many characters its longest label has.
    fn default_length(&self) -> Result<i64, Trouble> {
        let labels = self
            .labels
            .as_ref()
            .map_err(|u| Trouble::Unknown(u.clone()))?;
        let lengths = labels.iter().map(|label| label.text.chars().count());
        Ok(lengths.max().unwrap_or(0) as i64)
    }

    fn render(&self) -> Rendered {
        if !self.native {
            let length = match self.length {
                Some(length) => length,
                None => self.default_length()?,
            };
            return Ok(Traced::plain(match length {
                0 => "VARCHAR".to_owned(),
                length => format!("VARCHAR({length})"),
            }));
        }
        self.type_name()
    }

    /// The type's name with its schema.
    ///
    /// # Errors
    /// If it has none, which PostgreSQL needs.
    pub fn type_name(&self) -> Rendered {
        match &self.name {
            Some(name) => Ok(table(self.schema.as_deref(), name)),
            None => Err(Trouble::refused("PostgreSQL ENUM type requires a name")),
        }
    }

    /// The same as a column of a table in this schema has it.
    pub fn within(&self, schema: Option<&Rc<Traced>>) -> Self {
        let mut copy = self.clone();
        if copy.inherit_schema {
            copy.schema = schema.cloned();
        }
        copy
    }

    /// `CREATE TYPE … AS ENUM (…)`.
    pub fn create_sql(&self, literals: super::Literals) -> Rendered {
        let labels = self
            .labels
            .as_ref()
            .map_err(|u| Trouble::Unknown(u.clone()))?;
        let mut sql = Traced::plain("CREATE TYPE ");
        sql.push(&self.type_name()?);
        sql.push_str(" AS ENUM (");
        for (index, label) in labels.iter().enumerate() {
            if index > 0 {
                sql.push_str(", ");
            }
            sql.push(&literals.text(label));
        }
        sql.push_str(")");
        Ok(sql)
    }

    /// `DROP TYPE …`.
    pub fn drop_sql(&self) -> Rendered {
        let mut sql = Traced::plain("DROP TYPE ");
        sql.push(&self.type_name()?);
        Ok(sql)
    }
}

impl DomainType {
    /// `CREATE DOMAIN …`.
    pub fn create_sql(&self, literals: super::Literals) -> Rendered {
        let mut sql = Traced::plain("CREATE DOMAIN ");
        sql.push(&table(self.schema.as_deref(), &self.name));
        sql.push_str(" AS ");
        sql.push(&self.base.render()?);
        sql.push_str(" ");
        let mut options = Vec::new();
        if let Some(collation) = &self.collation {
            let mut option = Traced::plain("COLLATE ");
            option.push(&quote(collation));
            options.push(option);
        }
        if let Some(default) = &self.default {
            let mut option = Traced::plain("DEFAULT ");
            option.push(&default.render(literals)?);
            options.push(option);
        }
        if let Some(name) = &self.constraint_name {
            let mut option = Traced::plain("CONSTRAINT ");
            option.push(&quote(name));
            options.push(option);
        }
        if self.not_null {
            options.push(Traced::plain("NOT NULL"));
        }
        if let Some(check) = &self.check {
            let mut option = Traced::plain("CHECK (");
            option.push(&check.render(literals)?);
            option.push_str(")");
            options.push(option);
        }
        sql.push(&super::super::traced::join(&options, &Traced::plain(" ")));
        Ok(sql)
    }

    /// `DROP DOMAIN …`.
    pub fn drop_sql(&self) -> Rendered {
        let mut sql = Traced::plain("DROP DOMAIN ");
        sql.push(&table(self.schema.as_deref(), &self.name));
        Ok(sql)
    }
}
