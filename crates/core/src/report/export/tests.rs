use super::*;
use crate::config::Config;
use crate::migration::SourceFile;
use crate::operation::Operation;
use crate::review::{Input, review};

fn reviewed(files: &[(&str, &str)]) -> Review {
    let inputs = files.iter().map(|(path, text)| Input {
        file: SourceFile {
            path: (*path).into(),
            text: (*text).into(),
        },
        history: false,
    });
    review(inputs.collect(), None, Config::default())
}

fn exported(review: &Review, signature: Option<&str>) -> Vec<ExportedFile> {
    let request = ExportRequest {
        name: "Orchard".into(),
        attestations: Vec::new(),
        signature: signature.map(str::to_owned),
    };
    export(review, &review.report(), &request)
}

const UP: &str = "CREATE TABLE tree (id bigint PRIMARY KEY, planted date NOT NULL);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.planted := now(); RETURN NEW; END; $$;
CREATE INDEX ix_tree_planted ON tree (planted);
";
const DOWN: &str = "DROP TABLE tree;\nDROP FUNCTION touch();\n";

fn sample() -> Review {
    reviewed(&[
        ("migrations/0001_trees.up.sql", UP),
        ("migrations/0001_trees.down.sql", DOWN),
    ])
}

/// The operations of every half, up and down, as SQL.
fn operations(review: &Review) -> Vec<Vec<String>> {
    let print = |run: &Run| -> Vec<String> {
        let operations = run.steps.iter().map(|outcome| &outcome.step.operation);
        operations
            .filter(|operation| !matches!(operation, Operation::Transaction(_)))
            .map(crate::sql::print)
            .collect()
    };
    review
        .timeline
        .iter()
        .flat_map(|state| [Some(print(&state.up)), state.down.as_ref().map(print)])
        .flatten()
        .collect()
}

#[test]
fn every_form_reads_back_to_the_same_operations() {
    let original = sample();
    let expected = operations(&original);
    let files = exported(&original, None);
    for folder in ["sql/", "dbmate/", "goose/", "diesel/", "alembic/"] {
        let own: Vec<(&str, &str)> = files
            .iter()
            .filter(|file| file.path.starts_with(folder))
            .map(|file| (file.path.as_str(), file.text.as_str()))
            .collect();
        assert!(!own.is_empty(), "{folder}");
        assert_eq!(operations(&reviewed(&own)), expected, "{folder} {own:#?}");
    }
}

#[test]
fn the_same_review_gives_the_same_bytes() {
    let (one, other) = (exported(&sample(), None), exported(&sample(), None));
    let bytes = |files: &[ExportedFile]| crate::report::archive(files).unwrap();
    assert_eq!(bytes(&one), bytes(&other));
}

#[test]
fn migrations_are_signed_only_on_request() {
    let review = sample();
    let plain = exported(&review, None);
    let signed = exported(&review, Some("Reviewed by Ada on 2026-03-01"));
    for (plain, signed) in plain.iter().zip(&signed) {
        assert_eq!(plain.path, signed.path);
        let is_migration = matches!(signed.path.rsplit('.').next(), Some("sql" | "py"));
        assert_eq!(
            signed.text.starts_with("-- Reviewed by Ada")
                || signed.text.starts_with("# Reviewed by Ada"),
            is_migration,
            "{}",
            signed.path
        );
        assert!(signed.text.ends_with(&plain.text), "{}", signed.path);
    }
}

#[test]
fn repairs_come_as_files_and_as_a_diff() {
    let review = reviewed(&[
        ("migrations/0001_trees.up.sql", UP),
        (
            "migrations/0002_index.up.sql",
            "CREATE INDEX ix_tree_id ON tree (id);\n",
        ),
        ("migrations/0002_index.down.sql", ""),
    ]);
    let files = exported(&review, None);
    let repaired: Vec<&str> = files
        .iter()
        .filter(|file| file.path.starts_with("repaired"))
        .map(|file| file.path.as_str())
        .collect();
    assert!(repaired.contains(&"repaired.diff"), "{repaired:?}");
    let diff = files.iter().find(|file| file.path == "repaired.diff");
    let diff = diff.map_or("", |file| file.text.as_str());
    assert!(diff.contains("+DROP INDEX"), "{diff}");
}

#[test]
fn the_runbook_names_the_real_revisions() {
    let review = reviewed(&[
        (
            "versions/a1.py",
            "\"\"\"trees\"\"\"\nfrom alembic import op\nrevision = 'a1'\ndown_revision = None\ndef upgrade():\n    op.execute('CREATE TABLE tree (id bigint)')\ndef downgrade():\n    op.execute('DROP TABLE tree')\n",
        ),
        (
            "versions/b2.py",
            "\"\"\"drop\"\"\"\nfrom alembic import op\nrevision = 'b2'\ndown_revision = 'a1'\ndef upgrade():\n    op.drop_column('tree', 'id')\ndef downgrade():\n    pass\n",
        ),
    ]);
    let files = exported(&review, None);
    let runbook = files.iter().find(|file| file.path == "RUNBOOK.md").unwrap();
    for part in [
        "alembic upgrade b2",
        "alembic downgrade base",
        "-- b2",
        "## 6. Roll back",
        "`b2`: ",
    ] {
        assert!(runbook.text.contains(part), "{part}\n{}", runbook.text);
    }
}

#[test]
fn what_goes_can_be_copied_aside_and_brought_back() {
    let review = reviewed(&[
        (
            "migrations/0001_a.up.sql",
            "CREATE TABLE tree (id bigint PRIMARY KEY, note text, height integer);\nCREATE TABLE crate (id bigint GENERATED ALWAYS AS IDENTITY, size integer, twice integer GENERATED ALWAYS AS (size * 2) STORED);\n",
        ),
        (
            "migrations/0002_b.up.sql",
            "ALTER TABLE tree DROP COLUMN note;\nDROP TABLE crate;\n",
        ),
    ]);
    let state = review.revision("0002").unwrap();
    let savings = reversal::savings(state, "0002");
    let all: Vec<&str> = savings
        .iter()
        .flat_map(|saving| std::iter::once(&saving.copy).chain(&saving.restore))
        .map(String::as_str)
        .collect();
    assert_eq!(
        all,
        [
            "CREATE TABLE saved_crate_0002 AS SELECT id, size FROM crate",
            "INSERT INTO crate (id, size) OVERRIDING SYSTEM VALUE SELECT id, size FROM saved_crate_0002",
            "SELECT setval(pg_get_serial_sequence('crate', 'id'), max(id)) FROM crate",
            "DROP TABLE saved_crate_0002",
            "CREATE TABLE saved_tree_0002 AS SELECT id, note FROM tree",
            "UPDATE tree AS kept SET note = saved.note FROM saved_tree_0002 AS saved WHERE kept.id = saved.id",
            "DROP TABLE saved_tree_0002",
        ]
    );
    for statement in &all {
        let operation = crate::sql::read_statement(statement);
        assert!(!matches!(operation, Operation::Opaque(_)), "{statement}");
    }
    let files = exported(&review, None);
    let runbook = files.iter().find(|file| file.path == "RUNBOOK.md").unwrap();
    assert!(
        all.iter().all(|statement| runbook.text.contains(statement)),
        "{}",
        runbook.text
    );
}
