use std::fmt::{self, Write};
use std::ops::Range;

use imara_diff::{
    Algorithm, Diff, InternedInput, Interner, Token, UnifiedDiffConfig, UnifiedDiffPrinter,
};
use retort_report::{Change, SchemaDiffReport, TextDiffLine};

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
    let input = InternedInput::new(before, after);
    let diff = line_diff(&input);
    let mut lines = Vec::new();
    let mut add = |change, tokens: Option<&[Token]>| {
        lines.extend(tokens.into_iter().flatten().map(|token| {
            TextDiffLine {
                change,
                text: input.interner[*token]
                    .trim_end_matches(['\r', '\n'])
                    .to_owned(),
            }
        }));
    };
    let mut unchanged = 0;
    for hunk in diff.hunks() {
        let (removed, added) = (indices(&hunk.before), indices(&hunk.after));
        add(
            Change::Unchanged,
            input.before.get(unchanged..removed.start),
        );
        unchanged = removed.end;
        add(Change::Removed, input.before.get(removed));
        add(Change::Added, input.after.get(added));
    }
    add(Change::Unchanged, input.before.get(unchanged..));
    lines
}

/// The difference as `git apply` reads it; empty where there is none.
pub fn unified_diff(path: &str, before: &str, after: &str) -> String {
    let input = InternedInput::new(before, after);
    let diff = line_diff(&input);
    let printer = Patch(&input.interner);
    let hunks = diff
        .unified_diff(&printer, UnifiedDiffConfig::default(), &input)
        .to_string();
    if hunks.is_empty() {
        return hunks;
    }
    let path = path.trim_start_matches('/');
    format!("--- a/{path}\n+++ b/{path}\n{hunks}")
}

fn line_diff(input: &InternedInput<&str>) -> Diff {
    let mut diff = Diff::compute(Algorithm::Histogram, input);
    diff.postprocess_lines(input);
    diff
}

fn indices(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}

/// Prints hunks as git does: with a mark where a file does not end with a line's end, and with line 0 for what is empty.
struct Patch<'t>(&'t Interner<&'t str>);

impl Patch<'_> {
    fn lines(&self, out: &mut impl Write, sign: char, tokens: &[Token]) -> fmt::Result {
        for token in tokens {
            let line = self.0[*token];
            write!(out, "{sign}{line}")?;
            if !line.ends_with('\n') {
                writeln!(out, "\n\\ No newline at end of file")?;
            }
        }
        Ok(())
    }
}

impl UnifiedDiffPrinter for Patch<'_> {
    fn display_header(
        &self,
        mut out: impl Write,
        start_before: u32,
        start_after: u32,
        len_before: u32,
        len_after: u32,
    ) -> fmt::Result {
        let range = |start: u32, length: u32| match length {
            0 => format!("{start},0"),
            1 => (start + 1).to_string(),
            _ => format!("{},{length}", start + 1),
        };
        let (removed, added) = (
            range(start_before, len_before),
            range(start_after, len_after),
        );
        writeln!(out, "@@ -{removed} +{added} @@")
    }

    fn display_context_token(&self, mut out: impl Write, token: Token) -> fmt::Result {
        self.lines(&mut out, ' ', &[token])
    }

    fn display_hunk(&self, mut out: impl Write, before: &[Token], after: &[Token]) -> fmt::Result {
        self.lines(&mut out, '-', before)?;
        self.lines(&mut out, '+', after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signs(before: &str, after: &str) -> String {
        let sign = |line: &TextDiffLine| match line.change {
            Change::Unchanged => format!(" {}", line.text),
            Change::Added => format!("+{}", line.text),
            Change::Removed => format!("-{}", line.text),
            Change::Changed => format!("?{}", line.text),
        };
        let lines: Vec<String> = text_diff(before, after).iter().map(sign).collect();
        lines.join("\n")
    }

    #[test]
    fn every_line_of_both_texts_is_shown_once() {
        assert_eq!(
            signs("kiln\nclay\nglaze\n", "kiln\nslip\nglaze\n"),
            " kiln\n-clay\n+slip\n glaze"
        );
        assert_eq!(signs("", "kiln"), "+kiln");
        assert_eq!(signs("kiln\r\n", ""), "-kiln");
        assert_eq!(signs("", ""), "");
    }

    #[test]
    fn patches_are_written_as_git_writes_them() {
        assert_eq!(unified_diff("/a.sql", "kiln\n", "kiln\n"), "");
        assert_eq!(
            unified_diff("/a.sql", "", "kiln\nclay\n"),
            "--- a/a.sql\n+++ b/a.sql\n@@ -0,0 +1,2 @@\n+kiln\n+clay\n"
        );
        assert_eq!(
            unified_diff("a.sql", "kiln\nclay", "kiln\nclay\n"),
            "--- a/a.sql\n+++ b/a.sql\n@@ -1,2 +1,2 @@\n kiln\n-clay\n\\ No newline at end of file\n+clay\n"
        );
        assert_eq!(
            unified_diff("a.sql", "kiln\n", "clay\n"),
            "--- a/a.sql\n+++ b/a.sql\n@@ -1 +1 @@\n-kiln\n+clay\n"
        );
    }
}
