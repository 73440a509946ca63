//! Enum types that nothing creates, and those that nobody drops.

use super::Fix;
use super::text::{Around, insertion, line_start};
use crate::migration::{FileId, Half};
use crate::operation::TableAction;
use crate::rules::{Context, Statement};
use crate::schema::{ObjectName, Schema};
use crate::text::Edit;

/// `sa.Enum(…).create(op.get_bind())` before the column that is of the type, and its removal at the end of the downgrade.
pub fn create_enum(cx: &Context<'_>, statement: &Statement<'_>) -> Option<Fix> {
    let [TableAction::AddColumn { column, .. }] = statement.table_actions() else {
        return None;
    };
    let around = Around::statement(cx, statement);
    let start = around.span.start as usize;
    let before = around
        .text
        .get(line_start(around.text, start)..start)?
        .trim();
    let plain = around.is_python(cx)
        && around.slice().starts_with("op.add_column(")
        && before.is_empty()
        && !statement.is_nested();
    plain.then_some(())?;
    let definition = enum_call(around.slice())?;
    let mut edits = vec![(
        around.file,
        insertion(
            start,
            format!("{definition}.create(op.get_bind())\n{}", around.indent()),
        ),
    )];
    let schema = column.data_type.schema.clone();
    let name = ObjectName::new(
        schema.as_deref().unwrap_or("public"),
        &column.data_type.name,
    );
    if cx.migration().down.place().is_some() {
        edits.push(removal(cx, &name)?);
    }
    Some(Fix::new(format!("Create the type {name} first"), edits))
}

/// The only `sa.Enum(…)` or `postgresql.ENUM(…)` of a call, whole.
fn enum_call(call: &str) -> Option<&str> {
    let mut found = ["sa.Enum(", "postgresql.ENUM("]
        .into_iter()
        .flat_map(|maker| call.match_indices(maker));
    let (at, maker) = found.next()?;
    found.next().is_none().then_some(())?;
    let mut depth = 1_usize;
    let mut quote: Option<char> = None;
    for (offset, c) in call.get(at + maker.len()..)?.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), '\\') => return None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return call.get(at..=at + maker.len() + offset);
        }
    }
    None
}

/// Drops a type at the end of the downgrade, where nothing uses it any more.
pub fn drop_enum(cx: &Context<'_>, name: &ObjectName) -> Option<Fix> {
    let after = &cx.state().down.as_ref()?.schema;
    (!is_used(after, name)).then_some(())?;
    Some(Fix::new(
        format!("Drop the type {name} at the end of the downgrade"),
        vec![removal(cx, name)?],
    ))
}

fn is_used(schema: &Schema, name: &ObjectName) -> bool {
    let bare = name.name.as_str();
    let is = |data_type: &str| {
        let element = data_type.trim_end_matches("[]");
        element
            .rsplit('.')
            .next()
            .map(|last| last.trim_matches('"'))
            == Some(bare)
    };
    let mut columns = schema.tables.values().flat_map(|table| &table.columns);
    columns.any(|column| is(&column.data_type))
}

/// The edit that drops a type after the last statement of the downgrade.
fn removal(cx: &Context<'_>, name: &ObjectName) -> Option<(FileId, Edit)> {
    let last = cx
        .down()
        .filter(|statement| !statement.is_nested())
        .last()?;
    let around = Around::statement(cx, &last);
    let indent = around.indent();
    if !around.is_python(cx) {
        return Some(around.insert_after(&format!("{indent}DROP TYPE {name};")));
    }
    // Only after a call that stands in the function itself: one in a block or a loop would be followed inside of it.
    let Half::Function(function) = cx.migration().down else {
        return None;
    };
    let outer = Around::place(cx, function).indent().len();
    let plain = around.slice().starts_with("op.") && around.indent().len() == outer + 4;
    plain.then_some(())?;
    let schema = match name.schema.as_str() {
        "public" => String::new(),
        schema => format!(", schema={}", around.string(schema)),
    };
    Some(around.insert_after(&format!(
        "{indent}sa.Enum(name={}{schema}).drop(op.get_bind())",
        around.string(&name.name)
    )))
}
