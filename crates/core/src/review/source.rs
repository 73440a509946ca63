use std::sync::OnceLock;

use retort_report::Location;

use super::Input;
use crate::migration::SourceFile;
use crate::rules::Suppression;
use crate::text::{LineIndex, Span};

/// A file with its lines counted.
#[derive(Clone, Debug)]
pub struct Source {
    /// Path and text.
    pub file: SourceFile,
    /// Its lines.
    pub lines: LineIndex,
    /// Whether it only serves as history.
    pub history: bool,
    /// The comments in it that silence rules, once they were asked for: reviews that share the file share them too.
    pub(crate) suppressions: OnceLock<Vec<Suppression>>,
}

impl Source {
    pub(crate) fn new(input: Input) -> Self {
        Self {
            lines: LineIndex::new(&input.file.text),
            file: input.file,
            history: input.history,
            suppressions: OnceLock::new(),
        }
    }

    /// Whether this is the file that is handed in again.
    pub(super) fn is(&self, input: &Input) -> bool {
        self.history == input.history && self.file == input.file
    }

    /// A span in every way it is asked for.
    pub fn location(&self, span: Span) -> Location {
        let text = &self.file.text;
        let start = self.lines.line_column(text, span.start);
        let end = self.lines.line_column(text, span.end);
        Location {
            file: self.file.path.to_string(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            start: span.start,
            end: span.end,
            from: self.lines.utf16_offset(text, span.start),
            to: self.lines.utf16_offset(text, span.end),
        }
    }
}
