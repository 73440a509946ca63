//! SQL: text to operations, and operations to text.

mod body;
mod bulk;
mod calls;
mod cursor;
mod execute;
#[cfg(test)]
mod forms;
mod gaps;
mod grammar;
mod keywords;
#[cfg(test)]
mod laws;
mod print;
mod psql;
mod refusal;
mod seen;
mod split;
mod template;
mod tokens;
pub mod value;

pub use body::{read_body, read_called_body};
pub use calls::{Calls, FunctionCall, calls};
pub use print::print;
pub use split::{Fragment, FragmentKind, Unclosed, comments, is_one_statement, split};

use crate::operation::{Opaque, OpaqueKind, Operation, TypeName};
use crate::text::{Origin, Span};
use cursor::Cursor;
use refusal::Refusal;
use template::Placeholders;

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
    let read_fragment = |fragment: Fragment| SqlStatement {
        span: fragment.span,
        operation: read_fragment(fragment, text),
    };
    split(text).into_iter().map(read_fragment).collect()
}

fn read_fragment(fragment: Fragment, text: &str) -> Operation {
    let written = fragment.span.slice(text);
    match fragment.kind {
        FragmentKind::Statement | FragmentKind::CopyWithData { .. } => read_statement(written),
        FragmentKind::PsqlCommand => psql::command(written),
        FragmentKind::Unterminated { what, opened } => {
            let start = fragment.span.start;
            let at = Span {
                start: opened.start - start,
                end: opened.end - start,
            };
            opaque(
                written,
                Refusal::syntax(format!("a {} starts here and never ends", what.noun()), at),
            )
        }
    }
}

/// Reads one statement; a final `;` and comments around it are allowed. Origins are relative to `text`.
pub fn read_statement(text: &str) -> Operation {
    let statement = text.trim_end().trim_end_matches(';');
    if let Some(operation) = read_long_insert(statement) {
        return operation;
    }
    let outcome = Cursor::new(statement).and_then(|mut cursor| {
        grammar::statement(&mut cursor).map_err(|refusal| cursor.weigh_own(refusal))
    });
    outcome.unwrap_or_else(|refusal| opaque(text, template::blame(statement, refusal)))
}

/// Reads one statement that a program sends together with values for each `:name` and `%(name)s` in it: where it changes
/// rows, everything but the values is known.
pub fn read_bound_statement(text: &str) -> Operation {
    let statement = text.trim_end().trim_end_matches(';');
    let cursor = Cursor::with_placeholders(statement, Placeholders::Values);
    let bound = cursor.and_then(|mut cursor| grammar::statement(&mut cursor));
    bound.unwrap_or_else(|_| read_statement(text))
}

/// Whether values are bound to a statement when it runs: as it stands PostgreSQL does not understand it.
pub fn has_bound_values(text: &str) -> bool {
    tokens::tokenize(text)
        .and_then(|read| template::bind(read.tokens, Placeholders::Anything))
        .is_err_and(|refusal| refusal.kind == OpaqueKind::Dynamic)
}

/// A long `INSERT` of literals, known by its first row.
fn read_long_insert(statement: &str) -> Option<Operation> {
    match read_statement(bulk::first_row(statement)?) {
        Operation::Insert(mut insert) => {
            statement.clone_into(&mut insert.sql);
            Some(Operation::Insert(insert))
        }
        _ => None,
    }
}

/// Reads a type: `varchar(20)[]`. None where the text is no type.
pub fn read_type(text: &str) -> Option<TypeName> {
    let mut cursor = Cursor::new(text).ok()?;
    let name = cursor.type_name().ok()?;
    cursor.at_end().then_some(name)
}

fn opaque(text: &str, refusal: Refusal) -> Operation {
    Operation::Opaque(Opaque {
        text: text.to_owned(),
        reason: refusal.reason,
        at: Origin(refusal.at),
        kind: refusal.kind,
        scope: refusal.scope,
    })
}
