//! `select`, `insert`, `update`, `delete`, and the DDL constructs that are executed like them.

use std::rc::Rc;

use super::super::traced::{Traced, join};
use super::super::value::Unknown;
use super::expression::{Expr, Style, TableReference, TextClause};
use super::quote::{quote, table};
use super::schema::{Sequence, Table};
use super::select::{Select, numbered};
use super::{Literals, Rendered, Trouble};

/// Something that can be executed.
#[derive(Clone, Debug)]
pub enum Statement {
    /// `sa.text(…)`.
    Text(TextClause),
    /// SQL as it is, without parameters.
    Plain(Rc<Traced>),
    /// `sa.insert(…)`.
    Insert(Insert),
    /// `sa.update(…)`.
    Update(Update),
    /// `sa.delete(…)`.
    Delete(Delete),
    /// `sa.select(…)`.
    Select(Box<Select>),
    /// `sa.union(…)` and its kin.
    Compound {
        /// `UNION`, `UNION ALL`, ….
        word: &'static str,
        /// The parts.
        parts: Vec<Rc<Statement>>,
    },
    /// `CreateSchema`.
    CreateSchema {
        /// The schema.
        name: Rc<Traced>,
        /// `if_not_exists=`.
        if_not_exists: bool,
    },
    /// `DropSchema`.
    DropSchema {
        /// The schema.
        name: Rc<Traced>,
        /// `if_exists=`.
        if_exists: bool,
        /// `cascade=`.
        cascade: bool,
    },
    /// `CreateSequence`.
    CreateSequence {
        /// The sequence.
        sequence: Rc<Sequence>,
        /// `if_not_exists=`.
        if_not_exists: bool,
    },
    /// `DropSequence`.
    DropSequence {
        /// The sequence.
        sequence: Rc<Sequence>,
        /// `if_exists=`.
        if_exists: bool,
    },
    /// A statement of which the kind is known, but not all of its content.
    Unknown {
        /// Whether it can only read and write rows.
        only_data: bool,
        /// Why.
        unknown: Unknown,
    },
}

/// `INSERT`.
#[derive(Clone, Debug)]
pub struct Insert {
    /// The table.
    pub table: Rc<Table>,
    /// The rows: columns and values.
    pub rows: Vec<Vec<(Rc<Traced>, Rc<Expr>)>>,
    /// `from_select`: columns and query.
    pub from_select: Option<(Vec<Rc<Traced>>, Rc<Statement>)>,
    /// `on_conflict_do_…`.
    pub on_conflict: Option<OnConflict>,
    /// `returning(…)`.
    pub returning: Vec<Rc<Expr>>,
    /// Why not all of it is known, if so.
    pub unknown: Option<Unknown>,
}

/// `ON CONFLICT`.
#[derive(Clone, Debug)]
pub struct OnConflict {
    /// `index_elements=`.
    pub elements: Vec<Rc<Traced>>,
    /// `constraint=`.
    pub constraint: Option<Rc<Traced>>,
    /// `set_=`; empty for `DO NOTHING`.
    pub set: Vec<(Rc<Traced>, Rc<Expr>)>,
    /// `where=`.
    pub predicate: Option<Rc<Expr>>,
}

/// `UPDATE`.
#[derive(Clone, Debug)]
pub struct Update {
    /// The table.
    pub table: Rc<Table>,
    /// Columns and values.
    pub values: Vec<(Rc<Traced>, Rc<Expr>)>,
    /// `where(…)`.
    pub predicates: Vec<Rc<Expr>>,
    /// `returning(…)`.
    pub returning: Vec<Rc<Expr>>,
    /// Why not all of it is known, if so.
    pub unknown: Option<Unknown>,
}

/// `DELETE`.
#[derive(Clone, Debug)]
pub struct Delete {
    /// The table.
    pub table: Rc<Table>,
    /// `where(…)`.
    pub predicates: Vec<Rc<Expr>>,
    /// `returning(…)`.
    pub returning: Vec<Rc<Expr>>,
}

impl Statement {
    /// The statement as SQL.
    pub fn sql(&self, literals: Literals) -> Rendered {
        let compiled = self.compile(Style::statement(literals))?;
        Ok(numbered(&compiled))
    }

    /// The statement as a part of another one, its anonymous names not yet numbered.
    pub(super) fn compile(&self, outer: Style<'_>) -> Rendered {
        let literals = outer.literals;
        match self {
            Self::Text(text) => text.sql(literals),
            Self::Plain(text) => Ok(text.as_ref().clone()),
            Self::Insert(insert) => insert.sql(literals),
            Self::Update(update) => update.sql(literals),
            Self::Delete(delete) => delete.sql(literals),
            Self::Select(select) => select.sql(outer),
            Self::Compound { word, parts } => {
                let mut rendered = Vec::new();
                for part in parts {
                    rendered.push(part.compile(outer)?);
                }
                Ok(join(&rendered, &Traced::plain(format!(" {word} "))))
            }
            Self::CreateSchema {
                name,
                if_not_exists,
            } => {
                let mut sql = Traced::plain("CREATE SCHEMA ");
                if *if_not_exists {
                    sql.push_str("IF NOT EXISTS ");
                }
                sql.push(&quote(name));
                Ok(sql)
            }
            Self::DropSchema {
                name,
                if_exists,
                cascade,
            } => {
                let mut sql = Traced::plain("DROP SCHEMA ");
                if *if_exists {
                    sql.push_str("IF EXISTS ");
                }
                sql.push(&quote(name));
                if *cascade {
                    sql.push_str(" CASCADE");
                }
                Ok(sql)
            }
            Self::CreateSequence {
                sequence,
                if_not_exists,
            } => match &sequence.name {
                Some(name) => super::ddl::create_sequence(sequence, name, *if_not_exists),
                None => Err(Trouble::refused("a sequence needs a name")),
            },
            Self::DropSequence {
                sequence,
                if_exists,
            } => match &sequence.name {
                Some(name) => {
                    let mut sql = Traced::plain("DROP SEQUENCE ");
                    if *if_exists {
                        sql.push_str("IF EXISTS ");
                    }
                    sql.push(&table(sequence.schema.as_deref(), name));
                    Ok(sql)
                }
                None => Err(Trouble::refused("a sequence needs a name")),
            },
            Self::Unknown { unknown, .. } => Err(Trouble::Unknown(unknown.clone())),
        }
    }

    /// Whether it can only read and write rows, whatever it says.
    pub fn only_data(&self) -> bool {
        match self {
            Self::Insert(_)
            | Self::Update(_)
            | Self::Delete(_)
            | Self::Select(_)
            | Self::Compound { .. } => true,
            Self::Unknown { only_data, .. } => *only_data,
            Self::Text(text) => starts_with_data_word(&text.text.text),
            Self::Plain(text) => starts_with_data_word(&text.text),
            Self::CreateSchema { .. }
            | Self::DropSchema { .. }
            | Self::CreateSequence { .. }
            | Self::DropSequence { .. } => false,
        }
    }
}

/// Whether SQL of which only the beginning is known changes rows at most.
pub fn starts_with_data_word(sql: &str) -> bool {
    let word = first_word(sql).to_ascii_lowercase();
    // SELECT may call a function that does anything; INSERT, UPDATE and DELETE may fire triggers: rows all the same.
    matches!(
        word.as_str(),
        "insert" | "update" | "delete" | "select" | "with"
    )
}

fn first_word(sql: &str) -> &str {
    let trimmed = sql.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
    trimmed
        .split(|c: char| !c.is_ascii_alphabetic())
        .next()
        .unwrap_or_default()
}

/// Several expressions.
pub(super) fn columns(items: &[Rc<Expr>], style: Style<'_>) -> Rendered {
    let mut parts = Vec::new();
    for item in items {
        parts.push(item.sql(style)?);
    }
    Ok(join(&parts, &Traced::plain(", ")))
}

/// `WHERE`, `HAVING`, with all that must hold.
pub(super) fn conditions(word: &str, items: &[Rc<Expr>], style: Style<'_>) -> Rendered {
    if items.is_empty() {
        return Ok(Traced::default());
    }
    let mut sql = Traced::plain(format!(" \n{word} "));
    let whole = match items {
        [only] => only.sql(style)?,
        several => Expr::Junction {
            word: "AND",
            items: several.to_vec(),
        }
        .sql(style)?,
    };
    sql.push(&whole);
    Ok(sql)
}

fn returning(items: &[Rc<Expr>], style: Style<'_>) -> Rendered {
    if items.is_empty() {
        return Ok(Traced::default());
    }
    let mut sql = Traced::plain(" RETURNING ");
    sql.push(&columns(items, style)?);
    Ok(sql)
}

fn assignments(values: &[(Rc<Traced>, Rc<Expr>)], style: Style<'_>) -> Rendered {
    let mut parts = Vec::new();
    for (column, value) in values {
        let mut part = quote(column);
        part.push_str("=");
        part.push(&value.grouped(style)?);
        parts.push(part);
    }
    Ok(join(&parts, &Traced::plain(", ")))
}

/// The tables that a statement names beside its own.
fn other_tables<'a>(
    own: &TableReference,
    parts: impl Iterator<Item = &'a Rc<Expr>>,
) -> Vec<TableReference> {
    let mut named = Vec::new();
    parts.for_each(|part| part.tables(&mut named));
    named.retain(|other| other != own);
    named
}

/// `FROM`, `USING` with these tables, if there are any.
fn more_tables(word: &str, tables: &[TableReference]) -> Traced {
    if tables.is_empty() {
        return Traced::default();
    }
    let mut sql = Traced::plain(word);
    let tables: Vec<Traced> = tables.iter().map(TableReference::in_from).collect();
    sql.push(&join(&tables, &Traced::plain(", ")));
    sql
}

impl Insert {
    fn sql(&self, literals: Literals) -> Rendered {
        if let Some(unknown) = &self.unknown {
            return Err(Trouble::Unknown(unknown.clone()));
        }
        let style = Style::statement(literals);
        let mut sql = Traced::plain("INSERT INTO ");
        sql.push(&table(self.table.schema.as_deref(), &self.table.name));
        if let Some((names, query)) = &self.from_select {
            let names: Vec<Traced> = names.iter().map(|name| quote(name)).collect();
            sql.push_str(" (");
            sql.push(&join(&names, &Traced::plain(", ")));
            sql.push_str(") ");
            sql.push(&query.compile(style)?);
        } else if self.rows.iter().all(Vec::is_empty) {
            sql.push_str(" DEFAULT VALUES");
        } else {
            let first = self.rows.first().map(Vec::as_slice).unwrap_or_default();
            let names: Vec<Traced> = first.iter().map(|(name, _)| quote(name)).collect();
            sql.push_str(" (");
            sql.push(&join(&names, &Traced::plain(", ")));
            sql.push_str(") VALUES ");
            let mut rows = Vec::new();
            for row in &self.rows {
                let values: Vec<Rc<Expr>> = row.iter().map(|(_, value)| value.clone()).collect();
                let mut group = Traced::plain("(");
                group.push(&columns(&values, style)?);
                group.push_str(")");
                rows.push(group);
            }
            sql.push(&join(&rows, &Traced::plain(", ")));
        }
        if let Some(conflict) = &self.on_conflict {
            sql.push(&conflict.sql(style)?);
        }
        sql.push(&returning(&self.returning, style)?);
        Ok(sql)
    }
}

impl OnConflict {
    fn sql(&self, style: Style<'_>) -> Rendered {
        let mut sql = Traced::plain(" ON CONFLICT");
        if let Some(name) = &self.constraint {
            sql.push_str(" ON CONSTRAINT ");
            sql.push(&quote(name));
        } else if !self.elements.is_empty() {
            let names: Vec<Traced> = self.elements.iter().map(|name| quote(name)).collect();
            sql.push_str(" (");
            sql.push(&join(&names, &Traced::plain(", ")));
            sql.push_str(")");
        }
        if self.set.is_empty() {
            sql.push_str(" DO NOTHING");
            return Ok(sql);
        }
        sql.push_str(" DO UPDATE SET ");
        let mut parts = Vec::new();
        for (column, value) in &self.set {
            let mut part = quote(column);
            part.push_str(" = ");
            part.push(&value.grouped(style)?);
            parts.push(part);
        }
        sql.push(&join(&parts, &Traced::plain(", ")));
        if let Some(predicate) = &self.predicate {
            sql.push_str(" WHERE ");
            sql.push(&predicate.sql(style)?);
        }
        Ok(sql)
    }
}

impl Update {
    fn sql(&self, literals: Literals) -> Rendered {
        if let Some(unknown) = &self.unknown {
            return Err(Trouble::Unknown(unknown.clone()));
        }
        let own = self.table.reference();
        let values = self.values.iter().map(|(_, value)| value);
        let others = other_tables(&own, self.predicates.iter().chain(values));
        let around = [vec![own.clone()], others.clone()].concat();
        let style = Style {
            around: &around,
            ..Style::statement(literals)
        };
        let mut sql = Traced::plain("UPDATE ");
        sql.push(&own.in_from());
        sql.push_str(" SET ");
        sql.push(&assignments(&self.values, style)?);
        sql.push(&more_tables(" FROM ", &others));
        sql.push(&conditions("WHERE", &self.predicates, style)?);
        sql.push(&returning(&self.returning, style)?);
        Ok(sql)
    }
}

impl Delete {
    fn sql(&self, literals: Literals) -> Rendered {
        let own = self.table.reference();
        let others = other_tables(&own, self.predicates.iter());
        let around = [vec![own.clone()], others.clone()].concat();
        let style = Style {
            around: &around,
            ..Style::statement(literals)
        };
        let mut sql = Traced::plain("DELETE FROM ");
        sql.push(&own.in_from());
        sql.push(&more_tables(" USING ", &others));
        sql.push(&conditions("WHERE", &self.predicates, style)?);
        sql.push(&returning(&self.returning, style)?);
        Ok(sql)
    }
}
