use retort_report::Location;

use crate::migration::SourceFile;
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
}

impl Source {
    /// A span in every way it is asked for.
    pub fn location(&self, span: Span) -> Location {
        let text = &self.file.text;
        let start = self.lines.line_column(text, span.start);
        let end = self.lines.line_column(text, span.end);
        Location {
            file: self.file.path.clone(),
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
