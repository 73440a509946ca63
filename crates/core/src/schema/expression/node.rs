//! Expressions with the types of all their parts, as PostgreSQL's analysis leaves them.

use super::data_type::DataType;
use crate::schema::ObjectName;

/// A part of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub kind: Kind,
    /// Its type, with a modifier where that is known.
    pub data_type: DataType,
}

impl Node {
    pub(super) fn new(kind: Kind, data_type: DataType) -> Self {
        Self { kind, data_type }
    }

    pub(super) fn boolean(kind: Kind) -> Self {
        Self::new(kind, DataType::named("boolean"))
    }

    /// `NULL` before its place gives it a type.
    pub(super) fn null() -> Self {
        Self::new(Kind::Constant(None), DataType::unknown())
    }

    pub(super) fn is_constant(&self) -> bool {
        matches!(self.kind, Kind::Constant(_))
    }
}

/// Whether a cast was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CastForm {
    /// PostgreSQL put it there.
    Implicit,
    /// It was written.
    Explicit,
}

/// How a function call is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CallSyntax {
    /// `f(a, b)`.
    Plain,
    /// `(a AT TIME ZONE b)`; the zone is the first argument.
    AtTimeZone,
    /// `EXTRACT(field FROM a)`.
    Extract,
    /// `SUBSTRING(a FROM b FOR c)`.
    Substring,
    /// `TRIM(BOTH b FROM a)` and its kin.
    Trim(&'static str),
    /// `POSITION((b) IN (a))`.
    Position,
    /// `OVERLAY(a PLACING b FROM c FOR d)`.
    Overlay,
}

/// Kinds of parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A column.
    Column(String),
    /// `VALUE` in a domain's check.
    DomainValue,
    /// A constant, as its type's output function prints it; none for `NULL`.
    Constant(Option<String>),
    /// A keyword that is a value: `CURRENT_TIMESTAMP(3)`.
    Keyword(String),
    /// A function call. `home` is none for PostgreSQL's own functions.
    Call {
        home: Option<ObjectName>,
        name: String,
        arguments: Vec<Node>,
        syntax: CallSyntax,
        variadic: bool,
    },
    /// An operator; `left` is none for a prefix operator.
    Operator {
        home: Option<ObjectName>,
        name: String,
        left: Option<Box<Node>>,
        right: Box<Node>,
    },
    /// `left op ANY (right)` or `ALL`.
    Quantified {
        home: Option<ObjectName>,
        name: String,
        all: bool,
        left: Box<Node>,
        right: Box<Node>,
    },
    /// `AND`.
    And(Vec<Node>),
    /// `OR`.
    Or(Vec<Node>),
    /// `NOT`.
    Not(Box<Node>),
    /// `IS NULL`, `IS NOT TRUE`, …; `shows_casts` where PostgreSQL prints the implicit casts below.
    Test {
        argument: Box<Node>,
        words: &'static str,
    },
    /// `IS DISTINCT FROM`.
    Distinct(Box<Node>, Box<Node>),
    /// `NULLIF`.
    NullIf(Box<Node>, Box<Node>),
    /// `COALESCE`, `GREATEST`, `LEAST`.
    Choice(&'static str, Vec<Node>),
    /// `CASE`.
    Case {
        argument: Option<Box<Node>>,
        branches: Vec<(Node, Node)>,
        otherwise: Box<Node>,
    },
    /// `ARRAY[…]`.
    Array(Vec<Node>),
    /// A cast.
    Cast {
        argument: Box<Node>,
        form: CastForm,
        /// Whether it only makes a value fit a modifier.
        length: bool,
    },
    /// `argument COLLATE "C"`.
    Collate(Box<Node>, String),
    /// `argument[index]`.
    Element(Box<Node>, Box<Node>),
    /// Something of a known type that cannot be printed: a subquery.
    Opaque,
}
