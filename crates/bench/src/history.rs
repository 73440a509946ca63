//! Histories of any length to measure with: a library that lends tools, growing by one change a day.
//!
//! The same number gives the same text, so that measurements can be compared.

use std::fmt::Write;

/// A path and the text of the file.
pub type File = (String, String);

/// What a generated revision does; revisions take turns.
#[derive(Clone, Copy)]
enum Change {
    CreateTable,
    AddColumnAndIndex,
    Backfill,
    SetNotNull,
    AddCheck,
}

impl Change {
    fn of(number: usize) -> Self {
        match number % 5 {
            0 => Self::CreateTable,
            1 => Self::AddColumnAndIndex,
            2 => Self::Backfill,
            3 => Self::SetNotNull,
            _ => Self::AddCheck,
        }
    }
}

/// The table that a revision makes or changes.
fn table(number: usize) -> String {
    format!("tool_{}", number / 5)
}

/// A linear history as golang-migrate writes it: two files a revision.
pub fn sql(revisions: usize) -> Vec<File> {
    (0..revisions)
        .flat_map(|number| {
            let (up, down) = sql_halves(number);
            let name = format!("migrations/{:06}_change", number + 1);
            [
                (format!("{name}.up.sql"), up),
                (format!("{name}.down.sql"), down),
            ]
        })
        .collect()
}

fn sql_halves(number: usize) -> (String, String) {
    let table = table(number);
    match Change::of(number) {
        Change::CreateTable => {
            let mut up = format!(
                "CREATE TABLE {table} (\n    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n    \
                 name text NOT NULL,\n    weight numeric(10, 3) DEFAULT 0 NOT NULL,\n    \
                 bought_on date,\n    created_at timestamptz DEFAULT now() NOT NULL"
            );
            if let Some(parent) = number.checked_sub(5) {
                let parent = self::table(parent);
                let _ = write!(
                    up,
                    ",\n    {parent}_id bigint REFERENCES {parent} (id) ON DELETE CASCADE"
                );
            }
            up.push_str("\n);\n");
            (up, format!("DROP TABLE {table};\n"))
        }
        Change::AddColumnAndIndex => (
            format!(
                "ALTER TABLE {table} ADD COLUMN shelf text;\n\
                 CREATE INDEX {table}_shelf_idx ON {table} (shelf, lower(name)) WHERE shelf IS NOT NULL;\n"
            ),
            format!("DROP INDEX {table}_shelf_idx;\nALTER TABLE {table} DROP COLUMN shelf;\n"),
        ),
        Change::Backfill => (
            format!(
                "UPDATE {table} SET shelf = 'shelf ' || (id % 40)::text WHERE shelf IS NULL;\n"
            ),
            "SELECT 1;\n".to_owned(),
        ),
        Change::SetNotNull => (
            format!("ALTER TABLE {table} ALTER COLUMN shelf SET NOT NULL;\n"),
            format!("ALTER TABLE {table} ALTER COLUMN shelf DROP NOT NULL;\n"),
        ),
        Change::AddCheck => (
            format!(
                "ALTER TABLE {table} ADD CONSTRAINT {table}_weight_check CHECK (weight >= 0) NOT VALID;\n\
                 ALTER TABLE {table} VALIDATE CONSTRAINT {table}_weight_check;\n"
            ),
            format!("ALTER TABLE {table} DROP CONSTRAINT {table}_weight_check;\n"),
        ),
    }
}

/// The same history as Alembic writes it: one Python file a revision.
pub fn alembic(revisions: usize) -> Vec<File> {
    (0..revisions)
        .map(|number| {
            let revision = revision(number);
            let parent = number
                .checked_sub(1)
                .map_or_else(|| "None".to_owned(), |parent| format!("\"{}\"", self::revision(parent)));
            let (up, down) = alembic_halves(number);
            let text = format!(
                "\"\"\"Change {number}\"\"\"\n\nimport sqlalchemy as sa\nfrom alembic import op\n\n\
                 revision = \"{revision}\"\ndown_revision = {parent}\nbranch_labels = None\ndepends_on = None\n\n\n\
                 def upgrade() -> None:\n{up}\n\ndef downgrade() -> None:\n{down}"
            );
            (format!("versions/{revision}_change.py"), text)
        })
        .collect()
}

fn revision(number: usize) -> String {
    format!("{:012x}", (number + 1) * 0x9e37)
}

fn alembic_halves(number: usize) -> (String, String) {
    let table = table(number);
    match Change::of(number) {
        Change::CreateTable => {
            let mut up = format!(
                "    op.create_table(\n        \"{table}\",\n        \
                 sa.Column(\"id\", sa.BigInteger(), sa.Identity(always=True), nullable=False),\n        \
                 sa.Column(\"name\", sa.Text(), nullable=False),\n        \
                 sa.Column(\"weight\", sa.Numeric(10, 3), server_default=\"0\", nullable=False),\n        \
                 sa.Column(\"bought_on\", sa.Date(), nullable=True),\n        \
                 sa.Column(\"created_at\", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),\n"
            );
            if let Some(parent) = number.checked_sub(5) {
                let parent = self::table(parent);
                let _ = write!(
                    up,
                    "        sa.Column(\"{parent}_id\", sa.BigInteger(), nullable=True),\n        \
                     sa.ForeignKeyConstraint([\"{parent}_id\"], [\"{parent}.id\"], ondelete=\"CASCADE\"),\n"
                );
            }
            up.push_str("        sa.PrimaryKeyConstraint(\"id\"),\n    )\n");
            (up, format!("    op.drop_table(\"{table}\")\n"))
        }
        Change::AddColumnAndIndex => (
            format!(
                "    op.add_column(\"{table}\", sa.Column(\"shelf\", sa.Text(), nullable=True))\n    \
                 op.create_index(op.f(\"{table}_shelf_idx\"), \"{table}\", [\"shelf\"], unique=False)\n"
            ),
            format!(
                "    op.drop_index(op.f(\"{table}_shelf_idx\"), table_name=\"{table}\")\n    \
                 op.drop_column(\"{table}\", \"shelf\")\n"
            ),
        ),
        Change::Backfill => (
            format!(
                "    op.execute(\"UPDATE {table} SET shelf = 'shelf ' || (id % 40)::text WHERE shelf IS NULL\")\n"
            ),
            "    pass\n".to_owned(),
        ),
        Change::SetNotNull => (
            format!(
                "    op.alter_column(\"{table}\", \"shelf\", existing_type=sa.Text(), nullable=False)\n"
            ),
            format!(
                "    op.alter_column(\"{table}\", \"shelf\", existing_type=sa.Text(), nullable=True)\n"
            ),
        ),
        Change::AddCheck => (
            format!(
                "    op.create_check_constraint(\"{table}_weight_check\", \"{table}\", \"weight >= 0\")\n"
            ),
            format!(
                "    op.drop_constraint(\"{table}_weight_check\", \"{table}\", type_=\"check\")\n"
            ),
        ),
    }
}

/// A file of 200 lines that a person is writing on after such a history, at one of its many keystrokes.
pub fn newest(revisions: usize, keystroke: usize) -> File {
    let revision = revision(revisions);
    let parent = revisions.checked_sub(1).map_or_else(
        || "None".to_owned(),
        |parent| format!("\"{}\"", self::revision(parent)),
    );
    let table = table(revisions.saturating_sub(1));
    let mut text = format!(
        "\"\"\"Note more of each tool\"\"\"\n\nimport sqlalchemy as sa\nfrom alembic import op\n\n\
         revision = \"{revision}\"\ndown_revision = {parent}\n\n\ndef upgrade() -> None:\n    \
         op.add_column(\"{table}\", sa.Column(\"written_{keystroke}\", sa.Text(), nullable=True))\n"
    );
    for number in 0..92 {
        let _ = writeln!(
            text,
            "    op.add_column(\"{table}\", sa.Column(\"note_{number}\", sa.Text(), nullable=True))"
        );
    }
    let _ = write!(
        text,
        "\n\ndef downgrade() -> None:\n    op.drop_column(\"{table}\", \"written_{keystroke}\")\n"
    );
    for number in 0..92 {
        let _ = writeln!(text, "    op.drop_column(\"{table}\", \"note_{number}\")");
    }
    (format!("versions/{revision}_notes.py"), text)
}

/// The same history after a person renamed a column in the table that the middle of it makes.
pub fn with_one_edit(mut files: Vec<File>) -> Vec<File> {
    let middle = files.len() / 2;
    let edited = files
        .iter_mut()
        .skip(middle)
        .find(|(_, text)| text.contains("bought_on"));
    if let Some((_, text)) = edited {
        *text = text.replace("bought_on", "received_on");
    }
    files
}
