//! A plan as files: Alembic scripts, or pairs of SQL files.

use super::{Plan, PlanStep};
use crate::migration::SourceFile;
use crate::project::Convention;
use crate::rules::Context;

impl Plan {
    /// Its migrations after the one it was made for, numbered; none where the tool cannot be told to run a file without a
    /// transaction.
    pub fn files(&self, cx: &Context<'_>) -> Option<Vec<SourceFile>> {
        let header = &cx.migration().header;
        let path = cx
            .review()
            .source(cx.migration().file)
            .map_or("", |source| &source.file.path);
        let folder = path
            .rfind('/')
            .and_then(|at| path.get(..=at))
            .unwrap_or_default();
        let mut files = Vec::new();
        let mut parent = header.revision.clone();
        for (number, step) in (1..).zip(&self.steps) {
            let words = slug(&step.title);
            match cx.convention() {
                Convention::Alembic => {
                    let revision = format!("{}_{number}", header.revision);
                    files.push(SourceFile {
                        path: format!("{folder}{revision}_{words}.py").into(),
                        text: alembic(step, &revision, &parent).into(),
                    });
                    parent = revision;
                }
                Convention::GolangMigrate | Convention::Sqlx => {
                    let digits: String = header
                        .revision
                        .chars()
                        .take_while(char::is_ascii_digit)
                        .collect();
                    let next = digits.parse::<u64>().ok()?.checked_add(number)?;
                    let stem = format!("{folder}{next:0width$}_{words}", width = digits.len());
                    let marked = cx.convention() == Convention::Sqlx && step.alone;
                    let mark = if marked { "-- no-transaction\n" } else { "" };
                    for (half, statements) in [("up", &step.up), ("down", &step.down)] {
                        let text = statements
                            .iter()
                            .map(|statement| format!("{statement};\n"))
                            .collect::<String>();
                        let text = if text.is_empty() {
                            "-- Nothing to undo.\n".to_owned()
                        } else {
                            format!("{mark}{text}")
                        };
                        files.push(SourceFile {
                            path: format!("{stem}.{half}.sql").into(),
                            text: text.into(),
                        });
                    }
                }
                _ => return None,
            }
        }
        Some(files)
    }

    /// The plan in words: each step, and what must ship before the next.
    pub fn told(&self) -> String {
        let mut text = format!("{}\n", self.title);
        for (number, step) in (1..).zip(&self.steps) {
            let alone = if step.alone {
                " (outside a transaction)"
            } else {
                ""
            };
            text.push_str(&format!("  {number}. {}{alone}\n", step.title));
            for statement in &step.up {
                text.push_str(&format!("       {statement};\n"));
            }
            if let Some(before_next) = &step.before_next {
                text.push_str(&format!("     Then: {before_next}\n"));
            }
        }
        text
    }
}

fn alembic(step: &PlanStep, revision: &str, parent: &str) -> String {
    let body = |statements: &[String]| {
        let indent = if step.alone { "        " } else { "    " };
        let calls = statements
            .iter()
            .map(|sql| format!("{indent}op.execute({})\n", python(sql)));
        let calls: String = calls.collect();
        match (calls.is_empty(), step.alone) {
            (true, _) => "    pass  # nothing to undo\n".to_owned(),
            (false, false) => calls,
            (false, true) => format!("    with op.get_context().autocommit_block():\n{calls}"),
        }
    };
    format!(
        "\"\"\"{}.\n\nRevision ID: {revision}\nRevises: {parent}\n\"\"\"\n\nfrom alembic import op\n\n\
        revision = \"{revision}\"\ndown_revision = \"{parent}\"\nbranch_labels = None\ndepends_on = None\n\n\n\
        def upgrade() -> None:\n{}\n\ndef downgrade() -> None:\n{}",
        step.title,
        body(&step.up),
        body(&step.down)
    )
}

/// A Python string: in triple quotes where it has several lines.
fn python(sql: &str) -> String {
    let escaped = sql.replace('\\', "\\\\").replace('"', "\\\"");
    match escaped.contains('\n') {
        true => format!("\"\"\"{escaped}\"\"\""),
        false => format!("\"{escaped}\""),
    }
}

/// Words for a file's name.
fn slug(title: &str) -> String {
    let words = title
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    words
        .map(str::to_ascii_lowercase)
        .collect::<Vec<_>>()
        .join("_")
}
