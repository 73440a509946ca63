use serde::Serialize;

/// A place for people and editors: both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct LineColumn {
    /// Line, counted from 1.
    pub line: u32,
    /// Column, counted from 1 in UTF-16 units, as editors and SARIF count.
    pub column: u32,
}

/// Turns byte offsets of one text into lines and columns. A line ends at `\n`, `\r\n` or a lone `\r`.
#[derive(Clone, Debug, Default)]
pub struct LineIndex {
    /// First byte of each line.
    starts: Vec<u32>,
    /// First UTF-16 unit of each line.
    utf16_starts: Vec<u32>,
}

impl LineIndex {
    /// Reads `text` once.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut index = Self {
            starts: vec![0],
            utf16_starts: vec![0],
        };
        let mut utf16: u32 = 0;
        for (at, character) in text.char_indices() {
            utf16 += character.len_utf16() as u32;
            let ends_line = match character {
                '\n' => true,
                '\r' => bytes.get(at + 1) != Some(&b'\n'),
                _ => false,
            };
            if ends_line {
                index.starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
                index.utf16_starts.push(utf16);
            }
        }
        index
    }

    /// The UTF-16 unit at which this byte of the text begins.
    pub fn utf16_offset(&self, text: &str, offset: u32) -> u32 {
        let place = self.line_column(text, offset);
        let start = self
            .utf16_starts
            .get(place.line as usize - 1)
            .copied()
            .unwrap_or_default();
        start + place.column - 1
    }

    /// The line, counted from 1, that holds this byte.
    pub fn line(&self, offset: u32) -> u32 {
        self.starts.partition_point(|start| *start <= offset) as u32
    }

    /// Line and column of a byte of the text this index was made from.
    pub fn line_column(&self, text: &str, offset: u32) -> LineColumn {
        let line = self.line(offset).max(1);
        let start = self.line_start(line) as usize;
        let mut end = (offset as usize).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = text.get(start..end).unwrap_or_default();
        LineColumn {
            line,
            column: before.encode_utf16().count() as u32 + 1,
        }
    }

    /// The first byte of a line counted from 1; of the last line where there are fewer.
    pub fn line_start(&self, line: u32) -> u32 {
        let at = (line.max(1) as usize - 1).min(self.starts.len().saturating_sub(1));
        self.starts.get(at).copied().unwrap_or_default()
    }

    /// How many lines the text has; an empty text has one.
    pub fn lines(&self) -> u32 {
        self.starts.len() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_utf16_units_and_every_kind_of_line_end() {
        let text = "a\r\n😀é|\rb\nc";
        let index = LineIndex::new(text);
        let bar = text.find('|').unwrap() as u32;
        assert_eq!(
            index.line_column(text, bar),
            LineColumn { line: 2, column: 4 }
        );
        let b = text.find('b').unwrap() as u32;
        assert_eq!(
            index.line_column(text, b),
            LineColumn { line: 3, column: 1 }
        );
        assert_eq!(index.utf16_offset(text, bar), 6);
        assert_eq!(index.lines(), 4);
        assert_eq!(index.line_column(text, 999).line, 4);
    }
}
