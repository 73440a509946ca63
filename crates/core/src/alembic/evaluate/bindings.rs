//! Values and bindings after either of two ways.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::super::value::Value;
use super::scope::Snapshot;

/// The bindings after either of two ways: what differs is not known.
pub(super) fn merged(first: &Snapshot, second: &Snapshot, reason: &str) -> Snapshot {
    let levels = first.iter().zip(second);
    levels
        .map(|(first, second)| {
            let mut all = BTreeMap::new();
            for (name, value) in first {
                let value = match second.get(name) {
                    Some(other) => either_value(value, other, reason),
                    None => value.clone(),
                };
                all.insert(name.clone(), value);
            }
            for (name, value) in second {
                all.entry(name.clone()).or_insert_with(|| value.clone());
            }
            all
        })
        .collect()
}

pub(super) fn same_bindings(first: &Snapshot, second: &Snapshot) -> bool {
    first.iter().zip(second).all(|(first, second)| {
        first.len() == second.len()
            && first
                .iter()
                .zip(second)
                .all(|((a, first), (b, second))| a == b && same(first, second))
    })
}

/// The value after either of two ways.
pub fn either_value(first: &Value, second: &Value, reason: &str) -> Value {
    if same(first, second) {
        first.clone()
    } else {
        Value::unknown(reason)
    }
}

/// Whether two values are surely the same.
pub(super) fn same(first: &Value, second: &Value) -> bool {
    match (first, second) {
        (Value::Unknown(a), Value::Unknown(b)) => a == b,
        (Value::List(a), Value::List(b)) | (Value::Set(a), Value::Set(b)) => Rc::ptr_eq(a, b),
        (Value::Dict(a), Value::Dict(b)) => Rc::ptr_eq(a, b),
        (Value::Type(a), Value::Type(b)) => Rc::ptr_eq(a, b),
        (Value::Column(a), Value::Column(b)) => Rc::ptr_eq(a, b),
        (Value::Table(a), Value::Table(b)) => Rc::ptr_eq(a, b),
        (Value::Expr(a), Value::Expr(b)) => Rc::ptr_eq(a, b),
        (Value::Statement(a), Value::Statement(b)) => Rc::ptr_eq(a, b),
        (Value::Handle(a), Value::Handle(b)) => {
            std::mem::discriminant(a) == std::mem::discriminant(b)
        }
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(a), Value::Int(b)) => a == b,
        _ => {
            std::mem::discriminant(first) == std::mem::discriminant(second)
                && first.equals(second) == Ok(true)
        }
    }
}
