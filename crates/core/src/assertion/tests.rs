use super::*;
use crate::config::Config;
use crate::schema::{World, apply};
use crate::sql;

fn messages(toml: &str, schema: &str) -> Vec<String> {
    let config = Config::from_toml(toml).unwrap();
    let mut state = Schema::empty(World::Closed);
    for statement in sql::read(schema) {
        state = apply(&state, &statement.operation).unwrap().schema;
    }
    let found = violations(&config.assertions, &state);
    found.iter().map(Violation::message).collect()
}

const ORCHARD: &str = "
    CREATE TABLE org (id uuid PRIMARY KEY);
    CREATE TABLE tree (id uuid PRIMARY KEY, org_id uuid, CONSTRAINT uq_tree UNIQUE (org_id, id));
    CREATE TABLE fruit (id uuid PRIMARY KEY, legacy_code text);
    CREATE INDEX ix_fruit_code ON fruit (legacy_code);
";

#[test]
fn an_assertion_tells_what_is_missing_and_what_should_not_be_there() {
    let cases: &[(&str, &[&str])] = &[
        ("table = 'org'", &[]),
        ("table = 'crate'", &["Assertion 1: table crate is missing."]),
        (
            "table = 'fru*'\nexists = false",
            &["Assertion 1: table fruit should not be there."],
        ),
        (
            "table = '*'\ncolumns = ['org_id']\nexcept = ['org']\nbecause = 'tenants'",
            &["Assertion 1: column org_id of table fruit is missing (tenants)."],
        ),
        (
            "table = 'fruit'\nwithout_columns = ['legacy_code']",
            &["Assertion 1: column legacy_code of table fruit should not be there."],
        ),
        (
            "table = 'tree'\nconstraints = ['uq_tree', 'tree_pkey']",
            &[],
        ),
        (
            "table = 'fruit'\nwithout_indexes = ['ix_fruit_code']\nindexes = ['ix_fruit_name']",
            &[
                "Assertion 1: index ix_fruit_code should not be there.",
                "Assertion 1: index ix_fruit_name is missing.",
            ],
        ),
    ];
    for (assertion, expected) in cases {
        let mut found = messages(&format!("[[assert]]\n{assertion}\n"), ORCHARD);
        found.sort();
        let normal: Vec<String> = found
            .iter()
            .map(|line| line.replace(" on table fruit", ""))
            .collect();
        assert_eq!(normal, *expected, "{assertion}");
    }
}

#[test]
fn a_star_stands_for_any_letters() {
    for (pattern, text, fit) in [
        ("a*", "abc", true),
        ("*c", "abc", true),
        ("a*c", "abc", true),
        ("a*b*c", "a_b_c", true),
        ("a*b*c", "a_c", false),
        ("ab", "abc", false),
        ("*", "", true),
        ("a*a", "a", false),
    ] {
        assert_eq!(fits(pattern, text), fit, "{pattern} {text}");
    }
}

#[test]
fn what_is_not_known_is_no_violation() {
    let config = Config::from_toml("[[assert]]\ntable = 'org'\ncolumns = ['id']\n").unwrap();
    let open = Schema::empty(World::Open);
    assert!(violations(&config.assertions, &open).is_empty());
    let revealed = sql::read_statement("ALTER TABLE org ADD COLUMN name text");
    let state = apply(&open, &revealed).unwrap().schema;
    assert!(violations(&config.assertions, &state).is_empty());
}
