//! A reversal as the text of a downgrade.

use super::{Grade, Reversal};
use crate::alembic;
use crate::alembic::print::Types;
use crate::migration::{Half, Migration};
use crate::operation::{Operation, quote_literal};
use crate::sql;

/// What a downgrade is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// The body of an Alembic script's `downgrade()`.
    Alembic,
    /// SQL.
    Sql,
}

impl Language {
    /// The language that a migration's upgrade is written in.
    pub fn of(migration: &Migration) -> Self {
        match migration.up {
            Half::Function(_) => Self::Alembic,
            Half::Sql(_) | Half::Missing => Self::Sql,
        }
    }
}

/// The downgrade, with comments that say what it does not bring back. An irreversible one raises an error that says why.
pub fn write(reversal: &Reversal, language: Language) -> String {
    match language {
        Language::Sql => write_sql(reversal),
        Language::Alembic => write_alembic(reversal),
    }
}

fn write_sql(reversal: &Reversal) -> String {
    let mut parts = vec![remarks(&reversal.grade, "--")];
    if let Grade::Irreversible { why } = &reversal.grade {
        let message = quote_literal(&irreversible(why));
        parts.push(format!(
            "DO $$ BEGIN RAISE EXCEPTION USING MESSAGE = {message}; END $$;\n"
        ));
    }
    let statements = reversal.operations.iter().map(sql::print);
    parts.extend(statements.map(|statement| format!("{statement};\n")));
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

fn write_alembic(reversal: &Reversal) -> String {
    format!(
        "def downgrade() -> None:\n{}",
        alembic_body(reversal, "    ")
    )
}

/// The lines of the function behind this indentation.
pub(crate) fn alembic_body(reversal: &Reversal, indentation: &str) -> String {
    let mut body = remarks(&reversal.grade, "#");
    if let Grade::Irreversible { why } = &reversal.grade {
        body.push_str(&format!(
            "raise NotImplementedError({})\n",
            python_string(&irreversible(why))
        ));
    }
    for operation in &reversal.operations {
        body.push_str(&alembic_call(operation, &reversal.types));
    }
    if body.lines().all(|line| line.starts_with('#')) {
        body.push_str("pass\n");
    }
    indented(&body, indentation)
}

/// Puts every line behind an indentation but those inside a string, which are part of its value.
fn indented(code: &str, indentation: &str) -> String {
    let mut out = String::with_capacity(code.len());
    let mut in_string = false;
    for line in code.split_inclusive('\n') {
        if !in_string && !line.trim().is_empty() {
            out.push_str(indentation);
        }
        out.push_str(line);
        // A quote that stands behind a backslash is not one of three.
        if line.replace("\\\"", "").matches("\"\"\"").count() % 2 == 1 {
            in_string = !in_string;
        }
    }
    out
}

fn irreversible(why: &[String]) -> String {
    let reasons: Vec<String> = why
        .iter()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    format!("This migration cannot be undone: {}", reasons.join("; "))
}

/// Comment lines for what is lost.
fn remarks(grade: &Grade, mark: &str) -> String {
    match grade {
        Grade::Exact => String::new(),
        Grade::SchemaOnly { lost } => {
            format!(
                "{mark} Brings back the schema, but not:\n{}",
                list(lost, mark)
            )
        }
        Grade::Reordered { lost } => format!(
            "{mark} Brings back the schema, but not:\n{mark}   the order of columns: those that come back stand last\n{}",
            list(lost, mark)
        ),
        Grade::Irreversible { .. } => {
            format!("{mark} What follows the error is as much as could be worked out.\n")
        }
    }
}

fn list(lines: &[String], mark: &str) -> String {
    let lines = lines
        .iter()
        .map(|line| format!("{mark}   {}\n", line.replace(['\n', '\r'], " ")));
    lines.collect()
}

/// A statement as a call, where these types exist.
pub(crate) fn alembic_call(operation: &Operation, types: &Types) -> String {
    let concurrent = match operation {
        Operation::CreateIndex(create) => create.concurrently,
        Operation::DropIndex(drop) => drop.concurrently,
        _ => false,
    };
    let calls = alembic::print::calls(operation, types);
    match calls {
        Some(calls) if concurrent => format!(
            "with op.get_context().autocommit_block():\n    {}\n",
            calls.replace('\n', "\n    ")
        ),
        Some(calls) => format!("{calls}\n"),
        None if concurrent => format!(
            "with op.get_context().autocommit_block():\n    {}\n",
            execute(&sql::print(operation))
        ),
        None => format!("{}\n", execute(&sql::print(operation))),
    }
}

/// `op.execute` of any SQL. `op.execute` takes `:name` for a parameter, so a colon before a name is escaped.
pub(crate) fn execute(sql: &str) -> String {
    let mut escaped = String::with_capacity(sql.len());
    let mut previous = ' ';
    let mut rest = sql.chars().peekable();
    while let Some(c) = rest.next() {
        let before_name = rest
            .peek()
            .is_some_and(|next| next.is_alphabetic() || *next == '_');
        if c == ':' && previous != ':' && !previous.is_alphanumeric() && before_name {
            escaped.push('\\');
        }
        escaped.push(c);
        previous = c;
    }
    format!("op.execute({})", python_string(&escaped))
}

/// A Python string literal; over several lines in triple quotes.
pub(crate) fn python_string(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('\r', "\\r");
    if text.contains('\n') {
        let closing = if escaped.ends_with('"') { "\\\n" } else { "" };
        return format!(
            "\"\"\"{}{closing}\"\"\"",
            escaped.replace("\"\"\"", "\\\"\\\"\\\"")
        );
    }
    if escaped.contains('"') && !escaped.contains('\'') {
        format!("'{escaped}'")
    } else {
        format!("\"{}\"", escaped.replace('"', "\\\""))
    }
}
