//! Methods and elements of lists, dictionaries and sets.

use std::rc::Rc;

use super::super::sqlalchemy::schema::Metadata;
use super::super::traced::Traced;
use super::super::value::{Handle, Known, Shared, Unknown, Value, contains};
use super::{Args, Evaluator, Run, raise};

/// Sets a key.
pub fn insert(dict: &Shared<Vec<(Value, Value)>>, key: Value, value: Value) {
    if let Value::Unknown(unknown) = &key {
        *dict.doubt.borrow_mut() = Some(unknown.clone());
        return;
    }
    let mut pairs = dict.content.borrow_mut();
    match pairs
        .iter_mut()
        .find(|(known, _)| known.equals(&key) == Ok(true))
    {
        Some(pair) => pair.1 = value,
        None => pairs.push((key, value)),
    }
}

fn lookup(pairs: &[(Value, Value)], key: &Value) -> Known<Option<Value>> {
    for (known, value) in pairs {
        if known.equals(key)? {
            return Ok(Some(value.clone()));
        }
    }
    Ok(None)
}

/// Python's index into a sequence: from the end where it is negative.
fn position(index: i64, length: usize) -> Option<usize> {
    let length = i64::try_from(length).ok()?;
    let at = if index < 0 { index + length } else { index };
    (0..length)
        .contains(&at)
        .then(|| usize::try_from(at).ok())?
}

impl Evaluator<'_> {
    /// `object[key]`.
    pub fn item(&mut self, object: &Value, key: &Value) -> Run<Value> {
        if let Value::Unknown(unknown) = key {
            return Ok(Value::Unknown(unknown.clone()));
        }
        Ok(match (object, key) {
            (Value::Unknown(unknown), _) => Value::Unknown(Unknown {
                when_called: unknown.when_called,
                ..Unknown::data(&unknown.reason)
            }),
            (Value::Dict(dict), key) => match dict.known() {
                Ok(pairs) => match lookup(&pairs, key) {
                    Ok(Some(value)) => value,
                    Ok(None) => {
                        return raise(
                            "KeyError",
                            super::format::repr(key)
                                .map(|text| text.text)
                                .unwrap_or_default(),
                        );
                    }
                    Err(unknown) => Value::Unknown(unknown),
                },
                Err(unknown) => Value::Unknown(unknown),
            },
            (Value::Str(text), Value::Int(index)) => {
                let characters: Vec<char> = text.text.chars().collect();
                match position(*index, characters.len()).and_then(|at| characters.get(at)) {
                    Some(c) => Value::text(*c),
                    None => return raise("IndexError", "string index out of range"),
                }
            }
            (Value::List(_) | Value::Tuple(_), Value::Int(index)) => match self.members(object) {
                Ok(items) => match position(*index, items.len()).and_then(|at| items.get(at)) {
                    Some(item) => item.clone(),
                    None => return raise("IndexError", "list index out of range"),
                },
                Err(unknown) => Value::Unknown(unknown),
            },
            (Value::Class(class), Value::Str(name)) if class.is_enum => {
                match class
                    .members()
                    .into_iter()
                    .find(|(member, _)| *member == name.text)
                {
                    Some((name, value)) => super::class::member(class, &name, value),
                    None => return raise("KeyError", name.text.as_str()),
                }
            }
            // `Mapped[str]`, `list[str]`, `Optional[…]`: annotations.
            (Value::Path(path), _) => Value::Path(path.clone()),
            (Value::Class(_), _) => object.clone(),
            (Value::Method(method), Value::Str(name))
                if matches!(method.name.as_str(), "c" | "columns") =>
            {
                self.attribute(object.clone(), &name.text, method.span)?
            }
            (Value::Metadata(metadata), Value::Str(name)) => table_of(metadata, name),
            (Value::Method(method), Value::Str(name)) if method.name == "tables" => {
                match &method.receiver {
                    Value::Metadata(metadata) => table_of(metadata, name),
                    _ => Value::unknown("is an element that is not read"),
                }
            }
            (Value::Expr(_) | Value::Column(_), _) => self.json_element(object, key),
            (Value::Handle(Handle::NoResult) | Value::None, _) => {
                return raise("TypeError", "'NoneType' object is not subscriptable");
            }
            _ => Value::unknown("is an element that is not read"),
        })
    }

    /// `object[a:b:c]`.
    pub fn sliced(&self, object: &Value, bounds: &[Value]) -> Value {
        let bound = |index: usize| match bounds.get(index) {
            None | Some(Value::None) => Ok(None),
            Some(Value::Int(value)) => Ok(Some(*value)),
            Some(Value::Unknown(unknown)) => Err(unknown.clone()),
            Some(_) => Err(Unknown::data("is a slice that is not read")),
        };
        let (start, stop, step) = match (bound(0), bound(1), bound(2)) {
            (Ok(start), Ok(stop), Ok(step)) => (start, stop, step.unwrap_or(1)),
            (Err(unknown), ..) | (_, Err(unknown), _) | (.., Err(unknown)) => {
                return Value::Unknown(unknown);
            }
        };
        let clamp = |bound: Option<i64>, default: usize, length: usize| match bound {
            None => default,
            Some(bound) if bound < 0 => {
                length.saturating_sub(usize::try_from(bound.unsigned_abs()).unwrap_or(usize::MAX))
            }
            Some(bound) => usize::try_from(bound).unwrap_or(length).min(length),
        };
        match object {
            Value::Str(text) if step == 1 => {
                let offsets: Vec<usize> = text
                    .text
                    .char_indices()
                    .map(|(at, _)| at)
                    .chain([text.text.len()])
                    .collect();
                let length = offsets.len() - 1;
                let from = clamp(start, 0, length);
                let to = clamp(stop, length, length).max(from);
                let at = |index: usize| offsets.get(index).copied().unwrap_or(text.text.len());
                Value::Str(Rc::new(text.slice(at(from), at(to))))
            }
            Value::List(_) | Value::Tuple(_) => match self.members(object) {
                Ok(mut items) => {
                    let length = items.len();
                    if step == -1 && start.is_none() && stop.is_none() {
                        items.reverse();
                    } else if step >= 1 {
                        let from = clamp(start, 0, length);
                        let to = clamp(stop, length, length).max(from);
                        let step = usize::try_from(step).unwrap_or(1);
                        items = items
                            .get(from..to)
                            .unwrap_or_default()
                            .iter()
                            .step_by(step)
                            .cloned()
                            .collect();
                    } else {
                        return Value::unknown("is a slice that is not read");
                    }
                    match object {
                        Value::Tuple(_) => Value::Tuple(items.into()),
                        _ => self.list(items),
                    }
                }
                Err(unknown) => Value::Unknown(unknown),
            },
            Value::Unknown(unknown) => Value::Unknown(unknown.clone()),
            _ => Value::unknown("is a slice that is not read"),
        }
    }

    /// `object[key] = value`.
    pub fn set_item(&mut self, object: &Value, key: Value, value: Value) {
        match (object, &key) {
            (Value::Dict(dict), _) => {
                self.note_change(dict);
                insert(dict, key, value);
            }
            (Value::List(list), Value::Int(index)) => {
                self.note_change(list);
                let mut items = list.content.borrow_mut();
                let length = items.len();
                if let Some(item) = position(*index, length).and_then(|at| items.get_mut(at)) {
                    *item = value;
                }
            }
            (Value::List(list), Value::Unknown(unknown)) => {
                *list.doubt.borrow_mut() = Some(unknown.clone());
            }
            _ => {}
        }
    }

    /// `del object[key]`.
    pub fn remove_item(&mut self, object: &Value, key: &Value) {
        match object {
            Value::Dict(dict) => {
                self.note_change(dict);
                let mut pairs = dict.content.borrow_mut();
                pairs.retain(|(known, _)| known.equals(key) != Ok(true));
            }
            Value::List(list) => {
                self.note_change(list);
                if let Value::Int(index) = key {
                    let mut items = list.content.borrow_mut();
                    if let Some(at) = position(*index, items.len()) {
                        items.remove(at);
                    }
                }
            }
            _ => {}
        }
    }

    /// `list.name(…)`.
    pub fn list_method(
        &mut self,
        list: &Rc<Shared<Vec<Value>>>,
        name: &str,
        args: &Args,
    ) -> Run<Value> {
        let argument = args.positional.first().map(|arg| arg.value.clone());
        let changes = matches!(
            name,
            "append"
                | "extend"
                | "insert"
                | "pop"
                | "remove"
                | "clear"
                | "sort"
                | "reverse"
                | "add"
                | "update"
                | "discard"
        );
        if changes {
            self.note_change(list);
        }
        let content = || list.content.borrow_mut();
        Ok(match (name, argument) {
            ("append", Some(value)) => {
                content().push(value);
                Value::None
            }
            ("extend" | "update", Some(more)) => {
                match self.members(&more) {
                    Ok(items) => content().extend(items),
                    Err(unknown) => *list.doubt.borrow_mut() = Some(unknown),
                }
                Value::None
            }
            ("add", Some(value)) => {
                let mut items = content();
                if contains(&items, &value) != Ok(true) {
                    items.push(value);
                }
                Value::None
            }
            ("insert", Some(Value::Int(index))) => {
                let value = args
                    .positional
                    .get(1)
                    .map_or(Value::None, |arg| arg.value.clone());
                let mut items = content();
                let at = usize::try_from(index).unwrap_or(0).min(items.len());
                items.insert(at, value);
                Value::None
            }
            ("remove" | "discard", Some(value)) => {
                let mut items = content();
                if let Some(at) = items
                    .iter()
                    .position(|item| item.equals(&value) == Ok(true))
                {
                    items.remove(at);
                }
                Value::None
            }
            ("pop", index) => {
                if let Some(unknown) = list.doubt.borrow().as_ref() {
                    return Ok(Value::Unknown(unknown.clone()));
                }
                let mut items = content();
                let index = match index {
                    Some(Value::Int(index)) => index,
                    _ => -1,
                };
                match position(index, items.len()) {
                    Some(at) => items.remove(at),
                    None => return raise("IndexError", "pop from empty list"),
                }
            }
            ("clear", _) => {
                content().clear();
                Value::None
            }
            ("reverse", _) => {
                content().reverse();
                Value::None
            }
            ("sort", _) => {
                let items = list.content.borrow().clone();
                match self.sorted(items, args) {
                    Ok(sorted) => *content() = sorted,
                    Err(unknown) => *list.doubt.borrow_mut() = Some(unknown),
                }
                Value::None
            }
            ("copy", _) => match list.known() {
                Ok(items) => self.list(items),
                Err(unknown) => Value::Unknown(unknown),
            },
            ("index", Some(value)) => match list.known() {
                Ok(items) => match items
                    .iter()
                    .position(|item| item.equals(&value) == Ok(true))
                {
                    Some(at) => Value::Int(at as i64),
                    None => return raise("ValueError", "is not in list"),
                },
                Err(unknown) => Value::Unknown(unknown),
            },
            ("count", Some(value)) => match list.known() {
                Ok(items) => Value::Int(
                    items
                        .iter()
                        .filter(|item| item.equals(&value) == Ok(true))
                        .count() as i64,
                ),
                Err(unknown) => Value::Unknown(unknown),
            },
            (
                "union"
                | "difference"
                | "intersection"
                | "issubset"
                | "issuperset"
                | "symmetric_difference",
                Some(other),
            ) => match (list.known(), self.members(&other)) {
                (Ok(own), Ok(other)) => self.combined(own, name, other),
                (Err(unknown), _) | (_, Err(unknown)) => Value::Unknown(unknown),
            },
            _ => Value::unknown(format!("is made by `list.{name}`, which is not read")),
        })
    }

    fn combined(&self, own: Vec<Value>, name: &str, other: Vec<Value>) -> Value {
        let has = |items: &[Value], item: &Value| contains(items, item) == Ok(true);
        let set = |items: Vec<Value>| Value::Set(Shared::new(items, self.stretch));
        match name {
            "union" => set(super::operator::distinct(
                own.into_iter().chain(other).collect(),
            )),
            "difference" => set(own.into_iter().filter(|item| !has(&other, item)).collect()),
            "intersection" => set(own.into_iter().filter(|item| has(&other, item)).collect()),
            "issubset" => Value::Bool(own.iter().all(|item| has(&other, item))),
            "issuperset" => Value::Bool(other.iter().all(|item| has(&own, item))),
            _ => {
                let left = own.iter().filter(|item| !has(&other, item));
                let right = other.iter().filter(|item| !has(&own, item));
                set(left.chain(right).cloned().collect())
            }
        }
    }

    /// `dict.name(…)`.
    pub fn dict_method(
        &mut self,
        dict: &Rc<Shared<Vec<(Value, Value)>>>,
        name: &str,
        args: &Args,
    ) -> Run<Value> {
        if matches!(name, "update" | "pop" | "setdefault" | "clear" | "popitem") {
            self.note_change(dict);
        }
        let argument = |index: usize| args.positional.get(index).map(|arg| arg.value.clone());
        let pairs = match dict.known() {
            Ok(pairs) => pairs,
            Err(unknown) => return Ok(Value::Unknown(unknown)),
        };
        Ok(match (name, argument(0)) {
            ("items", _) => {
                let items = pairs
                    .into_iter()
                    .map(|(key, value)| Value::Tuple([key, value].into()));
                self.list(items.collect())
            }
            ("keys", _) => self.list(pairs.into_iter().map(|(key, _)| key).collect()),
            ("values", _) => self.list(pairs.into_iter().map(|(_, value)| value).collect()),
            ("get" | "pop" | "setdefault", Some(key)) => {
                let default =
                    argument(1).or_else(|| args.keyword("default").map(|arg| arg.value.clone()));
                match lookup(&pairs, &key) {
                    Ok(found) => {
                        if name == "pop" {
                            self.remove_item(&Value::Dict(dict.clone()), &key);
                        }
                        match found {
                            Some(value) => value,
                            None if name == "pop" && default.is_none() => {
                                return raise("KeyError", "");
                            }
                            None => {
                                let value = default.unwrap_or(Value::None);
                                if name == "setdefault" {
                                    insert(dict, key, value.clone());
                                }
                                value
                            }
                        }
                    }
                    Err(unknown) => Value::Unknown(unknown),
                }
            }
            ("update", more) => {
                match more {
                    Some(Value::Dict(other)) => match other.known() {
                        Ok(others) => others
                            .into_iter()
                            .for_each(|(key, value)| insert(dict, key, value)),
                        Err(unknown) => *dict.doubt.borrow_mut() = Some(unknown),
                    },
                    Some(_) => {
                        *dict.doubt.borrow_mut() =
                            Some(Unknown::data("is changed by something that is not known"))
                    }
                    None => {}
                }
                for (key, arg) in &args.keywords {
                    insert(dict, Value::text(key.as_str()), arg.value.clone());
                }
                Value::None
            }
            ("copy", _) => Value::Dict(Shared::new(pairs, self.stretch)),
            ("clear", _) => {
                dict.content.borrow_mut().clear();
                Value::None
            }
            _ => Value::unknown(format!("is made by `dict.{name}`, which is not read")),
        })
    }

    /// Items in order, by `key=` and `reverse=`.
    pub fn sorted(&mut self, items: Vec<Value>, args: &Args) -> Known<Vec<Value>> {
        let mut keyed = Vec::new();
        for item in items {
            let key = match args.keyword("key") {
                Some(function) => {
                    let arguments = Args::one(item.clone(), args.span);
                    self.call(&function.value.clone(), arguments)
                        .unwrap_or_else(|_| Value::unknown("is ordered by code that fails"))
                }
                None => item.clone(),
            };
            keyed.push((key, item));
        }
        let mut doubt = None;
        keyed.sort_by(|(a, _), (b, _)| match super::operator::ordering(a, b) {
            Ok(order) => order,
            Err(unknown) => {
                doubt = Some(unknown);
                std::cmp::Ordering::Equal
            }
        });
        if let Some(unknown) = doubt {
            return Err(unknown);
        }
        let mut items: Vec<Value> = keyed.into_iter().map(|(_, item)| item).collect();
        match args.keyword("reverse").map(|arg| arg.value.truth()) {
            Some(Ok(true)) => items.reverse(),
            Some(Err(unknown)) => return Err(unknown),
            _ => {}
        }
        Ok(items)
    }
}

/// `metadata.tables["name"]`.
fn table_of(metadata: &Metadata, name: &Traced) -> Value {
    let tables = metadata.tables.borrow();
    match tables.iter().find(|table| table.name.text == name.text) {
        Some(table) => Value::Table(table.clone()),
        None => Value::unknown("is a table of metadata that is not read"),
    }
}
