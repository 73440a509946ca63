//! `select` and what is made of one, from their arguments and methods.

use std::rc::Rc;

use super::super::evaluate::{Arg, Args, operand};
use super::super::sqlalchemy::dml::Statement;
use super::super::sqlalchemy::expression::Expr;
use super::super::sqlalchemy::schema::Table;
use super::super::sqlalchemy::select::{From, Select};
use super::super::traced::Traced;
use super::super::value::{Known, Unknown, Value};
use super::statement::{as_table, equalities, operands, statement};

/// All columns of a table; `*` where they are not known.
pub fn columns_of(table: &Rc<Table>) -> Vec<Rc<Expr>> {
    if table.columns.is_empty() {
        return vec![Rc::new(Expr::Verbatim(Rc::new(Traced::plain("*"))))];
    }
    let columns = table.columns.iter();
    columns
        .map(|column| Rc::new(Expr::Column(column.reference())))
        .collect()
}

/// `sa.select(a, b)`, and `sa.select([a, b], where)` of SQLAlchemy 1.
pub fn select(args: &Args) -> Statement {
    let mut made = Select::default();
    let mut sources: Vec<Value> = Vec::new();
    for (index, arg) in args.positional.iter().enumerate() {
        match &arg.value {
            Value::List(list) if index == 0 => match list.known() {
                Ok(items) => sources.extend(items),
                Err(unknown) => sources.push(Value::Unknown(unknown)),
            },
            Value::Expr(condition) if index == 1 && args.positional.len() == 2 && is_list(args) => {
                made.predicates.push(condition.clone());
            }
            other => sources.push(other.clone()),
        }
    }
    if let Some(unknown) = &args.doubt {
        made.columns.push(Rc::new(Expr::Unknown(unknown.clone())));
    }
    for source in sources {
        match &source {
            Value::Table(_) | Value::Class(_) => match as_table(&source) {
                Ok(table) => {
                    made.columns.extend(columns_of(&table));
                    made.from.push(From::Table(table));
                }
                Err(unknown) => made.columns.push(Rc::new(Expr::Unknown(unknown))),
            },
            Value::Unknown(unknown) => made.columns.push(Rc::new(Expr::Unknown(unknown.clone()))),
            Value::Str(text) => made.columns.push(Rc::new(Expr::Verbatim(text.clone()))),
            // A number is taken for SQL as it stands.
            Value::Int(number) => {
                let text = Rc::new(Traced::plain(number.to_string()));
                made.columns.push(Rc::new(Expr::Verbatim(text)));
            }
            other => made.columns.push(operand(other.clone(), None)),
        }
    }
    Statement::Select(Box::new(made))
}

fn is_list(args: &Args) -> bool {
    matches!(
        args.positional.first().map(|arg| &arg.value),
        Some(Value::List(_))
    )
}

/// `sa.union(…)` and its kin.
pub fn compound(name: &str, args: &Args) -> Known<Statement> {
    let word = match name {
        "union" => "UNION",
        "union_all" => "UNION ALL",
        "intersect" => "INTERSECT",
        _ => "EXCEPT",
    };
    let parts = args.positional.iter().map(|arg| match &arg.value {
        Value::Statement(part) => Ok(part.clone()),
        Value::Unknown(unknown) => Err(unknown.clone()),
        _ => Err(Unknown::data("is a union of something that is not read")),
    });
    let parts: Known<Vec<Rc<Statement>>> = parts.collect();
    Ok(Statement::Compound {
        word,
        parts: parts?,
    })
}

/// `query.c.name`.
pub fn column_of_query(name: &str) -> Value {
    Value::unknown(format!("is the column `{name}` of a query"))
}

/// `table.join(…)`: a query of which only that is known.
pub fn join(left: From, outer: bool, args: &Args) -> Value {
    let right = args.positional.first().map(|arg| as_table(&arg.value));
    let on = args
        .get(1, "onclause")
        .map(|arg| operand(arg.value.clone(), None));
    match (right, on) {
        (Some(Ok(right)), Some(on)) => {
            let from = From::Join {
                left: Box::new(left),
                right: Box::new(From::Table(right)),
                on,
                outer,
            };
            statement(Statement::Select(Box::new(Select {
                from: vec![from],
                ..Select::default()
            })))
        }
        _ => Value::unknown("is a join that is not read"),
    }
}

/// `query.name(…)`.
pub fn select_method(own: &Select, of: &Rc<Statement>, name: &str, args: &Args) -> Value {
    let mut made = own.clone();
    match name {
        "where" | "filter" => made.predicates.extend(operands(args)),
        "filter_by" => match own.from.first() {
            Some(From::Table(table)) => made.predicates.extend(equalities(table, args)),
            _ => made.predicates.push(Rc::new(Expr::Unknown(Unknown::data(
                "filters by names that are not read",
            )))),
        },
        "order_by" => made.order_by.extend(by_name(own, args)),
        "group_by" => made.group_by.extend(by_name(own, args)),
        "having" => made.having.extend(operands(args)),
        "distinct" if args.positional.is_empty() => made.distinct = true,
        "limit" => made.limit = operands(args).into_iter().next(),
        "offset" => made.offset = operands(args).into_iter().next(),
        "with_for_update" => {
            made.for_update = Some(if args.option("skip_locked").is_some() {
                "FOR UPDATE SKIP LOCKED"
            } else {
                "FOR UPDATE"
            })
        }
        "select_from" => match args.positional.first().map(|arg| &arg.value) {
            Some(Value::Statement(joined)) => match joined.as_ref() {
                Statement::Select(select) => made.from.clone_from(&select.from),
                _ => return unread_query(name),
            },
            Some(other) => match as_table(other) {
                Ok(table) => made.from.push(From::Table(table)),
                Err(unknown) => {
                    return statement(Statement::Unknown {
                        only_data: true,
                        unknown,
                    });
                }
            },
            None => {}
        },
        "join" | "outerjoin" | "join_from" => {
            let Some(left) = made.from.pop() else {
                return unread_query(name);
            };
            match join(left, name == "outerjoin", args) {
                Value::Statement(joined) => match joined.as_ref() {
                    Statement::Select(select) => made.from.extend(select.from.iter().cloned()),
                    _ => return unread_query(name),
                },
                _ => return unread_query(name),
            }
        }
        "scalar_subquery" | "as_scalar" => return Value::Expr(Rc::new(Expr::Subquery(of.clone()))),
        "label" => match args.text(0, "name") {
            Ok(Some(name)) => {
                let inner = Rc::new(Expr::Subquery(of.clone()));
                return Value::Expr(Rc::new(Expr::Label(inner, name)));
            }
            _ => return unread_query(name),
        },
        "exists" => return Value::Expr(Rc::new(Expr::Exists(of.clone()))),
        "execution_options" | "options" => {}
        _ => return unread_query(name),
    }
    statement(Statement::Select(Box::new(made)))
}

/// What is ordered or grouped by; a string is the name of something that is selected.
fn by_name(of: &Select, args: &Args) -> Vec<Rc<Expr>> {
    let named = |arg: &Arg| -> Option<Rc<Expr>> {
        let name = match &arg.value {
            Value::Str(name) => &name.text,
            _ => return None,
        };
        let is_of_one_table = {
            let mut tables = Vec::new();
            of.columns
                .iter()
                .for_each(|column| column.tables(&mut tables));
            tables.len() <= 1
        };
        let selected = of.columns.iter().find(|column| match column.as_ref() {
            Expr::Column(column) => column.name.text == *name,
            Expr::Label(_, label) => label.text == *name,
            _ => false,
        });
        match selected {
            Some(selected) if is_of_one_table => Some(selected.clone()),
            _ => Some(Rc::new(Expr::Unknown(Unknown::data(
                "is ordered or grouped by a name that is not resolved",
            )))),
        }
    };
    let each = args.positional.iter().zip(operands(args));
    each.map(|(arg, operand)| named(arg).unwrap_or(operand))
        .collect()
}

/// A query of which only that it reads is known.
pub fn unread_query(name: &str) -> Value {
    statement(Statement::Unknown {
        only_data: true,
        unknown: Unknown::data(format!("is a query with `{name}`, which is not read")),
    })
}
