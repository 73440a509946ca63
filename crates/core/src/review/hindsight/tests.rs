use retort_report::{DiagramScope, RoundTripVerdict};

use crate::config::Config;
use crate::diagram;
use crate::migration::SourceFile;
use crate::report::{compare, schema_diff};
use crate::review::{Input, Review, review, round_trip};

/// A revision whose history nobody gave.
fn alone(up: &str, down: &str) -> Review {
    let file = |half: &str, text: &str| Input {
        file: SourceFile {
            path: format!("000007_change.{half}.sql").into(),
            text: text.into(),
        },
        history: false,
    };
    review(
        vec![file("up", up), file("down", down)],
        None,
        Config::default(),
    )
}

fn told(review: &Review) -> Vec<String> {
    let compared = compare(review, None, None).unwrap();
    let difference = schema_diff(&compared.before, &compared.after, &compared.renames);
    let line = |line: retort_report::ChangeLine| format!("{:?} {}", line.change, line.text);
    difference.lines.into_iter().map(line).collect()
}

/// Every row and card that the picture marks.
fn marked(review: &Review) -> Vec<String> {
    let compared = compare(review, None, None).unwrap();
    let picture = diagram::between(
        &compared.before,
        &compared.after,
        &compared.renames,
        DiagramScope::Changed,
    );
    let unchanged = retort_report::Change::Unchanged;
    let mut found = Vec::new();
    for card in picture.tables {
        found.push(format!("{:?} {}", card.change, card.name));
        let rows = card.rows.into_iter().filter(|row| row.change != unchanged);
        found.extend(rows.map(|row| format!("  {:?} {}: {}", row.change, row.name, row.detail)));
    }
    found
}

#[test]
fn what_is_dropped_alone_was_there() {
    let review = alone(
        "ALTER TABLE boat DROP COLUMN berth, DROP CONSTRAINT boat_name_key; DROP TABLE harbour;",
        "ALTER TABLE boat ADD COLUMN berth text;",
    );
    assert_eq!(
        told(&review),
        [
            "Removed column berth of table boat",
            "Removed constraint boat_name_key on table boat",
            "Removed table harbour",
        ]
    );
    insta::assert_snapshot!(marked(&review).join("\n"), @r#"
    Changed boat
      Removed berth: type not known
      Removed boat_name_key: definition not known
    Removed harbour
    "#);
    let found = round_trip(&review.timeline[0]);
    assert_eq!(found.verdict, RoundTripVerdict::Differs);
    assert_eq!(
        found.differences,
        [
            "- constraint boat_name_key on table boat",
            "- table harbour",
        ]
    );
}

#[test]
fn what_is_altered_alone_changes() {
    let review = alone(
        "ALTER TABLE boat ALTER COLUMN length TYPE numeric, ALTER COLUMN name SET NOT NULL,
           ALTER COLUMN flag DROP NOT NULL, ALTER COLUMN crew SET DEFAULT 2, ALTER COLUMN sails DROP DEFAULT;
         ALTER TABLE boat RENAME COLUMN mast TO mast_height;
         ALTER TABLE harbour RENAME TO port;",
        "",
    );
    insta::assert_snapshot!(told(&review).join("\n"), @r#"
    Changed column flag of table boat: nullability not null → null
    Changed column sails of table boat: default … removed
    Changed column length of table boat: type numeric
    Changed column name of table boat: nullability null → not null
    Changed column crew of table boat: default 2
    Changed column mast_height of table boat (was mast)
    Changed table port (was harbour)
    "#);
    insta::assert_snapshot!(marked(&review).join("\n"), @r#"
    Changed boat
      Changed flag: nullable
      Changed sails: no default
      Changed length: numeric
      Changed name: not null
      Changed crew: default 2
      Changed mast_height: type not known
    Changed port
    "#);
}

#[test]
fn what_is_altered_back_is_restored() {
    let back = "ALTER TABLE boat ALTER COLUMN length TYPE integer, ALTER COLUMN name DROP NOT NULL,
        ALTER COLUMN flag SET NOT NULL, ALTER COLUMN crew DROP DEFAULT, ALTER COLUMN sails SET DEFAULT 1;";
    let up = "ALTER TABLE boat ALTER COLUMN length TYPE numeric, ALTER COLUMN name SET NOT NULL,
        ALTER COLUMN flag DROP NOT NULL, ALTER COLUMN crew SET DEFAULT 2, ALTER COLUMN sails DROP DEFAULT;";
    let review = alone(up, back);
    let found = round_trip(&review.timeline[0]);
    assert_eq!(
        found.verdict,
        RoundTripVerdict::Restores,
        "{:?}",
        found.differences
    );
    let review = alone(up, "SELECT 1;");
    let found = round_trip(&review.timeline[0]);
    assert_eq!(found.verdict, RoundTripVerdict::Differs);
    insta::assert_snapshot!(found.differences.join("\n"), @r#"
    ~ column flag of table boat: nullability null (not null before)
    ~ column sails of table boat: no default (… before)
    ~ column length of table boat: type numeric
    ~ column name of table boat: nullability not null (null before)
    ~ column crew of table boat: default 2
    "#);
}

#[test]
fn a_table_made_again_is_restored_as_far_as_known() {
    let review = alone(
        "DROP TABLE harbour; DROP INDEX ix_boat_length; DROP VIEW fleet;",
        "CREATE TABLE harbour (id int PRIMARY KEY); CREATE INDEX ix_boat_length ON boat (length); CREATE VIEW fleet AS SELECT 1 AS one;",
    );
    let found = round_trip(&review.timeline[0]);
    assert_eq!(
        found.verdict,
        RoundTripVerdict::Restores,
        "{:?}",
        found.differences
    );
    let review = alone("DROP INDEX ix_boat_length; DROP VIEW fleet;", "SELECT 1;");
    let found = round_trip(&review.timeline[0]);
    insta::assert_snapshot!(found.differences.join("\n"), @r#"
    - index ix_boat_length
    - view fleet
    "#);
}

#[test]
fn nothing_unknown_is_claimed() {
    let review = alone(
        "DROP TABLE IF EXISTS harbour; ALTER TABLE boat DROP COLUMN IF EXISTS berth; CREATE INDEX ix_length ON boat (length);
         UPDATE boat SET name = 'Argo' WHERE id = 1;",
        "DROP INDEX ix_length;",
    );
    assert_eq!(told(&review), ["Added index ix_length"]);
    assert_eq!(
        round_trip(&review.timeline[0]).verdict,
        RoundTripVerdict::Restores
    );
}
