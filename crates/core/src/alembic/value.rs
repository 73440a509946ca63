//! What a Python expression of a migration can be worth.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use ruff_python_ast::{Expr as Syntax, Parameters, Stmt};

use super::evaluate::Args;
use super::evaluate::scope::Scope;
use super::sqlalchemy::dml::Statement;
use super::sqlalchemy::expression::Expr;
use super::sqlalchemy::schema::{Column, Computed, Constraint, Index, Metadata, Sequence, Table};
use super::sqlalchemy::types::SqlType;
use super::traced::Traced;
use crate::text::Span;

/// A value that cannot be known without running the program, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Why, for a person: "depends on the rows of a query".
    pub reason: Rc<str>,
    /// What calling it may do.
    pub when_called: WhenCalled,
    /// What a string that is not known in full begins with.
    pub begins: Option<Rc<str>>,
    /// What it is called, of something the application defines: `shop.models.Money`.
    pub path: Option<Rc<str>>,
}

/// What calling an unknown value may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenCalled {
    /// Nothing to the database: a row, a string, a number.
    Nothing,
    /// Anything: it is code of the application.
    Anything,
}

impl Unknown {
    /// Data that is not known.
    pub fn data(reason: impl AsRef<str>) -> Self {
        Self {
            reason: reason.as_ref().into(),
            when_called: WhenCalled::Nothing,
            begins: None,
            path: None,
        }
    }

    /// Something that the application defines.
    pub fn application(path: impl AsRef<str>) -> Self {
        let path = path.as_ref();
        Self {
            path: Some(path.into()),
            ..Self::code(format!(
                "depends on `{path}`, which is not part of this file"
            ))
        }
    }

    /// A string of which only the beginning is known.
    pub fn beginning(self, text: &str) -> Self {
        Self {
            begins: Some(text.into()),
            when_called: WhenCalled::Nothing,
            path: None,
            ..self
        }
    }

    /// Code that is not known.
    pub fn code(reason: impl AsRef<str>) -> Self {
        Self {
            reason: reason.as_ref().into(),
            when_called: WhenCalled::Anything,
            begins: None,
            path: None,
        }
    }
}

/// Something known, or why it is not.
pub type Known<T> = Result<T, Unknown>;

/// A value.
#[derive(Clone, Debug)]
pub enum Value {
    /// `None`.
    None,
    /// `...`.
    Ellipsis,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// A string.
    Str(Rc<Traced>),
    /// Bytes.
    Bytes(Rc<[u8]>),
    /// A tuple.
    Tuple(Rc<[Value]>),
    /// A list.
    List(Rc<Shared<Vec<Value>>>),
    /// A set, in the order in which its elements came.
    Set(Rc<Shared<Vec<Value>>>),
    /// A dictionary, in the order in which its keys came.
    Dict(Rc<Shared<Vec<(Value, Value)>>>),
    /// A function of the file.
    Function(Rc<Function>),
    /// A class of the file.
    Class(Rc<Class>),
    /// An object of a class of the file.
    Instance(Rc<Instance>),
    /// A name of a library that we know, by its dotted path: `sqlalchemy.Column`.
    Path(Rc<str>),
    /// A method of a value, not yet called.
    Method(Rc<Method>),
    /// A handle of Alembic's or SQLAlchemy's.
    Handle(Handle),
    /// A column type.
    Type(Rc<SqlType>),
    /// `sa.Column(…)`.
    Column(Rc<Column>),
    /// `sa.ForeignKeyConstraint(…)` and its kin.
    Constraint(Rc<Constraint>),
    /// `sa.Index(…)`.
    Index(Rc<Index>),
    /// `sa.Table(…)`, `sa.table(…)`.
    Table(Rc<Table>),
    /// `sa.MetaData()`.
    Metadata(Rc<Metadata>),
    /// `sa.Sequence(…)`, also what `Identity` has.
    Sequence(Rc<Sequence>),
    /// `sa.Computed(…)`.
    Computed(Rc<Computed>),
    /// An SQL expression.
    Expr(Rc<Expr>),
    /// `sa.select(…)`, `table.update()`, ….
    Statement(Rc<Statement>),
    /// Not known.
    Unknown(Unknown),
}

/// Something that can be changed in place.
#[derive(Debug)]
pub struct Shared<T> {
    /// What it holds.
    pub content: RefCell<T>,
    /// The uncertain stretch of code it was made in: a change from within another leaves its content unknown.
    pub stretch: u32,
    /// Why its content is no longer known, if so.
    pub doubt: RefCell<Option<Unknown>>,
}

impl<T> Shared<T> {
    /// A new one.
    pub fn new(content: T, stretch: u32) -> Rc<Self> {
        Rc::new(Self {
            content: RefCell::new(content),
            stretch,
            doubt: RefCell::new(None),
        })
    }
}

impl<T: Clone> Shared<T> {
    /// What it holds.
    pub fn known(&self) -> Known<T> {
        match &*self.doubt.borrow() {
            Some(unknown) => Err(unknown.clone()),
            None => Ok(self.content.borrow().clone()),
        }
    }
}

/// A function or lambda of the file.
#[derive(Debug)]
pub struct Function {
    /// Its name; `<lambda>` for a lambda.
    pub name: String,
    /// Its parameters.
    pub parameters: Parameters,
    /// The values of the defaults, by parameter.
    pub defaults: BTreeMap<String, Value>,
    /// What it does.
    pub body: Body,
    /// Where it was made.
    pub scope: Scope,
    /// Whether calling it makes a generator: its `yield`s are its list of values.
    pub yields: bool,
    /// What its decorators make of it.
    pub kind: FunctionKind,
}

/// What decorators make of a function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FunctionKind {
    /// Nothing: a function, or a method of an object.
    #[default]
    Plain,
    /// `@contextmanager`.
    ContextManager,
    /// `@classmethod`.
    OfClass,
    /// `@staticmethod`.
    Static,
}

/// What a function does.
#[derive(Debug)]
pub enum Body {
    /// A block.
    Block(Vec<Stmt>),
    /// A lambda's expression.
    Expression(Box<Syntax>),
}

/// A class of the file.
#[derive(Debug)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// Its bases.
    pub bases: Vec<Value>,
    /// Its attributes in the order written.
    pub attributes: RefCell<Vec<(String, Value)>>,
    /// Whether it is an `enum.Enum`.
    pub is_enum: bool,
    /// What `Cls.__table__` is, once it was asked for.
    pub table: RefCell<Option<Rc<Table>>>,
}

impl Class {
    /// An attribute of its own or of a base in the file.
    pub fn attribute(&self, name: &str) -> Option<Value> {
        let own = self.attributes.borrow();
        if let Some((_, value)) = own.iter().rev().find(|(key, _)| key == name) {
            return Some(value.clone());
        }
        self.bases.iter().find_map(|base| match base {
            Value::Class(class) => class.attribute(name),
            _ => None,
        })
    }

    /// What an attribute is in this class and its bases in the file, in the order in which they are asked.
    pub fn definitions(&self, name: &str) -> Vec<Value> {
        let own = self.attributes.borrow();
        let own = own.iter().rev().find(|(key, _)| key == name);
        let own = own.map(|(_, value)| value.clone());
        let inherited = self.bases.iter().flat_map(|base| match base {
            Value::Class(class) => class.definitions(name),
            _ => Vec::new(),
        });
        own.into_iter().chain(inherited).collect()
    }

    /// The first base, own or inherited, that is not a class of the file.
    pub fn foreign_bases(&self) -> Vec<Value> {
        let each = self.bases.iter().map(|base| match base {
            Value::Class(class) => class.foreign_bases(),
            other => vec![other.clone()],
        });
        each.collect::<Vec<_>>().concat()
    }

    /// The members of an enum: names and values in the order written.
    pub fn members(&self) -> Vec<(String, Value)> {
        let inherited = self.bases.iter().flat_map(|base| match base {
            Value::Class(class) if class.is_enum => class.members(),
            _ => Vec::new(),
        });
        let own = self.attributes.borrow();
        let own = own.iter().filter(|(name, value)| {
            !name.starts_with("__") && !matches!(value, Value::Function(_) | Value::Class(_))
        });
        inherited.chain(own.cloned()).collect()
    }
}

/// An object of a class of the file; for an enum one of its members.
#[derive(Debug)]
pub struct Instance {
    /// Its class.
    pub class: Rc<Class>,
    /// Its attributes.
    pub attributes: RefCell<BTreeMap<String, Value>>,
    /// What its `__init__` gave to that of a base elsewhere.
    pub handed_up: RefCell<Option<Args>>,
}

impl Instance {
    /// A new one.
    pub fn of(class: &Rc<Class>, attributes: BTreeMap<String, Value>) -> Rc<Self> {
        Rc::new(Self {
            class: class.clone(),
            attributes: RefCell::new(attributes),
            handed_up: RefCell::default(),
        })
    }
}

/// A method of a value.
#[derive(Debug)]
pub struct Method {
    /// The value.
    pub receiver: Value,
    /// The name of the method.
    pub name: String,
    /// Where the receiver stands.
    pub span: Span,
}

/// Handles of Alembic's and SQLAlchemy's that migrations pass around.
#[derive(Clone, Debug)]
pub enum Handle {
    /// `op.get_bind()`, `op.get_context().bind`, `session.connection()`: a connection.
    Bind,
    /// `bind.dialect`.
    Dialect,
    /// `op.get_context()`, `context.get_context()`.
    Context,
    /// `context.get_context().impl`.
    Impl,
    /// `sa.inspect(bind)`.
    Inspector,
    /// `orm.Session(bind=bind)`.
    Session(Rc<Session>),
    /// `op.batch_alter_table(…)`.
    Batch(Rc<Batch>),
    /// `op.get_context().autocommit_block()`.
    AutocommitBlock,
    /// A transaction, a logger, a progress bar: its methods do nothing that matters here.
    Inert,
    /// `bind.dialect.identifier_preparer`.
    Preparer,
    /// What an executed statement gives in offline mode: nothing.
    NoResult,
}

/// An ORM session: the objects added to it and not yet sent.
#[derive(Debug, Default)]
pub struct Session {
    /// What `add` and `add_all` were given, with the place.
    pub pending: RefCell<Vec<(Value, Span)>>,
}

/// `op.batch_alter_table(…)`.
#[derive(Debug)]
pub struct Batch {
    /// The table.
    pub table: Rc<Traced>,
    /// Its schema.
    pub schema: Option<Rc<Traced>>,
}

impl Value {
    /// A string that comes from nowhere in particular.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Str(Rc::new(Traced::plain(text)))
    }

    /// Data that is not known.
    pub fn unknown(reason: impl AsRef<str>) -> Self {
        Self::Unknown(Unknown::data(reason))
    }

    /// Whether it is true, as `if` asks.
    pub fn truth(&self) -> Known<bool> {
        Ok(match self {
            Self::None => false,
            Self::Bool(value) => *value,
            Self::Int(value) => *value != 0,
            Self::Float(value) => *value != 0.0,
            Self::Str(text) => !text.text.is_empty(),
            Self::Bytes(bytes) => !bytes.is_empty(),
            Self::Tuple(items) => !items.is_empty(),
            Self::List(items) | Self::Set(items) => !items.known()?.is_empty(),
            Self::Dict(items) => !items.known()?.is_empty(),
            Self::Handle(Handle::NoResult) => false,
            Self::Unknown(unknown) => return Err(unknown.clone()),
            Self::Instance(_)
            | Self::Ellipsis
            | Self::Function(_)
            | Self::Class(_)
            | Self::Path(_)
            | Self::Method(_)
            | Self::Handle(_)
            | Self::Type(_)
            | Self::Column(_)
            | Self::Constraint(_)
            | Self::Index(_)
            | Self::Table(_)
            | Self::Metadata(_)
            | Self::Sequence(_)
            | Self::Computed(_)
            | Self::Expr(_)
            | Self::Statement(_) => true,
        })
    }

    /// Whether two values are equal, as `==` says.
    pub fn equals(&self, other: &Self) -> Known<bool> {
        Ok(match (self, other) {
            (Self::Unknown(unknown), _) | (_, Self::Unknown(unknown)) => {
                return Err(unknown.clone());
            }
            (Self::None, Self::None) => true,
            (Self::Str(a), Self::Str(b)) => a.text == b.text,
            (Self::Bytes(a), Self::Bytes(b)) => a == b,
            (Self::Tuple(a), Self::Tuple(b)) => same_items(a, b)?,
            (Self::List(a), Self::List(b)) => same_items(&a.known()?, &b.known()?)?,
            (Self::Set(a), Self::Set(b)) => {
                let (a, b) = (a.known()?, b.known()?);
                a.len() == b.len() && contains_all(&a, &b)?
            }
            (Self::Dict(a), Self::Dict(b)) => {
                let (a, b) = (a.known()?, b.known()?);
                let pairs = |items: Vec<(Self, Self)>| -> Vec<Self> {
                    let pairs = items.into_iter();
                    pairs.map(|(k, v)| Self::Tuple([k, v].into())).collect()
                };
                a.len() == b.len() && contains_all(&pairs(a), &pairs(b))?
            }
            (Self::Path(a), Self::Path(b)) => a == b,
            (Self::Function(a), Self::Function(b)) => Rc::ptr_eq(a, b),
            (Self::Class(a), Self::Class(b)) => Rc::ptr_eq(a, b),
            (Self::Instance(a), Self::Instance(b)) => {
                Rc::ptr_eq(a, b)
                    || (a.class.is_enum
                        && Rc::ptr_eq(&a.class, &b.class)
                        && a.text("name") == b.text("name"))
            }
            (Self::Instance(a), b) | (b, Self::Instance(a)) => match a.member_value() {
                // class Colour(str, Enum): a member equals its value
                Some(value) if !matches!(b, Self::None) => value.equals(b)?,
                _ => false,
            },
            _ => match (self.number(), other.number()) {
                (Some(a), Some(b)) => a.partial_cmp(&b) == Some(std::cmp::Ordering::Equal),
                _ => false,
            },
        })
    }

    /// A number, also a truth value.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Bool(value) => Some(f64::from(u8::from(*value))),
            Self::Int(value) => Some(*value as f64),
            Self::Float(value) => Some(*value),
            _ => None,
        }
    }

    /// A string's text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(&text.text),
            _ => None,
        }
    }

    /// What `for` runs over.
    pub fn items(&self) -> Known<Vec<Self>> {
        match self {
            Self::Tuple(items) => Ok(items.to_vec()),
            Self::List(items) | Self::Set(items) => items.known(),
            Self::Dict(items) => Ok(items.known()?.into_iter().map(|(key, _)| key).collect()),
            Self::Str(text) => Ok(text.text.chars().map(Self::text).collect()),
            Self::Class(class) if class.is_enum => Ok(class
                .members()
                .into_iter()
                .map(|(_, member)| member)
                .collect()),
            Self::Table(table) => Ok(table.columns.iter().cloned().map(Self::Column).collect()),
            Self::Unknown(unknown) => Err(unknown.clone()),
            _ => Err(Unknown::data("loops over something that is not read")),
        }
    }

    /// Whether it is, or holds, a way to the database: what is given one may do anything with it.
    pub fn reaches_database(&self) -> bool {
        match self {
            Self::Handle(handle) => !matches!(
                handle,
                Handle::Inert | Handle::Dialect | Handle::Preparer | Handle::NoResult
            ),
            Self::Path(path) => &**path == "alembic.op",
            Self::Tuple(items) => items.iter().any(Self::reaches_database),
            Self::List(items) | Self::Set(items) => {
                items.content.borrow().iter().any(Self::reaches_database)
            }
            Self::Method(method) => method.receiver.reaches_database(),
            _ => false,
        }
    }

    /// What it is called in Python.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::None => "NoneType",
            Self::Ellipsis => "ellipsis",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float",
            Self::Str(_) => "str",
            Self::Bytes(_) => "bytes",
            Self::Tuple(_) => "tuple",
            Self::List(_) => "list",
            Self::Set(_) => "set",
            Self::Dict(_) => "dict",
            Self::Function(_) | Self::Method(_) => "function",
            Self::Class(_) => "type",
            _ => "object",
        }
    }
}

impl Instance {
    /// The text of an attribute.
    fn text(&self, name: &str) -> Option<String> {
        let attributes = self.attributes.borrow();
        attributes.get(name)?.as_str().map(str::to_owned)
    }

    /// The value of an enum's member.
    pub fn member_value(&self) -> Option<Value> {
        if !self.class.is_enum {
            return None;
        }
        self.attributes.borrow().get("value").cloned()
    }
}

fn same_items(a: &[Value], b: &[Value]) -> Known<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    for (a, b) in a.iter().zip(b) {
        if !a.equals(b)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn contains_all(all: &[Value], some: &[Value]) -> Known<bool> {
    for item in some {
        if !contains(all, item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether one of the items equals the value.
pub fn contains(items: &[Value], value: &Value) -> Known<bool> {
    let mut doubt = None;
    for item in items {
        match item.equals(value) {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(unknown) => doubt = Some(unknown),
        }
    }
    match doubt {
        Some(unknown) => Err(unknown),
        None => Ok(false),
    }
}
