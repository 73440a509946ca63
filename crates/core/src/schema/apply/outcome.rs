use std::fmt;

use crate::operation::quote_identifier;
use crate::schema::{ObjectName, Schema};

/// What an operation leaves behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The state after it.
    pub schema: Schema,
    /// What happened beside what the statement says, in order.
    pub notes: Vec<Note>,
}

/// Something a statement did without saying so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// Went with what was dropped: by `CASCADE`, or because it belonged to it.
    TakenAlong {
        /// What went.
        object: Object,
        /// Whether it went by `CASCADE` only.
        by_cascade: bool,
    },
    /// `IF NOT EXISTS` found it.
    Exists {
        /// What was there.
        object: Object,
        /// Whether it is defined otherwise than the statement says; none where that is not known.
        differs: Option<bool>,
    },
    /// `IF EXISTS` did not find it.
    Missing {
        /// What was not there.
        object: Object,
    },
    /// No statement made it; it is assumed to exist.
    Assumed {
        /// What is assumed.
        object: Object,
    },
    /// PostgreSQL chose its name.
    Named {
        /// What was made.
        object: Object,
    },
    /// An expression that could not be brought into PostgreSQL's form: it stands in the schema as it was written.
    KeptAsWritten {
        /// The expression.
        text: String,
    },
    /// A block caught the error of a statement in it: all that the block did is undone.
    Caught {
        /// The error.
        refusal: WillFail,
    },
    /// What the statement does depends on what is not known: the state after it is not certain.
    Uncertain {
        /// Why, for a person.
        reason: String,
    },
}

/// PostgreSQL would certainly refuse the statement on this state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WillFail {
    /// The error code: `42P07`.
    pub sqlstate: &'static str,
    /// PostgreSQL's message: `relation "shelf" already exists`.
    pub message: String,
    /// PostgreSQL's detail: `view recent_loans depends on table loan`.
    pub detail: Option<String>,
}

impl WillFail {
    /// Without a detail.
    pub fn new(sqlstate: &'static str, message: impl Into<String>) -> Self {
        Self {
            sqlstate,
            message: message.into(),
            detail: None,
        }
    }
}

impl fmt::Display for WillFail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.detail {
            Some(detail) => write!(f, " ({detail})"),
            None => Ok(()),
        }
    }
}

/// Names one object of the catalog.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Object {
    /// What it is.
    pub kind: ObjectKind,
    /// Its name; of something on a table the table's schema and its own name. Functions carry their argument types.
    pub name: ObjectName,
    /// The table (or view, or domain) it stands on.
    pub on: Option<ObjectName>,
}

impl Object {
    /// An object with a name of its own in its schema.
    pub fn new(kind: ObjectKind, name: &ObjectName) -> Self {
        Self {
            kind,
            name: name.clone(),
            on: None,
        }
    }

    /// Something that belongs to a table, view or domain.
    pub fn on(kind: ObjectKind, name: &str, on: &ObjectName) -> Self {
        Self {
            kind,
            name: ObjectName::new(&on.schema, name),
            on: Some(on.clone()),
        }
    }
}

/// Kinds of objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is PostgreSQL's own word")]
pub enum ObjectKind {
    Schema,
    Extension,
    Type,
    Domain,
    Sequence,
    Table,
    Column,
    /// The default of a column.
    Default,
    Constraint,
    Index,
    Trigger,
    Policy,
    Statistics,
    View,
    MaterializedView,
    Function,
}

impl ObjectKind {
    /// PostgreSQL's word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Extension => "extension",
            Self::Type | Self::Domain => "type",
            Self::Sequence => "sequence",
            Self::Table => "table",
            Self::Column => "column",
            Self::Default => "default value for column",
            Self::Constraint => "constraint",
            Self::Index => "index",
            Self::Trigger => "trigger",
            Self::Policy => "policy",
            Self::Statistics => "statistics object",
            Self::View => "view",
            Self::MaterializedView => "materialized view",
            Self::Function => "function",
        }
    }
}

/// As PostgreSQL describes it: `constraint loan_pkey on table loan`.
impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = self.kind.word();
        match (self.kind, &self.on) {
            (ObjectKind::Function, _) => write!(f, "{word} {}", self.name.name),
            (ObjectKind::Schema | ObjectKind::Extension, _) => {
                write!(f, "{word} {}", quote_identifier(&self.name.name))
            }
            (ObjectKind::Column | ObjectKind::Default, Some(on)) => {
                write!(
                    f,
                    "{word} {} of table {on}",
                    quote_identifier(&self.name.name)
                )
            }
            (ObjectKind::Constraint | ObjectKind::Trigger | ObjectKind::Policy, Some(on)) => {
                write!(
                    f,
                    "{word} {} on table {on}",
                    quote_identifier(&self.name.name)
                )
            }
            _ => write!(f, "{word} {}", self.name),
        }
    }
}
