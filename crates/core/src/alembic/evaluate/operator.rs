//! Operators over values: order, numbers, and those that make SQL.

use std::rc::Rc;

use ruff_python_ast::{CmpOp, Operator, UnaryOp};

use super::super::sqlalchemy::bind::Bind;
use super::super::sqlalchemy::expression::{Expr, Operator as SqlOperator};
use super::super::value::{Unknown, Value, contains};
use super::{Run, raise};

/// Each value once, in the order of first appearance.
pub fn distinct(items: Vec<Value>) -> Vec<Value> {
    let mut kept: Vec<Value> = Vec::new();
    for item in items {
        if contains(&kept, &item) != Ok(true) {
            kept.push(item);
        }
    }
    kept
}

/// The order of two values.
pub fn ordering(left: &Value, right: &Value) -> Result<std::cmp::Ordering, Unknown> {
    use std::cmp::Ordering;
    match (left, right) {
        (Value::Unknown(unknown), _) | (_, Value::Unknown(unknown)) => Err(unknown.clone()),
        (Value::Str(a), Value::Str(b)) => Ok(a.text.cmp(&b.text)),
        (Value::Tuple(a), Value::Tuple(b)) => {
            for (a, b) in a.iter().zip(b.iter()) {
                match ordering(a, b)? {
                    Ordering::Equal => {}
                    other => return Ok(other),
                }
            }
            Ok(a.len().cmp(&b.len()))
        }
        _ => match (left.number(), right.number()) {
            (Some(a), Some(b)) => Ok(a.partial_cmp(&b).unwrap_or(Ordering::Equal)),
            _ => Err(Unknown::data("compares values that are not read")),
        },
    }
}

pub(super) fn unary(operator: UnaryOp, operand: Value) -> Value {
    if let Some(expression) = as_sql(&operand) {
        let expression = Rc::new(expression);
        return match operator {
            UnaryOp::Invert => Value::Expr(Rc::new(expression.negated())),
            UnaryOp::USub => Value::Expr(Rc::new(Expr::Prefix {
                word: "-",
                expression,
            })),
            UnaryOp::Not | UnaryOp::UAdd => Value::unknown("asks an SQL expression for its truth"),
        };
    }
    match (operator, operand) {
        (UnaryOp::Not, value) => match value.truth() {
            Ok(truth) => Value::Bool(!truth),
            Err(unknown) => Value::Unknown(unknown),
        },
        (_, Value::Unknown(unknown)) => Value::Unknown(unknown),
        (UnaryOp::USub, Value::Int(value)) => Value::Int(value.wrapping_neg()),
        (UnaryOp::USub, Value::Float(value)) => Value::Float(-value),
        (UnaryOp::UAdd, value @ (Value::Int(_) | Value::Float(_))) => value,
        (UnaryOp::Invert, Value::Int(value)) => Value::Int(!value),
        _ => Value::unknown("is an operation that is not read"),
    }
}

pub(super) fn numbers(a: &Value, operator: Operator, b: &Value) -> Run<Value> {
    if let (Value::Int(a), Value::Int(b)) = (a, b) {
        let made = match operator {
            Operator::Add => a.checked_add(*b),
            Operator::Sub => a.checked_sub(*b),
            Operator::Mult => a.checked_mul(*b),
            Operator::FloorDiv | Operator::Mod | Operator::Div if *b == 0 => {
                return raise("ZeroDivisionError", "division by zero");
            }
            Operator::FloorDiv => a.checked_div_euclid(*b),
            Operator::Mod => a.checked_rem_euclid(*b),
            Operator::Pow => u32::try_from(*b).ok().and_then(|b| a.checked_pow(b)),
            Operator::BitOr => Some(a | b),
            Operator::BitAnd => Some(a & b),
            Operator::Div => return Ok(Value::Float(*a as f64 / *b as f64)),
            _ => None,
        };
        return Ok(match made {
            Some(value) => Value::Int(value),
            None => Value::unknown("is a number that is not worked out"),
        });
    }
    Ok(match (a.number(), b.number()) {
        (Some(a), Some(b)) => match operator {
            Operator::Add => Value::Float(a + b),
            Operator::Sub => Value::Float(a - b),
            Operator::Mult => Value::Float(a * b),
            Operator::Div if b != 0.0 => Value::Float(a / b),
            _ => Value::unknown("is a number that is not worked out"),
        },
        _ => Value::unknown("is an operation that is not read"),
    })
}

/// Whether operators on it make SQL.
pub(super) fn is_sql(value: &Value) -> bool {
    matches!(value, Value::Expr(_) | Value::Column(_))
}

/// A value as an SQL expression, if it is one.
pub fn as_sql(value: &Value) -> Option<Expr> {
    match value {
        Value::Expr(expression) => Some(expression.as_ref().clone()),
        Value::Column(column) => Some(Expr::Column(column.reference())),
        Value::Statement(statement) => Some(Expr::Subquery(statement.clone())),
        _ => None,
    }
}

/// A value as an operand: anything that is no SQL becomes a parameter named and typed after the other side.
pub fn operand(value: Value, other: Option<&Expr>) -> Rc<Expr> {
    if let Some(expression) = as_sql(&value) {
        return Rc::new(expression);
    }
    let bind = Bind {
        name: other.map_or_else(|| "param".into(), Expr::parameter_name),
        value: Some(value),
        data_type: other.and_then(Expr::data_type),
    };
    Rc::new(Expr::Bind(bind))
}

pub(super) fn sql_binary(left: Value, operator: Operator, right: Value) -> Value {
    let (left_sql, right_sql) = (as_sql(&left), as_sql(&right));
    let concatenates = |expression: &Option<Expr>| {
        use super::super::sqlalchemy::types::Family;
        expression
            .as_ref()
            .and_then(Expr::data_type)
            .is_some_and(|data_type| data_type.family() == Family::Text)
    };
    let word = match operator {
        Operator::Add
            if concatenates(&left_sql)
                || matches!(right, Value::Str(_))
                || matches!(left, Value::Str(_)) =>
        {
            "||"
        }
        Operator::Add => "+",
        Operator::Sub => "-",
        Operator::Mult => "*",
        Operator::Div => "/",
        Operator::Mod => "%",
        Operator::BitAnd | Operator::BitOr => {
            let left = operand(left, right_sql.as_ref());
            let right = operand(right, left_sql.as_ref());
            let word = if operator == Operator::BitAnd {
                "AND"
            } else {
                "OR"
            };
            return Value::Expr(Rc::new(Expr::Junction {
                word,
                items: flattened(word, vec![left, right]),
            }));
        }
        _ => return Value::unknown("is an SQL operator that is not read"),
    };
    Value::Expr(Rc::new(Expr::Binary {
        operator: SqlOperator::named(word),
        left: operand(left, right_sql.as_ref()),
        right: operand(right, left_sql.as_ref()),
    }))
}

/// Parts of the same junction, without nesting.
pub fn flattened(word: &'static str, items: Vec<Rc<Expr>>) -> Vec<Rc<Expr>> {
    let each = items.into_iter().map(|item| match item.as_ref() {
        Expr::Junction { word: own, items } if *own == word => items.clone(),
        _ => vec![item],
    });
    each.collect::<Vec<_>>().concat()
}

pub(super) fn sql_comparison(left: Value, operator: CmpOp, right: Value) -> Value {
    let (left_sql, right_sql) = (as_sql(&left), as_sql(&right));
    let is_null = matches!(right, Value::None) || matches!(right_sql, Some(Expr::Null));
    let word = match operator {
        CmpOp::Eq if is_null => "IS",
        CmpOp::NotEq if is_null => "IS NOT",
        CmpOp::Eq => "=",
        CmpOp::NotEq => "!=",
        CmpOp::Lt => "<",
        CmpOp::LtE => "<=",
        CmpOp::Gt => ">",
        CmpOp::GtE => ">=",
        CmpOp::Is => return Value::Bool(false),
        CmpOp::IsNot => return Value::Bool(true),
        CmpOp::In | CmpOp::NotIn => return Value::unknown("asks Python whether SQL holds a value"),
    };
    let right = match right {
        Value::None => Rc::new(Expr::Null),
        // `column == True` compares with the keyword.
        Value::Bool(value) => Rc::new(Expr::Truth(value)),
        other => operand(other, left_sql.as_ref()),
    };
    let left = operand(left, right_sql.as_ref());
    let (left, word, right) = match (left.as_ref(), right.as_ref()) {
        // `Column` is a subclass of `ColumnClause`: Python asks it first.
        (Expr::Column(light), Expr::Column(full)) if light.light && !full.light => {
            (right, mirrored(word), left)
        }
        _ => (left, word, right),
    };
    Value::Expr(Rc::new(Expr::Binary {
        operator: SqlOperator::named(word),
        left,
        right,
    }))
}

/// The comparison with its sides exchanged.
fn mirrored(word: &'static str) -> &'static str {
    match word {
        "<" => ">",
        "<=" => ">=",
        ">" => "<",
        ">=" => "<=",
        other => other,
    }
}
