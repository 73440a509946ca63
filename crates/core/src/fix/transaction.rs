//! Taking a statement out of Alembic's transaction.

use super::Fix;
use super::text::{Around, insertion, line_start};
use crate::rules::{Context, Statement};

/// Puts a call into `with op.get_context().autocommit_block():`.
pub fn autocommit_block(cx: &Context<'_>, statement: &Statement<'_>) -> Option<Fix> {
    let around = Around::statement(cx, statement);
    let call = around.slice();
    // The lines of a string that spans several must stay as they are.
    let plain = around.is_python(cx)
        && call.starts_with("op.")
        && !call.contains("\"\"\"")
        && !call.contains("'''");
    let start = line_start(around.text, around.span.start as usize);
    let before = around.text.get(start..around.span.start as usize)?;
    (plain && before.trim().is_empty() && !statement.is_nested()).then_some(())?;
    let indent = around.indent();
    let mut edits = vec![(
        around.file,
        insertion(
            start,
            format!("{indent}with op.get_context().autocommit_block():\n    "),
        ),
    )];
    let mut at = around.span.start as usize;
    for line in call.split_inclusive('\n') {
        at += line.len();
        if line.ends_with('\n') {
            edits.push((around.file, insertion(at, "    ")));
        }
    }
    Some(Fix::new("Put it into an autocommit_block()", edits))
}
