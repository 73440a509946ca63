//! Adding an index.

use super::Fix;
use super::text::{Around, insertion};
use crate::migration::{FileId, Half};
use crate::operation::{Operation, TableAction, quote_identifier};
use crate::rules::{Context, Statement};
use crate::schema::Table;
use crate::text::Edit;

/// PostgreSQL keeps this many bytes of a name.
const LONGEST_NAME: usize = 63;

/// An index on columns of a table, after the statement that made it necessary; and its removal in the downgrade, unless
/// that drops the table anyway.
pub fn missing_index(
    cx: &Context<'_>,
    statement: &Statement<'_>,
    table: &Table,
    columns: &[String],
) -> Option<Fix> {
    let around = Around::statement(cx, statement);
    let name = index_name(cx, table, columns)?;
    let title = format!(
        "Add an index on {} ({})",
        table.object_name(),
        columns.join(", ")
    );
    let mut edits = vec![creation(cx, &around, table, &name, columns)?];
    if !goes_with_the_downgrade(cx, table, columns) {
        edits.push(removal(cx, table, &name)?);
    }
    Some(Fix::new(title, edits))
}

/// The edit that adds the index.
pub(super) fn creation(
    cx: &Context<'_>,
    around: &Around<'_>,
    table: &Table,
    name: &str,
    columns: &[String],
) -> Option<(FileId, Edit)> {
    let indent = around.indent();
    if around.is_python(cx) {
        // Only after a call of its own: a call in a loop or inside another one would be something else.
        around.slice().starts_with("op.").then_some(())?;
        let schema = match table.schema.as_str() {
            "public" => String::new(),
            schema => format!(", schema={}", around.string(schema)),
        };
        let call = format!(
            "op.create_index({}, {}, {}{schema})",
            around.string(name),
            around.string(&table.name),
            around.strings(columns)
        );
        return Some(around.insert_after(&format!("{indent}{call}")));
    }
    let quoted: Vec<String> = columns
        .iter()
        .map(|column| quote_identifier(column))
        .collect();
    let sql = format!(
        "CREATE INDEX {} ON {} ({});",
        quote_identifier(name),
        table.object_name(),
        quoted.join(", ")
    );
    Some(around.insert_after(&format!("{indent}{sql}")))
}

/// `ix_table_columns`, unless it is taken or too long.
pub(super) fn index_name(cx: &Context<'_>, table: &Table, columns: &[String]) -> Option<String> {
    let name = format!("ix_{}_{}", table.name, columns.join("_"));
    let taken = cx
        .after()
        .relation_at(&crate::schema::ObjectName::new(&table.schema, &name))
        .is_some();
    (name.len() <= LONGEST_NAME && !taken).then_some(name)
}

/// Whether the downgrade drops the table or the columns, and the index with them, or there is no downgrade.
fn goes_with_the_downgrade(cx: &Context<'_>, table: &Table, columns: &[String]) -> bool {
    let name = table.object_name();
    let drops = |statement: Statement<'_>| {
        match statement.operation {
        Operation::DropTable(drop) => drop.names.iter().any(|dropped| statement.resolve(dropped) == name),
        Operation::AlterTable(alter) if statement.resolve(&alter.name) == name => alter.actions.iter().any(|action| {
            matches!(action, TableAction::DropColumn { column, .. } if columns.contains(column))
        }),
        _ => false,
    }
    };
    cx.down().next().is_none() || cx.down().any(drops)
}

/// The edit that removes the index at the start of the downgrade.
fn removal(cx: &Context<'_>, table: &Table, name: &str) -> Option<(FileId, Edit)> {
    let first = cx.down().next()?;
    let around = Around::statement(cx, &first);
    let indent = around.indent();
    let start = around.span.start as usize;
    let line = match cx.migration().down {
        Half::Function(_) => format!(
            "op.drop_index({}, table_name={})",
            around.string(name),
            around.string(&table.name)
        ),
        _ => format!(
            "DROP INDEX {};",
            crate::schema::ObjectName::new(&table.schema, name)
        ),
    };
    Some((around.file, insertion(start, format!("{line}\n{indent}"))))
}
