//! SQL expressions in the form in which PostgreSQL prints them (`pg_get_expr()`), and what they depend on.
//!
//! An expression is parsed, every part gets its type by PostgreSQL's own rules and tables, and the whole is printed
//! again. Where any part is not understood the text stays as it was written, and is marked so.

mod catalog;
mod choose;
mod coerce;
mod data_type;
mod extension;
mod literal;
mod name;
mod node;
mod partition;
mod print;
mod query;
mod resolve;
mod scope;
mod time;
mod token;

use std::ops::ControlFlow;

use sqlparser::ast::{Expr, visit_expressions};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer};

pub(crate) use extension::extension_of;
pub(super) use extension::{
    calls_extension, extension_brings_function, extension_requires, extension_schema,
    extension_types, is_built_in_operator_class, is_default_operator_class, lacks_default_class,
    operator_class_extension,
};
pub(super) use partition::{
    parenthesised, partition_bound, partition_columns, partition_key, split_list,
};
pub(super) use token::{
    calls_function, mentions_column, mentions_row_column, mentions_sequence, mentions_type,
    rename_column_in, rename_object_in, rename_row_column_in,
};

use self::coerce::Coercion;
use self::data_type::{Context, DataType};
use self::node::{CastForm, Kind, Node};
use self::scope::Names;
use super::{ObjectName, Schema, Table, ViewColumn, ViewRead, WillFail, type_text};
use crate::operation::{Expression, QualifiedName, TypeName};

/// What the names in an expression can mean.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scope<'a> {
    /// No columns: a default.
    Nothing,
    /// The columns of a table.
    Table(&'a Table),
    /// `VALUE` of a domain over this type.
    Value(&'a str),
}

/// What an expression is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A truth value: a check, a predicate.
    Condition,
    /// A value for a column of this type.
    Assign(String),
    /// A value of any type: a key of an index.
    Key,
}

/// An expression, printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Printed {
    /// As PostgreSQL prints it; as written where that could not be worked out.
    pub text: String,
    /// The columns it names.
    pub columns: Vec<String>,
    /// Whether `text` is PostgreSQL's own form.
    pub exact: bool,
    /// Whether it is just `NULL`.
    pub is_null: bool,
    /// The column, if it is nothing but one.
    pub plain_column: Option<String>,
    /// Whether it is a function call, which needs no parentheses in an index.
    pub is_call: bool,
}

impl Printed {
    /// The expression as it was written.
    pub(super) fn as_written(expression: &Expression) -> Self {
        Self {
            text: expression.as_str().to_owned(),
            columns: token::possible_columns(expression.as_str()),
            exact: false,
            is_null: expression.as_str().eq_ignore_ascii_case("null"),
            plain_column: literal::qualified_name(expression.as_str())
                .filter(|name| name.schema.is_none() && is_word(&name.name))
                .map(|name| name.name),
            is_call: false,
        }
    }
}

fn is_word(name: &str) -> bool {
    name.chars().all(|c| c.is_alphanumeric() || c == '_')
        && !name.starts_with(|c: char| c.is_ascii_digit())
}

/// Why an expression has no type.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Trouble {
    /// We do not understand it.
    Unclear,
    /// PostgreSQL would refuse it.
    Refused(WillFail),
    /// A value of one type cannot stand for another.
    NoCast { source: DataType, target: DataType },
}

type Resolved<T> = Result<T, Trouble>;

/// Expressions with more words than this are kept as they are: deep trees could exhaust a small stack.
const LONGEST: usize = 3000;

/// Parses an expression; none where it is too long or not understood.
fn parse(text: &str) -> Option<Expr> {
    let dialect = PostgreSqlDialect {};
    let tokens = Tokenizer::new(&dialect, text).tokenize().ok()?;
    if tokens.len() > LONGEST {
        return None;
    }
    let mut parser = Parser::new(&dialect).with_tokens(tokens);
    let expression = parser.parse_expr().ok()?;
    (parser.peek_token().token == Token::EOF).then_some(expression)
}

fn has_subquery(expression: &Expr) -> bool {
    let is_subquery = |part: &Expr| match part {
        Expr::Subquery(_) | Expr::Exists { .. } | Expr::InSubquery { .. } => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    };
    visit_expressions(expression, is_subquery).is_break()
}

/// An expression as PostgreSQL prints it.
///
/// # Errors
/// What PostgreSQL would certainly refuse: a column that is not there, a literal that its type cannot read, a default of
/// a type that does not fit.
pub(super) fn print(
    schema: &Schema,
    scope: Scope<'_>,
    expression: &Expression,
    target: &Target,
) -> Result<Printed, WillFail> {
    let names = match scope {
        Scope::Nothing => Names::none(schema),
        Scope::Table(table) => Names::of_table(schema, table),
        Scope::Value(base) => Names::of_value(schema, base),
    };
    let Some(parsed) = parse(expression.as_str()) else {
        return Ok(written(expression, scope));
    };
    if matches!(scope, Scope::Nothing) && has_subquery(&parsed) {
        return Err(WillFail::new(
            "0A000",
            "cannot use subquery in DEFAULT expression",
        ));
    }
    let node = match resolve::resolve(&names, &parsed).and_then(|node| fit(&names, node, target)) {
        Ok(node) => node,
        Err(Trouble::Unclear) => return Ok(written(expression, scope)),
        Err(Trouble::Refused(refused)) => {
            // A name without a source in a default is no missing column, but a column reference.
            return match scope {
                Scope::Nothing if refused.sqlstate == "42703" => Err(WillFail::new(
                    "0A000",
                    "cannot use column reference in DEFAULT expression",
                )),
                _ => Err(refused),
            };
        }
        Err(Trouble::NoCast {
            source,
            target: wanted,
        }) => {
            return match target {
                Target::Assign(_) => Err(WillFail::new(
                    "42804",
                    format!(
                        "column is of type {wanted} but default expression is of type {source}"
                    ),
                )),
                Target::Condition | Target::Key => Ok(written(expression, scope)),
            };
        }
    };
    let Some(text) = print::print(&node) else {
        return Ok(written(expression, scope));
    };
    let used = names.used_columns();
    let columns = match scope {
        Scope::Table(table) => {
            let in_order = table.columns.iter().map(|column| column.name.clone());
            in_order
                .filter(|name| used.iter().any(|(_, column)| column == name))
                .collect()
        }
        Scope::Nothing | Scope::Value(_) => Vec::new(),
    };
    let plain_column = match &node.kind {
        Kind::Column(name) => Some(name.clone()),
        _ => None,
    };
    let is_call = matches!(
        &node.kind,
        Kind::Call {
            syntax: node::CallSyntax::Plain,
            ..
        }
    );
    Ok(Printed {
        text,
        columns,
        exact: true,
        is_null: matches!(node.kind, Kind::Constant(None)),
        plain_column,
        is_call,
    })
}

/// An expression as it was written, with the columns it may name.
fn written(expression: &Expression, scope: Scope<'_>) -> Printed {
    let mut printed = Printed::as_written(expression);
    match scope {
        Scope::Table(table) => {
            printed.columns.retain(|name| table.column(name).is_some());
            printed.plain_column = printed
                .plain_column
                .filter(|name| table.column(name).is_some());
        }
        Scope::Nothing | Scope::Value(_) => {
            printed.columns.clear();
            printed.plain_column = None;
        }
    }
    printed
}

fn fit(names: &Names<'_>, node: Node, target: &Target) -> Resolved<Node> {
    match target {
        Target::Condition => resolve::to_condition(names, node),
        Target::Assign(data_type) if data_type.is_empty() => Err(Trouble::Unclear),
        Target::Assign(data_type) => {
            let data_type = DataType::read(data_type);
            Coercion::ASSIGNMENT.apply(names.schema, node, &data_type)
        }
        Target::Key => {
            let data_type = if node.data_type.is_unknown() {
                DataType::named("text")
            } else {
                node.data_type.clone()
            };
            Coercion::IMPLICIT.apply(names.schema, node, &data_type)
        }
    }
}

/// The default of a `serial` column.
pub(super) fn nextval(sequence: &ObjectName) -> String {
    let name = type_text::qualified(sequence);
    format!("nextval('{}'::regclass)", name.replace('\'', "''"))
}

/// Whether values of two types can be compared as a foreign key does; none where that is not known.
pub(super) fn comparable(schema: &Schema, own: &str, referenced: &str) -> Option<bool> {
    let (own, referenced) = (DataType::read(own), DataType::read(referenced));
    if schema.is_mystery(&own) || schema.is_mystery(&referenced) {
        return None;
    }
    let (own, referenced) = (schema.base_type(&own), schema.base_type(&referenced));
    if own.same(&referenced) || schema.can_coerce(&own, &referenced, Context::Implicit) {
        return Some(true);
    }
    // Operator families compare these across types.
    const FAMILIES: [&[&str]; 4] = [
        &["smallint", "integer", "bigint"],
        &["real", "double precision"],
        &[
            "date",
            "timestamp without time zone",
            "timestamp with time zone",
        ],
        &["text", "character varying", "name"],
    ];
    let family = FAMILIES.iter().any(|family| {
        family.contains(&own.base.as_str()) && family.contains(&referenced.base.as_str())
    });
    Some(family && own.array == referenced.array)
}

/// Whether values of one type can be stored in a column of another without saying how; none where that is not known.
pub(super) fn assignable(schema: &Schema, from: &str, to: &str) -> Option<bool> {
    let (from, to) = (DataType::read(from), DataType::read(to));
    if schema.is_mystery(&from) || schema.is_mystery(&to) {
        return None;
    }
    Some(schema.can_coerce(&from, &to, Context::Assignment))
}

/// The type of a stored default, without the casts that put it there.
pub(super) fn type_of_default(schema: &Schema, default: &str) -> Option<String> {
    let names = Names::none(schema);
    let node = resolve::resolve(&names, &parse(default)?).ok()?;
    if node.data_type.is_unknown() {
        return None;
    }
    Some(without_implicit_casts(node).data_type.plain().to_string())
}

fn without_implicit_casts(node: Node) -> Node {
    match node.kind {
        Kind::Cast {
            argument,
            form: CastForm::Implicit,
            ..
        } => without_implicit_casts(*argument),
        _ => node,
    }
}

/// The name PostgreSQL gives to a column or key that is this expression; none for `expr` and `?column?`.
pub(super) fn column_name(expression: &str) -> Option<String> {
    name::column_label(&parse(expression)?)
}

/// One key of an exclusion constraint.
pub(super) struct ExclusionKey {
    /// A column or an expression.
    pub expression: String,
    /// What follows it: an operator class, `DESC`.
    pub operator_class: Option<String>,
}

/// `room WITH =` taken apart.
pub(super) fn split_exclusion_element(element: &str) -> Option<(ExclusionKey, String)> {
    let lower = element.to_lowercase();
    let at = lower.rfind(" with ")?;
    let (key, operator) = element.split_at_checked(at)?;
    let operator = operator.trim().get("with".len()..)?.trim();
    let key = key.trim();
    let whole = parse(key).is_some();
    let (expression, class) = match key.rsplit_once(char::is_whitespace) {
        Some((head, class)) if !whole && parse(head).is_some() => (head.trim(), Some(class)),
        _ => (key, None),
    };
    let key = ExclusionKey {
        expression: expression.to_owned(),
        operator_class: class.map(str::to_owned),
    };
    Some((key, operator.to_owned()))
}

/// Whether a name is that of a function: PostgreSQL's own, an extension's, or one of the state.
pub(super) fn is_function(schema: &Schema, name: &QualifiedName) -> bool {
    !catalog::functions(schema, name).is_empty()
}

/// A type written as text.
pub(super) fn read_type(text: &str) -> Option<TypeName> {
    crate::sql::read_type(text)
}

/// A type as it stands in a column, if it exists. Nothing is assumed.
fn resolve_type(schema: &Schema, name: &TypeName) -> Option<String> {
    super::apply::existing_type(schema, name)
}

/// The search path that `set_config('search_path', …)` sets, and whether only for the transaction.
pub(super) fn set_search_path_call(sql: &str) -> Option<(String, bool)> {
    let lower = sql.to_lowercase();
    let at = lower.find("set_config(")?;
    let inner = sql.get(at + "set_config(".len()..)?;
    let arguments = inner.get(..inner.rfind(')')?)?;
    match split_list(arguments).as_slice() {
        [name, value, local] if name.trim_matches('\'').eq_ignore_ascii_case("search_path") => {
            let value = value.strip_prefix('\'')?.strip_suffix('\'')?;
            Some((value.to_owned(), local.trim().eq_ignore_ascii_case("true")))
        }
        _ => None,
    }
}

/// What a query gives and reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct QueryShape {
    /// Its columns; none where they could not be worked out.
    pub columns: Option<Vec<ViewColumn>>,
    /// What it reads, with the columns where all are known.
    pub reads: Vec<ViewRead>,
    /// PostgreSQL's certain refusal.
    pub refusal: Option<WillFail>,
}

/// The columns of a query and what it reads.
pub(super) fn query_shape(schema: &Schema, text: &str) -> QueryShape {
    let mut shape = QueryShape {
        columns: None,
        reads: Vec::new(),
        refusal: None,
    };
    let dialect = PostgreSqlDialect {};
    let Ok(tokens) = Tokenizer::new(&dialect, text).tokenize() else {
        return shape;
    };
    if tokens.len() > LONGEST * 4 {
        return shape;
    }
    let Ok(query) = Parser::new(&dialect).with_tokens(tokens).parse_query() else {
        return shape;
    };
    let names = Names::none(schema);
    match query::shape(&names, &query) {
        Ok(columns) => {
            let columns = columns.into_iter().map(|(name, data_type)| ViewColumn {
                name,
                data_type: data_type.to_string(),
                comment: None,
            });
            shape.columns = Some(columns.collect());
        }
        Err(Trouble::Refused(refused)) => shape.refusal = Some(refused),
        Err(Trouble::Unclear | Trouble::NoCast { .. }) => return shape,
    }
    for (relation, column) in names.used_columns() {
        let known = shape
            .reads
            .iter_mut()
            .find(|read| read.relation == relation);
        match known {
            Some(read) => read.columns.get_or_insert_default().push(column),
            None => shape.reads.push(ViewRead {
                relation,
                columns: Some(vec![column]),
            }),
        }
    }
    shape
}
