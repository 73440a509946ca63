//! What a reversal says of itself is true on a real PostgreSQL: every statement of every fixture is one revision; after it
//! its reversal runs, and the catalog must be the one before. Then the reversal is rolled back and the next revision runs.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

use std::fs;
use std::path::Path;

use retort_core::config::Config;
use retort_core::migration::SourceFile;
use retort_core::reversal::{self, Grade};
use retort_core::review::{Input, Review, review};
use retort_core::sql;
use retort_differential::{Server, Subject, differences};

#[test]
fn reversals_restore_the_catalog_of_postgresql_15() {
    let server = Server::start("reversal").unwrap_or_else(|error| panic!("{error}"));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let mut proven = 0;
    let mut wrong = Vec::new();
    for path in paths {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let mut database = server.database(&name).unwrap();
        let (count, found) = go_back(&mut database, &text);
        proven += count;
        wrong.extend(found.into_iter().map(|line| format!("{name}: {line}")));
    }
    println!("{proven} reversals ran on PostgreSQL");
    assert!(proven > 0, "no reversal was run");
    assert!(
        wrong.is_empty(),
        "{} are not what they say:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// One revision for each statement.
fn history(text: &str) -> Review {
    let inputs = sql::read(text)
        .into_iter()
        .enumerate()
        .map(|(number, statement)| Input {
            file: SourceFile {
                path: format!("migrations/{:04}_step.up.sql", number + 1).into(),
                text: format!("{};\n", statement.span.slice(text)).into(),
            },
            history: false,
        });
    review(inputs.collect(), None, Config::default())
}

/// How many reversals ran, and which did not keep their word.
fn go_back(database: &mut dyn Subject, text: &str) -> (usize, Vec<String>) {
    let review = history(text);
    let mut proven = 0;
    let mut wrong = Vec::new();
    for state in &review.timeline {
        let statement: String = state
            .up
            .steps
            .iter()
            .map(|step| step.step.sql.as_str())
            .collect();
        let before = database.catalog().unwrap();
        if database.run(&statement).is_err() {
            continue;
        }
        let reversal = reversal::of_revision(&review, state);
        if matches!(reversal.grade, Grade::Irreversible { .. }) {
            continue;
        }
        proven += 1;
        let downgrade: Vec<String> = reversal.operations.iter().map(sql::print).collect();
        let refusal = std::iter::once("begin")
            .chain(downgrade.iter().map(String::as_str))
            .find_map(|sql| database.run(&in_transaction(sql)).err());
        // Asking for the catalog ends with a rollback, which takes the reversal back.
        let after = database.catalog();
        let mut found = match (refusal, after) {
            (Some(refusal), _) => vec![refusal.message],
            (None, after) => differences(&before, &after.unwrap()),
        };
        if matches!(reversal.grade, Grade::Reordered { .. }) {
            found.retain(|line| !line.contains("in the order"));
        }
        wrong.extend(found.into_iter().map(|line| {
            format!(
                "{}\n    {}\n    {line}",
                statement.trim(),
                downgrade.join(";\n    ")
            )
        }));
    }
    (proven, wrong)
}

/// Indexes are built and dropped concurrently only outside transactions.
fn in_transaction(sql: &str) -> String {
    sql.replacen("INDEX CONCURRENTLY ", "INDEX ", 1)
}
