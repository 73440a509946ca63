//! Adding columns to `CREATE TABLE`.

use super::text::{Around, insertion};
use super::{Fix, index};
use crate::operation::quote_identifier;
use crate::rules::{Context, Creation, Tenancy};

/// The tenant column with its foreign key and its index.
pub fn tenant_column(
    cx: &Context<'_>,
    creation: &Creation<'_>,
    tenancy: Tenancy<'_>,
) -> Option<Fix> {
    let columns = [tenancy.column.to_owned()];
    let known = |name: &str| cx.after().tables.keys().any(|table| table.name == name);
    let references = cx.is_open_world() || known(tenancy.table);
    let around = Around::statement(cx, &creation.statement);
    let line = if around.is_python(cx) {
        let uuid = python_uuid(&around)?;
        let key = if references {
            format!(
                ", sa.ForeignKey({}, ondelete={})",
                around.string(&format!("{}.id", tenancy.table)),
                around.string("CASCADE")
            )
        } else {
            String::new()
        };
        format!(
            "sa.Column({}, {uuid}{key}, nullable=False)",
            around.string(tenancy.column)
        )
    } else {
        let key = if references {
            format!(
                " REFERENCES {} (id) ON DELETE CASCADE",
                quote_identifier(tenancy.table)
            )
        } else {
            String::new()
        };
        format!("{} uuid NOT NULL{key}", quote_identifier(tenancy.column))
    };
    let after = creation.definition.columns.first()?;
    let name = index::index_name(cx, creation.table, &columns)?;
    let edits = vec![
        column_after(cx, creation, &after.name, &[line])?,
        index::creation(cx, &around, creation.table, &name, &columns)?,
    ];
    let title = format!(
        "Add {} to {}, with its foreign key and an index",
        tenancy.column,
        creation.name()
    );
    Some(Fix::new(title, edits))
}

/// The columns that every table has, as far as their definition is known.
pub fn required_columns(
    cx: &Context<'_>,
    creation: &Creation<'_>,
    missing: &[&str],
) -> Option<Fix> {
    let around = Around::statement(cx, &creation.statement);
    let python = around.is_python(cx);
    let line = |column: &&str| match *column {
        "id" if creation.table.primary_key.is_some() => None,
        "id" if python => Some(format!(
            "sa.Column({}, {}, primary_key=True, server_default=sa.text({}))",
            around.string("id"),
            python_uuid(&around)?,
            around.string("gen_random_uuid()")
        )),
        "id" => Some("id uuid PRIMARY KEY DEFAULT gen_random_uuid()".to_owned()),
        "created_at" | "updated_at" if python => Some(format!(
            "sa.Column({}, sa.TIMESTAMP(timezone=True), nullable=False, \
                server_default=sa.text({}))",
            around.string(column),
            around.string("now()")
        )),
        "created_at" | "updated_at" => Some(format!("{column} timestamptz NOT NULL DEFAULT now()")),
        _ => None,
    };
    let lines: Vec<String> = missing.iter().map(line).collect::<Option<_>>()?;
    let last = creation.definition.columns.last()?;
    let edit = column_after(cx, creation, &last.name, &lines)?;
    Some(Fix::new(
        format!("Add {} to {}", missing.join(", "), creation.name()),
        vec![edit],
    ))
}

/// New lines in the list of columns, after one of them.
fn column_after(
    cx: &Context<'_>,
    creation: &Creation<'_>,
    column: &str,
    lines: &[String],
) -> Option<(crate::migration::FileId, crate::text::Edit)> {
    let place = creation.place_of_column(column);
    let statement = creation.statement.outcome.step.place;
    // A place that is the whole statement is no place to write at.
    (place != statement && statement.span.contains(place.span)).then_some(())?;
    let around = Around::place(cx, place);
    let written = around.slice();
    let known = if around.is_python(cx) {
        written.starts_with("sa.Column(") && written.ends_with(')')
    } else {
        written.contains(column)
    };
    known.then_some(())?;
    let indent = around.indent();
    let text: String = lines
        .iter()
        .map(|line| format!(",\n{indent}{line}"))
        .collect();
    Some((place.file, insertion(place.span.end as usize, text)))
}

/// How this file writes the type.
fn python_uuid(around: &Around<'_>) -> Option<String> {
    let imported = |name: &str| {
        around.text.lines().any(|line| {
            line.starts_with("from sqlalchemy.dialects")
                && !super::text::words(line, name).is_empty()
        })
    };
    around
        .text
        .contains("import sqlalchemy as sa")
        .then_some(())?;
    Some(if imported("UUID") {
        "UUID(as_uuid=True)".to_owned()
    } else if imported("postgresql") && around.text.contains("dialects import postgresql") {
        "postgresql.UUID(as_uuid=True)".to_owned()
    } else {
        "sa.Uuid()".to_owned()
    })
}
