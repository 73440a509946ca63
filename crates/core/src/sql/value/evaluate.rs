//! Working out an expression as far as its parts are known.

use sqlparser::ast::{
    BinaryOperator, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, ObjectName,
    Query, UnaryOperator, Value as Literal,
};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer};

use super::{Value, function};

/// What an expression stands in.
pub trait Surroundings {
    /// A column or variable, folded.
    fn name(&self, qualifier: Option<&str>, name: &str) -> Value;

    /// `EXISTS (query)`.
    fn exists(&self, query: &Query) -> Value;

    /// The single value of a query.
    fn scalar(&self, query: &Query) -> Value;

    /// A text as one of the `reg…` types; `NULL` where there is no such object.
    fn object(&self, kind: &str, text: &str) -> Value;

    /// A function that depends on the session; none for any other.
    fn session(&self, name: &str) -> Option<Value>;
}

/// Expressions with more words than this are not worked out: deep trees could exhaust a small stack.
const LONGEST: usize = 1000;

/// Parses an expression; none where it is too long or not understood.
pub fn parse_expression(text: &str) -> Option<Expr> {
    let dialect = PostgreSqlDialect {};
    let tokens = Tokenizer::new(&dialect, text).tokenize().ok()?;
    if tokens.len() > LONGEST {
        return None;
    }
    let mut parser = Parser::new(&dialect).with_tokens(tokens);
    let expression = parser.parse_expr().ok()?;
    (parser.peek_token().token == Token::EOF).then_some(expression)
}

/// The value of an expression written as text.
pub fn evaluate_text(surroundings: &dyn Surroundings, text: &str) -> Value {
    parse_expression(text).map_or(Value::Unknown, |parsed| evaluate(surroundings, &parsed))
}

/// The value of an expression as far as it is known.
pub fn evaluate(surroundings: &dyn Surroundings, expression: &Expr) -> Value {
    let value = |part: &Expr| evaluate(surroundings, part);
    match expression {
        Expr::Value(literal) => literal_value(&literal.value),
        Expr::Identifier(name) => surroundings.name(None, &folded(name)),
        Expr::CompoundIdentifier(parts) => match parts.as_slice() {
            [qualifier, name] => surroundings.name(Some(&folded(qualifier)), &folded(name)),
            _ => Value::Unknown,
        },
        Expr::Nested(inner) => value(inner),
        Expr::UnaryOp { op, expr } => match (op, value(expr)) {
            (UnaryOperator::Not, operand) => operand.negated(),
            (UnaryOperator::Minus, Value::Number(number)) => {
                number.checked_neg().map_or(Value::Unknown, Value::Number)
            }
            _ => Value::Unknown,
        },
        Expr::BinaryOp { left, op, right } => binary(&value(left), op, &value(right)),
        Expr::IsNull(operand) => is_null(&value(operand)),
        Expr::IsNotNull(operand) => is_null(&value(operand)).negated(),
        Expr::IsTrue(operand) => is_truth(&value(operand), true),
        Expr::IsFalse(operand) => is_truth(&value(operand), false),
        Expr::InList {
            expr,
            list,
            negated,
        } => {
            let members: Vec<Value> = list.iter().map(value).collect();
            negated_if(*negated, &any_equal(&value(expr), &members))
        }
        Expr::AnyOp {
            left,
            compare_op: BinaryOperator::Eq,
            right,
            ..
        } => match value(right) {
            Value::List(members) => any_equal(&value(left), &members),
            _ => Value::Unknown,
        },
        Expr::Like {
            negated,
            expr,
            pattern,
            escape_char: None,
            ..
        } => match (value(expr), value(pattern)) {
            (Value::Text(text), Value::Text(pattern)) => {
                negated_if(*negated, &function::like(&text, &pattern))
            }
            _ => Value::Unknown,
        },
        Expr::Exists { subquery, negated } => negated_if(*negated, &surroundings.exists(subquery)),
        Expr::Subquery(query) => surroundings.scalar(query),
        Expr::Cast {
            expr, data_type, ..
        } => cast(surroundings, value(expr), &data_type.to_string()),
        Expr::Array(array) => Value::List(array.elem.iter().map(value).collect()),
        Expr::Function(call) => called(surroundings, call),
        _ => Value::Unknown,
    }
}

/// An identifier as the catalog has it.
pub fn folded(ident: &Ident) -> String {
    match ident.quote_style {
        Some(_) => ident.value.clone(),
        None => ident.value.to_ascii_lowercase(),
    }
}

fn literal_value(literal: &Literal) -> Value {
    match literal {
        Literal::Boolean(truth) => Value::Bool(*truth),
        Literal::Null => Value::Null,
        Literal::Number(digits, _) => digits.parse().map_or(Value::Unknown, Value::Number),
        Literal::SingleQuotedString(text) | Literal::EscapedStringLiteral(text) => {
            Value::text(text.as_str())
        }
        Literal::DollarQuotedString(quoted) => Value::text(quoted.value.as_str()),
        _ => Value::Unknown,
    }
}

fn negated_if(negated: bool, value: &Value) -> Value {
    if negated {
        value.negated()
    } else {
        value.clone()
    }
}

fn is_null(value: &Value) -> Value {
    match value {
        Value::Unknown => Value::Unknown,
        known => Value::Bool(*known == Value::Null),
    }
}

fn is_truth(value: &Value, wanted: bool) -> Value {
    match value {
        Value::Bool(truth) => Value::Bool(*truth == wanted),
        Value::Null => Value::Bool(false),
        _ => Value::Unknown,
    }
}

fn any_equal(value: &Value, members: &[Value]) -> Value {
    let start = Value::Bool(false);
    members
        .iter()
        .fold(start, |found, member| found.or(&value.equals(member)))
}

fn binary(left: &Value, op: &BinaryOperator, right: &Value) -> Value {
    use BinaryOperator as Op;
    match op {
        Op::And => return left.and(right),
        Op::Or => return left.or(right),
        Op::Eq => return left.equals(right),
        Op::NotEq => return left.equals(right).negated(),
        _ => {}
    }
    if *left == Value::Null || *right == Value::Null {
        return Value::Null;
    }
    let ordered = |test: fn(std::cmp::Ordering) -> bool| {
        let order = left.order(right);
        order.map_or(Value::Unknown, |order| Value::Bool(test(order)))
    };
    match op {
        Op::Lt => ordered(std::cmp::Ordering::is_lt),
        Op::LtEq => ordered(std::cmp::Ordering::is_le),
        Op::Gt => ordered(std::cmp::Ordering::is_gt),
        Op::GtEq => ordered(std::cmp::Ordering::is_ge),
        Op::StringConcat => concatenated(left, right),
        Op::Plus => arithmetic(left, right, i64::checked_add),
        Op::Minus => arithmetic(left, right, i64::checked_sub),
        Op::Multiply => arithmetic(left, right, i64::checked_mul),
        Op::Divide => arithmetic(left, right, i64::checked_div),
        Op::Modulo => arithmetic(left, right, i64::checked_rem),
        _ => Value::Unknown,
    }
}

fn arithmetic(left: &Value, right: &Value, compute: fn(i64, i64) -> Option<i64>) -> Value {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            compute(*left, *right).map_or(Value::Unknown, Value::Number)
        }
        _ => Value::Unknown,
    }
}

/// `||` of texts; one side may be another kind of value.
fn concatenated(left: &Value, right: &Value) -> Value {
    let of_texts = matches!(left, Value::Text(_)) || matches!(right, Value::Text(_));
    match (left.print(), right.print()) {
        (Some(left), Some(right)) if of_texts => Value::Text(left + &right),
        _ => Value::Unknown,
    }
}

fn cast(surroundings: &dyn Surroundings, value: Value, data_type: &str) -> Value {
    let name = data_type.to_ascii_lowercase();
    let name = name.strip_prefix("pg_catalog.").unwrap_or(&name);
    match (name, value) {
        (_, Value::Null) => Value::Null,
        (
            "text" | "varchar" | "name" | "character varying" | "information_schema.sql_identifier",
            value,
        ) => value.print().map_or(Value::Unknown, Value::Text),
        ("int" | "integer" | "bigint" | "int4" | "int8" | "smallint", Value::Text(text)) => {
            text.trim().parse().map_or(Value::Unknown, Value::Number)
        }
        ("int" | "integer" | "bigint" | "int4" | "int8" | "smallint", Value::Number(number)) => {
            Value::Number(number)
        }
        ("bool" | "boolean", Value::Bool(truth)) => Value::Bool(truth),
        ("oid", Value::Object(object)) => Value::Object(object),
        ("regclass", Value::Object(object)) if object.catalog == "pg_class" => {
            Value::Object(object)
        }
        ("regtype", Value::Object(object)) if object.catalog == "pg_type" => Value::Object(object),
        ("regnamespace", Value::Object(object)) if object.catalog == "pg_namespace" => {
            Value::Object(object)
        }
        ("regclass" | "regtype" | "regnamespace", Value::Text(text)) => {
            match surroundings.object(name, &text) {
                // A text that names nothing is an error there, not NULL.
                Value::Null => Value::Unknown,
                found => found,
            }
        }
        _ => Value::Unknown,
    }
}

fn called(surroundings: &dyn Surroundings, call: &sqlparser::ast::Function) -> Value {
    let Some(name) = plain_name(&call.name) else {
        return Value::Unknown;
    };
    let arguments = match &call.args {
        FunctionArguments::None => Vec::new(),
        FunctionArguments::List(list) if list.clauses.is_empty() => list.args.iter().collect(),
        _ => return Value::Unknown,
    };
    let mut values = Vec::new();
    for argument in arguments {
        let FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)) = argument else {
            return Value::Unknown;
        };
        values.push(evaluate(surroundings, argument));
    }
    if values.iter().all(|value| matches!(value, Value::Bool(_)))
        && let Some(value) = surroundings.session(&name)
    {
        return value;
    }
    if let ("to_regclass" | "to_regtype" | "to_regnamespace", [Value::Text(text)]) =
        (name.as_str(), values.as_slice())
    {
        return surroundings.object(name.trim_start_matches("to_"), text);
    }
    function::call(&name, &values)
}

/// The name of one of PostgreSQL's own functions.
fn plain_name(name: &ObjectName) -> Option<String> {
    let mut parts = Vec::new();
    for part in &name.0 {
        parts.push(folded(part.as_ident()?));
    }
    match parts.as_slice() {
        [name] => Some(name.clone()),
        [home, name] if home == "pg_catalog" => Some(name.clone()),
        _ => None,
    }
}
