use retort_report::{Change, SchemaDiffReport, TextDiffLine};
use similar::{ChangeTag, TextDiff};

use super::schema_sql;
use crate::review::change_lines;
use crate::schema::{self, Rename, Schema};

/// The difference between two states, in words and as a diff of their SQL.
pub fn schema_diff(before: &Schema, after: &Schema, renames: &[Rename]) -> SchemaDiffReport {
    SchemaDiffReport {
        lines: change_lines(&schema::diff(before, after, renames)),
        text: text_diff(&schema_sql(before), &schema_sql(after)),
    }
}

/// The difference between two texts, line by line, with what did not change.
pub fn text_diff(before: &str, after: &str) -> Vec<TextDiffLine> {
    let diff = TextDiff::from_lines(before, after);
    let lines = diff.iter_all_changes().map(|change| TextDiffLine {
        change: match change.tag() {
            ChangeTag::Equal => Change::Unchanged,
            ChangeTag::Insert => Change::Added,
            ChangeTag::Delete => Change::Removed,
        },
        text: change.value().trim_end_matches(['\r', '\n']).to_owned(),
    });
    lines.collect()
}

/// The difference as `git apply` reads it.
pub fn unified_diff(path: &str, before: &str, after: &str) -> String {
    let path = path.trim_start_matches('/');
    TextDiff::from_lines(before, after)
        .unified_diff()
        .header(&format!("a/{path}"), &format!("b/{path}"))
        .to_string()
}
