//! Places in a source where an edit can go, and how the file is written.

use crate::migration::{FileId, Place};
use crate::rules::{Context, Statement};
use crate::text::{Edit, Span};

/// The source around a statement.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    pub file: FileId,
    pub text: &'a str,
    /// The statement's span.
    pub span: Span,
}

impl<'a> Around<'a> {
    pub fn statement(cx: &Context<'a>, statement: &Statement<'_>) -> Self {
        Self::place(cx, statement.outcome.step.place)
    }

    pub fn place(cx: &Context<'a>, place: Place) -> Self {
        Self {
            file: place.file,
            text: cx.text(place.file),
            span: place.span,
        }
    }

    /// Whether the file is Python.
    pub fn is_python(&self, cx: &Context<'_>) -> bool {
        let path = cx
            .review()
            .source(self.file)
            .map_or("", |source| source.file.path.as_ref());
        path.to_ascii_lowercase().ends_with(".py")
    }

    /// The text of the statement.
    pub fn slice(&self) -> &'a str {
        self.span.slice(self.text)
    }

    /// The white space before the first word of the line the statement starts on.
    pub fn indent(&self) -> &'a str {
        let start = line_start(self.text, self.span.start as usize);
        let line = self.text.get(start..).unwrap_or_default();
        let length = line.len() - line.trim_start_matches([' ', '\t']).len();
        line.get(..length).unwrap_or_default()
    }

    /// New lines after the statement: after the rest of its last line, or after its semicolon.
    pub fn insert_after(&self, lines: &str) -> (FileId, Edit) {
        let end = self.span.end as usize;
        let rest = self.text.get(end..).unwrap_or_default();
        let semicolon = rest.len() - rest.trim_start().len();
        let from = if rest.trim_start().starts_with(';') {
            end + semicolon + 1
        } else {
            end
        };
        let tail = self.text.get(from..).unwrap_or_default();
        let line = tail.split(['\n', '\r']).next().unwrap_or_default();
        let at = from + line.trim_end().len();
        (self.file, insertion(at, format!("\n{lines}")))
    }

    /// The quote the file uses for Python strings.
    pub fn quote(&self) -> char {
        let count = |quote: char| self.text.matches(quote).count();
        if count('\'') > count('"') { '\'' } else { '"' }
    }

    /// A Python string.
    pub fn string(&self, text: &str) -> String {
        let quote = self.quote();
        let escaped = text
            .replace('\\', "\\\\")
            .replace(quote, &format!("\\{quote}"));
        format!("{quote}{escaped}{quote}")
    }

    /// A Python list of strings.
    pub fn strings(&self, texts: &[String]) -> String {
        let strings: Vec<String> = texts.iter().map(|text| self.string(text)).collect();
        format!("[{}]", strings.join(", "))
    }
}

/// Text put between two bytes.
pub(super) fn insertion(at: usize, text: impl Into<String>) -> Edit {
    Edit {
        span: Span::new(at, at),
        text: text.into(),
    }
}

/// The first byte of the line that holds this one.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    before.rfind('\n').map_or(0, |newline| newline + 1)
}

/// Where a line goes that comes before the statement at this byte: above the comments on lines of their own that tell
/// linters what to leave alone there, which speak of what follows them.
pub(super) fn above_directives(text: &str, at: usize) -> usize {
    let mut above = at;
    loop {
        let line_end = line_start(text, above).saturating_sub(1);
        let start = line_start(text, line_end);
        let line = text.get(start..line_end).unwrap_or_default();
        let comment = line.trim_start();
        let is_directive = ["--", "#"].iter().any(|sign| comment.starts_with(sign))
            && ["ignore", "disable", "safety-assured"]
                .iter()
                .any(|word| comment.contains(word));
        if !is_directive {
            return above;
        }
        above = start + (line.len() - comment.len());
    }
}

/// Where a word stands in a text as a word of its own, whatever its case.
pub(super) fn words(text: &str, word: &str) -> Vec<usize> {
    let lower = text.to_ascii_lowercase();
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let found = lower
        .match_indices(&word.to_ascii_lowercase())
        .map(|(at, _)| at)
        .collect::<Vec<_>>();
    let alone = |at: &usize| {
        let before = lower.get(..*at).and_then(|head| head.chars().next_back());
        let after = lower
            .get(at + word.len()..)
            .and_then(|tail| tail.chars().next());
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    };
    found.into_iter().filter(alone).collect()
}

#[cfg(test)]
mod tests {
    use super::above_directives;

    #[test]
    fn what_comes_before_a_statement_comes_before_the_comments_that_silence_it() {
        let cases = [
            ("DROP TABLE shelf;", 0),
            ("-- +migrate Up\nDROP TABLE shelf;", 15),
            (
                "-- retort: ignore table-dropped: empty\nDROP TABLE shelf;",
                0,
            ),
            (
                "SELECT 1;\n-- squawk-ignore ban-drop-table\n-- retort: ignore table-dropped: empty\nDROP TABLE shelf;",
                10,
            ),
            (
                "-- retort: ignore table-dropped: empty\n\nDROP TABLE shelf;",
                40,
            ),
            (
                "def upgrade():\n    # retort: ignore table-dropped: empty\n    DROP TABLE shelf",
                19,
            ),
        ];
        for (text, above) in cases {
            let at = text.find("DROP").unwrap_or_default();
            assert_eq!(above_directives(text, at), above, "{text}");
        }
    }
}
