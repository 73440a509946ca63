//! Python's built-in functions.

use super::super::value::{Handle, Shared, Unknown, Value};
use super::operator::distinct;
use super::{Args, Evaluator, Run, raise};
use std::rc::Rc;

/// The built-in names that are read, by their path.
const NAMES: &[&str] = &[
    "builtins.AssertionError",
    "builtins.AttributeError",
    "builtins.Exception",
    "builtins.KeyError",
    "builtins.NotImplementedError",
    "builtins.RuntimeError",
    "builtins.ValueError",
    "builtins.abs",
    "builtins.all",
    "builtins.any",
    "builtins.bool",
    "builtins.bytes",
    "builtins.callable",
    "builtins.classmethod",
    "builtins.dict",
    "builtins.enumerate",
    "builtins.filter",
    "builtins.float",
    "builtins.frozenset",
    "builtins.getattr",
    "builtins.globals",
    "builtins.hasattr",
    "builtins.int",
    "builtins.isinstance",
    "builtins.iter",
    "builtins.len",
    "builtins.list",
    "builtins.locals",
    "builtins.map",
    "builtins.max",
    "builtins.min",
    "builtins.next",
    "builtins.object",
    "builtins.print",
    "builtins.property",
    "builtins.range",
    "builtins.repr",
    "builtins.reversed",
    "builtins.round",
    "builtins.set",
    "builtins.setattr",
    "builtins.sorted",
    "builtins.staticmethod",
    "builtins.str",
    "builtins.sum",
    "builtins.super",
    "builtins.tuple",
    "builtins.type",
    "builtins.zip",
];

/// The path of a built-in name.
pub fn name(name: &str) -> Option<&'static str> {
    NAMES
        .iter()
        .find(|path| path.strip_prefix("builtins.") == Some(name))
        .copied()
}

impl Evaluator<'_> {
    /// Calls a built-in function.
    pub fn builtin(&mut self, path: &str, args: &Args) -> Run<Value> {
        let name = path.strip_prefix("builtins.").unwrap_or(path);
        if let Some(unknown) = args.doubt.clone() {
            return Ok(Value::Unknown(unknown));
        }
        let argument = |index: usize| args.positional.get(index).map(|arg| arg.value.clone());
        let first = argument(0);
        Ok(match (name, first) {
            ("print", _) => Value::None,
            ("len", Some(value)) => match self.length(&value) {
                Ok(length) => Value::Int(length),
                Err(unknown) => Value::Unknown(unknown),
            },
            ("str", None) => Value::text(""),
            ("str", Some(value)) => match super::format::shown(&value) {
                Ok(text) => Value::Str(Rc::new(text)),
                Err(unknown) => Value::Unknown(unknown),
            },
            ("repr", Some(value)) => match super::format::repr(&value) {
                Ok(text) => Value::Str(Rc::new(text)),
                Err(unknown) => Value::Unknown(unknown),
            },
            ("int", Some(value)) => match &value {
                Value::Int(_) => value,
                Value::Bool(value) => Value::Int(i64::from(*value)),
                Value::Str(text) => match text.text.trim().parse() {
                    Ok(value) => Value::Int(value),
                    Err(_) => return raise("ValueError", "invalid literal for int()"),
                },
                Value::Unknown(unknown) => Value::Unknown(Unknown::data(&unknown.reason)),
                _ => Value::unknown("is a number that is not worked out"),
            },
            ("float", Some(value)) => match value.number() {
                Some(value) => Value::Float(value),
                None => Value::unknown("is a number that is not worked out"),
            },
            ("bool", Some(value)) => match value.truth() {
                Ok(truth) => Value::Bool(truth),
                Err(unknown) => Value::Unknown(unknown),
            },
            ("list" | "tuple" | "set" | "frozenset", None) => self.made(name, Vec::new()),
            ("list" | "tuple" | "set" | "frozenset" | "reversed" | "iter", Some(value)) => {
                match self.members(&value) {
                    Ok(mut items) => {
                        if name == "reversed" {
                            items.reverse();
                        }
                        self.made(name, items)
                    }
                    Err(unknown) => Value::Unknown(unknown),
                }
            }
            ("dict", source) => self.made_dict(source, args),
            ("sorted", Some(value)) => match self.members(&value) {
                Ok(items) => match self.sorted(items, args) {
                    Ok(items) => self.list(items),
                    Err(unknown) => Value::Unknown(unknown),
                },
                Err(unknown) => Value::Unknown(unknown),
            },
            ("range", Some(_)) => self.range(args),
            ("enumerate", Some(value)) => match self.members(&value) {
                Ok(items) => {
                    let start = match args.get(1, "start").map(|arg| &arg.value) {
                        Some(Value::Int(start)) => *start,
                        _ => 0,
                    };
                    let pairs = items.into_iter().enumerate().map(|(index, item)| {
                        Value::Tuple([Value::Int(start + index as i64), item].into())
                    });
                    self.list(pairs.collect())
                }
                Err(unknown) => Value::Unknown(unknown),
            },
            ("zip", _) => self.zip(args),
            ("map" | "filter", Some(function)) => self.mapped(name, &function, args)?,
            ("any" | "all", Some(value)) => match self.members(&value) {
                Ok(items) => quantified(name, &items),
                Err(unknown) => Value::Unknown(unknown),
            },
            ("min" | "max" | "sum", Some(value)) => self.folded(name, &value, args),
            ("next", Some(value)) => match self.members(&value) {
                Ok(items) => match items.into_iter().next().or_else(|| argument(1)) {
                    Some(item) => item,
                    None => return raise("StopIteration", ""),
                },
                Err(unknown) => Value::Unknown(unknown),
            },
            ("isinstance", Some(value)) => match (&value, argument(1)) {
                (Value::Unknown(unknown), _) => Value::Unknown(unknown.clone()),
                (value, Some(Value::Path(path))) => {
                    Value::Bool(path.strip_prefix("builtins.") == Some(value.type_name()))
                }
                _ => Value::unknown("depends on the class of an object"),
            },
            ("getattr", Some(value)) => match argument(1) {
                Some(Value::Str(name)) => self.attribute(value, &name.text, args.span)?,
                _ => Value::unknown("reads an attribute that is not known"),
            },
            ("hasattr", Some(_)) => Value::unknown("depends on the attributes of an object"),
            ("type", Some(Value::Instance(instance))) => Value::Class(instance.class.clone()),
            ("abs" | "round", Some(Value::Int(value))) => Value::Int(value.wrapping_abs()),
            ("object" | "setattr" | "super", _) => Value::Handle(Handle::Inert),
            _ => Value::unknown(format!("is made by `{name}()`, which is not read")),
        })
    }

    fn length(&self, value: &Value) -> Result<i64, Unknown> {
        Ok(match value {
            Value::Str(text) => text.text.chars().count() as i64,
            Value::Bytes(bytes) => bytes.len() as i64,
            other => self.members(other)?.len() as i64,
        })
    }

    fn made(&self, name: &str, items: Vec<Value>) -> Value {
        match name {
            "tuple" => Value::Tuple(items.into()),
            "set" | "frozenset" => Value::Set(Shared::new(distinct(items), self.stretch)),
            _ => self.list(items),
        }
    }

    fn made_dict(&self, source: Option<Value>, args: &Args) -> Value {
        let made = Shared::new(Vec::new(), self.stretch);
        let pairs = match source {
            None => Vec::new(),
            Some(Value::Dict(dict)) => match dict.known() {
                Ok(pairs) => pairs,
                Err(unknown) => return Value::Unknown(unknown),
            },
            Some(other) => match self.members(&other) {
                Ok(items) => {
                    let pairs =
                        items
                            .into_iter()
                            .filter_map(|item| match item.items().ok()?.as_slice() {
                                [key, value] => Some((key.clone(), value.clone())),
                                _ => None,
                            });
                    pairs.collect()
                }
                Err(unknown) => return Value::Unknown(unknown),
            },
        };
        for (key, value) in pairs {
            super::collection::insert(&made, key, value);
        }
        for (key, arg) in &args.keywords {
            super::collection::insert(&made, Value::text(key.as_str()), arg.value.clone());
        }
        Value::Dict(made)
    }

    fn range(&self, args: &Args) -> Value {
        let mut bounds = Vec::new();
        for arg in &args.positional {
            match &arg.value {
                Value::Int(value) => bounds.push(*value),
                Value::Unknown(unknown) => return Value::Unknown(unknown.clone()),
                _ => return Value::unknown("counts by something that is no number"),
            }
        }
        let (start, stop, step) = match bounds.as_slice() {
            [stop] => (0, *stop, 1),
            [start, stop] => (*start, *stop, 1),
            [start, stop, step] if *step != 0 => (*start, *stop, *step),
            _ => return Value::unknown("is a range that is not read"),
        };
        let mut items = Vec::new();
        let mut at = start;
        while (step > 0 && at < stop) || (step < 0 && at > stop) {
            items.push(Value::Int(at));
            if items.len() > 10_000 {
                return Value::unknown("is one of very many");
            }
            at = at.saturating_add(step);
        }
        self.list(items)
    }

    fn zip(&self, args: &Args) -> Value {
        let mut columns = Vec::new();
        for arg in &args.positional {
            match self.members(&arg.value) {
                Ok(items) => columns.push(items),
                Err(unknown) => return Value::Unknown(unknown),
            }
        }
        let rounds = columns.iter().map(Vec::len).min().unwrap_or(0);
        let rows = (0..rounds).map(|row| {
            let items = columns.iter().filter_map(|column| column.get(row).cloned());
            Value::Tuple(items.collect())
        });
        self.list(rows.collect())
    }

    fn mapped(&mut self, name: &str, function: &Value, args: &Args) -> Run<Value> {
        let Some(source) = args.positional.get(1) else {
            return Ok(Value::unknown("is made by a call without its arguments"));
        };
        let items = match self.members(&source.value) {
            Ok(items) => items,
            Err(unknown) => return Ok(Value::Unknown(unknown)),
        };
        let mut made = Vec::new();
        for item in items {
            let value = match function {
                Value::None => item.clone(),
                function => self.call(function, Args::one(item.clone(), source.span))?,
            };
            if name == "map" {
                made.push(value);
            } else {
                match value.truth() {
                    Ok(true) => made.push(item),
                    Ok(false) => {}
                    Err(unknown) => return Ok(Value::Unknown(unknown)),
                }
            }
        }
        Ok(self.list(made))
    }

    fn folded(&self, name: &str, value: &Value, args: &Args) -> Value {
        let items = if args.positional.len() > 1 && name != "sum" {
            args.positional
                .iter()
                .map(|arg| arg.value.clone())
                .collect()
        } else {
            match self.members(value) {
                Ok(items) => items,
                Err(unknown) => return Value::Unknown(unknown),
            }
        };
        let mut numbers = Vec::new();
        for item in &items {
            match item {
                Value::Int(value) => numbers.push(*value),
                Value::Unknown(unknown) => return Value::Unknown(unknown.clone()),
                _ => return Value::unknown("is a number that is not worked out"),
            }
        }
        let result = match name {
            "min" => numbers.iter().min().copied(),
            "max" => numbers.iter().max().copied(),
            _ => numbers
                .iter()
                .try_fold(0_i64, |sum, value| sum.checked_add(*value)),
        };
        match result {
            Some(value) => Value::Int(value),
            None => Value::unknown("is a number that is not worked out"),
        }
    }
}

/// `any` and `all`.
fn quantified(name: &str, items: &[Value]) -> Value {
    let decides = name == "any";
    let mut doubt = None;
    for item in items {
        match item.truth() {
            Ok(truth) if truth == decides => return Value::Bool(decides),
            Ok(_) => {}
            Err(unknown) => doubt = Some(unknown),
        }
    }
    match doubt {
        Some(unknown) => Value::Unknown(unknown),
        None => Value::Bool(!decides),
    }
}
