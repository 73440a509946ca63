//! Retort against Alembic itself: the same SQL offline, the same heads, the same order, with SQLAlchemy 2.0 and 1.4.
//!
//! `cargo xtask setup` makes the Python environments from `requirements-*.txt`.

#![allow(clippy::expect_used, reason = "a test may fail loudly")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use retort_core::alembic::print;
use retort_core::config::Config;
use retort_core::migration::{Direction, SourceFile};
use retort_core::operation::Operation;
use retort_core::report;
use retort_core::review::{Input, Review, RevisionState, review_with_problems};
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../alembic")
}

/// What Alembic says about every fixture.
fn alembic(environment: &str) -> BTreeMap<String, Value> {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools/python");
    let python = tools.join(environment).join("bin/python");
    assert!(
        python.is_file(),
        "{} is missing: run `cargo xtask setup`, which needs python3 with its venv module",
        python.display()
    );
    let run = Command::new(python)
        .arg(folder().join("render.py"))
        .output();
    let run = run.expect("Python runs");
    let errors = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(run.status.success(), "{errors}");
    serde_json::from_slice(&run.stdout).expect("JSON")
}

fn fixture(name: &str) -> Review {
    let mut inputs = Vec::new();
    let root = folder().join("fixtures").join(name);
    for at in [root.clone(), root.join("versions")] {
        for entry in fs::read_dir(at).expect("a fixture") {
            let path = entry.expect("a file").path();
            if path.extension().is_some_and(|end| end == "py") {
                let text = fs::read_to_string(&path).expect("text");
                let path = path
                    .strip_prefix(&root)
                    .expect("below")
                    .display()
                    .to_string();
                inputs.push(Input {
                    file: SourceFile {
                        path: path.into(),
                        text: text.into(),
                    },
                    history: false,
                });
            }
        }
    }
    let settings = fs::read_to_string(root.join("retort.toml")).unwrap_or_default();
    let config = Config::from_toml(&settings).expect("settings");
    review_with_problems(inputs, Vec::new(), None, config, None)
}

fn script(review: &Review, direction: Direction) -> String {
    let mut states: Vec<&RevisionState> = review.timeline.iter().map(AsRef::as_ref).collect();
    if direction == Direction::Down {
        states.reverse();
    }
    report::script(review, &states, direction)
}

/// Statements up to white space and comments.
fn statements(sql: &str) -> Vec<String> {
    let lines: Vec<&str> = sql
        .lines()
        .filter(|line| !line.trim_start().starts_with("--"))
        .collect();
    lines
        .join("\n")
        .split(";\n")
        .map(|statement| statement.split_whitespace().collect::<Vec<_>>().join(" "))
        .map(|statement| statement.trim_end_matches(';').trim().to_owned())
        // Older versions of Alembic drop their own table at the end; newer ones leave it, and so does Retort.
        .filter(|statement| !statement.is_empty() && statement != "DROP TABLE alembic_version")
        .collect()
}

fn agrees(environment: &str) {
    for (name, truth) in alembic(environment) {
        let review = fixture(&name);
        for (way, direction) in [("up", Direction::Up), ("down", Direction::Down)] {
            let Some(theirs) = truth[way].as_str().map(statements) else {
                continue;
            };
            let ours = statements(&script(&review, direction));
            let pairs = ours.iter().zip(&theirs);
            let different: Vec<_> = pairs.filter(|(ours, theirs)| ours != theirs).collect();
            assert!(
                different.is_empty(),
                "{name}, {way}, {environment}: {different:#?}"
            );
            assert_eq!(ours.len(), theirs.len(), "{name}, {way}, {environment}");
            assert!(!theirs.is_empty(), "{name}");
        }
        let id = |index: &usize| {
            let migration = review.project.migrations.get(*index);
            migration.map(|migration| migration.header.revision.clone())
        };
        let heads: Vec<String> = review.history.heads.iter().filter_map(id).collect();
        assert_eq!(serde_json::json!(heads), truth["heads"], "{name}");
        let order: Vec<String> = review.history.order.iter().filter_map(id).collect();
        assert_eq!(serde_json::json!(order), truth["order"], "{name}");
    }
}

#[test]
fn sql_and_graph_are_alembics_with_sqlalchemy_2_0() {
    agrees("requirements-sa20");
}

#[test]
fn sql_and_graph_are_alembics_with_sqlalchemy_1_4() {
    agrees("requirements-sa14");
}

/// What is printed back does the same; here, that most of what Alembic has an operation for is printed at all.
#[test]
fn operations_of_the_fixtures_are_written_back() {
    let review = fixture("orchard");
    let mut left = Vec::new();
    for state in &review.timeline {
        for outcome in &state.up.steps {
            let operation = &outcome.step.operation;
            let is_written = print::calls(operation, &outcome.before.types).is_some();
            if !is_written && !matches!(operation, Operation::AlterType(_)) {
                left.push(outcome.step.sql.clone());
            }
        }
    }
    // A comment on an index, operator classes and such have no call.
    let kinds: Vec<&str> = left.iter().filter_map(|sql| sql.lines().next()).collect();
    assert_eq!(
        kinds,
        [
            "CREATE TABLE garden.tree (",
            "CREATE INDEX ix_tree_extra ON garden.tree USING gin (extra jsonb_path_ops)",
            "ALTER TABLE plot ADD CONSTRAINT ex_plot EXCLUDE USING gist (title WITH =)",
            "COMMENT ON INDEX ix_parcel_owner IS 'a:b'",
        ]
    );
}
