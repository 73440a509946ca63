//! Copies aside, in both languages.

use super::{Fixed, fix_all};
use crate::config::Config;
use crate::migration::SourceFile;
use crate::review::{Input, review};

fn input(path: &str, text: &str, history: bool) -> Input {
    Input {
        file: SourceFile {
            path: path.into(),
            text: text.into(),
        },
        history,
    }
}

/// The files under review after all repairs, and whether another review finds something about what goes, or a downgrade
/// that does not restore the schema.
fn repaired(history: &[(&str, &str)], reviewed: &[(&str, &str)]) -> String {
    let old = history.iter().map(|(path, text)| input(path, text, true));
    let new = reviewed.iter().map(|(path, text)| input(path, text, false));
    let Fixed { inputs, .. } = fix_all(old.chain(new).collect(), None, &Config::default());
    let after = review(inputs.clone(), None, Config::default());
    let wrong: Vec<&str> = after
        .findings
        .iter()
        .map(|finding| finding.rule.id)
        .filter(|id| {
            [
                "drop-column",
                "drop-table",
                "no-downgrade",
                "downgrade-not-inverse",
            ]
            .contains(id)
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}\n{inputs:#?}");
    let own = inputs.iter().filter(|own| !own.history);
    let texts: Vec<String> = own
        .map(|own| format!("{}\n{}", own.file.path, own.file.text))
        .collect();
    texts.join("\n")
}

const BOATS: &str = "CREATE TYPE sail AS ENUM ('jib', 'main');
CREATE TABLE boat (id bigint PRIMARY KEY, berth text NOT NULL, rig sail, length int);
CREATE TABLE trip (id bigserial PRIMARY KEY, boat_id bigint NOT NULL REFERENCES boat (id));
";

#[test]
fn columns_are_kept_beside_their_key_and_come_back_before_they_are_demanded() {
    let text = repaired(
        &[("migrations/0001_boats.up.sql", BOATS)],
        &[
            (
                "migrations/0002_lean.up.sql",
                "SET lock_timeout = '2s';\nALTER TABLE boat DROP COLUMN berth, DROP COLUMN rig;\nDROP TYPE sail;\n",
            ),
            (
                "migrations/0002_lean.down.sql",
                "CREATE TYPE sail AS ENUM ('jib', 'main');\nALTER TABLE boat ADD COLUMN rig sail;\nALTER TABLE boat ADD COLUMN berth text NOT NULL;\n",
            ),
        ],
    );
    insta::assert_snapshot!(text);
}

#[test]
fn a_table_comes_back_with_its_rows_and_its_sequence_in_a_downgrade_that_was_missing() {
    let text = repaired(
        &[("migrations/0001_boats.up.sql", BOATS)],
        &[
            (
                "migrations/0002_no_trips.up.sql",
                "SET lock_timeout = '2s';\nDROP TABLE trip;\n",
            ),
            ("migrations/0002_no_trips.down.sql", ""),
        ],
    );
    insta::assert_snapshot!(text);
}

#[test]
fn alembic_speaks_alembic() {
    let first = "\"\"\"Boats

Revision ID: a1
\"\"\"
from alembic import op
import sqlalchemy as sa

revision = 'a1'
down_revision = None


def upgrade():
    op.create_table(
        'boat',
        sa.Column('id', sa.BigInteger(), primary_key=True),
        sa.Column('berth', sa.Text(), nullable=False),
    )


def downgrade():
    op.drop_table('boat')
";
    let second = "\"\"\"No berths

Revision ID: b2
Revises: a1
\"\"\"
from alembic import op
import sqlalchemy as sa

revision = 'b2'
down_revision = 'a1'


def upgrade():
    op.drop_column('boat', 'berth')


def downgrade():
    op.add_column('boat', sa.Column('berth', sa.Text(), nullable=False))
";
    let text = repaired(&[("versions/a1.py", first)], &[("versions/b2.py", second)]);
    insta::assert_snapshot!(text);
}

#[test]
fn a_downgrade_that_was_missing_comes_with_what_brings_the_data_back() {
    let text = repaired(
        &[("migrations/0001_boats.up.sql", BOATS)],
        &[
            (
                "migrations/0002_lean.up.sql",
                "SET lock_timeout = '2s';\nALTER TABLE boat DROP COLUMN length;\n",
            ),
            ("migrations/0002_lean.down.sql", ""),
        ],
    );
    insta::assert_snapshot!(text);
}
