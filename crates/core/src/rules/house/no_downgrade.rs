use crate::config::RuleLevel;
use crate::fix;
use crate::migration::{Direction, Ending, Half};
use crate::operation::TableAction;
use crate::project::Convention;
use crate::review::summary;
use crate::rules::fails::unnamed_constraint_drop;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};

/// A missing, empty or refusing downgrade.
pub const RULE: Rule = Rule {
    id: "no-downgrade",
    class: Class::House,
    level: RuleLevel::Error,
    title: "The migration cannot be undone",
    summary: "An upgrade that changes something needs a downgrade that undoes it.",
    checklist: &[6],
    fix: FixKind::Edit,
    page: page!("no-downgrade.md"),
    check: Check::Migration(check),
};

fn check(cx: &Context<'_>) -> Vec<Draft> {
    let migration = cx.migration();
    let done: Vec<Statement<'_>> = cx
        .up()
        .filter(|statement| statement.changes_schema() || statement.changes_rows())
        .filter(|statement| !only_validates(statement))
        .collect();
    if done.is_empty() {
        return Vec::new();
    }
    let schema_too = done.iter().any(Statement::changes_schema);
    let (fault, mild) = match (
        &migration.down,
        cx.state().down.as_ref().map(|run| &run.ending),
    ) {
        (Half::Missing, _) | (_, None) => ("has no downgrade", cx.is_snippet()),
        (_, Some(Ending::Empty)) => ("has a downgrade that does nothing", false),
        // A slip and no decision: a rule of its own.
        (_, Some(Ending::Raises(message))) if unnamed_constraint_drop::says_so(message) => {
            return Vec::new();
        }
        (_, Some(Ending::Raises(_))) => ("has a downgrade that refuses to run", true),
        (_, Some(Ending::Normal)) => return Vec::new(),
    };
    if !has_downgrades(cx) {
        return Vec::new();
    }
    let level = match (schema_too, mild) {
        (false, _) => RuleLevel::Info,
        (true, true) if cx.is_snippet() => RuleLevel::Info,
        (true, true) => RuleLevel::Warning,
        (true, false) => RuleLevel::Error,
    };
    let Some(place) = migration.down.place().or(migration.up.place()) else {
        return Vec::new();
    };
    let told: Vec<String> = done
        .iter()
        .take(SHOWN)
        .map(|statement| summary(statement.operation))
        .collect();
    let more = if done.len() > SHOWN { ", \u{2026}" } else { "" };
    let message = format!(
        "{} {fault}: after a bad deploy nothing takes this back: {}{more}.",
        name(cx),
        told.join(", ")
    );
    let help = "Write the downgrade: undo each step, the last one first. If it cannot be \
        undone, say so in an ignore comment and plan for a restore.";
    let draft = Draft::new(place, message)
        .in_half(Direction::Down)
        .help(help);
    vec![
        draft
            .about(&migration.header.revision)
            .level(level)
            .fix(fix::missing_downgrade(cx)),
    ]
}

/// A constraint that was validated may stay so: the code of before does not mind.
fn only_validates(statement: &Statement<'_>) -> bool {
    let actions = statement.table_actions();
    let validates = |action: &TableAction| matches!(action, TableAction::ValidateConstraint { .. });
    !actions.is_empty() && actions.iter().all(validates)
}

/// How many steps are named.
const SHOWN: usize = 3;

fn name(cx: &Context<'_>) -> String {
    if cx.is_snippet() {
        "This migration".to_owned()
    } else {
        format!("Migration {}", cx.migration().header.revision)
    }
}

/// Whether the project writes downgrades at all: some tools have none, with others it is a choice.
fn has_downgrades(cx: &Context<'_>) -> bool {
    let project = &cx.review().project;
    let some = project
        .migrations
        .iter()
        .any(|migration| migration.down != Half::Missing);
    match project.convention {
        Convention::Alembic
        | Convention::GolangMigrate
        | Convention::Popx
        | Convention::Diesel
        | Convention::Dbmate
        | Convention::Goose
        | Convention::SqlMigrate => true,
        Convention::Sqlx | Convention::Flyway | Convention::Liquibase => some,
        Convention::Prisma
        | Convention::Supabase
        | Convention::Atlas
        | Convention::SchemaDump
        | Convention::SingleSql => false,
    }
}
