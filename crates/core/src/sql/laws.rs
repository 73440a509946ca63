//! Promises on statements that nobody chose: any text is read without a panic, places lie inside it, and what is printed
//! reads as the same.

use proptest::prelude::*;

use super::{comments, print, read, read_statement, split};
use crate::operation::Operation;

/// Statements of every kind, to be taken apart and put together.
const STATEMENTS: &[&str] = &[
    "CREATE TABLE shop.\"Item\" (id bigint GENERATED ALWAYS AS IDENTITY, label varchar(20) DEFAULT 'x' NOT NULL, CHECK (id > 0))",
    "CREATE TABLE part PARTITION OF whole FOR VALUES FROM (1) TO (10)",
    "ALTER TABLE shelf ADD COLUMN IF NOT EXISTS n int[] DEFAULT '{}', DROP COLUMN m CASCADE, ALTER a TYPE text USING a::text",
    "ALTER TABLE shelf ADD CONSTRAINT f FOREIGN KEY (a, b) REFERENCES box (c, d) ON DELETE SET NULL NOT VALID",
    "ALTER TABLE ONLY shelf VALIDATE CONSTRAINT f, ENABLE TRIGGER ALL, SET (fillfactor = 70)",
    "CREATE UNIQUE INDEX CONCURRENTLY i ON shelf USING btree (lower(a) DESC NULLS LAST, b) INCLUDE (c) WHERE d IS NULL",
    "CREATE TYPE mood AS ENUM ('a', 'it''s')",
    "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'c' AFTER 'a'",
    "CREATE OR REPLACE VIEW v (a) WITH (security_barrier) AS SELECT id FROM shelf WHERE n = ANY ('{1,2}')",
    "CREATE FUNCTION f(a int DEFAULT 1, OUT b text) RETURNS text LANGUAGE plpgsql STABLE AS $$ begin return 1; end $$",
    "CREATE TRIGGER t BEFORE INSERT OR UPDATE OF a ON shelf FOR EACH ROW WHEN (old.a <> new.a) EXECUTE FUNCTION f('x')",
    "CREATE POLICY p ON shelf FOR SELECT TO public USING (id > 0)",
    "COMMENT ON COLUMN shelf.a IS E'a\\nb'",
    "DO $$ begin if not exists (select 1 from pg_type) then create type t as enum (); end if; end $$",
    "INSERT INTO shelf (a) VALUES (1) ON CONFLICT DO NOTHING",
    "UPDATE shelf SET a = 1 FROM box WHERE box.id = shelf.id",
    "COPY shelf (a) FROM stdin;\n1\t2\n\\.\n",
    "SET LOCAL lock_timeout = '3s'",
    "DROP TABLE IF EXISTS a, shop.b CASCADE",
    "GRANT SELECT ON shelf TO public",
    "-- a comment; with 'a quote\n/* and /* nested */ */ SELECT 1",
];

/// Words of statements in new places: some are still statements.
fn jumbled() -> impl Strategy<Value = String> {
    let piece = (0..STATEMENTS.len(), 0..40_usize, 1..30_usize);
    let pieces = proptest::collection::vec(piece, 1..4);
    let odd = prop_oneof![
        4 => Just(String::new()),
        1 => Just(";".to_owned()),
        1 => Just("'".to_owned()),
        1 => Just("$$".to_owned()),
        1 => Just("é\u{1F4DA}".to_owned()),
        1 => any::<String>(),
    ];
    (pieces, odd).prop_map(|(pieces, odd)| {
        let mut text = String::new();
        for (which, from, count) in pieces {
            let words = STATEMENTS[which].split_inclusive(' ');
            text.extend(words.skip(from % 5).take(count));
            text += &odd;
            text.push(' ');
        }
        text
    })
}

/// A statement with one word left out or doubled.
fn nearly_right() -> impl Strategy<Value = String> {
    (
        0..STATEMENTS.len(),
        any::<prop::sample::Index>(),
        0..3_usize,
    )
        .prop_map(|(which, index, copies)| {
            let words: Vec<&str> = STATEMENTS[which].split(' ').collect();
            let chosen = index.index(words.len());
            let mut kept = Vec::new();
            for (at, word) in words.iter().enumerate() {
                let times = if at == chosen { copies } else { 1 };
                kept.extend(std::iter::repeat_n(*word, times));
            }
            kept.join(" ")
        })
}

fn reads_back(text: &str) -> Result<(), TestCaseError> {
    let operation = read_statement(text);
    if matches!(operation, Operation::Opaque(_) | Operation::Unmodelled(_)) {
        return Ok(());
    }
    let printed = print(&operation);
    prop_assert_eq!(read_statement(&printed), operation, "{}\n{}", text, printed);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn statements_lie_in_the_text_one_behind_the_other(text in jumbled()) {
        let mut end = 0;
        for fragment in split(&text) {
            let (start, stop) = (fragment.span.start as usize, fragment.span.end as usize);
            prop_assert!(end <= start && start <= stop, "{fragment:?}");
            prop_assert!(text.get(start..stop).is_some(), "{fragment:?}");
            end = stop;
        }
        for comment in comments(&text) {
            prop_assert!(text.get(comment.start as usize..comment.end as usize).is_some());
        }
    }

    #[test]
    fn what_cannot_be_read_says_where(text in jumbled()) {
        for statement in read(&text) {
            let written = statement.span.slice(&text);
            match &statement.operation {
                Operation::Opaque(opaque) => {
                    let at = opaque.at.0;
                    prop_assert!(written.get(at.start as usize..at.end as usize).is_some(), "{opaque:?}");
                }
                Operation::Do(block) => {
                    for inner in &block.statements {
                        let at = inner.span;
                        prop_assert!(written.get(at.start as usize..at.end as usize).is_some(), "{inner:?}");
                    }
                }
                _ => {}
            }
        }
    }

    #[test]
    fn what_is_printed_reads_as_the_same(text in nearly_right()) {
        reads_back(&text)?;
    }
}

#[test]
fn statements_read_back_as_they_are() {
    for statement in STATEMENTS {
        reads_back(statement).unwrap();
    }
}
