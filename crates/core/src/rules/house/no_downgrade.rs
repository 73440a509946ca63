use crate::config::RuleLevel;
use crate::fix;
use crate::migration::{Direction, Ending, Half, Place};
use crate::operation::{Operation, TableAction};
use crate::project::Convention;
use crate::review::{Review, RevisionState, summary};
use crate::rules::expression::demands_null;
use crate::rules::fails::unnamed_constraint_drop;
use crate::rules::habits::Habit;
use crate::rules::statement::statements;
use crate::rules::{Check, Class, Context, Draft, FixKind, Rule, Statement};
use crate::schema::{ObjectName, Schema, diff};

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
    let Some(mut missing) = missing(cx.review_of_run(), cx.state()) else {
        return Vec::new();
    };
    if leaves_only_rows(cx, &missing.undone) {
        missing
            .undone
            .retain(|statement| !statement.changes_schema());
    }
    let needless = || missing.undone.iter().all(fills_gaps) || fills_what_goes(cx, &missing);
    if !has_downgrades(cx) || (missing.fault == Fault::Empty && needless()) {
        return Vec::new();
    }
    let Some(place) = migration.down.place().or(migration.up.place()) else {
        return Vec::new();
    };
    if let Some(habit) = cx.no_downgrades() {
        return match habit.is_told_at(cx.position()) {
            true => vec![of_the_project(cx, place, habit)],
            false => Vec::new(),
        };
    }
    let (fault, mild) = match missing.fault {
        Fault::None => ("has no downgrade", cx.is_snippet()),
        Fault::Empty => ("has a downgrade that does nothing", false),
        Fault::Refuses => (
            "has a downgrade that raises an error, so nothing gets back past it",
            true,
        ),
    };
    let schema_too = missing.undone.iter().any(Statement::changes_schema);
    let level = match (schema_too, mild) {
        (false, _) => RuleLevel::Info,
        (true, true) if cx.is_snippet() => RuleLevel::Info,
        (true, true) => RuleLevel::Warning,
        (true, false) => RuleLevel::Error,
    };
    let message = format!(
        "{} {fault}: after a bad deploy nothing takes this back: {}.",
        name(cx),
        steps(&missing.undone)
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

/// Whether rows change, and what changes of tables, such as a column that helps with them, is gone again in the end.
fn leaves_only_rows(cx: &Context<'_>, undone: &[Statement<'_>]) -> bool {
    let (schema, rows): (Vec<_>, Vec<_>) = undone.iter().partition(|one| one.changes_schema());
    // Of other objects the catalog may not hold all.
    let is_of_tables = |statement: &&Statement<'_>| {
        matches!(
            statement.operation,
            Operation::CreateTable(_)
                | Operation::AlterTable(_)
                | Operation::DropTable(_)
                | Operation::CreateIndex(_)
                | Operation::DropIndex(_)
        )
    };
    !rows.is_empty()
        && schema.iter().all(is_of_tables)
        && diff(cx.before(), cx.after(), &[]).is_empty()
}

/// The first of the steps that would be undone, each once.
fn steps(undone: &[Statement<'_>]) -> String {
    let mut told: Vec<String> = Vec::new();
    for step in undone.iter().map(|statement| summary(statement.operation)) {
        if !told.contains(&step) {
            told.push(step);
        }
        if told.len() > SHOWN {
            break;
        }
    }
    let more = told.len() > SHOWN;
    told.truncate(SHOWN);
    let end = if more { ", \u{2026}" } else { "" };
    format!("{}{end}", told.join(", "))
}

/// Whether an `UPDATE` gives a column a value only where it has none: the code of before works with both, since both were there.
fn fills_gaps(statement: &Statement<'_>) -> bool {
    let Operation::Update(update) = statement.operation else {
        return false;
    };
    let Some(predicate) = &update.predicate else {
        return false;
    };
    let mut columns = update.assignments.iter().map(|(column, _)| column);
    !update.assignments.is_empty() && columns.all(|column| demands_null(predicate, column))
}

/// Whether all that would be undone is values in columns, or rows in tables, that the migration before made and whose
/// downgrade takes them away: going back past that one leaves nothing of them.
fn fills_what_goes(cx: &Context<'_>, missing: &Missing<'_>) -> bool {
    let Some(before) = migration_before(cx) else {
        return false;
    };
    let Some(down) = &before.down else {
        return false;
    };
    let has = |schema: &Schema, table: &ObjectName, column: Option<&str>| {
        let table = schema.tables.get(table);
        table.is_some_and(|table| column.is_none_or(|column| table.column(column).is_some()))
    };
    let goes = |table: &ObjectName, column: Option<&str>| {
        has(before.after(), table, column)
            && !has(&before.before, table, column)
            && !has(&down.schema, table, column)
    };
    missing
        .undone
        .iter()
        .all(|statement| match statement.operation {
            Operation::Update(update) => {
                let table = statement.resolve(&update.table);
                let mut columns = update.assignments.iter().map(|(column, _)| column.as_str());
                !update.assignments.is_empty() && columns.all(|column| goes(&table, Some(column)))
            }
            Operation::Insert(insert) => goes(&statement.resolve(&insert.table), None),
            _ => false,
        })
}

/// What was simulated of the migration that this one follows, where that is its only parent.
fn migration_before<'a>(cx: &Context<'a>) -> Option<&'a RevisionState> {
    let review = cx.review_of_run();
    let state = review.timeline.get(cx.position().checked_sub(1)?)?;
    let before = review.migration(state.migration)?;
    let parents = cx.migration().header.parents.as_slice();
    let follows = !cx.is_alembic() || parents == std::slice::from_ref(&before.header.revision);
    follows.then_some(state)
}

/// A project that goes without downgrades has decided so; that is told once.
fn of_the_project(cx: &Context<'_>, place: Place, habit: Habit) -> Draft {
    let message = format!(
        "{} of {} migrations of this project, this one too, have no downgrade: the way back from a bad deploy is a restore, or a new migration written in haste.",
        habit.without, habit.all
    );
    let help = "If that is the house's decision, say so in retort.toml: no-downgrade = \"off\". Otherwise begin with this one.";
    Draft::new(place, message)
        .in_half(Direction::Down)
        .help(help)
        .about(&cx.migration().header.revision)
        .level(RuleLevel::Info)
        .fix(fix::missing_downgrade(cx))
}

/// Whether a migration has no downgrade that does anything; nothing of one that needs none.
pub(crate) fn lacks_one(review: &Review, state: &RevisionState) -> Option<bool> {
    let changes = statements(state, Direction::Up).any(|statement| is_undone(&statement));
    changes.then(|| missing(review, state).is_some())
}

/// What is wrong with a downgrade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// There is none.
    None,
    /// It does nothing.
    Empty,
    /// It raises an error.
    Refuses,
}

/// A downgrade that is missing, and what it would undo.
struct Missing<'a> {
    fault: Fault,
    undone: Vec<Statement<'a>>,
}

fn missing<'a>(review: &Review, state: &'a RevisionState) -> Option<Missing<'a>> {
    let migration = review.migration(state.migration)?;
    let fault = match (&migration.down, state.down.as_ref().map(|run| &run.ending)) {
        (Half::Missing, _) | (_, None) => Fault::None,
        (_, Some(Ending::Empty)) => Fault::Empty,
        // A slip and no decision: a rule of its own.
        (_, Some(Ending::Raises(message))) if unnamed_constraint_drop::says_so(message) => {
            return None;
        }
        (_, Some(Ending::Raises(_))) => Fault::Refuses,
        (_, Some(Ending::Normal)) => return None,
    };
    let undone: Vec<Statement<'a>> = statements(state, Direction::Up).filter(is_undone).collect();
    (!undone.is_empty()).then_some(Missing { fault, undone })
}

/// Whether a downgrade would undo it.
fn is_undone(statement: &Statement<'_>) -> bool {
    (statement.changes_schema() || statement.changes_rows()) && !only_validates(statement)
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

#[cfg(test)]
mod tests {
    use crate::config::{Config, RuleLevel};
    use crate::migration::SourceFile;
    use crate::review::{Input, review};

    /// What is said of a migration without a downgrade that comes after one with.
    fn found(sql: &str) -> Vec<(String, RuleLevel)> {
        let input = |path: &str, text: &str, history| Input {
            file: SourceFile {
                path: path.into(),
                text: text.into(),
            },
            history,
        };
        let inputs = vec![
            input(
                "0001_hive.up.sql",
                "CREATE TABLE hive (id bigint, colour text);",
                true,
            ),
            input("0001_hive.down.sql", "DROP TABLE hive;", true),
            input("0002_step.up.sql", sql, false),
        ];
        let review = review(inputs, None, Config::default());
        let findings = review.findings.iter();
        findings
            .filter(|finding| finding.rule.id == "no-downgrade")
            .map(|finding| (finding.message.clone(), finding.level))
            .collect()
    }

    #[test]
    fn a_column_that_only_helps_is_nothing_to_take_back() {
        let sql = "ALTER TABLE hive ADD COLUMN old text; UPDATE hive SET old = colour, colour = 'red'; ALTER TABLE hive DROP COLUMN old;";
        let told = found(sql);
        let [(message, level)] = told.as_slice() else {
            panic!("{told:?}");
        };
        assert_eq!(*level, RuleLevel::Info);
        assert!(!message.contains("column old"), "{message}");
        let told = found("ALTER TABLE hive ADD COLUMN old text; UPDATE hive SET old = colour;");
        assert_eq!(
            told.first().map(|(_, level)| *level),
            Some(RuleLevel::Error)
        );
    }
}
