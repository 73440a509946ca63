//! Python's standard library, as far as migrations use it.

use std::rc::Rc;

use super::super::evaluate::{Args, Evaluator, Run, dedent, indent, json, shown};
use super::super::traced::Traced;
use super::super::value::{Handle, Known, Shared, Unknown, Value};

impl Evaluator<'_> {
    /// A function of the standard library.
    pub fn standard_function(&mut self, path: &str, args: &Args) -> Run<Value> {
        let (module, name) = path.split_once('.').unwrap_or((path, ""));
        let name = name.rsplit('.').next().unwrap_or(name);
        let first = args.positional.first().map(|arg| arg.value.clone());
        let text = match &first {
            Some(Value::Str(text)) => Some(text.clone()),
            _ => None,
        };
        Ok(match (module, name) {
            ("logging" | "loguru" | "structlog" | "warnings" | "time" | "tqdm", "tqdm") => {
                first.unwrap_or(Value::None)
            }
            ("logging" | "loguru" | "structlog" | "warnings", _) => Value::Handle(Handle::Inert),
            ("time", "time" | "perf_counter" | "monotonic" | "time_ns") => {
                Value::unknown("depends on the time of the run")
            }
            ("time", _) => Value::None,
            ("tqdm", _) | ("progressbar", "progressbar") | ("rich", "track") => {
                first.unwrap_or(Value::None)
            }
            ("json", "dumps") => known(self.dumped(args)),
            ("json", "loads") => match (&text, &first) {
                (Some(text), _) => known(json::loads(&text.text, self.stretch)),
                (None, Some(Value::Unknown(unknown))) => {
                    Value::Unknown(Unknown::data(&unknown.reason))
                }
                _ => Value::unknown("reads JSON that is not known"),
            },
            ("textwrap", "dedent") => match (&text, first) {
                (Some(text), _) => Value::Str(Rc::new(dedent(text))),
                (None, Some(value)) => value,
                (None, None) => Value::None,
            },
            ("textwrap", "indent") => match (&text, args.text(1, "prefix")) {
                (Some(text), Ok(Some(prefix))) => Value::Str(Rc::new(indent(text, &prefix))),
                _ => Value::unknown("is text that is indented in a way that is not read"),
            },
            ("inspect", "cleandoc") => match (&text, first) {
                (Some(text), _) => Value::Str(Rc::new(dedent(text).trimmed())),
                (None, Some(value)) => value,
                (None, None) => Value::None,
            },
            ("enum", "auto") => Value::Path("enum.auto()".into()),
            ("contextlib", "suppress" | "nullcontext" | "ExitStack") => {
                Value::Handle(Handle::Inert)
            }
            ("collections" | "typing", "OrderedDict") => self.call_path("builtins.dict", args)?,
            ("collections", "namedtuple") | ("typing", "NamedTuple") => self.named_tuple(args),
            ("collections", "defaultdict") => Value::Dict(Shared::new(Vec::new(), self.stretch)),
            ("collections", "Counter") => Value::unknown("counts values"),
            ("itertools", "chain" | "from_iterable") => {
                let mut all = Vec::new();
                let sources: Vec<Value> = match (name, &first) {
                    ("from_iterable", Some(value)) => match self.members(value) {
                        Ok(items) => items,
                        Err(unknown) => return Ok(Value::Unknown(unknown)),
                    },
                    _ => args
                        .positional
                        .iter()
                        .map(|arg| arg.value.clone())
                        .collect(),
                };
                for source in sources {
                    match self.members(&source) {
                        Ok(items) => all.extend(items),
                        Err(unknown) => return Ok(Value::Unknown(unknown)),
                    }
                }
                self.list(all)
            }
            ("itertools", "product") => self.product(args),
            ("functools", "partial") => match first {
                Some(function) => Value::Method(Rc::new(super::super::value::Method {
                    receiver: Value::Tuple(
                        std::iter::once(function)
                            .chain(args.positional.iter().skip(1).map(|arg| arg.value.clone()))
                            .collect(),
                    ),
                    name: "<partial>".to_owned(),
                    span: args.span,
                })),
                None => Value::unknown("is a partial function that is not read"),
            },
            ("functools", "lru_cache" | "cache" | "wraps") => {
                first.unwrap_or(Value::Handle(Handle::Inert))
            }
            ("copy", "copy" | "deepcopy") => first.unwrap_or(Value::None),
            ("os", "getenv" | "get") => Value::unknown("depends on the environment"),
            ("os" | "pathlib", _) => Value::unknown("depends on files or the environment"),
            ("uuid", "UUID") => match text {
                Some(text) => Value::Str(text),
                None => Value::unknown("is a UUID that is not known"),
            },
            ("uuid" | "random" | "secrets", _) => Value::unknown("is random"),
            ("datetime", "now" | "utcnow" | "today") => {
                Value::unknown("depends on the time of the run")
            }
            ("datetime", "datetime" | "date" | "time") => known(moment(name, args)),
            ("datetime", _) => Value::unknown("is a date or time that is not worked out"),
            ("decimal", "Decimal") => match first {
                Some(Value::Str(text)) => match text.text.parse() {
                    Ok(value) => Value::Float(value),
                    Err(_) => Value::unknown("is a number that is not worked out"),
                },
                Some(value) => value,
                None => Value::Int(0),
            },
            ("re", "sub") => Value::unknown("is made by a regular expression"),
            ("re", _) => Value::unknown("depends on a regular expression"),
            ("typing" | "typing_extensions", "cast") => args
                .positional
                .get(1)
                .map_or(Value::None, |arg| arg.value.clone()),
            ("dataclasses" | "abc" | "typing" | "typing_extensions", _) => {
                first.unwrap_or(Value::Handle(Handle::Inert))
            }
            ("math" | "operator" | "bisect" | "hashlib" | "base64", _) => {
                Value::unknown("is worked out by a library")
            }
            ("sys", "exit") => return super::super::evaluate::raise("SystemExit", ""),
            _ => Value::unknown(format!("is made by `{path}`, which is not read")),
        })
    }

    fn dumped(&self, args: &Args) -> Known<Value> {
        let Some(arg) = args.positional.first() else {
            return Err(Unknown::data("is JSON of nothing"));
        };
        let plain = args.keywords.is_empty();
        let text = json::dumps(&arg.value)?;
        if !plain {
            return Err(Unknown::data("is JSON with options that are not read"));
        }
        Ok(Value::Str(Rc::new(Traced::made(text, args.span))))
    }

    /// `namedtuple("Name", "a b")`: a class whose objects have these attributes.
    fn named_tuple(&self, args: &Args) -> Value {
        let names = match args.positional.get(1).map(|arg| &arg.value) {
            Some(Value::Str(text)) => text
                .text
                .split([' ', ','])
                .filter(|name| !name.is_empty())
                .map(Value::text)
                .collect(),
            Some(other) => match self.members(other) {
                Ok(items) => items,
                Err(unknown) => return Value::Unknown(unknown),
            },
            None => Vec::new(),
        };
        let class = super::super::value::Class {
            name: "namedtuple".to_owned(),
            bases: Vec::new(),
            attributes: std::cell::RefCell::new(vec![(
                "__annotations__".to_owned(),
                Value::Tuple(names.into()),
            )]),
            is_enum: false,
            table: std::cell::RefCell::default(),
        };
        Value::Class(Rc::new(class))
    }

    fn product(&self, args: &Args) -> Value {
        let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
        for arg in &args.positional {
            let items = match self.members(&arg.value) {
                Ok(items) => items,
                Err(unknown) => return Value::Unknown(unknown),
            };
            if rows.len().saturating_mul(items.len()) > 5_000 {
                return Value::unknown("is one of very many");
            }
            let longer = rows.iter().flat_map(|row| {
                items.iter().map(move |item| {
                    let mut row = row.clone();
                    row.push(item.clone());
                    row
                })
            });
            rows = longer.collect();
        }
        self.list(
            rows.into_iter()
                .map(|row| Value::Tuple(row.into()))
                .collect(),
        )
    }
}

fn known(value: Known<Value>) -> Value {
    match value {
        Ok(value) => value,
        Err(unknown) => Value::Unknown(unknown),
    }
}

/// A date or time as SQLAlchemy writes it in a literal: `2024-01-31 12:00:00`.
fn moment(name: &str, args: &Args) -> Known<Value> {
    let mut parts = Vec::new();
    for arg in &args.positional {
        match &arg.value {
            Value::Int(part) => parts.push(*part),
            Value::Unknown(unknown) => return Err(unknown.clone()),
            other => {
                shown(other)?;
                return Err(Unknown::data("is a date or time that is not worked out"));
            }
        }
    }
    if !args.keywords.is_empty() {
        return Err(Unknown::data("is a date or time that is not worked out"));
    }
    let part = |index: usize| parts.get(index).copied().unwrap_or(0);
    let date = format!("{:04}-{:02}-{:02}", part(0), part(1), part(2));
    Ok(Value::text(match name {
        "date" => date,
        "datetime" => format!("{date} {:02}:{:02}:{:02}", part(3), part(4), part(5)),
        _ => return Err(Unknown::data("is a time that is not worked out")),
    }))
}
