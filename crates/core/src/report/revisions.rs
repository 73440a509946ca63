//! One JSON object per revision: what comparisons with a real database read.

use retort_report::NotAnalysed;
use serde_json::{Value, json};

use crate::alembic;
use crate::effects::Effects;
use crate::migration::{Direction, Ending, Half, Isolation, Migration, TransactionMode};
use crate::operation::{OpaqueKind, Operation, TransactionControl};
use crate::project::Convention;
use crate::reversal::{self, Grade};
use crate::review::{Review, RevisionState, Run, StepOutcome};
use crate::schema::{self, Schema};
use crate::sql;

/// The state before the first revision, then one object for each revision in upgrade order, as they run on a database: a
/// migration that PostgreSQL refuses leaves nothing but what was committed before.
pub fn each_revision(review: &Review) -> impl Iterator<Item = Value> {
    let review = review.as_deployed();
    let base = review.base().map(schema::to_json);
    let first = json!({ "revision": null, "schema": base });
    let not_analysed = review.report().not_analysed;
    let states = review.timeline.clone().into_iter();
    std::iter::once(first)
        .chain(states.filter_map(move |state| revision(&review, &state, &not_analysed)))
}

fn revision(review: &Review, state: &RevisionState, not_analysed: &[NotAnalysed]) -> Option<Value> {
    let migration = review.migration(state.migration)?;
    let error = error(review, &state.up);
    let own = not_analysed
        .iter()
        .filter(|item| item.revision.as_deref() == Some(migration.header.revision.as_str()))
        .map(|item| {
            json!({
                "file": item.location.file,
                "line": item.location.line,
                "reason": item.reason,
                "text": item.text,
            })
        });
    Some(json!({
        "revision": migration.header.revision,
        "down_revision": migration.header.parents,
        "file": review.source(migration.file).map(|source| &source.file.path),
        "schema": schema::to_json(state.left()),
        "down": state.down.as_ref().map(|run| down(review, migration, &state.before, run)),
        "error": error,
        "statements": statements(review, migration, &state.up),
        "offline": offline(review, migration, state),
        "not_analysed": own.collect::<Vec<_>>(),
    }))
}

/// The catalog after the downgrade, without what only came to light after `before`: that was there all along.
fn down(review: &Review, migration: &Migration, before: &Schema, run: &Run) -> Value {
    match error(review, run).or_else(|| refused_as_written(review, migration, run)) {
        Some(error) => json!({ "schema": null, "error": error }),
        None => {
            let told = schema::as_far_as_known(before, &run.schema);
            json!({ "schema": schema::to_json(&told), "error": null })
        }
    }
}

/// What PostgreSQL would refuse, or the error that the script itself raises.
fn error(review: &Review, run: &Run) -> Option<Value> {
    if let Some((outcome, error)) = run.error() {
        let line = review
            .location(outcome.step.place)
            .map(|location| location.line);
        return Some(json!({
            "message": error.to_string(), "sqlstate": error.sqlstate, "line": line
        }));
    }
    match &run.ending {
        Ending::Raises(message) => {
            Some(json!({ "message": message, "sqlstate": null, "line": null }))
        }
        Ending::Normal | Ending::Empty => None,
    }
}

/// What PostgreSQL would refuse whatever the catalog holds: what is no statement, and what cannot run in the transaction
/// that the tool opens.
fn refused_as_written(review: &Review, migration: &Migration, run: &Run) -> Option<Value> {
    let mode = migration.transaction(Direction::Down);
    let mut open = mode.unwrap_or(review.transaction) != TransactionMode::None;
    for outcome in &run.steps {
        let refusal = match &outcome.step.operation {
            Operation::Transaction(TransactionControl::Begin) => {
                open = true;
                None
            }
            Operation::Transaction(TransactionControl::Commit | TransactionControl::Rollback) => {
                open = false;
                None
            }
            Operation::Opaque(opaque) if opaque.kind == OpaqueKind::Syntax => {
                Some((opaque.reason.clone(), "42601"))
            }
            _ if open && outcome.step.isolation == Isolation::Ordinary => {
                let refuses = outcome.effects.refuses_transaction.as_ref();
                refuses.map(|what| {
                    let message = format!("{what} cannot run inside a transaction block");
                    (message, "25001")
                })
            }
            _ => None,
        };
        if let Some((message, sqlstate)) = refusal {
            let location = review.location(outcome.step.place);
            let line = location.map(|location| location.line);
            return Some(json!({ "message": message, "sqlstate": sqlstate, "line": line }));
        }
    }
    None
}

/// The statements in order. In a file of SQL, the comments before a statement are its own.
fn statements(review: &Review, migration: &Migration, run: &Run) -> Vec<Value> {
    let mut end = migration
        .up
        .place()
        .map(|place| (place.file, place.span.start));
    let mut values = Vec::new();
    for outcome in run
        .steps
        .iter()
        .filter(|outcome| !outcome.step.sql.is_empty())
    {
        let place = outcome.step.place;
        let source = review
            .source(place.file)
            .filter(|_| matches!(migration.up, Half::Sql(_)));
        let comments = match (source, end) {
            (Some(source), Some((file, end))) if file == place.file && end <= place.span.start => {
                let between = source
                    .file
                    .text
                    .get(end as usize..place.span.start as usize);
                between
                    .unwrap_or_default()
                    .trim_start_matches(|c: char| c == ';' || c.is_whitespace())
            }
            _ => "",
        };
        values.push(statement(
            outcome,
            &format!("{comments}{}", outcome.step.sql),
        ));
        end = Some((place.file, place.span.end));
    }
    values
}

fn statement(outcome: &StepOutcome, sql: &str) -> Value {
    let Effects {
        locks,
        rewrites,
        index_builds,
        scans,
        ..
    } = &outcome.effects;
    json!({
        "sql": sql,
        "locks": locks,
        "rewrites": rewrites,
        "index_builds": index_builds,
        "scans": scans,
    })
}

/// What Alembic's offline mode prints for this revision, without its own bookkeeping.
fn offline(review: &Review, migration: &Migration, state: &RevisionState) -> Option<Value> {
    if review.project.convention != Convention::Alembic {
        return None;
    }
    let half = |direction| {
        let source = review.sources.get(migration.file.0 as usize)?;
        let project = review.surroundings();
        let offline = alembic::offline_sql(&source.file, migration.file, direction, project);
        Some(json!({ "sql": offline.sql(), "fails": offline.fails }))
    };
    let down = state.down.as_ref().and_then(|_| half(Direction::Down));
    Some(json!({ "up": half(Direction::Up), "down": down }))
}

/// For each revision in upgrade order what undoes it: statements, grade and text in the language of its file.
pub fn each_reversal(review: &Review) -> impl Iterator<Item = Value> + '_ {
    review
        .timeline
        .iter()
        .filter_map(move |state| reversal_of(review, state))
}

fn reversal_of(review: &Review, state: &RevisionState) -> Option<Value> {
    let migration = review.migration(state.migration)?;
    let reversal = reversal::of_revision(review, state);
    let (grade, reasons) = match &reversal.grade {
        Grade::Exact => ("exact", Vec::new()),
        Grade::SchemaOnly { lost } => ("schema-only", lost.clone()),
        Grade::Reordered { lost } => ("column-order", lost.clone()),
        Grade::Irreversible { why } => ("irreversible", why.clone()),
    };
    Some(json!({
        "revision": migration.header.revision,
        "grade": grade,
        "reasons": reasons,
        "statements": reversal.operations.iter().map(sql::print).collect::<Vec<_>>(),
        "text": reversal::write(&reversal, reversal::Language::of(migration)),
    }))
}

/// Per revision and statement, both ways: locks, rewrites, index builds and scans, with their reasons.
pub fn effects(review: &Review) -> Value {
    let mut revisions = Vec::new();
    for state in &review.timeline {
        let Some(migration) = review.migration(state.migration) else {
            continue;
        };
        let halves = [("up", Some(&state.up)), ("down", state.down.as_ref())];
        for (direction, run) in halves {
            let Some(run) = run else { continue };
            revisions.push(json!({
                "revision": migration.header.revision,
                "direction": direction,
                "statements": run.steps.iter().map(|outcome| explained(review, run, outcome)).collect::<Vec<_>>(),
            }));
        }
    }
    json!({ "revisions": revisions })
}

fn explained(review: &Review, run: &Run, outcome: &StepOutcome) -> Value {
    let location = review.location(outcome.step.place);
    let locks = &outcome.effects.locks;
    let visible = || locks.iter().filter(|lock| !lock.invisible);
    let mut value = statement(outcome, &outcome.step.sql);
    let added = json!({
        "file": location.as_ref().map(|location| &location.file),
        "line": location.as_ref().map(|location| location.line),
        "why": locks.iter().map(|lock| format!("{}: {}", lock.relation, lock.why)).collect::<Vec<_>>(),
        "held_until": held_until(run, outcome),
        "blocks": {
            "reads": visible().any(|lock| lock.mode.blocks_reads()),
            "writes": visible().any(|lock| lock.mode.blocks_writes()),
        },
        "refuses_transaction": outcome.effects.refuses_transaction,
        "destroys": outcome.effects.destroys,
        "takes_along": outcome.effects.takes_along,
        "complete": outcome.effects.complete,
    });
    if let (Some(object), Value::Object(added)) = (value.as_object_mut(), added) {
        object.extend(added);
    }
    value
}

/// Until when the locks of a statement are held.
fn held_until(run: &Run, outcome: &StepOutcome) -> &'static str {
    let own = outcome.step.isolation == Isolation::Autocommit;
    let ends_by_itself = run.steps.iter().any(|other| {
        matches!(
            other.step.operation,
            Operation::Transaction(TransactionControl::Commit)
        )
    });
    match (own, ends_by_itself) {
        (true, _) => "end of the statement",
        (false, true) => "the next COMMIT",
        (false, false) => "end of the transaction",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::migration::SourceFile;
    use crate::review::{Input, review};

    /// The tables after each revision, and what refused it.
    fn told(files: &[(&str, &str)]) -> Vec<(Vec<String>, Option<String>)> {
        told_from(None, files, Config::default())
    }

    /// The same, from a baseline and with settings.
    fn told_from(
        baseline: Option<&str>,
        files: &[(&str, &str)],
        config: Config,
    ) -> Vec<(Vec<String>, Option<String>)> {
        let inputs = files.iter().map(|(path, text)| Input {
            file: SourceFile {
                path: (*path).into(),
                text: (*text).into(),
            },
            history: false,
        });
        let review = review(inputs.collect(), baseline, config);
        let text = |value: &Value| value.as_str().map(str::to_owned);
        each_revision(&review)
            .map(|revision| {
                let tables = revision["schema"]["tables"].as_array().cloned();
                let names = tables.unwrap_or_default();
                let names = names.iter().filter_map(|table| text(&table["name"]));
                (names.collect(), text(&revision["error"]["sqlstate"]))
            })
            .collect()
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_refused_migration_leaves_nothing_to_those_after_it() {
        let after = told(&[
            ("m/1_shelf.up.sql", "CREATE TABLE shelf (id int);"),
            (
                "m/2_book.up.sql",
                "CREATE TABLE book (id int); ALTER TABLE shelf DROP COLUMN width; CREATE TABLE page (id int);",
            ),
            ("m/3_page.up.sql", "ALTER TABLE page ADD COLUMN text text;"),
            ("m/4_loan.up.sql", "CREATE TABLE loan (id int);"),
        ]);
        let refused = |code: &str| Some(code.to_owned());
        assert_eq!(
            after,
            [
                (names(&[]), None),
                (names(&["shelf"]), None),
                (names(&["shelf"]), refused("42703")),
                (names(&["shelf"]), refused("42P01")),
                (names(&["loan", "shelf"]), None),
            ]
        );
    }

    #[test]
    fn what_was_committed_before_the_refusal_stays() {
        let after = told(&[
            (
                "m/1_shelf.sql",
                "-- +goose Up\nCREATE TABLE shelf (id int);",
            ),
            (
                "m/2_book.sql",
                "-- +goose NO TRANSACTION\n-- +goose Up\nCREATE TABLE book (id int);\nDROP TABLE paper;\nCREATE TABLE page (id int);",
            ),
        ]);
        assert_eq!(after[2].0, names(&["book", "shelf"]));
    }

    #[test]
    fn a_dump_as_the_baseline_leaves_the_search_path_to_the_database() {
        let dump = "SELECT pg_catalog.set_config('search_path', '', false); CREATE TABLE public.shelf (id int);";
        let files = [("m/1_book.up.sql", "CREATE TABLE book (id int);")];
        let after = told_from(Some(dump), &files, Config::default());
        assert_eq!(after[1], (names(&["book", "shelf"]), None));
    }

    #[test]
    fn the_search_path_of_the_connection_is_a_setting() {
        let config = Config {
            search_path: names(&["shop"]),
            ..Config::default()
        };
        let files = [
            (
                "m/1_shop.up.sql",
                "CREATE SCHEMA shop; CREATE TABLE shop.shelf (id int);",
            ),
            (
                "m/2_book.up.sql",
                "CREATE TABLE book (id int); DROP TABLE shop.book, shelf; RESET search_path;",
            ),
            (
                "m/3_page.up.sql",
                "CREATE TABLE page (id int); DROP TABLE shop.page;",
            ),
        ];
        let after = told_from(None, &files, config);
        assert_eq!(after[3], (names(&[]), None));
    }
}
