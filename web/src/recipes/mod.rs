//! New migrations from small forms: the right name, header and parent, and a body to go on from.

mod bodies;
mod naming;

pub use self::{
    bodies::{Body, RECIPES, Recipe},
    naming::{Place, Tool},
};

use retort_report::InputFile;

/// What a new migration is written from.
pub struct Draft<'a> {
    pub title: &'a str,
    pub body: Body,
    pub place: &'a Place,
    /// A new revision id: twelve hexadecimal digits.
    pub id: &'a str,
    /// Now, as Alembic writes it: `2026-05-01 12:00:00.000000`.
    pub created: &'a str,
}

impl Draft<'_> {
    /// The files of the migration.
    pub fn files(&self) -> Vec<InputFile> {
        let slug = naming::slug(self.title);
        let file = |path: String, text: String| InputFile {
            path,
            text,
            history: false,
        };
        let folder = &self.place.folder;
        let number = self.place.next_number(self.created);
        let (up, down) = (&self.body.up, &self.body.down);
        match self.place.tool {
            Tool::Alembic => {
                vec![file(
                    format!("{folder}{}_{slug}.py", self.id),
                    self.alembic(),
                )]
            }
            Tool::Pair => vec![
                file(format!("{folder}{number}_{slug}.up.sql"), up.clone()),
                file(format!("{folder}{number}_{slug}.down.sql"), down.clone()),
            ],
            Tool::Goose => vec![file(
                format!("{folder}{number}_{slug}.sql"),
                format!("-- +goose Up\n{up}\n-- +goose Down\n{down}"),
            )],
            Tool::Dbmate => vec![file(
                format!("{folder}{number}_{slug}.sql"),
                format!("-- migrate:up\n{up}\n-- migrate:down\n{down}"),
            )],
            Tool::Flyway => vec![file(format!("{folder}V{number}__{slug}.sql"), up.clone())],
        }
    }

    fn alembic(&self) -> String {
        let quoted = |id: &String| format!("\"{id}\"");
        let parents: Vec<String> = self.place.heads.iter().map(quoted).collect();
        let down_revision = match parents.as_slice() {
            [] => "None".to_owned(),
            [one] => one.clone(),
            several => format!("({})", several.join(", ")),
        };
        let imports = if self.body.up.contains("postgresql.") {
            "import sqlalchemy as sa\nfrom alembic import op\nfrom sqlalchemy.dialects import postgresql\n"
        } else if self.body.up.contains("sa.") || self.body.down.contains("sa.") {
            "import sqlalchemy as sa\nfrom alembic import op\n"
        } else {
            "from alembic import op\n"
        };
        format!(
            "\"\"\"{}\n\nRevision ID: {}\nRevises: {}\nCreate Date: {}\n\"\"\"\n\n{imports}\nrevision = \"{}\"\n\
             down_revision = {down_revision}\nbranch_labels = None\ndepends_on = None\n\n\n\
             def upgrade() -> None:\n{}\n\ndef downgrade() -> None:\n{}",
            self.title.replace(['\\', '"'], "'"),
            self.id,
            self.place.heads.join(", "),
            self.created,
            self.id,
            indented(&self.body.up),
            indented(&self.body.down),
        )
    }
}

fn indented(text: &str) -> String {
    let line = |line: &str| match line {
        "" => "\n".to_owned(),
        line => format!("    {line}\n"),
    };
    text.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(tool: Tool, heads: &[&str], recipe: &Recipe) -> Vec<InputFile> {
        let place = Place {
            tool,
            folder: "db/".into(),
            heads: heads.iter().map(ToString::to_string).collect(),
            numbers: vec!["0009".into()],
        };
        let values: Vec<String> = recipe
            .fields
            .iter()
            .map(|field| field.initial.to_owned())
            .collect();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        Draft {
            title: &(recipe.title)(&values),
            body: (recipe.body)(tool, &values),
            place: &place,
            id: "0123456789ab",
            created: "2026-05-01 12:00:00.000000",
        }
        .files()
    }

    #[test]
    fn every_recipe_writes_both_ways_in_every_tool() {
        for recipe in RECIPES {
            for tool in [
                Tool::Alembic,
                Tool::Pair,
                Tool::Goose,
                Tool::Dbmate,
                Tool::Flyway,
            ] {
                for file in draft(tool, &["aaaa"], recipe) {
                    assert!(!file.text.trim().is_empty(), "{} {tool:?}", recipe.name);
                    assert!(!file.text.contains("{}"), "{}", file.text);
                }
            }
        }
    }

    #[test]
    fn an_alembic_file_follows_all_heads() {
        let files = draft(Tool::Alembic, &["aaaa", "bbbb"], &RECIPES[7]);
        assert!(
            files[0]
                .text
                .contains("down_revision = (\"aaaa\", \"bbbb\")")
        );
        assert!(files[0].path.starts_with("db/0123456789ab_"));
    }

    #[test]
    fn sql_files_are_numbered_on() {
        let files = draft(Tool::Pair, &[], &RECIPES[0]);
        let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        assert!(paths[0].starts_with("db/0010_") && paths[0].ends_with(".up.sql"));
        assert!(paths[1].ends_with(".down.sql"));
    }
}
