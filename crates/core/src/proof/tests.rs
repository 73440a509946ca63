use crate::config::Config;
use crate::migration::SourceFile;
use crate::review::{Input, Review, review};

use super::plan;

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

#[test]
fn the_history_before_is_run_as_it_is() {
    let review = reviewed(&[
        (
            "001_shelf.up.sql",
            "CREATE TABLE shelf (id int PRIMARY KEY);",
        ),
        ("001_shelf.down.sql", "DROP TABLE shelf;"),
        (
            "002_book.up.sql",
            "CREATE TABLE book (id int PRIMARY KEY, shelf_id int NOT NULL REFERENCES shelf);",
        ),
        ("002_book.down.sql", "DROP TABLE book;"),
    ]);
    let plan = plan(&review, "002", 2).unwrap();
    let history: Vec<&str> = plan
        .history
        .iter()
        .flat_map(|run| &run.statements)
        .map(|statement| statement.sql.as_str())
        .collect();
    assert_eq!(history, ["CREATE TABLE shelf (id int PRIMARY KEY)"]);
    assert_eq!(plan.no_history, None);
    assert!(plan.base.is_empty() && plan.assumed.is_empty());
    assert_eq!(plan.up.steps.len(), 1);
    assert_eq!(plan.restored.as_ref(), Some(&plan.before));
    assert_ne!(plan.after, plan.before);
    assert_eq!(
        plan.rows.first().and_then(|rows| rows.sql.as_deref()),
        Some("INSERT INTO shelf (id) VALUES\n  (1001),\n  (1002)")
    );
}

#[test]
fn a_lone_migration_finds_what_it_assumes() {
    let review = reviewed(&[(
        "versions/3c0f_shelves.py",
        r#"
revision = "3c0f"
down_revision = "11aa"

def upgrade():
    op.create_table(
        "shelf",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("library_id", sa.Integer(), sa.ForeignKey("library.id"), nullable=False),
    )
    op.drop_column("book", "place")
    op.rename_table("book", "volume")
    op.drop_column("volume", "colour")

def downgrade():
    op.add_column("volume", sa.Column("colour", sa.String(20), nullable=True))
    op.rename_table("volume", "book")
    op.add_column("book", sa.Column("place", sa.Integer(), nullable=True))
    op.drop_table("shelf")
"#,
    )]);
    let plan = plan(&review, "3c0f", 0).unwrap();
    insta::assert_snapshot!(plan.base.join(";\n"), @"
    CREATE TABLE book (
        place integer,
        colour character varying(20)
    );
    CREATE TABLE library (
        id integer NOT NULL,
        CONSTRAINT library_pkey PRIMARY KEY (id)
    )
    ");
    insta::assert_snapshot!(plan.assumed.join("\n"), @"
    table library: id integer
    table book: place integer, colour character varying(20)
    ");
    assert_eq!(plan.not_made, Vec::<String>::new());
    let refused = plan.up.steps.iter().chain(&plan.down.steps);
    assert_eq!(refused.filter_map(|step| step.error.clone()).count(), 0);
}

#[test]
fn rows_respect_keys_checks_and_references() {
    let review = reviewed(&[
        (
            "001.up.sql",
            "CREATE TYPE mood AS ENUM ('calm', 'wild');
             CREATE TABLE orchard (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind text NOT NULL CHECK (kind IN ('apple', 'pear')));
             CREATE TABLE tree (orchard_id bigint NOT NULL REFERENCES orchard (id), place varchar(4) UNIQUE, mood mood NOT NULL,
               age smallint CHECK (age < 100), parent_place varchar(4) REFERENCES tree (place), doubled int GENERATED ALWAYS AS (age * 2) STORED);
             CREATE TABLE odd (shape polygon);",
        ),
        ("002.up.sql", "ALTER TABLE tree ADD COLUMN height int;"),
    ]);
    let plan = plan(&review, "002", 2).unwrap();
    let told: Vec<String> = plan
        .rows
        .into_iter()
        .map(|rows| rows.sql.or(rows.reason).unwrap_or_default())
        .collect();
    insta::assert_snapshot!(told.join("\n"), @"
    no value of type polygon is made up for column shape
    INSERT INTO orchard (id, kind) OVERRIDING SYSTEM VALUE VALUES
      (1001, 'apple'),
      (1002, 'pear')
    INSERT INTO tree (orchard_id, place, mood, age, parent_place) VALUES
      (1001, '1001', 'calm', 99, '1001'),
      (1002, '1002', 'wild', 99, '1002')
    ");
}

#[test]
fn what_cannot_be_run_is_told() {
    let review = reviewed(&[
        (
            "versions/a_first.py",
            "revision = 'a'\ndown_revision = None\ndef upgrade():\n    frobnicate(op)\ndef downgrade():\n    pass\n",
        ),
        (
            "versions/b_second.py",
            "revision = 'b'\ndown_revision = 'a'\ndef upgrade():\n    op.create_table('t', sa.Column('id', sa.Integer()))\ndef downgrade():\n    raise NotImplementedError('no way back')\n",
        ),
    ]);
    let plan = plan(&review, "b", 0).unwrap();
    assert!(
        plan.no_history
            .is_some_and(|why| why.starts_with("revision a: "))
    );
    assert_eq!(plan.down.state, retort_report::HalfState::Raises);
    assert!(plan.down.steps.is_empty());
}
