//! Classes of the file: enums, ORM models, column types, plain objects.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use ruff_python_ast::{Expr as Syntax, Stmt, StmtClassDef};

use super::super::sqlalchemy::expression::Expr;
use super::super::sqlalchemy::schema::{Column, Table};
use super::super::traced::Traced;
use super::super::value::{Class, Instance, Unknown, Value};
use super::scope::Scope;
use super::statement::Flow;
use super::{Args, Evaluator, Run, raise};
use crate::text::Span;

/// A member of an enum.
pub fn member(class: &Rc<Class>, name: &str, value: Value) -> Value {
    if matches!(value, Value::Instance(_)) {
        return value;
    }
    let attributes = [("name", Value::text(name)), ("value", value)];
    let attributes = attributes.map(|(key, value)| (key.to_owned(), value));
    Value::Instance(Instance::of(class, attributes.into()))
}

impl Evaluator<'_> {
    /// `class Name(bases): …`.
    pub fn define_class(&mut self, definition: &StmtClassDef, scope: &Scope) -> Run<Value> {
        let mut bases = Vec::new();
        if let Some(arguments) = &definition.arguments {
            for base in &arguments.args {
                bases.push(self.expression(base, scope)?);
            }
        }
        let is_enum = bases.iter().any(|base| match base {
            Value::Path(path) => is_enum_base(path),
            Value::Class(class) => class.is_enum,
            _ => false,
        });
        let inner = scope.inner();
        let mut order: Vec<String> = Vec::new();
        for statement in &definition.body {
            let end = self.statement(statement, &inner)?;
            if !matches!(end, Flow::Next) {
                break;
            }
            note_names(statement, &mut order);
        }
        let own = inner.own();
        let mut count = 0;
        let lowers = bases
            .iter()
            .any(|base| matches!(base, Value::Path(path) if path.ends_with("StrEnum")));
        let mut attributes: Vec<(String, Value)> = Vec::new();
        for name in order {
            if attributes.iter().any(|(known, _)| *known == name) {
                continue;
            }
            let Some(value) = own.get(&name) else {
                continue;
            };
            count += 1;
            let is_auto = matches!(value, Value::Path(path) if &**path == "enum.auto()");
            let value = match value {
                _ if is_auto && lowers => Value::text(name.to_lowercase()),
                _ if is_auto => Value::Int(count),
                value => value.clone(),
            };
            attributes.push((name, value));
        }
        let annotated = definition
            .body
            .iter()
            .filter_map(|statement| match statement {
                Stmt::AnnAssign(assign) => match &*assign.target {
                    Syntax::Name(name) => Some(Value::text(name.id.as_str())),
                    _ => None,
                },
                _ => None,
            });
        attributes.push((
            "__annotations__".to_owned(),
            Value::Tuple(annotated.collect()),
        ));
        Ok(Value::Class(Rc::new(Class {
            name: definition.name.to_string(),
            bases,
            attributes: RefCell::new(attributes),
            is_enum,
            table: RefCell::new(None),
        })))
    }

    /// `Class(…)`.
    pub fn instantiate(&mut self, class: &Rc<Class>, args: Args) -> Run<Value> {
        if class.is_enum {
            return self.enum_member(class, &args);
        }
        if let Some(made) = self.own_type(class, &args)? {
            return Ok(made);
        }
        let span = args.span;
        let value = self.object(class, args)?;
        match self.compiled(&value, class, span)? {
            Some(Value::Str(sql)) if is_ddl(class) => Ok(Value::Expr(Rc::new(Expr::text(sql)))),
            Some(Value::Str(sql)) => Ok(Value::Expr(Rc::new(Expr::Verbatim(sql)))),
            Some(Value::Unknown(unknown)) => Ok(Value::Unknown(unknown)),
            Some(_) => Ok(Value::unknown("is compiled in a way that is not read")),
            None => Ok(value),
        }
    }

    /// An object as its `__init__` leaves it.
    pub fn object(&mut self, class: &Rc<Class>, args: Args) -> Run<Value> {
        let instance = Instance::of(class, BTreeMap::new());
        let value = Value::Instance(instance.clone());
        if let Some(Value::Function(init)) = class.attribute("__init__") {
            let mut arguments = Args::one(value.clone(), args.span);
            arguments.extend(args);
            let level = std::mem::take(&mut self.super_level);
            let end = self.call_function(&init, arguments);
            self.super_level = level;
            return end.map(|_| value);
        }
        let fields = fields_of(class);
        let mut attributes = instance.attributes.borrow_mut();
        for (name, arg) in fields.into_iter().zip(&args.positional) {
            attributes.insert(name, arg.value.clone());
        }
        for (name, arg) in &args.keywords {
            attributes.insert(name.clone(), arg.value.clone());
        }
        drop(attributes);
        if let Some(Value::Function(rest)) = class.attribute("__post_init__") {
            let level = std::mem::take(&mut self.super_level);
            let end = self.call_function(&rest, Args::one(value.clone(), args.span));
            self.super_level = level;
            end?;
        }
        Ok(value)
    }

    /// `super().name(…)`: a method of a base in the file. What goes to a base elsewhere is kept for who makes the object.
    pub fn super_method(&mut self, instance: &Rc<Instance>, name: &str, args: Args) -> Run<Value> {
        let level = self.super_level + 1;
        if let Some(Value::Function(function)) = instance.class.definitions(name).get(level) {
            let mut arguments = Args::one(Value::Instance(instance.clone()), args.span);
            arguments.extend(args);
            self.super_level = level;
            let end = self.call_function(function, arguments);
            self.super_level = level - 1;
            return end;
        }
        if name == "__init__" {
            *instance.handed_up.borrow_mut() = Some(args);
            return Ok(Value::None);
        }
        Ok(Value::Handle(super::super::value::Handle::Inert))
    }

    /// What `@compiles(Class, "postgresql")` makes of an object.
    pub fn compiled(&mut self, value: &Value, class: &Rc<Class>, span: Span) -> Run<Option<Value>> {
        let Some(Value::Function(compiles)) = class.attribute(COMPILED) else {
            return Ok(None);
        };
        let mut arguments = Args::one(value.clone(), span);
        let compiler = Unknown::data("is made by SQLAlchemy's compiler");
        arguments.push(Value::Unknown(compiler), span);
        self.call_function(&compiles, arguments).map(Some)
    }

    fn enum_member(&mut self, class: &Rc<Class>, args: &Args) -> Run<Value> {
        let Some(wanted) = args.positional.first() else {
            return Ok(Value::unknown("is a member of an enum that is not known"));
        };
        for (name, value) in class.members() {
            match value.equals(&wanted.value) {
                Ok(true) => return Ok(member(class, &name, value)),
                Ok(false) => {}
                Err(unknown) => return Ok(Value::Unknown(unknown)),
            }
        }
        raise("ValueError", format!("is not a valid {}", class.name))
    }

    /// An attribute of a class.
    pub fn class_attribute(&mut self, class: &Rc<Class>, name: &str) -> Value {
        if class.is_enum {
            if name == "__members__" {
                let pairs = class.members().into_iter();
                let pairs = pairs.map(|(name, value)| {
                    let member = member(class, &name, value);
                    (Value::text(name), member)
                });
                return Value::Dict(super::super::value::Shared::new(
                    pairs.collect(),
                    self.stretch,
                ));
            }
            if let Some((name, value)) = class.members().into_iter().find(|(own, _)| own == name) {
                return member(class, &name, value);
            }
        }
        match (name, class.attribute(name)) {
            ("__name__" | "__qualname__", _) => Value::text(class.name.as_str()),
            ("__table__", _) => match model(class) {
                Some(table) => Value::Table(table),
                None => Value::unknown("is the table of a class that has none"),
            },
            (_, Some(Value::Column(_))) => match model(class) {
                Some(table) => match table_column(class, &table, name) {
                    Some(column) => Value::Column(column),
                    None => Value::unknown("is a column that is not read"),
                },
                None => Value::unknown("is a column of a class without a table"),
            },
            (_, Some(value)) => value,
            (_, None) => Value::Unknown(Unknown::code(format!(
                "depends on `{}.{name}`, which is not part of this file",
                class.name
            ))),
        }
    }
}

/// The name under which a class keeps what `@compiles` made.
pub const COMPILED: &str = "<compiled>";

/// The fields of a dataclass in the order of its `__init__`: those of its bases first.
fn fields_of(class: &Class) -> Vec<String> {
    let mut fields: Vec<String> = Vec::new();
    for annotated in class.definitions("__annotations__").iter().rev() {
        let Value::Tuple(names) = annotated else {
            continue;
        };
        for name in names.iter().filter_map(Value::as_str) {
            if !fields.iter().any(|known| known == name) {
                fields.push(name.to_owned());
            }
        }
    }
    fields
}

fn is_ddl(class: &Class) -> bool {
    class
        .foreign_bases()
        .iter()
        .any(|base| matches!(base, Value::Path(path) if path.ends_with("DDLElement")))
}

fn is_enum_base(path: &str) -> bool {
    matches!(
        path,
        "enum.Enum" | "enum.IntEnum" | "enum.StrEnum" | "enum.Flag" | "enum.IntFlag"
    )
}

fn note_names(statement: &Stmt, order: &mut Vec<String>) {
    match statement {
        Stmt::Assign(assign) => {
            for target in &assign.targets {
                if let Syntax::Name(name) = target {
                    order.push(name.id.to_string());
                }
            }
        }
        Stmt::AnnAssign(assign) => {
            if let (Syntax::Name(name), Some(_)) = (&*assign.target, &assign.value) {
                order.push(name.id.to_string());
            }
        }
        Stmt::FunctionDef(function) => order.push(function.name.to_string()),
        Stmt::ClassDef(class) => order.push(class.name.to_string()),
        _ => {}
    }
}

/// The table of an ORM model: `__table__`, or `__tablename__` with its columns.
pub fn model(class: &Rc<Class>) -> Option<Rc<Table>> {
    if let Some(table) = class.table.borrow().as_ref() {
        return Some(table.clone());
    }
    let table = match (
        class.attribute("__table__"),
        class.attribute("__tablename__"),
    ) {
        (Some(Value::Table(table)), _) => table,
        (_, Some(Value::Str(name))) => {
            let mut table = Table::named(schema_of(class), name);
            table.columns = columns_of(class);
            Rc::new(table.adopted())
        }
        _ => return None,
    };
    *class.table.borrow_mut() = Some(table.clone());
    Some(table)
}

fn columns_of(class: &Class) -> Vec<Rc<Column>> {
    let inherited = class.bases.iter().filter_map(|base| match base {
        Value::Class(class) => Some(columns_of(class)),
        _ => None,
    });
    let inherited: Vec<Rc<Column>> = inherited.collect::<Vec<_>>().concat();
    let own = class.attributes.borrow();
    let own = own.iter().filter_map(|(name, value)| match value {
        Value::Column(column) if column.name.text.is_empty() => {
            let mut named = column.as_ref().clone();
            named.name = Rc::new(Traced::plain(name.as_str()));
            Some(Rc::new(named))
        }
        Value::Column(column) => Some(column.clone()),
        _ => None,
    });
    inherited.into_iter().chain(own).collect()
}

fn schema_of(class: &Class) -> Option<Rc<Traced>> {
    let options = match class.attribute("__table_args__")? {
        Value::Tuple(parts) => parts.last()?.clone(),
        other => other,
    };
    let Value::Dict(pairs) = options else {
        return None;
    };
    let pairs = pairs.known().ok()?;
    let (_, schema) = pairs
        .into_iter()
        .find(|(key, _)| key.as_str() == Some("schema"))?;
    match schema {
        Value::Str(name) => Some(name),
        _ => None,
    }
}

/// The column behind an attribute: it may have another name than the attribute.
fn table_column(class: &Class, table: &Table, attribute: &str) -> Option<Rc<Column>> {
    let name = match class.attribute(attribute)? {
        Value::Column(column) if !column.name.text.is_empty() => column.name.text.clone(),
        _ => attribute.to_owned(),
    };
    table.column(&name).cloned()
}
