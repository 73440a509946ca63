//! SQL: text to operations, and operations to text.

mod split;

pub use split::{Fragment, FragmentKind, Unclosed, comments, split};

use crate::operation::{Opaque, OpaqueKind, OpaqueScope, Operation};
use crate::text::{Origin, Span};

/// One statement of a script and what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlStatement {
    /// Where it stands: no comments before it, no `;` after it.
    pub span: Span,
    /// What it does. Its origins are relative to the start of `span`.
    pub operation: Operation,
}

/// Reads every statement of a script, in order. Never fails: what cannot be read is [`Operation::Opaque`].
pub fn read(text: &str) -> Vec<SqlStatement> {
    split(text)
        .into_iter()
        .map(|fragment| SqlStatement {
            span: fragment.span,
            operation: read_statement(fragment.span.slice(text)),
        })
        .collect()
}

/// Reads one statement; a final `;` and comments around it are allowed. Origins are relative to `text`.
pub fn read_statement(text: &str) -> Operation {
    Operation::Opaque(Opaque {
        text: text.to_owned(),
        reason: "not read yet".to_owned(),
        at: Origin::default(),
        kind: OpaqueKind::NotModelled,
        scope: OpaqueScope::Anything,
    })
}

/// Prints an operation as SQL, without a final semicolon.
pub fn print(operation: &Operation) -> String {
    match operation {
        Operation::Opaque(opaque) => opaque.text.clone(),
        Operation::Unmodelled(statement) => statement.sql.clone(),
        _ => String::new(),
    }
}
