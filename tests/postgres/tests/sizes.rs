//! The way of a table's size: the query that `retort sizes` prints, PostgreSQL's answer, `retort.toml`, the estimate.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

use retort_core::config::{Config, RuleLevel, SIZES_QUERY};
use retort_core::migration::SourceFile;
use retort_core::review::{Input, Review, review};
use retort_differential::{Server, Subject};

/// Tables with known statistics: those of the small one are gathered, those of the large one written, so that nothing
/// depends on how long it takes to fill it. Nothing may gather them anew meanwhile.
const TABLES: &str = "
    CREATE SCHEMA log;
    CREATE TABLE hive (id bigint, colour text) WITH (autovacuum_enabled = false);
    INSERT INTO hive SELECT n, 'amber' FROM generate_series(1, 2000) n;
    ANALYZE hive;
    CREATE TABLE log.\"Visit\" (id bigint) WITH (autovacuum_enabled = false);
    UPDATE pg_class SET reltuples = 40000000 WHERE relname = 'Visit';
    CREATE TABLE empty_shelf (id bigint) WITH (autovacuum_enabled = false);
";

const MIGRATION: &str = "
    CREATE INDEX hive_colour ON hive (colour);
    CREATE INDEX visit_id ON log.\"Visit\" (id);
";

fn reviewed(settings: &str) -> Review {
    let file = SourceFile {
        path: "0002_indexes.up.sql".into(),
        text: MIGRATION.into(),
    };
    let input = Input {
        file,
        history: false,
    };
    review(vec![input], None, Config::from_toml(settings).unwrap())
}

/// What the point of the checklist about the time says.
fn time(review: &Review) -> String {
    let report = review.report();
    let point = report.checklist.iter().find(|point| point.item == 10);
    let because = point.into_iter().flat_map(|point| &point.because);
    let lines: Vec<&str> = because.map(|because| because.text.as_str()).collect();
    lines.join("\n")
}

#[test]
fn the_answer_to_the_printed_query_gives_an_estimate() {
    let server = Server::start("sizes").unwrap_or_else(|error| panic!("{error}"));
    let mut database = server.database("sizes").unwrap();
    database.run(TABLES).unwrap();
    let answer = database.printed(SIZES_QUERY).unwrap();

    let tables = Config::from_toml(&answer).unwrap().tables;
    assert_eq!(tables["hive"].rows, Some(2000));
    assert!(tables["hive"].bytes.is_some_and(|bytes| bytes > 2000 * 30));
    assert_eq!(tables["log.Visit"].rows, Some(40_000_000));
    assert_eq!(tables["empty_shelf"].rows, Some(0));

    let unknown = reviewed("");
    assert!(
        time(&unknown).contains("whose size is not known here"),
        "{}",
        time(&unknown)
    );
    let sized = reviewed(&answer);
    let told = time(&sized);
    assert!(!told.contains("not known"), "{told}");
    assert!(
        told.contains("About 27 s to 4 min, from the sizes in the configuration"),
        "{told}"
    );
    let levels: Vec<(Option<&str>, RuleLevel)> = sized
        .findings
        .iter()
        .filter(|finding| finding.rule.id == "index-not-concurrent")
        .map(|finding| (finding.object.as_deref(), finding.level))
        .collect();
    assert!(
        levels.contains(&(Some("hive"), RuleLevel::Info)),
        "{levels:?}"
    );
    assert!(
        levels.contains(&(Some("log.\"Visit\""), RuleLevel::Warning)),
        "{levels:?}"
    );
}
