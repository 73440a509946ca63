use retort_report::InputFile;

use super::diff::{is_diff, read_diff};
use crate::state::{Files, Intake};

/// What shows that a text is Python; SQL has none of these at the start of a line.
const PYTHON: [&str; 6] = [
    "def upgrade",
    "def downgrade",
    "import ",
    "from alembic",
    "op.",
    "revision",
];

/// Takes in a pasted text, a file or a diff of several, beside the files that are open.
pub fn pasted(text: String, files: &Files) -> Intake {
    if is_diff(&text) {
        return read_diff(&text, files);
    }
    Intake {
        files: vec![InputFile {
            path: files.free_path(name(&text)),
            text,
            history: false,
        }],
        ..Intake::default()
    }
}

/// A name that tells the text's language.
fn name(text: &str) -> &'static str {
    let python = text.lines().any(|line| {
        PYTHON
            .iter()
            .any(|start| line.trim_start().starts_with(start))
    });
    if python { "pasted.py" } else { "pasted.sql" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_pasted_text_tells_its_language() {
        assert_eq!(name("def upgrade():\n    pass\n"), "pasted.py");
        assert_eq!(name("    op.drop_table(\"shelf\")"), "pasted.py");
        assert_eq!(
            name("ALTER TABLE shelf ADD COLUMN height int;"),
            "pasted.sql"
        );
        assert_eq!(name(""), "pasted.sql");
    }
}
