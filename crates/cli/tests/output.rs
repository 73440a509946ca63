//! What the command line prints, on small projects of our own.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_retort"))
        .args(arguments)
        .current_dir(fixtures())
        .env("NO_COLOR", "1")
        .output()
        .unwrap()
}

/// Exit status, standard output and standard error as one text.
fn told(arguments: &[&str]) -> String {
    let output = run(arguments);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let mut out = format!(
        "exit {}\n{}",
        output.status.code().unwrap(),
        text(&output.stdout)
    );
    if !output.stderr.is_empty() {
        out.push_str("--- stderr\n");
        out.push_str(&text(&output.stderr));
    }
    out
}

fn json(arguments: &[&str]) -> serde_json::Value {
    let output = run(arguments);
    serde_json::from_slice(&output.stdout).unwrap()
}

macro_rules! snapshots {
    ($($name:ident: $($argument:literal)+;)+) => {
        $(#[test]
        fn $name() {
            insta::assert_snapshot!(told(&[$($argument),+]));
        })+
    };
}

snapshots! {
    check_sql: "check" "orchard";
    check_alembic: "check" "workshop";
    check_one_file: "check" "orchard" "--only" "orchard/000002_harvest.up.sql";
    check_broken_input: "check" "broken";
    check_as_markdown: "check" "orchard" "--format" "markdown";
    check_as_sarif: "check" "workshop" "--format" "sarif";
    check_as_github: "check" "orchard" "--format" "github";
    check_as_gitlab: "check" "workshop" "--format" "gitlab";
    check_as_junit: "check" "orchard" "--format" "junit";
    schema_as_json: "schema" "workshop" "--at" "1a2b" "--format" "json";
    schema_as_sql: "schema" "orchard" "--format" "sql";
    schema_as_dbml: "schema" "orchard" "--format" "dbml";
    schema_as_mermaid: "schema" "orchard" "--format" "mermaid";
    sql_of_alembic: "sql" "workshop";
    sql_of_a_downgrade: "sql" "workshop" "--down" "--from" "3c4d" "--to" "1a2b";
    effects_as_text: "effects" "orchard";
    diff_as_text: "diff" "orchard" "--from" "000001" "--to" "000003";
    diff_backwards: "diff" "orchard" "--from" "000003" "--to" "000002";
    diff_as_sql: "diff" "orchard" "--from" "000002" "--to" "000003" "--format" "sql";
    reverse_in_sql: "reverse" "orchard" "--at" "000003";
    reverse_as_alembic: "reverse" "workshop" "--at" "3c4d";
    fixes_as_a_diff: "fix" "workshop" "--diff";
    history: "history" "workshop";
    sizes: "sizes";
    stages: "stages" "orchard";
    heads: "heads" "orchard";
    no_such_path: "check" "nowhere";
    no_such_revision: "diff" "orchard" "--from" "9999";
    no_such_rule: "rules" "no-such-rule";
    no_such_only: "check" "orchard" "--only" "elsewhere.sql";
    bad_settings: "check" "orchard" "--config" "bad.toml";
}

#[test]
fn the_exit_status_tells_findings_from_failure() {
    let status = |arguments: &[&str]| run(arguments).status.code();
    assert_eq!(status(&["check", "orchard"]), Some(1));
    assert_eq!(
        status(&[
            "check",
            "workshop",
            "--fail-on",
            "error",
            "--only",
            "workshop/versions/1a2b_tools.py"
        ]),
        Some(0)
    );
    assert_eq!(status(&["check", "nowhere"]), Some(2));
    assert_eq!(status(&["check"]), Some(2));
    assert_eq!(status(&["history", "orchard"]), Some(0));
    assert_eq!(status(&["heads", "orchard", "--merge"]), Some(2));
}

#[test]
fn json_has_the_keys_that_others_read() {
    let report = json(&["check", "orchard", "--format", "json"]);
    let finding = &report["findings"][0];
    for key in [
        "rule",
        "level",
        "message",
        "file",
        "line",
        "column",
        "end_line",
        "end_column",
        "revision",
        "direction",
        "object",
        "fix",
    ] {
        assert!(finding.get(key).is_some(), "{key}");
    }
    let mut fixes = report["findings"].as_array().unwrap().iter();
    let edit = fixes
        .find_map(|finding| finding["fix"]["edits"].get(0))
        .unwrap();
    for key in ["file", "start", "end", "text"] {
        assert!(edit.get(key).is_some(), "{key}");
    }
    assert_eq!(report["checklist"].as_array().unwrap().len(), 11);
    for key in ["item", "title", "status", "because"] {
        assert!(report["checklist"][0].get(key).is_some(), "{key}");
    }
    assert!(report["not_analysed"].is_array());
}

#[test]
fn each_revision_is_written_to_a_file_of_its_own() {
    let folder = std::env::temp_dir().join(format!("retort-each-{}", std::process::id()));
    let output = run(&["schema", "workshop", "--each", folder.to_str().unwrap()]);
    assert!(output.status.success());
    let read = |name: &str| -> serde_json::Value {
        serde_json::from_slice(&fs::read(folder.join(name)).unwrap()).unwrap()
    };
    let base = read("0000.json");
    assert_eq!(base["schema"]["tables"].as_array().unwrap().len(), 0);
    let second = read("0002.json");
    assert_eq!(second["revision"], "3c4d");
    assert_eq!(second["down_revision"], serde_json::json!(["1a2b"]));
    assert_eq!(second["file"], "workshop/versions/3c4d_loans.py");
    assert_eq!(second["schema"]["tables"].as_array().unwrap().len(), 2);
    // The downgrade forgets the column.
    assert_eq!(
        second["down"]["schema"]["tables"][0]["columns"]
            .as_array()
            .unwrap()
            .len(),
        4
    );
    assert_eq!(second["error"], serde_json::Value::Null);
    assert!(
        second["offline"]["up"]["sql"]
            .as_str()
            .unwrap()
            .starts_with("BEGIN;\n\nCREATE TABLE loan")
    );
    assert_eq!(second["statements"].as_array().unwrap().len(), 2);
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn the_effects_of_one_statement_on_a_state() {
    let result = json(&[
        "locks-of",
        "--setup",
        "setup.sql",
        "--ddl",
        "ddl.sql",
        "--format",
        "json",
    ]);
    assert_eq!(
        result["pg"]["15"]["locks"],
        serde_json::json!({ "tree": "SRX", "orchard": "SRX", "tree_pkey": "AS", "orchard_pkey": "AS" })
    );
    assert_eq!(result["pg"]["15"]["rewritten"], serde_json::json!([]));
    assert_eq!(result["in_txn"], true);
}

#[test]
fn known_findings_are_not_told_again() {
    let file = std::env::temp_dir().join(format!("retort-baseline-{}", std::process::id()));
    let file = file.to_str().unwrap();
    assert_eq!(
        run(&["check", "orchard", "--write-baseline", file])
            .status
            .code(),
        Some(0)
    );
    let known = told(&["check", "orchard", "--baseline", file]);
    assert!(
        known.starts_with("exit 0\n") && known.contains("findings that are not shown"),
        "{known}"
    );
    let less = told(&["check", "orchard/000001_trees.up.sql", "--baseline", file]);
    assert!(less.contains("No longer found, take it out"), "{less}");
    fs::remove_file(file).unwrap();
}

#[test]
fn the_picture_is_an_svg_with_names() {
    let text = told(&["diff", "orchard", "--from", "000002", "--format", "svg"]);
    assert!(text.contains("<svg ") && text.contains("aria-label=\"table tree, changed\""));
}

#[test]
fn repairs_are_written_and_then_nothing_is_left_to_repair() {
    let folder = std::env::temp_dir().join(format!("retort-fix-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    for name in ["1a2b_tools.py", "3c4d_loans.py"] {
        fs::copy(
            fixtures().join("workshop/versions").join(name),
            folder.join(name),
        )
        .unwrap();
    }
    let path = folder.to_str().unwrap();
    assert!(told(&["fix", path]).contains("fixed: "));
    assert_eq!(
        told(&["fix", path]),
        "exit 0\nThere is nothing to repair without a person.\n"
    );
    assert_eq!(told(&["fix", path, "--diff"]), "exit 0\n");
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn an_export_is_a_folder_or_the_same_archive_each_time() {
    let folder = std::env::temp_dir().join(format!("retort-export-{}", std::process::id()));
    let place = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    fs::create_dir_all(&folder).unwrap();
    let listed = told(&["export", "orchard", "--to", &place("files")]);
    for file in ["RUNBOOK.md", "REVIEW.md", "sql/0001_"] {
        assert!(listed.contains(file), "{file}\n{listed}");
    }
    assert!(folder.join("files/RUNBOOK.md").is_file());
    for name in ["one.zip", "two.zip"] {
        told(&["export", "orchard", "--to", &place(name)]);
    }
    let bytes = |name: &str| fs::read(folder.join(name)).unwrap();
    assert_eq!(bytes("one.zip"), bytes("two.zip"));
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn plans_of_proofs_are_json() {
    let plans = json(&["plan", "orchard", "--all"]);
    let plans = plans.as_array().unwrap();
    assert!(plans.len() > 1);
    assert!(plans.iter().all(|plan| plan["up"]["steps"].is_array()));
}
