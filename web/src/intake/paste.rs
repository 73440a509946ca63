use retort_report::InputFile;

/// What shows that a text is Python; SQL has none of these at the start of a line.
const PYTHON: [&str; 6] = [
    "def upgrade",
    "def downgrade",
    "import ",
    "from alembic",
    "op.",
    "revision",
];

/// A pasted text as a file, with a name that tells its language.
pub fn pasted(text: String) -> InputFile {
    let python = text.lines().any(|line| {
        PYTHON
            .iter()
            .any(|start| line.trim_start().starts_with(start))
    });
    let path = if python { "pasted.py" } else { "pasted.sql" };
    InputFile {
        path: path.to_owned(),
        text,
        history: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_pasted_text_tells_its_language() {
        let name = |text: &str| pasted(text.to_owned()).path;
        assert_eq!(name("def upgrade():\n    pass\n"), "pasted.py");
        assert_eq!(name("    op.drop_table(\"shelf\")"), "pasted.py");
        assert_eq!(
            name("ALTER TABLE shelf ADD COLUMN height int;"),
            "pasted.sql"
        );
        assert_eq!(name(""), "pasted.sql");
    }
}
