//! Names of constraints: those that PostgreSQL would give, so that the schema stays the same.

use super::Fix;
use super::text::{Around, insertion};
use crate::migration::Place;
use crate::operation::{Constraint, ConstraintKind, quote_identifier};
use crate::rules::{Context, Statement};
use crate::schema::{ObjectName, Table};
use crate::text::{Edit, Span};

/// The calls whose first argument is a constraint's name.
const MAKERS: [&str; 4] = [
    "op.create_unique_constraint",
    "op.create_check_constraint",
    "op.create_foreign_key",
    "op.create_exclude_constraint",
];

/// The calls that take a constraint's name as `name=`.
const DEFINITIONS: [&str; 4] = [
    "sa.UniqueConstraint",
    "sa.CheckConstraint",
    "sa.ForeignKeyConstraint",
    "sa.ForeignKey",
];

/// Writes the name that PostgreSQL would give.
pub fn constraint_name(
    cx: &Context<'_>,
    statement: &Statement<'_>,
    table: &ObjectName,
    constraint: &Constraint,
) -> Option<Fix> {
    let name = given_name(statement, table, constraint)?;
    let place = statement.place_of(constraint.origin);
    let around = Around::place(cx, place);
    let edit = if around.is_python(cx) {
        python_name(&around, &name)?
    } else {
        sql_name(&around, &name)?
    };
    Some(Fix::new(
        format!("Name it {name}, as PostgreSQL would"),
        vec![(around.file, edit)],
    ))
}

/// The name of the only constraint of the table that the statement makes and that says the same.
fn given_name(
    statement: &Statement<'_>,
    table: &ObjectName,
    constraint: &Constraint,
) -> Option<String> {
    let before = statement.before().tables.get(table);
    let after = statement.after().tables.get(table)?;
    let old: Vec<&String> = before.map(|table| names(table)).unwrap_or_default();
    let same: Vec<&String> = match &constraint.kind {
        ConstraintKind::Unique(key) => after
            .unique_constraints
            .iter()
            .filter(|made| key.columns.is_empty() || made.columns == key.columns)
            .map(|made| &made.name)
            .collect(),
        ConstraintKind::ForeignKey(key) => after
            .foreign_keys
            .iter()
            .filter(|made| key.columns.is_empty() || made.columns == key.columns)
            .map(|made| &made.name)
            .collect(),
        ConstraintKind::Check { .. } => after
            .check_constraints
            .iter()
            .map(|made| &made.name)
            .collect(),
        ConstraintKind::Exclude(_) => after
            .exclusion_constraints
            .iter()
            .map(|made| &made.name)
            .collect(),
        ConstraintKind::PrimaryKey(_) | ConstraintKind::NotNull { .. } => return None,
    };
    let new: Vec<&String> = same
        .into_iter()
        .filter(|name| !old.contains(name))
        .collect();
    match new.as_slice() {
        [name] => Some((*name).clone()),
        _ => None,
    }
}

/// The names of a table's constraints.
fn names(table: &Table) -> Vec<&String> {
    let keys = table.unique_constraints.iter().map(|made| &made.name);
    let references = table.foreign_keys.iter().map(|made| &made.name);
    let checks = table.check_constraints.iter().map(|made| &made.name);
    let exclusions = table.exclusion_constraints.iter().map(|made| &made.name);
    keys.chain(references)
        .chain(checks)
        .chain(exclusions)
        .collect()
}

fn python_name(around: &Around<'_>, name: &str) -> Option<Edit> {
    let call = around.slice();
    let start = around.span.start as usize;
    let open = call.find('(')?;
    let function = call.get(..open)?;
    if MAKERS.contains(&function) {
        return replaced_none(call, start, open + 1, &around.string(name));
    }
    let body = call.get(..call.len().checked_sub(1)?)?;
    (DEFINITIONS.contains(&function) && call.ends_with(')')).then_some(())?;
    let end = body.trim_end().len();
    let comma = if body.trim_end().ends_with(',') {
        " "
    } else {
        ", "
    };
    Some(insertion(
        start + end,
        format!("{comma}name={}", around.string(name)),
    ))
}

/// `None` as the first argument of a call, replaced.
fn replaced_none(call: &str, start: usize, arguments: usize, text: &str) -> Option<Edit> {
    let rest = call.get(arguments..)?;
    let space = rest.len() - rest.trim_start().len();
    let from = start + arguments + space;
    rest.trim_start()
        .strip_prefix("None")?
        .trim_start()
        .starts_with(',')
        .then_some(())?;
    Some(Edit {
        span: Span::new(from, from + "None".len()),
        text: text.to_owned(),
    })
}

fn sql_name(around: &Around<'_>, name: &str) -> Option<Edit> {
    let written = around.slice().trim_start().to_ascii_uppercase();
    let known = ["CHECK", "UNIQUE", "FOREIGN", "REFERENCES", "EXCLUDE"];
    known
        .iter()
        .any(|word| written.starts_with(word))
        .then_some(())?;
    Some(insertion(
        around.span.start as usize,
        format!("CONSTRAINT {} ", quote_identifier(name)),
    ))
}

/// Writes the name into `op.drop_constraint(None, "table", …)`: that of the only constraint of the table that the upgrade makes.
pub fn dropped_name(cx: &Context<'_>, call: Place) -> Option<Fix> {
    let text = cx.text(call.file);
    let rest = text.get(call.span.start as usize..)?;
    let arguments = rest.strip_prefix("drop_constraint(")?;
    let mut parts = arguments.split(',');
    let (first, second) = (parts.next()?, parts.next()?.trim());
    (first.trim() == "None").then_some(())?;
    let quote = second.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let table = second.strip_prefix(quote)?.split(quote).next()?;
    let after = cx
        .after()
        .tables
        .iter()
        .filter(|(name, _)| name.name == table)
        .collect::<Vec<_>>();
    let [(name, after)] = after.as_slice() else {
        return None;
    };
    let before = cx.before().tables.get(*name);
    let old = before.map(|table| names(table)).unwrap_or_default();
    let new: Vec<&String> = names(after)
        .into_iter()
        .filter(|name| !old.contains(name))
        .collect();
    let [made] = new.as_slice() else {
        return None;
    };
    let start = call.span.start as usize + "drop_constraint(".len();
    let from = start + (first.len() - first.trim_start().len());
    let edit = Edit {
        span: Span::new(from, from + "None".len()),
        text: Around::place(cx, call).string(made),
    };
    Some(Fix::new(
        format!("Drop {made}, which the upgrade makes"),
        vec![(call.file, edit)],
    ))
}
