//! SQLAlchemy's constructs, rendered as its PostgreSQL dialect renders them.
//!
//! Checked against SQLAlchemy 2.0; where 1.4 differs it is said.

pub mod bind;
pub mod ddl;
pub mod dml;
pub mod expression;
mod implied;
pub mod naming;
pub mod operator;
pub mod quote;
pub mod schema;
pub mod select;
mod text;
pub mod types;

use super::traced::Traced;
use super::value::Unknown;

/// Why a construct could not be rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It depends on something that is not known.
    Unknown(Unknown),
    /// SQLAlchemy or Alembic refuses it: the script fails here when it runs.
    Refused(String),
}

impl Trouble {
    /// A refusal, with the message of the library.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::Refused(message.into())
    }

    /// Something that is not known, with the reason.
    pub fn unknown(reason: impl AsRef<str>) -> Self {
        Self::Unknown(Unknown::data(reason))
    }
}

impl From<Unknown> for Trouble {
    fn from(unknown: Unknown) -> Self {
        Self::Unknown(unknown)
    }
}

/// SQL, or why there is none.
pub type Rendered = Result<Traced, Trouble>;

/// How literals are written.
///
/// Without a connection SQLAlchemy cannot ask for `standard_conforming_strings` and doubles backslashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Literals {
    /// Whether backslashes are doubled.
    pub doubles_backslashes: bool,
    /// Whether a parameter without a value is written as `:name`; otherwise it is refused.
    pub keeps_parameters: bool,
}

impl Literals {
    /// A string literal.
    pub fn text(self, text: &Traced) -> Traced {
        let mut literal = Traced::plain("'");
        let escaped =
            text.text.contains('\'') || (self.doubles_backslashes && text.text.contains('\\'));
        if escaped {
            let mut body = text.text.replace('\'', "''");
            if self.doubles_backslashes {
                body = body.replace('\\', "\\\\");
            }
            let start = literal.text.len();
            literal.push_str(&body);
            if let Some((_, source)) = text.origins.first() {
                let whole = text
                    .origins
                    .iter()
                    .fold(*source, |all, (_, part)| all.union(*part));
                literal.mark(start, whole);
            }
        } else {
            literal.push(text);
        }
        literal.push_str("'");
        literal
    }
}
