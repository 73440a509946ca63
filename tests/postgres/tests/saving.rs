//! The repair that keeps aside what a migration takes away, on a real PostgreSQL with rows: after up and down they are back.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

use retort_core::config::Config;
use retort_core::fix::fix_all;
use retort_core::migration::{Direction, SourceFile};
use retort_core::review::{Input, Review, review};
use retort_differential::{Database, Server, Subject};

const HISTORY: &str = "
CREATE TYPE genre AS ENUM ('verse', 'prose');
CREATE TABLE author (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
CREATE TABLE book (
    shelf text, place int, title text NOT NULL, kind genre, pages int DEFAULT 1 NOT NULL,
    thick boolean GENERATED ALWAYS AS (pages > 300) STORED, PRIMARY KEY (shelf, place)
);
CREATE TABLE loan (id serial PRIMARY KEY, shelf text, place int, author bigint REFERENCES author (id), note text,
    FOREIGN KEY (shelf, place) REFERENCES book (shelf, place));
";

const ROWS: &str = "
INSERT INTO author (name) VALUES ('Ada'), ('Bo');
INSERT INTO book (shelf, place, title, kind, pages) VALUES ('a', 1, 'Odes', 'verse', 90), ('a', 2, 'Tales', 'prose', 400), ('b', 1, 'Blank', NULL, 1);
INSERT INTO loan (shelf, place, author, note) VALUES ('a', 1, 2, NULL), ('b', 1, 1, 'it''s late');
";

/// Everything that the tables hold, as JSON; the columns in the order of their names.
const CONTENT: &str = "SELECT
    (SELECT jsonb_agg(to_jsonb(own) ORDER BY own.id) FROM author own),
    (SELECT jsonb_agg(to_jsonb(own) ORDER BY own.shelf, own.place) FROM book own),
    (SELECT jsonb_agg(to_jsonb(own) ORDER BY own.id) FROM loan own)";

/// What comes next out of the sequences must not be there already.
const MORE: &str =
    "INSERT INTO author (name) VALUES ('Cy'); INSERT INTO loan (note) VALUES ('new');";

/// Upgrades with the downgrades that somebody wrote, or with none.
const MIGRATIONS: [(&str, &str); 5] = [
    (
        "ALTER TABLE book DROP COLUMN title, DROP COLUMN kind, DROP COLUMN pages CASCADE; DROP TYPE genre;",
        "CREATE TYPE genre AS ENUM ('verse', 'prose');
         ALTER TABLE book ADD COLUMN title text NOT NULL, ADD COLUMN kind genre, ADD COLUMN pages int DEFAULT 1 NOT NULL,
             ADD COLUMN thick boolean GENERATED ALWAYS AS (pages > 300) STORED;",
    ),
    ("ALTER TABLE book DROP COLUMN title; ALTER TABLE book DROP COLUMN kind;", ""),
    (
        "DROP TABLE loan;",
        "CREATE TABLE loan (id serial PRIMARY KEY, shelf text, place int, author bigint REFERENCES author (id), note text,
             FOREIGN KEY (shelf, place) REFERENCES book (shelf, place));",
    ),
    ("DROP TABLE loan; DROP TABLE author;", ""),
    ("DROP TABLE loan, book, author; DROP TYPE genre;", ""),
];

#[test]
fn what_is_kept_aside_is_back_after_up_and_down() {
    let server = Server::start("saving").unwrap_or_else(|error| panic!("{error}"));
    for (number, (up, down)) in MIGRATIONS.into_iter().enumerate() {
        let mut database = server.database(&format!("saving_{number}")).unwrap();
        let repaired = repaired(up, down);
        let state = repaired.revision("0002").unwrap();
        let mut run = |statement: &str| {
            let done = database.run(statement);
            assert!(done.is_ok(), "{number}: {statement}: {done:?}");
        };
        run(HISTORY);
        run(ROWS);
        let before = content(&mut database);
        for (direction, aside) in [(Direction::Up, true), (Direction::Down, false)] {
            for step in &state.run(direction).unwrap().steps {
                let done = database.run(&step.step.sql);
                assert!(done.is_ok(), "{number}: {}: {done:?}", step.step.sql);
            }
            let found = database
                .first_row("SELECT count(*) > 0 FROM pg_class WHERE relname LIKE 'saved\\_%'");
            assert_eq!(
                found.unwrap(),
                [Some(if aside { "t" } else { "f" }.to_owned())],
                "{number}"
            );
        }
        assert_eq!(content(&mut database), before, "{number}");
        let more = database.run(MORE);
        assert!(more.is_ok(), "{number}: {more:?}");
    }
}

fn content(database: &mut Database) -> Vec<Option<String>> {
    database.first_row(CONTENT).unwrap()
}

/// The review of the migration after all repairs.
fn repaired(up: &str, down: &str) -> Review {
    let input = |path: &str, text: &str, history| Input {
        file: SourceFile {
            path: path.into(),
            text: text.into(),
        },
        history,
    };
    let inputs = vec![
        input("migrations/0001_library.up.sql", HISTORY, true),
        input("migrations/0002_less.up.sql", up, false),
        input("migrations/0002_less.down.sql", down, false),
    ];
    let fixed = fix_all(inputs, None, &Config::default());
    review(fixed.inputs, None, Config::default())
}
