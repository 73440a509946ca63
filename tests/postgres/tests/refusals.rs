//! What PostgreSQL refuses on a given state, the simulated catalog refuses too, with the same code and the same words.
//!
//! A file in `refusals/` makes a state; each statement below its line `-- Refused` meets that state alone.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

use std::fs;
use std::path::Path;

use retort_core::schema::{self, Schema, World};
use retort_core::sql::{self, SqlStatement};
use retort_differential::{Pglite, Refusal, Server, Subject};

/// Ends the statements that make the state.
const LINE: &str = "\n-- Refused";

#[test]
fn postgresql_15_refuses_in_the_same_words() {
    let server = Server::start("refusals").unwrap_or_else(|error| panic!("{error}"));
    for_each_file(|name, text| {
        let mut database = server.database(name).unwrap();
        wrong_refusals(&mut database, text, |refusal| {
            format!("{} {}", refusal.sqlstate, refusal.message)
        })
    });
}

/// Words change between versions, codes hardly.
#[test]
fn postgresql_18_refuses_with_the_same_code() {
    for_each_file(|_, text| {
        let mut pglite = Pglite::start().unwrap();
        wrong_refusals(&mut pglite, text, |refusal| refusal.sqlstate.clone())
    });
}

fn for_each_file(mut wrong: impl FnMut(&str, &str) -> Vec<String>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("refusals");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let mut found = Vec::new();
    for path in &paths {
        let name = path.file_stem().unwrap().to_string_lossy();
        let text = fs::read_to_string(path).unwrap();
        found.extend(wrong(&name, &text));
    }
    assert!(!paths.is_empty(), "no file was run");
    assert!(
        found.is_empty(),
        "{} differences:\n{}",
        found.len(),
        found.join("\n")
    );
}

/// The statements that are not refused alike, as `told` puts a refusal.
fn wrong_refusals(
    database: &mut dyn Subject,
    text: &str,
    told: impl Fn(&Refusal) -> String,
) -> Vec<String> {
    let line = text.find(LINE).unwrap();
    let (made, refused): (Vec<SqlStatement>, Vec<SqlStatement>) = sql::read(text)
        .into_iter()
        .partition(|statement| statement.span.start as usize <= line);
    let mut state = Schema::empty(World::Closed);
    for statement in made {
        let source = statement.span.slice(text);
        database
            .run(source)
            .unwrap_or_else(|refusal| panic!("{source}: {}", refusal.message));
        state = schema::apply(&state, &statement.operation)
            .unwrap_or_else(|refused| panic!("{source}: {}", refused.message))
            .schema;
    }
    let mut found = Vec::new();
    for statement in refused {
        let source = statement.span.slice(text);
        database.run("begin").unwrap();
        let real = database.run(source).as_ref().map_err(&told).err();
        database.run("rollback").unwrap();
        let ours = schema::apply(&state, &statement.operation).map_err(|refused| {
            told(&Refusal {
                sqlstate: refused.sqlstate.to_owned(),
                message: refused.message,
            })
        });
        let ours = ours.err();
        if real.is_none() || real != ours {
            found.push(format!(
                "{source}\n    PostgreSQL: {}\n    we: {}",
                real.as_deref().unwrap_or("accepted"),
                ours.as_deref().unwrap_or("accepted")
            ));
        }
    }
    found
}
