//! SQL expressions: `sa.text`, `sa.func`, columns, operators.

use std::rc::Rc;

use super::super::traced::{Traced, join};
use super::super::value::Unknown;
use super::bind::Bind;
use super::dml::Statement;
pub use super::operator::Operator;
use super::quote::{quote, table};
use super::select;
use super::types::SqlType;
use super::{Literals, Rendered, Trouble};

/// An SQL expression.
#[derive(Clone, Debug)]
pub enum Expr {
    /// `sa.text(…)`, also any string where SQLAlchemy takes SQL text.
    Text(TextClause),
    /// `sa.literal_column(…)`.
    Verbatim(Rc<Traced>),
    /// A column.
    Column(ColumnReference),
    /// A value.
    Bind(Bind),
    /// `sa.null()`.
    Null,
    /// `sa.true()`, `sa.false()`.
    Truth(bool),
    /// `left operator right`.
    Binary {
        /// The operator with its place among the others.
        operator: Operator,
        /// Left.
        left: Rc<Expr>,
        /// Right.
        right: Rc<Expr>,
    },
    /// `sa.and_(…)`, `sa.or_(…)`.
    Junction {
        /// `AND` or `OR`.
        word: &'static str,
        /// Its parts.
        items: Vec<Rc<Expr>>,
    },
    /// `NOT (…)`, `-…`.
    Prefix {
        /// The prefix.
        word: &'static str,
        /// Of what.
        expression: Rc<Expr>,
    },
    /// `… DESC`, `… NULLS LAST`.
    Suffix {
        /// Of what.
        expression: Rc<Expr>,
        /// The suffix.
        word: Rc<Traced>,
    },
    /// `sa.func.name(…)`.
    Function(Rc<FunctionCall>),
    /// `CAST(… AS type)`.
    Cast(Rc<Expr>, Rc<SqlType>),
    /// The same to PostgreSQL, another type to Python.
    Coerced(Rc<Expr>, Rc<SqlType>),
    /// `CASE`.
    Case {
        /// What is compared with each, if it is not conditions that stand there.
        subject: Option<Rc<Expr>>,
        /// Conditions and results.
        whens: Vec<(Rc<Expr>, Rc<Expr>)>,
        /// `ELSE`.
        otherwise: Option<Rc<Expr>>,
    },
    /// `… AS name`.
    Label(Rc<Expr>, Rc<Traced>),
    /// `a, b`.
    List(Vec<Rc<Expr>>),
    /// `(a, b)`.
    Group(Rc<Expr>),
    /// `ARRAY[a, b]`.
    Array(Vec<Rc<Expr>>),
    /// `(SELECT …)`.
    Subquery(Rc<Statement>),
    /// `EXISTS (SELECT …)`.
    Exists(Rc<Statement>),
    /// Not known.
    Unknown(Unknown),
}

/// A table in a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableReference {
    /// Its schema.
    pub schema: Option<Rc<Traced>>,
    /// Its name.
    pub name: Rc<Traced>,
    /// `alias(…)`.
    pub alias: Option<Rc<Traced>>,
}

impl TableReference {
    /// As `FROM` has it.
    pub fn in_from(&self) -> Traced {
        let mut sql = table(self.schema.as_deref(), &self.name);
        if let Some(alias) = &self.alias {
            sql.push_str(" AS ");
            sql.push(&quote(alias));
        }
        sql
    }

    /// Before the name of a column.
    fn qualifier(&self) -> Traced {
        match &self.alias {
            Some(alias) => quote(alias),
            None => table(self.schema.as_deref(), &self.name),
        }
    }
}

/// A column of a table, or of none.
#[derive(Clone, Debug)]
pub struct ColumnReference {
    /// The table with its schema, or its alias.
    pub table: Option<TableReference>,
    /// The column.
    pub name: Rc<Traced>,
    /// Its type.
    pub data_type: Rc<SqlType>,
    /// Whether it is one of `sa.column(…)`, which Python compares with an `sa.Column` from the other side.
    pub light: bool,
}

/// `sa.text(…)`.
#[derive(Clone, Debug)]
pub struct TextClause {
    /// The text.
    pub text: Rc<Traced>,
    /// Values for its `:names`.
    pub parameters: Vec<Bind>,
}

/// `sa.func.name(…)`.
#[derive(Clone, Debug)]
pub struct FunctionCall {
    /// The name, dotted where it was.
    pub name: Rc<Traced>,
    /// The arguments.
    pub arguments: Vec<Rc<Expr>>,
    /// `DISTINCT`, inside the parentheses.
    pub distinct: bool,
    /// `OVER (…)`.
    pub over: Option<Over>,
    /// `FILTER (WHERE …)`.
    pub filter: Option<Rc<Expr>>,
    /// Its type, if given.
    pub data_type: Option<Rc<SqlType>>,
}

/// `OVER (PARTITION BY … ORDER BY …)`.
#[derive(Clone, Debug, Default)]
pub struct Over {
    /// `PARTITION BY`.
    pub partition_by: Vec<Rc<Expr>>,
    /// `ORDER BY`.
    pub order_by: Vec<Rc<Expr>>,
}

/// How columns are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style<'a> {
    /// How literals are written.
    pub literals: Literals,
    /// Whether columns carry their table.
    pub with_table: bool,
    /// The tables of the statement around: a subquery leaves them out of its own `FROM`.
    pub around: &'a [TableReference],
}

impl Style<'static> {
    /// That of a statement with nothing around it.
    pub const fn statement(literals: Literals) -> Self {
        Self {
            literals,
            with_table: true,
            around: &[],
        }
    }
}

impl Expr {
    /// SQL text.
    pub fn text(text: Rc<Traced>) -> Self {
        Self::Text(TextClause {
            text,
            parameters: Vec::new(),
        })
    }

    /// As DDL has it: columns without their table.
    pub fn render(&self, literals: Literals) -> Rendered {
        let style = Style {
            with_table: false,
            ..Style::statement(literals)
        };
        Ok(select::numbered(&self.sql(style)?))
    }

    /// Negated, as `~` and `sa.not_` do.
    pub fn negated(self: &Rc<Self>) -> Self {
        match self.as_ref() {
            Self::Binary {
                operator,
                left,
                right,
            } => match operator.negated() {
                Some(opposite) => Self::Binary {
                    operator: Operator {
                        precedence: operator.precedence,
                        ..Operator::named(opposite)
                    },
                    left: left.clone(),
                    right: right.clone(),
                },
                None => Self::Prefix {
                    word: "NOT ",
                    expression: self.clone(),
                },
            },
            Self::Truth(value) => Self::Truth(!value),
            Self::Prefix {
                word: "NOT ",
                expression,
            } => expression.as_ref().clone(),
            _ => Self::Prefix {
                word: "NOT ",
                expression: self.clone(),
            },
        }
    }

    /// The expression as SQL, its anonymous names not yet numbered.
    pub(super) fn sql(&self, style: Style<'_>) -> Rendered {
        Ok(match self {
            Self::Text(text) => text.sql(style.literals)?,
            Self::Verbatim(text) => text.as_ref().clone(),
            Self::Column(column) => column.sql(style),
            Self::Bind(bind) => bind.sql(style.literals)?,
            Self::Null => Traced::plain("NULL"),
            Self::Truth(value) => Traced::plain(if *value { "true" } else { "false" }),
            Self::Binary {
                operator,
                left,
                right,
            } => {
                let mut sql = left.operand(operator, style)?;
                sql.push_str(&operator.sql);
                sql.push(&right.operand(operator, style)?);
                match operator.sql.trim() {
                    // Always in parentheses, for the sake of an empty list.
                    "NOT IN" => parenthesised(&sql),
                    _ => sql,
                }
            }
            Self::Junction { word, items } => {
                let operator = junction(word);
                let mut parts = Vec::new();
                for item in items {
                    parts.push(item.operand(&operator, style)?);
                }
                join(&parts, &Traced::plain(format!(" {word} ")))
            }
            Self::Prefix { word, expression } => {
                let operator = Operator::new(word, if *word == "-" { 8 } else { 5 }, false);
                let mut sql = Traced::plain(*word);
                sql.push(&expression.operand(&operator, style)?);
                sql
            }
            Self::Suffix { expression, word } => {
                let operator = Operator::new("", 3, false);
                let mut sql = expression.operand(&operator, style)?;
                sql.push(word);
                sql
            }
            Self::Function(function) => function.sql(style)?,
            Self::Cast(expression, data_type) => {
                let mut sql = Traced::plain("CAST(");
                sql.push(&expression.sql(style)?);
                sql.push_str(" AS ");
                sql.push(&data_type.render()?);
                sql.push_str(")");
                sql
            }
            Self::Coerced(expression, _) => expression.sql(style)?,
            Self::Case {
                subject,
                whens,
                otherwise,
            } => case(subject.as_ref(), whens, otherwise.as_ref(), style)?,
            // The name stands in the list of a SELECT only.
            Self::Label(expression, _) => expression.sql(style)?,
            Self::List(items) => list(items, style)?,
            Self::Group(expression) => parenthesised(&expression.sql(style)?),
            Self::Array(items) => {
                let mut sql = Traced::plain("ARRAY[");
                sql.push(&list(items, style)?);
                sql.push_str("]");
                sql
            }
            Self::Subquery(statement) => parenthesised(&statement.compile(style)?),
            Self::Exists(statement) => {
                let mut sql = Traced::plain("EXISTS ");
                sql.push(&parenthesised(&statement.compile(style)?));
                sql
            }
            Self::Unknown(unknown) => return Err(Trouble::Unknown(unknown.clone())),
        })
    }

    /// As a part of a larger expression: in parentheses where SQLAlchemy puts them.
    fn operand(&self, within: &Operator, style: Style<'_>) -> Rendered {
        let sql = self.sql(style)?;
        let own = match self {
            Self::Binary { operator, .. } if operator.sql.trim() == "NOT IN" => return Ok(sql),
            Self::Binary { operator, .. } => operator.clone(),
            Self::Junction { word, items } if items.len() > 1 => junction(word),
            Self::Prefix { word, .. } if *word == "-" => Operator::new("-", 8, false),
            Self::Prefix { .. } => Operator::new("NOT ", 5, false),
            Self::Exists(_) => return Ok(parenthesised(&sql)),
            // Text inside a larger expression is always grouped.
            Self::Text(_) if within.precedence > -1 => return Ok(parenthesised_text(sql, within)),
            _ => return Ok(sql),
        };
        let same = own.sql == within.sql && own.associative;
        if !same && own.precedence <= within.precedence {
            return Ok(parenthesised(&sql));
        }
        Ok(sql)
    }

    /// Its type, as far as it is known.
    pub fn data_type(&self) -> Option<Rc<SqlType>> {
        match self {
            Self::Column(column) => Some(column.data_type.clone()),
            Self::Bind(bind) => bind.data_type.clone(),
            Self::Cast(_, data_type) | Self::Coerced(_, data_type) => Some(data_type.clone()),
            Self::Label(inner, _) | Self::Group(inner) => inner.data_type(),
            Self::Function(function) => function.data_type.clone(),
            _ => None,
        }
    }

    /// A name for a parameter that is compared with it.
    pub fn parameter_name(&self) -> Rc<str> {
        match self {
            Self::Column(column) => column.name.text.as_str().into(),
            Self::Label(_, name) => name.text.as_str().into(),
            _ => "param".into(),
        }
    }

    /// The tables whose columns it names, each once, in order.
    pub fn tables(&self, found: &mut Vec<TableReference>) {
        self.walk(&mut |part| {
            if let Self::Column(column) = part
                && let Some(table) = &column.table
                && !found.contains(table)
            {
                found.push(table.clone());
            }
        });
    }

    /// Visits it and all its parts, from the left to the right; queries are not entered.
    fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        visit(self);
        match self {
            Self::Binary { left, right, .. } => {
                left.walk(visit);
                right.walk(visit);
            }
            Self::Junction { items, .. } | Self::List(items) | Self::Array(items) => {
                for item in items {
                    item.walk(visit);
                }
            }
            Self::Prefix { expression, .. }
            | Self::Suffix { expression, .. }
            | Self::Cast(expression, _)
            | Self::Coerced(expression, _)
            | Self::Label(expression, _)
            | Self::Group(expression) => expression.walk(visit),
            Self::Function(function) => {
                function.arguments.iter().for_each(|item| item.walk(visit));
                if let Some(over) = &function.over {
                    let parts = over.partition_by.iter().chain(&over.order_by);
                    parts.for_each(|item| item.walk(visit));
                }
            }
            Self::Case {
                subject,
                whens,
                otherwise,
            } => {
                if let Some(subject) = subject {
                    subject.walk(visit);
                }
                for (condition, result) in whens {
                    condition.walk(visit);
                    result.walk(visit);
                }
                if let Some(otherwise) = otherwise {
                    otherwise.walk(visit);
                }
            }
            Self::Column(_)
            | Self::Text(_)
            | Self::Verbatim(_)
            | Self::Bind(_)
            | Self::Null
            | Self::Truth(_)
            | Self::Subquery(_)
            | Self::Exists(_)
            | Self::Unknown(_) => {}
        }
    }
}

fn junction(word: &str) -> Operator {
    match word {
        "AND" => Operator::new("AND", 3, true),
        _ => Operator::new("OR", 2, true),
    }
}

fn parenthesised(sql: &Traced) -> Traced {
    let mut grouped = Traced::plain("(");
    grouped.push(sql);
    grouped.push_str(")");
    grouped
}

fn parenthesised_text(sql: Traced, within: &Operator) -> Traced {
    // `TextClause.self_group` groups only as the right side of IN.
    if within.sql.trim().ends_with("IN") {
        parenthesised(&sql)
    } else {
        sql
    }
}

impl Expr {
    /// Itself where nothing around it says how tight it binds: SQLAlchemy's `self_group()` puts operators in parentheses.
    pub fn grouped(&self, style: Style<'_>) -> Rendered {
        let inner = self.sql(style)?;
        if !matches!(self, Self::Binary { .. } | Self::Junction { .. }) {
            return Ok(inner);
        }
        let mut sql = Traced::plain("(");
        sql.push(&inner);
        sql.push_str(")");
        Ok(sql)
    }
}

fn list(items: &[Rc<Expr>], style: Style<'_>) -> Rendered {
    let mut parts = Vec::new();
    for item in items {
        parts.push(item.sql(style)?);
    }
    Ok(join(&parts, &Traced::plain(", ")))
}

fn case(
    subject: Option<&Rc<Expr>>,
    whens: &[(Rc<Expr>, Rc<Expr>)],
    otherwise: Option<&Rc<Expr>>,
    style: Style<'_>,
) -> Rendered {
    let mut sql = Traced::plain("CASE");
    if let Some(subject) = subject {
        sql.push_str(" ");
        sql.push(&subject.sql(style)?);
    }
    for (condition, result) in whens {
        sql.push_str(" WHEN ");
        sql.push(&condition.grouped(style)?);
        sql.push_str(" THEN ");
        sql.push(&result.sql(style)?);
    }
    if let Some(otherwise) = otherwise {
        sql.push_str(" ELSE ");
        sql.push(&otherwise.sql(style)?);
    }
    sql.push_str(" END");
    Ok(sql)
}

impl ColumnReference {
    /// A name, of no table and no type that is known.
    pub fn lone(name: Rc<Traced>) -> Self {
        Self {
            table: None,
            name,
            data_type: Rc::new(SqlType::null()),
            light: true,
        }
    }

    fn sql(&self, style: Style<'_>) -> Traced {
        match &self.table {
            Some(table) if style.with_table => {
                let mut sql = table.qualifier();
                sql.push_str(".");
                sql.push(&quote(&self.name));
                sql
            }
            _ => quote(&self.name),
        }
    }
}

impl FunctionCall {
    fn sql(&self, style: Style<'_>) -> Rendered {
        let mut sql = match keyword_function(&self.name.text) {
            Some(keyword) => Traced::plain(keyword),
            None => {
                let mut call = self.name.as_ref().clone();
                call.push_str(if self.distinct { "(DISTINCT " } else { "(" });
                call.push(&list(&self.arguments, style)?);
                call.push_str(")");
                call
            }
        };
        if let Some(filter) = &self.filter {
            sql.push_str(" FILTER (WHERE ");
            sql.push(&filter.sql(style)?);
            sql.push_str(")");
        }
        if let Some(over) = &self.over {
            let mut parts = Vec::new();
            for (word, items) in [
                ("PARTITION BY ", &over.partition_by),
                ("ORDER BY ", &over.order_by),
            ] {
                if !items.is_empty() {
                    let mut part = Traced::plain(word);
                    part.push(&list(items, style)?);
                    parts.push(part);
                }
            }
            sql.push_str(" OVER (");
            sql.push(&join(&parts, &Traced::plain(" ")));
            sql.push_str(")");
        }
        Ok(sql)
    }
}

/// Functions that PostgreSQL writes as keywords.
fn keyword_function(name: &str) -> Option<&'static str> {
    Some(match name {
        "current_date" => "CURRENT_DATE",
        "current_time" => "CURRENT_TIME",
        "current_timestamp" => "CURRENT_TIMESTAMP",
        "current_user" => "CURRENT_USER",
        "localtime" => "LOCALTIME",
        "localtimestamp" => "LOCALTIMESTAMP",
        "session_user" => "SESSION_USER",
        "user" => "USER",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::value::Value;
    use super::*;

    const ONLINE: Literals = Literals {
        doubles_backslashes: false,
        keeps_parameters: true,
    };

    fn text(sql: &str, parameters: Vec<Bind>) -> Rendered {
        let clause = TextClause {
            text: Rc::new(Traced::plain(sql)),
            parameters,
        };
        clause.sql(ONLINE)
    }

    #[test]
    fn parameters_are_told_from_casts_times_and_escapes() {
        let same = |sql: &str| assert_eq!(text(sql, vec![]).unwrap().text, sql);
        same("SELECT a::text, '12:30:00'::time");
        assert_eq!(text(r"SELECT '\:x'", vec![]).unwrap().text, "SELECT ':x'");
        assert!(text("SELECT :x", vec![]).is_err());
        assert!(text(r#"'{"a":1}'"#, vec![]).is_err());
    }

    #[test]
    fn values_become_literals_and_unknown_ones_stay_parameters() {
        let parameters = vec![
            Bind::value("n", Value::Int(3)),
            Bind::value("s", Value::text("it's")),
            Bind::value("u", Value::unknown("depends on the rows of a query")),
        ];
        assert_eq!(
            text("SELECT :n, :s, :u, :n", parameters).unwrap().text,
            "SELECT 3, 'it''s', :u, 3"
        );
    }

    #[test]
    fn parentheses_stand_where_sqlalchemy_puts_them() {
        let column = |name: &str| {
            Rc::new(Expr::Column(ColumnReference::lone(Rc::new(Traced::plain(
                name,
            )))))
        };
        let binary = |left: Rc<Expr>, operator: &str, right: Rc<Expr>| {
            Rc::new(Expr::Binary {
                operator: Operator::named(operator),
                left,
                right,
            })
        };
        let either = Rc::new(Expr::Junction {
            word: "OR",
            items: vec![
                binary(column("a"), "=", column("b")),
                binary(column("c"), "IS", Rc::new(Expr::Null)),
            ],
        });
        let both = Expr::Junction {
            word: "AND",
            items: vec![either.clone(), binary(column("d"), ">", column("e"))],
        };
        assert_eq!(
            both.render(ONLINE).unwrap().text,
            "(a = b OR c IS NULL) AND d > e"
        );
        let sum = binary(binary(column("a"), "+", column("b")), "*", column("c"));
        assert_eq!(sum.render(ONLINE).unwrap().text, "(a + b) * c");
        assert_eq!(
            either.negated().render(ONLINE).unwrap().text,
            "NOT (a = b OR c IS NULL)"
        );
    }
}
