//! Every fixture runs on a real PostgreSQL and on the simulated catalog, statement by statement. After each one both must
//! hold the same objects, and refuse the same statements with the same code.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

use std::cell::RefCell;
use std::error::Error;
use std::fs;
use std::path::Path;

use retort_core::schema::{self, Schema, World};
use retort_core::sql;
use retort_differential::{Pglite, Refusal, Server, Subject, differences};
use serde_json::Value;

#[test]
fn the_simulated_catalog_is_that_of_postgresql_15() {
    let server = Server::start("schema").unwrap_or_else(|error| panic!("{error}"));
    compare_fixtures(|name| Box::new(server.database(name).unwrap()));
}

#[test]
fn the_simulated_catalog_is_that_of_postgresql_18() {
    let pglite = RefCell::new(Pglite::start().unwrap());
    compare_fixtures(|_| {
        pglite.borrow_mut().run(EMPTY).unwrap();
        Box::new(Shared(&pglite))
    });
}

/// Starting PGlite takes seconds, so one is emptied for each fixture.
const EMPTY: &str = "reset all; drop extension if exists citext cascade; do $$
    declare name text;
    begin
        for name in select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' loop
            execute format('drop schema %I cascade', name);
        end loop;
        create schema public;
    end $$";

struct Shared<'a>(&'a RefCell<Pglite>);

impl Subject for Shared<'_> {
    fn run(&mut self, statement: &str) -> Result<(), Refusal> {
        self.0.borrow_mut().run(statement)
    }

    fn catalog(&mut self) -> Result<Value, Box<dyn Error>> {
        self.0.borrow_mut().catalog()
    }
}

/// Runs every fixture (or those whose path holds `$FIXTURE`) on a database of its own.
fn compare_fixtures<'a>(database: impl Fn(&str) -> Box<dyn Subject + 'a>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let only = std::env::var("FIXTURE").unwrap_or_default();
    let mut found = Vec::new();
    let mut statements = 0;
    for path in paths
        .iter()
        .filter(|path| path.to_string_lossy().contains(&only))
    {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(path).unwrap();
        let (count, wrong) = run_fixture(database(&name).as_mut(), &text);
        statements += count;
        found.extend(wrong.into_iter().map(|line| format!("{name}: {line}")));
    }
    println!("{statements} statements compared with PostgreSQL");
    assert!(statements > 0, "no fixture was run");
    assert!(
        found.is_empty(),
        "{} differences:\n{}",
        found.len(),
        found.join("\n")
    );
}

/// Runs one fixture; tells how many statements ran and what differed. A difference is told once, where it first appears.
fn run_fixture(database: &mut dyn Subject, text: &str) -> (usize, Vec<String>) {
    let mut schema = Schema::empty(World::Closed);
    let mut known = Vec::new();
    let mut found = Vec::new();
    let statements = sql::read(text);
    for statement in &statements {
        let source = statement.span.slice(text);
        let real = database
            .run(source)
            .map_err(|refusal| format!("{} {}", refusal.sqlstate, refusal.message));
        let simulated = schema::apply(&schema, &statement.operation);
        let short: String = source
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .chars()
            .take(160)
            .collect();
        match (&real, &simulated) {
            (Err(real), Err(ours)) if !real.starts_with(ours.sqlstate) => {
                found.push(format!(
                    "{short}\n    PostgreSQL: {real}; we: {} {}",
                    ours.sqlstate, ours.message
                ));
            }
            (Err(real), Ok(_)) => found.push(format!("{short}\n    PostgreSQL refuses it: {real}")),
            (Ok(()), Err(ours)) => {
                found.push(format!(
                    "{short}\n    we refuse it: {} {}",
                    ours.sqlstate, ours.message
                ));
            }
            (Err(_), Err(_)) | (Ok(()), Ok(_)) => {}
        }
        if let Ok(applied) = simulated {
            schema = applied.schema;
        }
        // Each statement is a transaction of its own here.
        schema.end_transaction();
        let now = differences(&database.catalog().unwrap(), &schema::to_json(&schema));
        for line in now.iter().filter(|line| !known.contains(*line)) {
            found.push(format!("{short}\n    {line}"));
        }
        known = now;
    }
    (statements.len(), found)
}
