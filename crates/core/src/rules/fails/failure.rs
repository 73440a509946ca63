//! Refusals of the simulated catalog, told apart: each rule of this class takes its own kind.

use super::elsewhere::Elsewhere;
use crate::config::RuleLevel;
use crate::migration::Direction;
use crate::operation::{AlterTable, Certainty, ConstraintKind, Operation, TableAction, TypeKind};
use crate::rules::finding::constraints;
use crate::rules::{Context, Draft, Statement};
use crate::schema::{Note, Object, ObjectKind, WillFail};

/// Why a statement is refused, as far as it makes a difference for what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// `ALTER COLUMN TYPE` of a column that something else depends on.
    TypeChangeBlocked,
    /// `ALTER COLUMN TYPE` whose default has no cast.
    DefaultUncastable,
    /// `ALTER COLUMN TYPE` without a cast.
    NeedsUsing,
    /// `CREATE OR REPLACE FUNCTION` with another result or other names.
    FunctionReplacement,
    /// `CREATE OR REPLACE VIEW` that changes columns.
    ViewReplacement,
    /// `DROP` of what others depend on.
    DropBlocked,
    /// `DROP INDEX` of a constraint's index.
    IndexOfConstraint,
    /// A column named twice.
    DuplicateColumn,
    /// `CREATE TYPE` of an enum that is there.
    EnumExists,
    /// A type that was never made.
    TypeNotFound,
    /// A foreign key to columns that are not unique.
    TargetNotUnique,
    /// A foreign key between types that do not compare.
    ForeignKeyTypes,
    /// A name that is taken.
    Exists,
    /// A name that nothing has.
    NotFound,
    /// A key of a partitioned table without its partition columns.
    PartitionKey,
    /// `REFRESH … CONCURRENTLY` without a unique index.
    RefreshNeedsUnique,
    /// Anything else.
    Other,
}

/// What kind of refusal this is: by PostgreSQL's error code and the statement that met it.
pub fn refusal(operation: &Operation, error: &WillFail) -> Refusal {
    match error.sqlstate {
        "42704" if error.message.starts_with("type ") && !names_type(operation) => {
            Refusal::TypeNotFound
        }
        "42P01" | "42703" | "42704" | "42883" | "3F000" => Refusal::NotFound,
        "42701"
            if matches!(operation, Operation::CreateTable(_))
                || error.message.ends_with("specified more than once") =>
        {
            Refusal::DuplicateColumn
        }
        "42710" if makes_enum(operation) => Refusal::EnumExists,
        "42P07" | "42701" | "42710" | "42723" | "42P06" => Refusal::Exists,
        "2BP01" if matches!(operation, Operation::DropIndex(_)) => Refusal::IndexOfConstraint,
        "2BP01" => Refusal::DropBlocked,
        _ if error.message.contains("part of the partition key") && sets_type(operation) => {
            Refusal::TypeChangeBlocked
        }
        _ if error.message.contains("part of the partition key") => Refusal::DropBlocked,
        "42830" => Refusal::TargetNotUnique,
        "42846" => Refusal::NeedsUsing,
        "42804" if sets_type(operation) && error.message.starts_with("default") => {
            Refusal::DefaultUncastable
        }
        "42804" if sets_type(operation) => Refusal::NeedsUsing,
        "42804" if has_foreign_key(operation) => Refusal::ForeignKeyTypes,
        "0A000" if sets_type(operation) => Refusal::TypeChangeBlocked,
        "0A000"
            if error
                .message
                .contains("unique constraint on partitioned table") =>
        {
            Refusal::PartitionKey
        }
        "42P16" if matches!(operation, Operation::CreateView(_)) => Refusal::ViewReplacement,
        "42P13" => Refusal::FunctionReplacement,
        "55000" if matches!(operation, Operation::RefreshMaterializedView(_)) => {
            Refusal::RefreshNeedsUnique
        }
        _ => Refusal::Other,
    }
}

fn makes_enum(operation: &Operation) -> bool {
    matches!(operation, Operation::CreateType(create) if matches!(create.kind, TypeKind::Enum(_)))
}

/// Whether a statement is about a type itself, so that none was forgotten before a use of it.
fn names_type(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::DropType(_) | Operation::AlterType(_) | Operation::Comment(_)
    )
}

fn sets_type(operation: &Operation) -> bool {
    let sets = |action: &TableAction| matches!(action, TableAction::SetType { .. });
    matches!(operation, Operation::AlterTable(AlterTable { actions, .. }) if actions.iter().any(sets))
}

fn has_foreign_key(operation: &Operation) -> bool {
    constraints(operation)
        .iter()
        .any(|constraint| matches!(constraint.kind, ConstraintKind::ForeignKey(_)))
}

/// The statements that are refused for this reason, up and down, with PostgreSQL's message; `help` says what to do.
pub fn refused(cx: &Context<'_>, kind: Refusal, help: &str) -> Vec<Draft> {
    let failing = cx
        .both()
        .filter(|statement| !statement.is_nested())
        .filter_map(|statement| {
            let error = statement.outcome.result.as_ref().err()?;
            (refusal(&statement.outcome.step.operation, error) == kind)
                .then_some((statement, error))
        });
    let drafts: Vec<Draft> = failing
        .filter_map(
            |(statement, error)| match Elsewhere::of(cx, &statement, error) {
                None => Some(draft(cx, &statement, error, help)),
                Some(elsewhere) => uncertain(&statement, error, &elsewhere),
            },
        )
        .collect();
    folded(drafts)
}

/// So many refusals of one kind are told one by one in one half.
const TOLD: usize = 5;

/// Where much is refused for one kind of reason, one cause is behind most of it, and what follows never runs: the rest is
/// named at the last that is told.
fn folded(drafts: Vec<Draft>) -> Vec<Draft> {
    let mut told: Vec<Draft> = Vec::new();
    for direction in [Direction::Up, Direction::Down] {
        let mut half = drafts
            .iter()
            .filter(|draft| draft.direction == Some(direction));
        told.extend(half.by_ref().take(TOLD).cloned());
        let rest = half.map(|draft| (draft.place, "refused too".to_owned()));
        let rest: Vec<_> = rest.collect();
        if let Some(last) = told.last_mut().filter(|_| !rest.is_empty()) {
            last.message = format!(
                "{} Refused too, though never reached: {} more after it.",
                last.message,
                rest.len()
            );
            last.related.extend(rest);
        }
    }
    told
}

fn draft(cx: &Context<'_>, statement: &Statement<'_>, error: &WillFail, help: &str) -> Draft {
    let half = match statement.direction {
        Direction::Up => "PostgreSQL refuses this",
        Direction::Down => "When the downgrade runs, PostgreSQL refuses this",
    };
    let draft = statement.say(format!("{half}: {error}.")).help(help);
    let draft = match quoted(&error.message) {
        Some(name) => {
            let draft = draft.about(name);
            match taken_along(cx, statement, name) {
                Some((cause, object)) => {
                    draft.related(cause.place(), format!("{object} went along here"))
                }
                None => draft,
            }
        }
        None => draft,
    };
    if statement.certainty == Certainty::Always {
        draft
    } else {
        draft.level(RuleLevel::Warning)
    }
}

/// What PostgreSQL refuses unless something that is not at hand makes what is missing.
fn uncertain(statement: &Statement<'_>, error: &WillFail, elsewhere: &Elsewhere) -> Option<Draft> {
    let (level, unless, help) = match elsewhere {
        Elsewhere::Tool | Elsewhere::ToldBase => return None,
        Elsewhere::Extension(name) => (
            RuleLevel::Info,
            format!("extension {name} is there, which no migration at hand creates"),
            "Say in the deployment's notes that the extension must be there, or begin with CREATE EXTENSION IF NOT EXISTS.",
        ),
        Elsewhere::Base(names) => (
            RuleLevel::Info,
            format!(
                "what these migrations start from is made elsewhere: {} names are used and never made, among them {}",
                names.len(),
                names
                    .iter()
                    .take(TOLD)
                    .cloned()
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
            "Nothing is known of these tables. Put the SQL or the migration that makes them before the others.",
        ),
        Elsewhere::Convention => (
            RuleLevel::Warning,
            "a naming convention in env.py gives a constraint this name".to_owned(),
            "Copy MetaData(naming_convention=\u{2026}) to naming_convention under [alembic] in retort.toml.",
        ),
    };
    let draft = statement.say(format!(
        "PostgreSQL refuses this ({error}), unless {unless}."
    ));
    let draft = match quoted(&error.message) {
        Some(name) => draft.about(name),
        None => draft,
    };
    Some(draft.help(help).level(level))
}

/// The first name in quotes.
fn quoted(message: &str) -> Option<&str> {
    message.split('"').nth(1)
}

/// The earlier statement of the same half that silently dropped an object of this name.
fn taken_along<'a>(
    cx: &Context<'a>,
    statement: &Statement<'a>,
    name: &str,
) -> Option<(Statement<'a>, &'a Object)> {
    cx.earlier(statement).find_map(|earlier| {
        let notes = earlier.outcome.result.as_ref().ok()?;
        let object = notes.iter().find_map(|note| match note {
            Note::TakenAlong { object, .. }
                if object.name.name == name && object.kind != ObjectKind::Column =>
            {
                Some(object)
            }
            _ => None,
        });
        Some((earlier, object?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::read_statement;

    #[test]
    fn codes_and_statements_tell_refusals_apart() {
        let kind = |sql: &str, sqlstate: &'static str, message: &str| {
            refusal(&read_statement(sql), &WillFail::new(sqlstate, message))
        };
        assert_eq!(
            kind("DROP TABLE a", "42P01", "table \"a\" does not exist"),
            Refusal::NotFound
        );
        assert_eq!(
            kind(
                "DROP TABLE a",
                "2BP01",
                "cannot drop table a because other objects depend on it"
            ),
            Refusal::DropBlocked
        );
        assert_eq!(
            kind("SELECT 1", "42704", "type \"mood\" does not exist"),
            Refusal::TypeNotFound
        );
        assert_eq!(kind("SELECT 1", "22P02", "anything"), Refusal::Other);
    }
}
