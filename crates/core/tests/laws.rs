//! The project's promises, on input that nobody chose: see "Laws" in CONTRIBUTING.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use retort_core::config::Config;
use retort_core::migration::SourceFile;
use retort_core::review::{Input, review, review_with_problems};
use retort_report::{Location, Report};

const FIRST: &str = r#"""Make the shelf

Revision ID: a1
Revises:
Create Date: 2024-03-01 09:00:00
"""
from alembic import op
import sqlalchemy as sa

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "shelf",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("label", sa.String(40), nullable=False, server_default="né ✓"),
    )
    op.create_index("ix_shelf_label", "shelf", ["label"], unique=True)


def downgrade() -> None:
    op.drop_table("shelf")
"#;

const SECOND: &str = r#"""Weigh the shelf"""
from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "a1"


def upgrade():
    op.add_column("shelf", sa.Column("grams", sa.Numeric(10, 2)))
    op.execute("UPDATE shelf SET grams = 0 WHERE grams IS NULL")
    with op.batch_alter_table("shelf") as batch:
        batch.alter_column("grams", nullable=False)


def downgrade():
    op.drop_column("shelf", "grams")
"#;

const THIRD: &str = r#"""Label the shelf"""
from alembic import op
import sqlalchemy as sa

revision = "c3"
down_revision = "b2"


def upgrade():
    op.create_table("badge", sa.Column("id", sa.BigInteger(), primary_key=True))
    op.alter_column("shelf", "label", type_=sa.Text())


def downgrade():
    op.drop_table("badge")
"#;

const UP: &str = "-- Boxes\nCREATE TABLE box (id serial PRIMARY KEY, \"Größe\" text DEFAULT 'x''y', UNIQUE (\"Größe\"));\r\n\
    DO $$ BEGIN ALTER TABLE box ADD COLUMN n int; END $$;\nCREATE INDEX CONCURRENTLY ON box (lower(\"Größe\"));\n";
const DOWN: &str =
    "DROP TABLE IF EXISTS box CASCADE;\nCOPY box FROM stdin;\n1\tit's\n\\.\n\\echo done\n";

const JUNK: [&str; 20] = [
    "", "'", "\"", "$$", "(", ")", ";", "\\", "\u{0}", "é", "😀", "\r", "\n", "/*", "*/", "None",
    "{", "[", "--", "\"\"\"",
];

fn input(path: &str, text: &str) -> Input {
    Input {
        file: SourceFile {
            path: path.into(),
            text: text.into(),
        },
        history: false,
    }
}

/// One of the seeds with pieces cut out or replaced: close enough to real files to reach deep code.
fn damaged() -> impl Strategy<Value = (String, String)> {
    let seeds = select(vec![
        ("a1_shelf.py", FIRST),
        ("b2_grams.py", SECOND),
        ("001_box.up.sql", UP),
        ("001_box.down.sql", DOWN),
    ]);
    let damage = prop::collection::vec(
        (any::<Index>(), any::<Index>(), select(JUNK.to_vec())),
        0..6,
    );
    (seeds, damage).prop_map(|((path, text), damage)| {
        let mut characters: Vec<char> = text.chars().collect();
        for (from, length, junk) in damage {
            let start = from.index(characters.len() + 1);
            let end = (start + length.index(12)).min(characters.len());
            characters.splice(start..end, junk.chars());
        }
        (path.to_owned(), characters.into_iter().collect())
    })
}

/// Every place in a report.
fn places(report: &Report) -> Vec<&Location> {
    let steps = report
        .revisions
        .iter()
        .flat_map(|revision| revision.up.steps.iter().chain(&revision.down.steps));
    let findings = report.findings.iter();
    let related = findings
        .clone()
        .flat_map(|finding| finding.related.iter().map(|related| &related.location));
    steps
        .map(|step| &step.location)
        .chain(findings.map(|finding| &finding.location))
        .chain(related)
        .chain(report.not_analysed.iter().map(|missing| &missing.location))
        .chain(report.problems.iter().map(|problem| &problem.location))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_reviewed_and_every_place_lies_inside_it((path, text) in damaged()) {
        let report = review(vec![input(&path, &text)], None, Config::default()).report();
        let units = text.encode_utf16().count() as u32;
        for place in places(&report) {
            let (start, end) = (place.start as usize, place.end as usize);
            prop_assert!(start <= end && text.get(start..end).is_some(), "{place:?} in {text:?}");
            prop_assert!(place.from <= place.to && place.to <= units, "{place:?}");
            prop_assert!(place.line >= 1 && place.column >= 1);
        }
    }

    #[test]
    fn the_order_of_files_does_not_matter(shuffled in Just(vec![
        input("versions/a1_shelf.py", FIRST),
        input("versions/b2_grams.py", SECOND),
        input("sql/001_box.up.sql", UP),
        input("sql/001_box.down.sql", DOWN),
    ]).prop_shuffle()) {
        let mut sorted = shuffled.clone();
        sorted.sort_by(|one, other| one.file.path.cmp(&other.file.path));
        let report = |files| review(files, None, Config::default()).report();
        prop_assert_eq!(report(shuffled), report(sorted));
    }

    #[test]
    fn edits_give_what_a_fresh_review_gives(
        edits in prop::collection::vec(damaged(), 1..4),
        history in any::<bool>(),
    ) {
        let mut files = vec![
            input("a1_shelf.py", FIRST),
            input("b2_grams.py", SECOND),
            input("c3_label.py", THIRD),
            input("001_box.up.sql", UP),
            input("001_box.down.sql", DOWN),
        ];
        if let Some(first) = files.first_mut() {
            first.history = history;
        }
        let mut known = review(files.clone(), None, Config::default());
        let mut told = known.report();
        for (path, text) in edits {
            for file in files.iter_mut().filter(|file| *file.file.path == *path) {
                file.file.text = text.clone().into();
            }
            let again = review_with_problems(files.clone(), Vec::new(), None, Config::default(), Some(&known));
            let fresh = review(files.clone(), None, Config::default()).report();
            prop_assert_eq!(again.report(), fresh.clone());
            prop_assert_eq!(fresh.change_since(Some(&told)).onto(Some(&told)), fresh.clone());
            (known, told) = (again, fresh);
        }
    }
}
