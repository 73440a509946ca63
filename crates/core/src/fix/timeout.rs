//! A limit on the wait for locks.

use super::Fix;
use super::text::{Around, above_directives, insertion, line_start};
use crate::rules::{Context, Statement};

/// `SET LOCAL lock_timeout` before a statement. Outside a transaction it would do nothing, and `SET` would outlast the
/// migration: there a person has to choose.
pub fn lock_timeout(cx: &Context<'_>, statement: &Statement<'_>) -> Option<Fix> {
    (cx.in_transaction(statement) && !statement.is_nested()).then_some(())?;
    let around = Around::statement(cx, statement);
    let start = around.span.start as usize;
    let before = around
        .text
        .get(line_start(around.text, start)..start)?
        .trim();
    let line = if around.is_python(cx) {
        (around.slice().starts_with("op.") && before.is_empty()).then_some(())?;
        format!(
            "op.execute({})",
            around.string("SET LOCAL lock_timeout = '5s'")
        )
    } else {
        "SET LOCAL lock_timeout = '5s';".to_owned()
    };
    let start = above_directives(around.text, start);
    let edit = insertion(start, format!("{line}\n{}", around.indent()));
    Some(Fix::new(
        "Wait no longer than five seconds for a lock",
        vec![(around.file, edit)],
    ))
}
