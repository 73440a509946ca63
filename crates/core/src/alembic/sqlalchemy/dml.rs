//! `select`, `insert`, `update`, `delete`, and the DDL constructs that are executed like them.

use std::rc::Rc;

use super::super::traced::{Traced, join};
use super::super::value::Unknown;
use super::expression::{Expr, Style, TableReference, TextClause};
use super::quote::{quote, table};
use super::schema::{Sequence, Table};
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

/// `SELECT`.
#[derive(Clone, Debug, Default)]
pub struct Select {
    /// What is selected.
    pub columns: Vec<Rc<Expr>>,
    /// `DISTINCT`.
    pub distinct: bool,
    /// `select_from(…)` and the tables whose columns are named.
    pub from: Vec<From>,
    /// `where(…)`.
    pub predicates: Vec<Rc<Expr>>,
    /// `group_by(…)`.
    pub group_by: Vec<Rc<Expr>>,
    /// `having(…)`.
    pub having: Vec<Rc<Expr>>,
    /// `order_by(…)`.
    pub order_by: Vec<Rc<Expr>>,
    /// `limit(…)`.
    pub limit: Option<Rc<Expr>>,
    /// `offset(…)`.
    pub offset: Option<Rc<Expr>>,
    /// `with_for_update(…)`.
    pub for_update: Option<&'static str>,
}

/// Something to select from.
#[derive(Clone, Debug)]
pub enum From {
    /// A table.
    Table(Rc<Table>),
    /// A join.
    Join {
        /// Left.
        left: Box<From>,
        /// Right.
        right: Box<From>,
        /// `ON`.
        on: Rc<Expr>,
        /// `LEFT OUTER JOIN` rather than `JOIN`.
        outer: bool,
    },
}

impl Statement {
    /// The statement as SQL.
    pub fn sql(&self, literals: Literals) -> Rendered {
        match self {
            Self::Text(text) => text.sql(literals),
            Self::Plain(text) => Ok(text.as_ref().clone()),
            Self::Insert(insert) => insert.sql(literals),
            Self::Update(update) => update.sql(literals),
            Self::Delete(delete) => delete.sql(literals),
            Self::Select(select) => select.sql(literals),
            Self::Compound { word, parts } => {
                let mut rendered = Vec::new();
                for part in parts {
                    rendered.push(part.sql(literals)?);
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

fn columns(items: &[Rc<Expr>], style: Style) -> Rendered {
    let mut parts = Vec::new();
    for item in items {
        parts.push(item.sql(style)?);
    }
    Ok(join(&parts, &Traced::plain(", ")))
}

fn conditions(word: &str, items: &[Rc<Expr>], style: Style) -> Rendered {
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

fn returning(items: &[Rc<Expr>], style: Style) -> Rendered {
    if items.is_empty() {
        return Ok(Traced::default());
    }
    let mut sql = Traced::plain(" RETURNING ");
    sql.push(&columns(items, style)?);
    Ok(sql)
}

fn assignments(values: &[(Rc<Traced>, Rc<Expr>)], style: Style) -> Rendered {
    let mut parts = Vec::new();
    for (column, value) in values {
        let mut part = quote(column);
        part.push_str("=");
        part.push(&value.grouped(style)?);
        parts.push(part);
    }
    Ok(join(&parts, &Traced::plain(", ")))
}

const fn qualified(literals: Literals) -> Style {
    Style {
        literals,
        with_table: true,
    }
}

impl Insert {
    fn sql(&self, literals: Literals) -> Rendered {
        if let Some(unknown) = &self.unknown {
            return Err(Trouble::Unknown(unknown.clone()));
        }
        let style = qualified(literals);
        let mut sql = Traced::plain("INSERT INTO ");
        sql.push(&table(self.table.schema.as_deref(), &self.table.name));
        if let Some((names, query)) = &self.from_select {
            let names: Vec<Traced> = names.iter().map(|name| quote(name)).collect();
            sql.push_str(" (");
            sql.push(&join(&names, &Traced::plain(", ")));
            sql.push_str(") ");
            sql.push(&query.sql(literals)?);
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
    fn sql(&self, style: Style) -> Rendered {
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
        let values = self.values.iter().map(|(_, value)| value);
        not_correlated(
            self.predicates.iter().chain(values),
            &[self.table.reference()],
        )?;
        let style = qualified(literals);
        let mut sql = Traced::plain("UPDATE ");
        sql.push(&table_in_query(&self.table));
        sql.push_str(" SET ");
        sql.push(&assignments(&self.values, style)?);
        let mut named = Vec::new();
        for predicate in &self.predicates {
            predicate.tables(&mut named);
        }
        for (_, value) in &self.values {
            value.tables(&mut named);
        }
        let own = self.table.reference();
        let others = named.iter().filter(|other| **other != own);
        let others: Vec<Traced> = others
            .map(|(schema, name)| table(schema.as_deref(), name))
            .collect();
        if !others.is_empty() {
            sql.push_str(" FROM ");
            sql.push(&join(&others, &Traced::plain(", ")));
        }
        sql.push(&conditions("WHERE", &self.predicates, style)?);
        sql.push(&returning(&self.returning, style)?);
        Ok(sql)
    }
}

impl Delete {
    fn sql(&self, literals: Literals) -> Rendered {
        not_correlated(self.predicates.iter(), &[self.table.reference()])?;
        let style = qualified(literals);
        let mut sql = Traced::plain("DELETE FROM ");
        sql.push(&table_in_query(&self.table));
        let mut named = Vec::new();
        for predicate in &self.predicates {
            predicate.tables(&mut named);
        }
        let own = self.table.reference();
        let others = named.iter().filter(|other| **other != own);
        let others: Vec<Traced> = others
            .map(|(schema, name)| table(schema.as_deref(), name))
            .collect();
        if !others.is_empty() {
            sql.push_str(" USING ");
            sql.push(&join(&others, &Traced::plain(", ")));
        }
        sql.push(&conditions("WHERE", &self.predicates, style)?);
        sql.push(&returning(&self.returning, style)?);
        Ok(sql)
    }
}

fn table_in_query(of: &Table) -> Traced {
    let mut sql = table(of.schema.as_deref(), &of.name);
    if let Some(alias) = &of.alias {
        sql.push_str(" AS ");
        sql.push(&quote(alias));
    }
    sql
}

impl Select {
    fn sql(&self, literals: Literals) -> Rendered {
        let mut around = self.implied();
        self.from.iter().for_each(|from| from.covers(&mut around));
        let parts = self
            .columns
            .iter()
            .chain(&self.predicates)
            .chain(&self.having);
        not_correlated(parts, &around)?;
        let style = qualified(literals);
        let mut sql = Traced::plain("SELECT ");
        if self.distinct {
            sql.push_str("DISTINCT ");
        }
        sql.push(&columns(&self.columns, style)?);
        let from = self.all_from(literals)?;
        if !from.is_empty() {
            sql.push_str(" \nFROM ");
            sql.push(&join(&from, &Traced::plain(", ")));
        }
        sql.push(&conditions("WHERE", &self.predicates, style)?);
        if !self.group_by.is_empty() {
            sql.push_str(" GROUP BY ");
            sql.push(&columns(&self.group_by, style)?);
        }
        sql.push(&conditions("HAVING", &self.having, style)?);
        if !self.order_by.is_empty() {
            sql.push_str(" ORDER BY ");
            sql.push(&columns(&self.order_by, style)?);
        }
        for (word, value) in [("LIMIT", &self.limit), ("OFFSET", &self.offset)] {
            if let Some(value) = value {
                sql.push_str(&format!(" \n {word} "));
                sql.push(&value.sql(style)?);
            }
        }
        if let Some(lock) = self.for_update {
            sql.push_str(" ");
            sql.push_str(lock);
        }
        Ok(sql)
    }

    /// What is named, and the tables of the columns that belong to none of it.
    fn all_from(&self, literals: Literals) -> Result<Vec<Traced>, Trouble> {
        let implied = self.implied();
        let implied = implied.iter();
        let mut rendered: Vec<Traced> = implied
            .map(|(schema, name)| table(schema.as_deref(), name))
            .collect();
        for from in &self.from {
            rendered.push(from.sql(literals)?);
        }
        Ok(rendered)
    }

    /// The tables of columns that belong to nothing it names.
    fn implied(&self) -> Vec<TableReference> {
        let mut covered = Vec::new();
        for from in &self.from {
            from.covers(&mut covered);
        }
        let mut named = Vec::new();
        for expression in self.columns.iter().chain(&self.predicates) {
            expression.tables(&mut named);
        }
        named.retain(|table| !covered.contains(table));
        named
    }

    /// Whether SQLAlchemy leaves one of these tables out of its `FROM`, because the query around it has that table: it
    /// does where something else is left.
    fn correlates(&self, around: &[TableReference]) -> bool {
        let tables = self.from.iter().filter_map(|from| match from {
            From::Table(table) => Some(table.reference()),
            From::Join { .. } => None,
        });
        let implied = self.implied();
        implied.len() + self.from.len() > 1
            && implied
                .into_iter()
                .chain(tables)
                .any(|table| around.contains(&table))
    }
}

/// Refuses what holds a correlated subquery: which tables it leaves out of its `FROM` is not followed.
///
/// Source: SQLAlchemy, SELECT and Related Constructs, `Select.correlate`.
fn not_correlated<'a>(
    parts: impl Iterator<Item = &'a Rc<Expr>>,
    around: &[TableReference],
) -> Result<(), Trouble> {
    let mut queries = Vec::new();
    parts.for_each(|part| part.subqueries(&mut queries));
    let correlated = queries
        .into_iter()
        .any(|query| matches!(query, Statement::Select(select) if select.correlates(around)));
    if correlated {
        return Err(Trouble::Unknown(Unknown::data(
            "has a subquery about a table of the query around it",
        )));
    }
    Ok(())
}

impl From {
    fn covers(&self, covered: &mut Vec<TableReference>) {
        match self {
            Self::Table(table) => covered.push(table.reference()),
            Self::Join { left, right, .. } => {
                left.covers(covered);
                right.covers(covered);
            }
        }
    }

    fn sql(&self, literals: Literals) -> Rendered {
        match self {
            Self::Table(table) => Ok(table_in_query(table)),
            Self::Join {
                left,
                right,
                on,
                outer,
            } => {
                let mut sql = left.sql(literals)?;
                sql.push_str(if *outer {
                    " LEFT OUTER JOIN "
                } else {
                    " JOIN "
                });
                sql.push(&right.sql(literals)?);
                sql.push_str(" ON ");
                sql.push(&on.sql(qualified(literals))?);
                Ok(sql)
            }
        }
    }
}
