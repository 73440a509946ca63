//! `select`, `insert`, `update`, `delete` from their arguments and methods.

use std::rc::Rc;

use super::super::evaluate::{Arg, Args, Evaluator, Run, as_sql, operand, percent};
use super::super::sqlalchemy::bind::Bind;
use super::super::sqlalchemy::dml::{Delete, Insert, OnConflict, Statement, Update};
use super::super::sqlalchemy::expression::{ColumnReference, Expr};
use super::super::sqlalchemy::schema::{Column, Sequence, Table};
use super::super::sqlalchemy::select::{From, Select};
use super::super::sqlalchemy::types::SqlType;
use super::super::traced::Traced;
use super::super::value::{Known, Method, Unknown, Value};
use super::expression::sql_text;
use super::select::{columns_of, compound, join, select, select_method, unread_query};
use crate::text::Span;

/// A statement as a value.
pub fn statement(made: Statement) -> Value {
    Value::Statement(Rc::new(made))
}

/// A table where one is expected: a table, or an ORM model.
pub fn as_table(value: &Value) -> Known<Rc<Table>> {
    match value {
        Value::Table(table) => Ok(table.clone()),
        Value::Class(class) => match super::super::evaluate::model(class) {
            Some(table) => Ok(table),
            None => Err(Unknown::data(format!(
                "depends on the table of `{}`, which is not read",
                class.name
            ))),
        },
        Value::Unknown(unknown) => Err(unknown.clone()),
        _ => Err(Unknown::data("works on a table that is not read")),
    }
}

impl Evaluator<'_> {
    /// A statement, if the name makes one.
    pub fn statement_construct(&mut self, name: &str, args: &Args) -> Run<Option<Value>> {
        let first = args.positional.first();
        let made: Known<Statement> = match (name, first) {
            ("insert" | "Insert", Some(arg)) => as_table(&arg.value).map(insert),
            ("update" | "Update", Some(arg)) => as_table(&arg.value).map(update),
            ("delete" | "Delete", Some(arg)) => as_table(&arg.value).map(delete),
            ("select" | "Select", _) => Ok(select(args)),
            ("union" | "union_all" | "intersect" | "except_", _) => compound(name, args),
            ("CreateSchema", Some(arg)) => arg.text().and_then(|name| {
                Ok(Statement::CreateSchema {
                    name,
                    if_not_exists: args.flag("if_not_exists")?.unwrap_or(false),
                })
            }),
            ("DropSchema", Some(arg)) => arg.text().and_then(|name| {
                Ok(Statement::DropSchema {
                    name,
                    if_exists: args.flag("if_exists")?.unwrap_or(false),
                    cascade: args.flag("cascade")?.unwrap_or(false),
                })
            }),
            ("CreateSequence", Some(arg)) => sequence_of(&arg.value).and_then(|sequence| {
                Ok(Statement::CreateSequence {
                    sequence,
                    if_not_exists: args.flag("if_not_exists")?.unwrap_or(false),
                })
            }),
            ("DropSequence", Some(arg)) => sequence_of(&arg.value).and_then(|sequence| {
                Ok(Statement::DropSequence {
                    sequence,
                    if_exists: args.flag("if_exists")?.unwrap_or(false),
                })
            }),
            (
                "CreateTable" | "CreateIndex" | "DropTable" | "DropIndex" | "AddConstraint"
                | "DropConstraint",
                Some(arg),
            ) => {
                return Ok(Some(self.ddl_element(name, arg)));
            }
            ("DDL", Some(arg)) => ddl_text(arg, args).map(Statement::Plain),
            _ => return Ok(None),
        };
        Ok(Some(match made {
            Ok(made) => statement(made),
            Err(unknown) => statement(Statement::Unknown {
                only_data: matches!(
                    name,
                    "insert"
                        | "Insert"
                        | "update"
                        | "Update"
                        | "delete"
                        | "Delete"
                        | "union"
                        | "union_all"
                ),
                unknown,
            }),
        }))
    }

    /// `CreateTable(table)` and its kin, executed like statements.
    fn ddl_element(&self, name: &str, arg: &Arg) -> Value {
        let printer = self.ddl();
        let rendered = match (name, &arg.value) {
            ("CreateTable", Value::Table(table)) => printer.create_table(table, false),
            ("DropTable", Value::Table(table)) => {
                let mut sql = Traced::plain("DROP TABLE ");
                sql.push(&super::super::sqlalchemy::quote::table(
                    table.schema.as_deref(),
                    &table.name,
                ));
                Ok(sql)
            }
            _ => return Value::unknown(format!("is made by `{name}`, which is not read")),
        };
        match rendered {
            Ok(sql) => statement(Statement::Plain(Rc::new(sql))),
            Err(_) => Value::unknown(format!(
                "is made by `{name}` of something that is not known"
            )),
        }
    }

    /// `statement.name(…)`.
    pub fn statement_method(&mut self, of: &Rc<Statement>, name: &str, args: &Args) -> Run<Value> {
        Ok(match of.as_ref() {
            Statement::Insert(own) => self.insert_method(own, name, args),
            Statement::Update(own) => self.update_method(own, name, args),
            Statement::Delete(own) => delete_method(own, name, args),
            Statement::Select(own) => select_method(own, of, name, args),
            Statement::Compound { .. } => unread_query(name),
            Statement::Unknown { .. }
            | Statement::Text(_)
            | Statement::Plain(_)
            | Statement::CreateSchema { .. }
            | Statement::DropSchema { .. }
            | Statement::CreateSequence { .. }
            | Statement::DropSequence { .. } => Value::Statement(of.clone()),
        })
    }

    /// `statement.name`.
    pub fn statement_attribute(&self, of: Rc<Statement>, name: &str, span: Span) -> Value {
        if name == "excluded"
            && let Statement::Insert(insert) = of.as_ref()
        {
            // The row that was to be inserted, with the table's columns.
            let mut excluded = insert.table.as_ref().clone();
            excluded.alias = Some(Rc::new(Traced::plain("excluded")));
            excluded.reflected = Some(Unknown::data("is the row that was to be inserted"));
            return Value::Method(Rc::new(Method {
                receiver: Value::Table(Rc::new(excluded.adopted())),
                name: "c".to_owned(),
                span,
            }));
        }
        Value::Method(Rc::new(Method {
            receiver: Value::Statement(of),
            name: name.to_owned(),
            span,
        }))
    }

    fn insert_method(&self, own: &Insert, name: &str, args: &Args) -> Value {
        let mut made = own.clone();
        match name {
            "values" => match rows(&own.table, args) {
                Ok(rows) => made.rows = rows,
                Err(unknown) => made.unknown = Some(unknown),
            },
            "from_select" => {
                let query = args.positional.get(1).map(|arg| arg.value.clone());
                match (args.texts(0, "names"), query) {
                    (Ok(names), Some(Value::Statement(query))) => {
                        made.from_select = Some((names, query))
                    }
                    (Ok(names), Some(Value::Expr(text))) => match text.as_ref() {
                        Expr::Text(clause) => {
                            made.from_select =
                                Some((names, Rc::new(Statement::Text(clause.clone()))));
                        }
                        _ => {
                            made.unknown =
                                Some(Unknown::data("inserts from a query that is not read"))
                        }
                    },
                    _ => {
                        made.unknown = Some(Unknown::data("inserts from a query that is not read"))
                    }
                }
            }
            "returning" => made.returning = operands(args),
            "on_conflict_do_nothing" | "on_conflict_do_update" => {
                match conflict(&own.table, args) {
                    Ok(conflict) => made.on_conflict = Some(conflict),
                    Err(unknown) => made.unknown = Some(unknown),
                }
            }
            "inline" | "execution_options" | "return_defaults" => {}
            _ => {
                made.unknown = Some(Unknown::data(format!(
                    "is changed by `{name}`, which is not read"
                )))
            }
        }
        statement(Statement::Insert(made))
    }

    fn update_method(&self, own: &Update, name: &str, args: &Args) -> Value {
        let mut made = own.clone();
        match name {
            "values" | "ordered_values" => match assignments(&own.table, args) {
                Ok(values) => {
                    made.values.extend(values);
                    if name == "values" {
                        in_table_order(&own.table, &mut made.values);
                    }
                }
                Err(unknown) => made.unknown = Some(unknown),
            },
            "where" | "filter" => made.predicates.extend(operands(args)),
            "filter_by" => made.predicates.extend(equalities(&own.table, args)),
            "returning" => made.returning = operands(args),
            "execution_options" => {}
            _ => {
                made.unknown = Some(Unknown::data(format!(
                    "is changed by `{name}`, which is not read"
                )))
            }
        }
        statement(Statement::Update(made))
    }

    /// `table.name(…)`.
    pub fn table_method(&mut self, table: &Rc<Table>, name: &str, args: &Args) -> Run<Value> {
        Ok(match name {
            "insert" => {
                let made = Value::Statement(Rc::new(insert(table.clone())));
                if args.positional.is_empty() {
                    made
                } else {
                    self.call_on(&made, "values", args)?
                }
            }
            "update" | "delete" => {
                let mut made = Value::Statement(Rc::new(match name {
                    "update" => update(table.clone()),
                    _ => delete(table.clone()),
                }));
                // SQLAlchemy 1.3: update(whereclause, values).
                if let Some(condition) = args.get(0, "whereclause") {
                    let condition = Args::one(condition.value.clone(), condition.span);
                    made = self.call_on(&made, "where", &condition)?;
                }
                if let Some(values) = args.get(1, "values") {
                    let values = Args::one(values.value.clone(), values.span);
                    made = self.call_on(&made, "values", &values)?;
                }
                made
            }
            "select" => statement(Statement::Select(Box::new(Select {
                columns: columns_of(table),
                from: vec![From::Table(table.clone())],
                ..Select::default()
            }))),
            "count" => Value::unknown("counts rows"),
            "alias" => match args.text(0, "name") {
                Ok(Some(alias)) => {
                    let mut aliased = table.as_ref().clone();
                    aliased.alias = Some(alias);
                    Value::Table(Rc::new(aliased.adopted()))
                }
                _ => Value::unknown("is an alias that is not read"),
            },
            "join" | "outerjoin" => join(From::Table(table.clone()), name == "outerjoin", args),
            "create" | "drop" => {
                self.create_or_drop_table(table, name == "create", args)?;
                Value::None
            }
            "append_column" | "append_constraint" => Value::None,
            "tometadata" | "to_metadata" => Value::Table(table.clone()),
            "get" => match args.positional.first().and_then(|arg| arg.value.as_str()) {
                Some(name) => {
                    super::schema::column_of(table, name, args.span).unwrap_or(Value::None)
                }
                None => Value::unknown("is a column that is not known"),
            },
            "keys" => self.list(
                table
                    .columns
                    .iter()
                    .map(|column| Value::Str(column.name.clone()))
                    .collect(),
            ),
            _ => Value::unknown(format!("is made by `{name}` of a table, which is not read")),
        })
    }

    fn call_on(&mut self, value: &Value, name: &str, args: &Args) -> Run<Value> {
        let method = Rc::new(Method {
            receiver: value.clone(),
            name: name.to_owned(),
            span: args.span,
        });
        self.call_method(&method, args.clone())
    }
}

fn insert(table: Rc<Table>) -> Statement {
    Statement::Insert(Insert {
        table,
        rows: Vec::new(),
        from_select: None,
        on_conflict: None,
        returning: Vec::new(),
        unknown: None,
    })
}

/// An update of a table, nothing set yet.
pub fn update(table: Rc<Table>) -> Statement {
    Statement::Update(Update {
        table,
        values: Vec::new(),
        predicates: Vec::new(),
        returning: Vec::new(),
        unknown: None,
    })
}

/// A delete from a table, of all rows yet.
pub fn delete(table: Rc<Table>) -> Statement {
    Statement::Delete(Delete {
        table,
        predicates: Vec::new(),
        returning: Vec::new(),
    })
}

fn sequence_of(value: &Value) -> Known<Rc<Sequence>> {
    match value {
        Value::Sequence(sequence) => Ok(sequence.clone()),
        Value::Unknown(unknown) => Err(unknown.clone()),
        _ => Err(Unknown::data("is a sequence that is not read")),
    }
}

/// Each argument as SQL.
pub fn operands(args: &Args) -> Vec<Rc<Expr>> {
    let each = args.positional.iter().map(|arg| match &arg.value {
        Value::Unknown(unknown) => Rc::new(Expr::Unknown(unknown.clone())),
        Value::Str(_) => Rc::new(sql_text(arg).unwrap_or_else(Expr::Unknown)),
        other => operand(other.clone(), None),
    });
    let mut all: Vec<Rc<Expr>> = each.collect();
    if let Some(unknown) = &args.doubt {
        all.push(Rc::new(Expr::Unknown(unknown.clone())));
    }
    all
}

/// `filter_by(name=value)`.
pub fn equalities(table: &Rc<Table>, args: &Args) -> Vec<Rc<Expr>> {
    let each = args.keywords.iter().map(|(name, arg)| {
        let column = Expr::Column(match table.column(name) {
            Some(column) => column.reference(),
            None => ColumnReference {
                table: Some(table.reference()),
                name: Rc::new(Traced::plain(name.as_str())),
                data_type: Rc::new(SqlType::null()),
                light: false,
            },
        });
        let right = operand(arg.value.clone(), Some(&column));
        Rc::new(Expr::Binary {
            operator: super::super::sqlalchemy::expression::Operator::named("="),
            left: Rc::new(column),
            right,
        })
    });
    each.collect()
}

/// What is set: columns and values, from keywords, a dictionary or pairs.
pub fn assignments(table: &Rc<Table>, args: &Args) -> Known<Vec<(Rc<Traced>, Rc<Expr>)>> {
    if let Some(unknown) = &args.doubt {
        return Err(unknown.clone());
    }
    let mut pairs: Vec<(Value, Value, Span)> = Vec::new();
    for arg in &args.positional {
        match &arg.value {
            Value::Dict(dict) => {
                let known = dict.known()?.into_iter();
                pairs.extend(known.map(|(key, value)| (key, value, arg.span)));
            }
            Value::Tuple(pair) => match pair.as_ref() {
                [key, value] => pairs.push((key.clone(), value.clone(), arg.span)),
                _ => return Err(Unknown::data("sets values that are not read")),
            },
            Value::Unknown(unknown) => return Err(unknown.clone()),
            _ => return Err(Unknown::data("sets values that are not read")),
        }
    }
    for (name, arg) in &args.keywords {
        if name != "synchronize_session" {
            pairs.push((Value::text(name.as_str()), arg.value.clone(), arg.span));
        }
    }
    let each = pairs.into_iter().map(|(key, value, span)| {
        let name = Arg { value: key, span }.text()?;
        let column = table.column(&name.text);
        Ok((name.clone(), assigned(column, &name, value)))
    });
    each.collect()
}

fn assigned(column: Option<&Rc<Column>>, name: &Rc<Traced>, value: Value) -> Rc<Expr> {
    if let Some(expression) = as_sql(&value) {
        return Rc::new(expression);
    }
    Rc::new(Expr::Bind(Bind {
        name: name.text.as_str().into(),
        value: Some(value),
        data_type: column.map(|column| column.data_type.clone()),
    }))
}

/// SQLAlchemy sets columns in the order of the table.
pub fn in_table_order(table: &Table, values: &mut [(Rc<Traced>, Rc<Expr>)]) {
    let place = |name: &Traced| {
        let found = table
            .columns
            .iter()
            .position(|column| column.name.text == name.text);
        found.unwrap_or(usize::MAX)
    };
    values.sort_by_key(|(name, _)| place(name));
}

fn rows(table: &Rc<Table>, args: &Args) -> Known<Vec<Vec<(Rc<Traced>, Rc<Expr>)>>> {
    let many = match args.positional.first().map(|arg| &arg.value) {
        Some(Value::List(_)) => true,
        Some(Value::Tuple(items)) => items
            .iter()
            .all(|item| matches!(item, Value::Dict(_) | Value::Tuple(_))),
        _ => false,
    };
    let Some(arg) = args.positional.first().filter(|_| many) else {
        // A tuple of values goes by the order of the columns.
        if let Some(Value::Tuple(values)) = args.positional.first().map(|arg| &arg.value) {
            let pairs = table.columns.iter().zip(values.iter());
            return Ok(vec![
                pairs
                    .map(|(column, value)| {
                        (
                            column.name.clone(),
                            assigned(Some(column), &column.name, value.clone()),
                        )
                    })
                    .collect(),
            ]);
        }
        let mut row = assignments(table, args)?;
        in_table_order(table, &mut row);
        return Ok(vec![row]);
    };
    let each = arg.value.items()?.into_iter().map(|item| {
        let mut row = assignments(table, &Args::one(item, arg.span))?;
        in_table_order(table, &mut row);
        Ok(row)
    });
    each.collect()
}

fn conflict(table: &Rc<Table>, args: &Args) -> Known<OnConflict> {
    let set = match args.option("set_") {
        Some(arg) => assignments(table, &Args::one(arg.value.clone(), arg.span))?,
        None => Vec::new(),
    };
    Ok(OnConflict {
        elements: args.texts(usize::MAX, "index_elements")?,
        constraint: args.text_option("constraint")?,
        set,
        predicate: args.option("where").map(sql_text).transpose()?.map(Rc::new),
    })
}

fn delete_method(own: &Delete, name: &str, args: &Args) -> Value {
    let mut made = own.clone();
    match name {
        "where" | "filter" => made.predicates.extend(operands(args)),
        "filter_by" => made.predicates.extend(equalities(&own.table, args)),
        "returning" => made.returning = operands(args),
        "execution_options" => {}
        _ => {
            let unknown = Unknown::data(format!("is changed by `{name}`, which is not read"));
            made.predicates.push(Rc::new(Expr::Unknown(unknown)));
        }
    }
    statement(Statement::Delete(made))
}

/// `DDL(text, context=…)`: the text with what its context says in the place of `%(name)s`.
fn ddl_text(text: &Arg, args: &Args) -> Known<Rc<Traced>> {
    let context = args
        .get(1, "context")
        .map_or(Value::None, |arg| arg.value.clone());
    let text = text.text()?;
    match context {
        Value::None if !text.text.contains('%') => Ok(text),
        Value::None => Err(Unknown::data("has a `%` that its context does not fill in")),
        context => percent(&text, &context).map(Rc::new),
    }
}
