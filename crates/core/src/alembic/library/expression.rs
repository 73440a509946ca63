//! SQL expressions from their arguments.

use std::rc::Rc;

use super::super::evaluate::{Arg, Args, Evaluator, Run, as_sql, flattened, operand};
use super::super::sqlalchemy::bind::Bind;
use super::super::sqlalchemy::dml::Statement;
use super::super::sqlalchemy::expression::{
    ColumnReference, Expr, FunctionCall, Operator, Over, TextClause,
};
use super::super::sqlalchemy::select::Select;
use super::super::sqlalchemy::types::{Family, SqlType};
use super::super::traced::Traced;
use super::super::value::{Known, Unknown, Value};
use crate::text::Span;

/// SQL where SQLAlchemy takes text or an expression.
///
/// # Errors
/// If it is not known.
pub fn sql_text(arg: &Arg) -> Known<Expr> {
    match &arg.value {
        Value::Str(_) => Ok(Expr::text(arg.text()?)),
        Value::Unknown(unknown) => Err(unknown.clone()),
        Value::Bool(value) => Ok(Expr::Truth(*value)),
        other => match as_sql(other) {
            Some(expression) => Ok(marked(expression, arg.span)),
            None => Err(Unknown::data("is SQL that is not read")),
        },
    }
}

/// An expression whose text comes from `span` where nothing better is known.
pub fn marked(expression: Expr, span: Span) -> Expr {
    match expression {
        Expr::Text(clause) if clause.text.origins.is_empty() => {
            let mut text = clause.text.as_ref().clone();
            text.mark(0, span);
            Expr::Text(TextClause {
                text: Rc::new(text),
                ..clause
            })
        }
        other => other,
    }
}

fn expression(made: Expr) -> Value {
    Value::Expr(Rc::new(made))
}

fn binary(left: Rc<Expr>, operator: &str, right: Rc<Expr>) -> Value {
    expression(Expr::Binary {
        operator: Operator::named(operator),
        left,
        right,
    })
}

/// Each argument as SQL; a value becomes a parameter.
fn operands(args: &[Arg]) -> Vec<Rc<Expr>> {
    args.iter()
        .map(|arg| operand(arg.value.clone(), None))
        .collect()
}

/// The items of a list argument as SQL, typed after the other side.
fn items(value: &Value, other: Option<&Expr>) -> Known<Vec<Rc<Expr>>> {
    let items = value.items()?.into_iter();
    Ok(items.map(|item| operand(item, other)).collect())
}

impl Evaluator<'_> {
    /// A construct of `sqlalchemy.sql.expression`, if the name is one.
    pub fn expression_construct(&mut self, name: &str, args: &Args) -> Run<Option<Value>> {
        let first = args.positional.first();
        Ok(Some(match (name, first) {
            ("text" | "TextClause", Some(arg)) => match arg.text() {
                Ok(text) => expression(Expr::text(text)),
                Err(unknown) => Value::Unknown(unknown),
            },
            ("text", None) => match args.text_option("text") {
                Ok(Some(text)) => expression(Expr::text(text)),
                _ => Value::unknown("is SQL text that is not known"),
            },
            ("literal_column", Some(arg)) => match arg.text() {
                Ok(text) => expression(Expr::Verbatim(text)),
                Err(unknown) => Value::Unknown(unknown),
            },
            ("literal" | "inline_literal", Some(arg)) => {
                let data_type = match args.given(1, "type_") {
                    Some(arg) => Some(Rc::new(self.as_type(&arg.value.clone(), arg.span)?)),
                    None => None,
                };
                let value = match arg.text() {
                    Ok(text) if matches!(arg.value, Value::Str(_)) => Value::Str(text),
                    _ => arg.value.clone(),
                };
                expression(Expr::Bind(Bind {
                    name: "literal".into(),
                    value: Some(value),
                    data_type,
                }))
            }
            ("bindparam", Some(arg)) => {
                let name = arg.value.as_str().unwrap_or("param").to_owned();
                let data_type = match args.given(2, "type_") {
                    Some(arg) => Some(Rc::new(self.as_type(&arg.value.clone(), arg.span)?)),
                    None => None,
                };
                expression(Expr::Bind(Bind {
                    name: name.into(),
                    value: args.get(1, "value").map(|arg| arg.value.clone()),
                    data_type,
                }))
            }
            ("null" | "Null", None) => expression(Expr::Null),
            ("true" | "True_", None) => expression(Expr::Truth(true)),
            ("false" | "False_", None) => expression(Expr::Truth(false)),
            ("and_" | "or_", _) => {
                let word = if name == "and_" { "AND" } else { "OR" };
                match self.junction_of(word, args) {
                    Ok(made) => made,
                    Err(unknown) => Value::Unknown(unknown),
                }
            }
            ("not_", Some(arg)) => expression(operand(arg.value.clone(), None).negated()),
            ("cast" | "try_cast" | "type_coerce", Some(arg)) => {
                let inner = operand(arg.value.clone(), None);
                let Some(to) = args.get(1, "type_") else {
                    return Ok(Some(Value::unknown("is a cast without a type")));
                };
                let to = Rc::new(self.as_type(&to.value.clone(), to.span)?);
                expression(if name == "type_coerce" {
                    Expr::Coerced(inner, to)
                } else {
                    Expr::Cast(inner, to)
                })
            }
            ("case", _) => match case(args) {
                Ok(made) => made,
                Err(unknown) => Value::Unknown(unknown),
            },
            (
                "desc" | "asc" | "nulls_first" | "nullsfirst" | "nulls_last" | "nullslast",
                Some(arg),
            ) => suffixed(operand_or_name(arg), name),
            ("distinct", Some(arg)) => expression(Expr::Prefix {
                word: "DISTINCT ",
                expression: operand(arg.value.clone(), None),
            }),
            ("tuple_", _) => {
                expression(Expr::Group(Rc::new(Expr::List(operands(&args.positional)))))
            }
            ("array", Some(arg)) => match items(&arg.value, None) {
                Ok(items) => expression(Expr::Array(items)),
                Err(unknown) => Value::Unknown(unknown),
            },
            ("any_" | "all_", Some(arg)) => {
                let name = if name == "any_" { "ANY" } else { "ALL" };
                expression(Expr::Function(Rc::new(FunctionCall {
                    name: Rc::new(Traced::plain(format!("{name} "))),
                    ..function("", vec![operand(arg.value.clone(), None)])
                })))
            }
            ("exists", None) => {
                let all = Expr::Verbatim(Rc::new(Traced::plain("*")));
                let query = Select {
                    columns: vec![Rc::new(all)],
                    ..Select::default()
                };
                let query = Statement::Select(Box::new(query));
                expression(Expr::Exists(Rc::new(query)))
            }
            ("exists", Some(arg)) => match &arg.value {
                Value::Statement(statement) => expression(Expr::Exists(statement.clone())),
                _ => Value::unknown("is an EXISTS that is not read"),
            },
            ("extract", Some(arg)) => match (arg.value.as_str(), args.positional.get(1)) {
                (Some(field), Some(of)) => {
                    // EXTRACT(field FROM expression) reads like a function of one argument.
                    let of = operand(of.value.clone(), None);
                    let inside = Expr::Binary {
                        operator: Operator::named("FROM"),
                        left: Rc::new(Expr::Verbatim(Rc::new(Traced::plain(field)))),
                        right: of,
                    };
                    expression(Expr::Function(Rc::new(function(
                        "EXTRACT",
                        vec![Rc::new(inside)],
                    ))))
                }
                _ => Value::unknown("is an EXTRACT that is not read"),
            },
            ("aggregate_order_by", Some(arg)) => {
                let target = operand(arg.value.clone(), None);
                let order = args
                    .positional
                    .get(1)
                    .map(|arg| operand(arg.value.clone(), None));
                match order {
                    Some(order) => binary(target, "ORDER BY", order),
                    None => expression(target.as_ref().clone()),
                }
            }
            _ => return Ok(None),
        }))
    }

    fn junction_of(&self, word: &'static str, args: &Args) -> Known<Value> {
        if let Some(unknown) = &args.doubt {
            return Err(unknown.clone());
        }
        let parts = operands(&args.positional);
        Ok(match parts.as_slice() {
            [] => expression(Expr::Truth(word == "AND")),
            [only] => Value::Expr(only.clone()),
            _ => expression(Expr::Junction {
                word,
                items: flattened(word, parts),
            }),
        })
    }

    /// `sa.func.name(…)`.
    pub fn sql_function(&mut self, name: &str, args: &Args) -> Value {
        if let Some(unknown) = &args.doubt {
            return Value::Unknown(unknown.clone());
        }
        let data_type = match name {
            "count" | "char_length" | "length" => Some(Family::Integer),
            "lower" | "upper" | "concat" | "substr" | "substring" | "replace" | "trim" => {
                Some(Family::Text)
            }
            "now" | "current_timestamp" => Some(Family::Time),
            _ => None,
        };
        let data_type = match data_type {
            Some(family) => Some(Rc::new(SqlType::plain("", family))),
            // `coalesce`, `max`, … have the type of their argument.
            None => args
                .positional
                .first()
                .and_then(|arg| as_sql(&arg.value))
                .and_then(|argument| argument.data_type()),
        };
        let mut arguments = operands(&args.positional);
        if name == "count" && arguments.is_empty() {
            arguments.push(Rc::new(Expr::Verbatim(Rc::new(Traced::plain("*")))));
        }
        let call = FunctionCall {
            data_type,
            ..function(name, arguments)
        };
        let mut made = call;
        made.name = Rc::new(Traced::made(name, args.span));
        expression(Expr::Function(Rc::new(made)))
    }

    /// `expression.name(…)`, `column.name(…)`.
    pub fn expression_method(&mut self, receiver: &Value, name: &str, args: &Args) -> Run<Value> {
        let Some(own) = as_sql(receiver) else {
            return Ok(Value::unknown(format!(
                "is made by `{name}`, which is not read"
            )));
        };
        if let Expr::Text(clause) = &own
            && let Some(made) = self.text_clause_method(clause, name, args)?
        {
            return Ok(made);
        }
        let own_rc = Rc::new(own.clone());
        let first = args.positional.first();
        let other = || first.map(|arg| operand(arg.value.clone(), Some(&own)));
        Ok(match (name, first) {
            ("in_" | "not_in" | "notin_", Some(arg)) => {
                let word = if name == "in_" { "IN" } else { "NOT IN" };
                match &arg.value {
                    Value::Statement(statement) => {
                        binary(own_rc, word, Rc::new(Expr::Subquery(statement.clone())))
                    }
                    Value::Expr(inner) => binary(own_rc, word, inner.clone()),
                    value => match items(value, Some(&own)) {
                        Ok(list) => binary(
                            own_rc,
                            word,
                            Rc::new(Expr::Group(Rc::new(Expr::List(list)))),
                        ),
                        Err(unknown) => {
                            let bind = Expr::Bind(Bind::value(
                                own.parameter_name(),
                                Value::Unknown(unknown),
                            ));
                            binary(own_rc, word, Rc::new(Expr::Group(Rc::new(bind))))
                        }
                    },
                }
            }
            ("is_" | "is_not" | "isnot", Some(arg)) => {
                let word = if name == "is_" { "IS" } else { "IS NOT" };
                let right = match &arg.value {
                    Value::None => Rc::new(Expr::Null),
                    Value::Bool(value) => Rc::new(Expr::Truth(*value)),
                    _ => operand(arg.value.clone(), Some(&own)),
                };
                binary(own_rc, word, right)
            }
            ("like", Some(_)) => with_other(own_rc, "LIKE", other()),
            ("ilike", Some(_)) => with_other(own_rc, "ILIKE", other()),
            ("not_like" | "notlike", Some(_)) => with_other(own_rc, "NOT LIKE", other()),
            ("not_ilike" | "notilike", Some(_)) => with_other(own_rc, "NOT ILIKE", other()),
            ("is_distinct_from", Some(_)) => with_other(own_rc, "IS DISTINCT FROM", other()),
            ("is_not_distinct_from", Some(_)) => {
                with_other(own_rc, "IS NOT DISTINCT FROM", other())
            }
            ("concat", Some(_)) => with_other(own_rc, "||", other()),
            ("contains" | "has_key" | "overlap" | "contained_by", Some(_)) => {
                let is_text = own
                    .data_type()
                    .is_some_and(|data_type| data_type.family() == Family::Text);
                match name {
                    "contains" if is_text => {
                        let inner = other().map(|other| pattern("'%' || ", &other, " || '%'"));
                        like_pattern(own_rc, inner)
                    }
                    "contains" => with_other(own_rc, "@>", other()),
                    "has_key" => with_other(own_rc, "?", other()),
                    "overlap" => with_other(own_rc, "&&", other()),
                    _ => with_other(own_rc, "<@", other()),
                }
            }
            ("startswith", Some(_)) => {
                let inner = other().map(|other| pattern("", &other, " || '%'"));
                like_pattern(own_rc, inner)
            }
            ("endswith", Some(_)) => {
                let inner = other().map(|other| pattern("'%' || ", &other, ""));
                like_pattern(own_rc, inner)
            }
            ("between", Some(_)) => {
                let low = other();
                let high = args
                    .positional
                    .get(1)
                    .map(|arg| operand(arg.value.clone(), Some(&own)));
                match (low, high) {
                    (Some(low), Some(high)) => {
                        let range = Expr::Junction {
                            word: "AND",
                            items: vec![low, high],
                        };
                        binary(
                            own_rc,
                            "BETWEEN",
                            Rc::new(Expr::Coerced(Rc::new(range), Rc::new(SqlType::null()))),
                        )
                    }
                    _ => Value::unknown("is a BETWEEN that is not read"),
                }
            }
            ("op" | "bool_op", Some(arg)) => match arg.text() {
                Ok(operator) => Value::Method(Rc::new(super::super::value::Method {
                    receiver: Value::Tuple([receiver.clone(), Value::Str(operator)].into()),
                    name: "<operator>".to_owned(),
                    span: args.span,
                })),
                Err(unknown) => Value::Unknown(unknown),
            },
            ("cast", Some(arg)) => {
                let to = self.as_type(&arg.value.clone(), arg.span)?;
                expression(Expr::Cast(own_rc, Rc::new(to)))
            }
            ("label" | "alias", Some(arg)) => match arg.text() {
                Ok(name) => expression(Expr::Label(own_rc, name)),
                Err(unknown) => Value::Unknown(unknown),
            },
            ("desc" | "asc" | "nulls_first" | "nullsfirst" | "nulls_last" | "nullslast", _) => {
                suffixed(own_rc, name)
            }
            ("self_group" | "scalar_subquery" | "as_scalar", _) => expression(own),
            ("collate", Some(arg)) => match arg.text() {
                Ok(name) => {
                    let name = super::super::sqlalchemy::quote::quote(&name);
                    expression(Expr::Suffix {
                        expression: own_rc,
                        word: Rc::new(Traced::plain(format!(" COLLATE {}", name.text))),
                    })
                }
                Err(unknown) => Value::Unknown(unknown),
            },
            ("where" | "select_from", _) if matches!(own, Expr::Exists(_)) => {
                self.exists_method(&own, name, args)?
            }
            ("over", _) => over(&own, args),
            ("filter", _) => match &own {
                Expr::Function(call) => {
                    let mut call = call.as_ref().clone();
                    let parts = operands(&args.positional);
                    call.filter = match parts.as_slice() {
                        [only] => Some(only.clone()),
                        _ => Some(Rc::new(Expr::Junction {
                            word: "AND",
                            items: parts,
                        })),
                    };
                    expression(Expr::Function(Rc::new(call)))
                }
                _ => Value::unknown("is a FILTER that is not read"),
            },
            ("distinct", _) => expression(Expr::Prefix {
                word: "DISTINCT ",
                expression: own_rc,
            }),
            ("copy" | "_copy", _) => receiver.clone(),
            ("compile", _) => match own.render(self.literals()) {
                Ok(text) => Value::Str(Rc::new(text)),
                Err(_) => Value::unknown("is SQL that is not known"),
            },
            _ => Value::unknown(format!(
                "is made by `{name}` of an expression, which is not read"
            )),
        })
    }

    /// `exists(…).where(…)`: a condition of the query inside.
    fn exists_method(&mut self, own: &Expr, name: &str, args: &Args) -> Run<Value> {
        let Expr::Exists(query) = own else {
            return Ok(Value::unknown("is an EXISTS that is not read"));
        };
        Ok(match self.statement_method(query, name, args)? {
            Value::Statement(query) => expression(Expr::Exists(query)),
            _ => Value::unknown("is an EXISTS that is not read"),
        })
    }

    fn text_clause_method(
        &mut self,
        clause: &TextClause,
        name: &str,
        args: &Args,
    ) -> Run<Option<Value>> {
        if name == "columns" || name == "execution_options" {
            return Ok(Some(expression(Expr::Text(clause.clone()))));
        }
        if name != "bindparams" {
            return Ok(None);
        }
        let mut binds = Vec::new();
        for arg in &args.positional {
            if let Value::Expr(inner) = &arg.value
                && let Expr::Bind(bind) = inner.as_ref()
            {
                binds.push(bind.clone());
            }
        }
        for (name, arg) in &args.keywords {
            // A parameter that was described before gets its value here.
            match binds.iter_mut().find(|bind| *bind.name == **name) {
                Some(bind) => bind.value = Some(arg.value.clone()),
                None => binds.push(Bind::value(name.as_str(), arg.value.clone())),
            }
        }
        if let Some(unknown) = &args.doubt {
            for name in clause.names() {
                binds.push(Bind::value(name, Value::Unknown(unknown.clone())));
            }
        }
        Ok(Some(expression(Expr::Text(clause.with(binds)))))
    }

    /// `column["key"]` of a JSON column.
    pub fn json_element(&self, object: &Value, key: &Value) -> Value {
        let (Some(own), true) = (as_sql(object), matches!(key, Value::Str(_) | Value::Int(_)))
        else {
            return Value::unknown("is an element of an SQL expression that is not read");
        };
        let key = Rc::new(Expr::Bind(Bind::value("key", key.clone())));
        binary(Rc::new(own), "->", key)
    }

    /// `column.op("operator")(other)`.
    pub fn custom_operator(&self, receiver: &Value, args: &Args) -> Value {
        let Value::Tuple(pair) = receiver else {
            return Value::unknown("is an operator that is not read");
        };
        match (pair.as_ref(), args.positional.first()) {
            ([left, Value::Str(operator)], Some(right)) => {
                let left = operand(left.clone(), None);
                let right = operand(right.value.clone(), Some(&left));
                binary(left, &operator.text, right)
            }
            _ => Value::unknown("is an operator that is not read"),
        }
    }
}

fn with_other(own: Rc<Expr>, operator: &str, other: Option<Rc<Expr>>) -> Value {
    match other {
        Some(other) => binary(own, operator, other),
        None => Value::unknown("is an operator without its operand"),
    }
}

fn like_pattern(own: Rc<Expr>, pattern: Option<Rc<Expr>>) -> Value {
    match pattern {
        Some(right) => expression(Expr::Binary {
            operator: Operator::pattern(),
            left: own,
            right,
        }),
        None => Value::unknown("is a pattern that is missing"),
    }
}

/// A pattern of LIKE around an expression.
fn pattern(before: &str, inner: &Rc<Expr>, after: &str) -> Rc<Expr> {
    let verbatim = |text: &str| Rc::new(Expr::Verbatim(Rc::new(Traced::plain(text))));
    let mut made = inner.clone();
    if !before.is_empty() {
        made = Rc::new(Expr::Binary {
            operator: Operator::named("||"),
            left: verbatim("'%'"),
            right: made,
        });
    }
    if !after.is_empty() {
        made = Rc::new(Expr::Binary {
            operator: Operator::named("||"),
            left: made,
            right: verbatim("'%'"),
        });
    }
    made
}

fn function(name: &str, arguments: Vec<Rc<Expr>>) -> FunctionCall {
    FunctionCall {
        name: Rc::new(Traced::plain(name)),
        arguments,
        distinct: false,
        over: None,
        filter: None,
        data_type: None,
    }
}

/// SQL, or a column by its name.
fn operand_or_name(arg: &Arg) -> Rc<Expr> {
    match &arg.value {
        Value::Str(name) => Rc::new(Expr::Column(ColumnReference::lone(name.clone()))),
        other => operand(other.clone(), None),
    }
}

fn suffixed(inner: Rc<Expr>, name: &str) -> Value {
    let word = match name {
        "desc" => " DESC",
        "asc" => " ASC",
        "nulls_first" | "nullsfirst" => " NULLS FIRST",
        _ => " NULLS LAST",
    };
    expression(Expr::Suffix {
        expression: inner,
        word: Rc::new(Traced::plain(word)),
    })
}

fn over(own: &Expr, args: &Args) -> Value {
    let Expr::Function(call) = own else {
        return Value::unknown("is a window that is not read");
    };
    let part = |name: &str| -> Vec<Rc<Expr>> {
        match args.option(name) {
            None => Vec::new(),
            Some(arg) => match &arg.value {
                Value::List(_) | Value::Tuple(_) => items(&arg.value, None).unwrap_or_default(),
                _ => vec![operand_or_name(arg)],
            },
        }
    };
    let mut call = call.as_ref().clone();
    call.over = Some(Over {
        partition_by: part("partition_by"),
        order_by: part("order_by"),
    });
    expression(Expr::Function(Rc::new(call)))
}

fn case(args: &Args) -> Known<Value> {
    if let Some(unknown) = &args.doubt {
        return Err(unknown.clone());
    }
    let mut pairs: Vec<Value> = Vec::new();
    for arg in &args.positional {
        match &arg.value {
            // SQLAlchemy 1.4 takes one list of pairs.
            Value::List(list) => pairs.extend(list.known()?),
            // With `value=`: what it is compared with.
            Value::Dict(dict) => {
                let known = dict.known()?.into_iter();
                pairs.extend(known.map(|(key, value)| Value::Tuple(Rc::from([key, value]))));
            }
            other => pairs.push(other.clone()),
        }
    }
    let mut whens = Vec::new();
    for pair in pairs {
        match pair.items()?.as_slice() {
            [condition, result] => {
                whens.push((
                    operand(condition.clone(), None),
                    operand(result.clone(), None),
                ));
            }
            _ => return Err(Unknown::data("is a CASE that is not read")),
        }
    }
    let otherwise = args
        .option("else_")
        .map(|arg| operand(arg.value.clone(), None));
    let subject = args
        .option("value")
        .map(|arg| operand(arg.value.clone(), None));
    Ok(expression(Expr::Case {
        subject,
        whens,
        otherwise,
    }))
}
