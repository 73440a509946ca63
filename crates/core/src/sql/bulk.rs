//! Long `INSERT`s of literals: rows are skipped, not parsed, since nothing in them names anything.

/// Statements of fewer bytes than this are parsed as a whole.
const LONG: usize = 64 * 1024;

/// The statement with its first row only, where it is a long `INSERT … VALUES` whose rows hold nothing but literals.
pub(super) fn first_row(statement: &str) -> Option<&str> {
    if statement.len() < LONG {
        return None;
    }
    let head = statement.get(..6)?;
    if !head.eq_ignore_ascii_case("insert") {
        return None;
    }
    let mut scan = Scan {
        bytes: statement.as_bytes(),
        at: 0,
    };
    scan.seek_values()?;
    let end = scan.rows()?;
    statement.get(..end)
}

/// Words that stand for values.
const LITERALS: &[&str] = &["null", "true", "false", "default"];

struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Moves behind `VALUES`, which stands outside of parentheses and quotes.
    fn seek_values(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => self.quoted(b'"', false)?,
                b'(' => {
                    depth += 1;
                    self.at += 1;
                }
                b')' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                b'\'' | b'$' | b'-' | b'/' => return None,
                byte if is_word(byte) => {
                    let word = self.word();
                    if depth == 0 && word.eq_ignore_ascii_case(b"values") {
                        return Some(());
                    }
                }
                _ => self.at += 1,
            }
        }
    }

    /// Goes through all rows; gives the end of the first. None where anything but a literal stands in them.
    fn rows(&mut self) -> Option<usize> {
        let mut inside = false;
        let mut first = None;
        while let Some(byte) = self.peek() {
            match byte {
                b'(' if !inside => {
                    inside = true;
                    self.at += 1;
                }
                b')' if inside => {
                    inside = false;
                    self.at += 1;
                    first.get_or_insert(self.at);
                }
                b'\'' if inside => self.quoted(b'\'', false)?,
                b'+' | b'-' | b'.' if inside && self.bytes.get(self.at + 1) != Some(&b'-') => {
                    self.at += 1;
                }
                b',' => self.at += 1,
                byte if byte.is_ascii_whitespace() => self.at += 1,
                byte if inside && is_word(byte) => {
                    let word = self.word().to_ascii_lowercase();
                    let quoted = self.peek() == Some(b'\'');
                    match word.as_slice() {
                        b"e" if quoted => self.quoted(b'\'', true)?,
                        b"b" | b"x" if quoted => self.quoted(b'\'', false)?,
                        word if word.first()?.is_ascii_digit() => {}
                        word if LITERALS.iter().any(|one| one.as_bytes() == word) => {}
                        _ => return None,
                    }
                }
                _ => return None,
            }
        }
        first.filter(|_| !inside)
    }

    /// Moves behind a quoted text; the quote doubled stands for itself.
    fn quoted(&mut self, quote: u8, backslashes: bool) -> Option<()> {
        self.at += 1;
        loop {
            let byte = self.peek()?;
            self.at += 1;
            if byte == b'\\' && backslashes {
                self.at += 1;
            } else if byte == quote {
                if self.peek() != Some(quote) {
                    return Some(());
                }
                self.at += 1;
            }
        }
    }

    fn word(&mut self) -> &[u8] {
        let start = self.at;
        while self.peek().is_some_and(is_word) {
            self.at += 1;
        }
        self.bytes.get(start..self.at).unwrap_or_default()
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::Operation;
    use crate::sql::read_statement;

    fn long(head: &str, row: &str, tail: &str) -> String {
        let rows = vec![row; LONG / row.len() + 1];
        format!("{head} {}{tail}", rows.join(", "))
    }

    #[test]
    fn rows_of_literals_are_skipped() {
        for row in [
            "(1, 'it''s (x)', NULL)",
            "(-1.5e3, E'a\\'b', true)",
            "(x'ff', DEFAULT, '--')",
        ] {
            let head = "INSERT INTO shop.\"item (a)\" (a, b, c) VALUES";
            let text = long(head, row, "");
            assert_eq!(first_row(&text), Some(format!("{head} {row}").as_str()));
            let Operation::Insert(insert) = read_statement(&text) else {
                panic!("{row}");
            };
            assert_eq!(insert.sql, text);
            assert_eq!(insert.columns, ["a", "b", "c"]);
        }
    }

    #[test]
    fn anything_else_is_parsed_as_a_whole() {
        let head = "INSERT INTO shelf VALUES";
        for text in [
            long(head, "(1, (SELECT 2))", ""),
            long(head, "(1, now())", ""),
            long(head, "(1, 'a'::text)", ""),
            long(head, "(1)", " RETURNING id"),
            long(head, "(1)", " ON CONFLICT DO NOTHING"),
            long(head, "(1)", ", (2"),
            long("INSERT INTO shelf SELECT * FROM box WHERE id IN", "(1)", ""),
            long("UPDATE shelf SET id = 1 WHERE id IN", "(1)", ""),
            "INSERT INTO shelf VALUES (1)".to_owned(),
        ] {
            assert_eq!(first_row(&text), None, "{text:.60}");
        }
    }
}
