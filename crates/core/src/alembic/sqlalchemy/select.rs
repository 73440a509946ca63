//! `SELECT`: what it reads from, and what its columns are called.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::super::traced::{Traced, join};
use super::dml::{columns, conditions};
use super::expression::{ColumnReference, Expr, Style, TableReference};
use super::quote::quote;
use super::schema::Table;
use super::{Rendered, Trouble};

/// `SELECT`.
#[derive(Clone, Debug, Default)]
pub struct Select {
    /// What is selected.
    pub columns: Vec<Rc<Expr>>,
    /// `DISTINCT`.
    pub distinct: bool,
    /// `select_from(…)`.
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

/// Where a name that is not chosen yet begins and ends in rendered SQL.
const UNNAMED: (char, char) = ('\u{1}', '\u{2}');

/// What SQLAlchemy calls something that is selected.
enum Naming<'a> {
    /// Nothing: it has a name, or none is needed.
    Own,
    /// A column, which has its own name until another one has it too.
    Column(&'a ColumnReference),
    /// This name.
    Given(&'a Rc<Traced>),
    /// `base_1`, `base_2`, ….
    Anonymous(&'a str),
}

impl Select {
    /// As SQL, inside what `outer` says.
    pub(super) fn sql(&self, outer: Style<'_>) -> Rendered {
        let from = self.displayed(outer.around)?;
        let mut around = Vec::new();
        for each in &from {
            each.covers(&mut around);
        }
        let style = Style {
            around: &around,
            ..Style::statement(outer.literals)
        };
        let mut sql = Traced::plain("SELECT ");
        if self.distinct {
            sql.push_str("DISTINCT ");
        }
        sql.push(&self.list(style)?);
        let mut rendered = Vec::new();
        for from in &from {
            rendered.push(from.sql(style)?);
        }
        if !rendered.is_empty() {
            sql.push_str(" \nFROM ");
            sql.push(&join(&rendered, &Traced::plain(", ")));
        }
        sql.push(&conditions("WHERE", &self.predicates, style)?);
        if !self.group_by.is_empty() {
            sql.push_str(" GROUP BY ");
            sql.push(&columns(&self.by_label(&self.group_by), style)?);
        }
        sql.push(&conditions("HAVING", &self.having, style)?);
        if !self.order_by.is_empty() {
            sql.push_str(" ORDER BY ");
            sql.push(&columns(&self.by_label(&self.order_by), style)?);
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

    /// What it reads from: what is named, the tables of the columns that belong to none of it, without those that it
    /// shares with the statement around it.
    ///
    /// Source: SQLAlchemy, SELECT and Related Constructs, `Select.correlate`.
    fn displayed(&self, around: &[TableReference]) -> Result<Vec<Displayed<'_>>, Trouble> {
        let mut covered = Vec::new();
        for from in &self.from {
            from.covers(&mut covered);
        }
        let mut named = Vec::new();
        for expression in self.columns.iter().chain(&self.predicates) {
            expression.tables(&mut named);
        }
        named.retain(|table| !covered.contains(table));
        let own = self.from.iter().map(Displayed::Named);
        let mut all: Vec<Displayed<'_>> = own
            .chain(named.into_iter().map(Displayed::Implied))
            .collect();
        if all.len() > 1 {
            all.retain(|from| from.table().is_none_or(|table| !around.contains(&table)));
            if all.is_empty() {
                return Err(Trouble::refused(
                    "Select statement returned no FROM clauses due to auto-correlation; specify correlate(<tables>) to control correlation manually.",
                ));
            }
        }
        Ok(all)
    }

    /// What is selected, with the names SQLAlchemy gives.
    fn list(&self, style: Style<'_>) -> Rendered {
        let mut met: Vec<(&str, Option<&ColumnReference>)> = Vec::new();
        let mut parts = Vec::new();
        for column in &self.columns {
            let mut sql = column.sql(style)?;
            match naming(column) {
                Naming::Own => {}
                Naming::Column(own) => {
                    let name = own.name.text.as_str();
                    match met.iter().find(|(other, _)| *other == name) {
                        None => met.push((name, Some(own))),
                        Some((_, Some(other))) if other.table == own.table => {
                            return Err(Trouble::unknown("selects the same column twice"));
                        }
                        Some(_) => sql.push_str(&unnamed(name)),
                    }
                }
                Naming::Given(name) => {
                    if met.iter().any(|(other, _)| *other == name.text) {
                        return Err(Trouble::unknown("selects two things under the same name"));
                    }
                    met.push((name.text.as_str(), None));
                    sql.push_str(" AS ");
                    sql.push(&quote(name));
                }
                Naming::Anonymous(base) => sql.push_str(&unnamed(base)),
            }
            parts.push(sql);
        }
        Ok(join(&parts, &Traced::plain(", ")))
    }

    /// What is grouped or ordered by: the name of what is selected under a name.
    fn by_label(&self, items: &[Rc<Expr>]) -> Vec<Rc<Expr>> {
        let selects = |wanted: &Rc<Expr>| {
            let mut columns = self.columns.iter();
            columns.any(
                |column| matches!(column.as_ref(), Expr::Label(own, _) if Rc::ptr_eq(own, wanted)),
            )
        };
        let named = |item: &Rc<Expr>| match item.as_ref() {
            Expr::Label(own, name) if selects(own) => Rc::new(Expr::Verbatim(Rc::new(quote(name)))),
            _ => item.clone(),
        };
        let each = items.iter().map(|item| match item.as_ref() {
            Expr::Suffix { expression, word } => Rc::new(Expr::Suffix {
                expression: named(expression),
                word: word.clone(),
            }),
            _ => named(item),
        });
        each.collect()
    }
}

/// What is called how, as a SELECT's list has it.
///
/// Source: SQLAlchemy, `SQLCompiler._label_select_column`.
fn naming(column: &Expr) -> Naming<'_> {
    match column {
        Expr::Text(_)
        | Expr::Verbatim(_)
        | Expr::Prefix { .. }
        | Expr::Suffix { .. }
        | Expr::Exists(_)
        | Expr::List(_)
        | Expr::Unknown(_) => Naming::Own,
        Expr::Column(column) => Naming::Column(column),
        Expr::Label(_, name) => Naming::Given(name),
        Expr::Cast(inner, _) | Expr::Coerced(inner, _) => match naming(inner) {
            Naming::Column(column) => Naming::Given(&column.name),
            Naming::Own => Naming::Anonymous("anon"),
            other => other,
        },
        Expr::Function(call) if call.over.is_none() && call.filter.is_none() => {
            let name = call.name.text.rsplit('.').next().unwrap_or_default();
            match name {
                "EXTRACT" => Naming::Anonymous("anon"),
                "ANY " | "ALL " => Naming::Own,
                name => Naming::Anonymous(name),
            }
        }
        Expr::Function(_)
        | Expr::Bind(_)
        | Expr::Null
        | Expr::Truth(_)
        | Expr::Binary { .. }
        | Expr::Junction { .. }
        | Expr::Case { .. }
        | Expr::Group(_)
        | Expr::Array(_)
        | Expr::Subquery(_) => Naming::Anonymous("anon"),
    }
}

/// `AS` a name that is chosen when the whole statement is there.
fn unnamed(base: &str) -> String {
    let (begin, end) = UNNAMED;
    format!(" AS {begin}{base}{end}")
}

/// With anonymous names numbered in the order in which they stand, each kind by itself.
pub(super) fn numbered(sql: &Traced) -> Traced {
    let (begin, end) = UNNAMED;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut done = Traced::default();
    let mut from = 0;
    while let Some(at) = sql.text.get(from..).and_then(|rest| rest.find(begin)) {
        let start = from + at;
        let rest = sql.text.get(start + 1..).unwrap_or_default();
        let Some(length) = rest.find(end) else { break };
        let base = rest.get(..length).unwrap_or_default();
        let count = counts.entry(base).or_default();
        *count += 1;
        done.push(&sql.slice(from, start));
        done.push(&quote(&Traced::plain(format!("{base}_{count}"))));
        from = start + length + 2;
    }
    if from == 0 {
        return sql.clone();
    }
    done.push(&sql.slice(from, sql.text.len()));
    done
}

/// An entry of `FROM`.
enum Displayed<'a> {
    /// Named by `select_from(…)`.
    Named(&'a From),
    /// The table of a column.
    Implied(TableReference),
}

impl Displayed<'_> {
    /// The table it is, unless it is a join.
    fn table(&self) -> Option<TableReference> {
        match self {
            Self::Named(From::Table(table)) => Some(table.reference()),
            Self::Named(From::Join { .. }) => None,
            Self::Implied(table) => Some(table.clone()),
        }
    }

    fn covers(&self, covered: &mut Vec<TableReference>) {
        match self {
            Self::Named(from) => from.covers(covered),
            Self::Implied(table) => covered.push(table.clone()),
        }
    }

    fn sql(&self, style: Style<'_>) -> Rendered {
        match self {
            Self::Named(from) => from.sql(style),
            Self::Implied(table) => Ok(table.in_from()),
        }
    }
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

    fn sql(&self, style: Style<'_>) -> Rendered {
        match self {
            Self::Table(table) => Ok(table.reference().in_from()),
            Self::Join {
                left,
                right,
                on,
                outer,
            } => {
                let mut sql = left.sql(style)?;
                sql.push_str(if *outer {
                    " LEFT OUTER JOIN "
                } else {
                    " JOIN "
                });
                sql.push(&right.sql(style)?);
                sql.push_str(" ON ");
                sql.push(&on.sql(style)?);
                Ok(sql)
            }
        }
    }
}
