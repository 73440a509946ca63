//! Text that knows which parts of it were copied from, or made from, which parts of the source.

use crate::text::Span;

/// Text with its origins: pairs of a place in the text and the place in the source it comes from.
///
/// Two are equal if their text is.
#[derive(Clone, Debug, Default)]
pub struct Traced {
    /// The text.
    pub text: String,
    /// Where parts of it come from; parts may nest. A pair of equal lengths is a verbatim copy.
    pub origins: Vec<(Span, Span)>,
    /// Whether it is a name as `op.f()` gives it: naming conventions leave it alone.
    pub is_final: bool,
}

impl PartialEq for Traced {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Traced {}

impl Traced {
    /// Text that comes from nowhere in particular.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// Text made from one place.
    pub fn made(text: impl Into<String>, source: Span) -> Self {
        let mut traced = Self::plain(text);
        traced.mark(0, source);
        traced
    }

    /// Appends text that comes from nowhere in particular.
    pub fn push_str(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Appends text with its origins.
    pub fn push(&mut self, other: &Self) {
        let offset = self.text.len();
        self.text.push_str(&other.text);
        let moved = other.origins.iter();
        self.origins
            .extend(moved.map(|(at, source)| (at.shifted(offset), *source)));
    }

    /// Appends text made from one place.
    pub fn push_made(&mut self, text: &str, source: Span) {
        let start = self.text.len();
        self.text.push_str(text);
        self.mark(start, source);
    }

    /// Notes that everything from `start` to the end was made from `source`.
    pub fn mark(&mut self, start: usize, source: Span) {
        if !source.is_empty() {
            self.origins
                .push((Span::new(start, self.text.len()), source));
        }
    }

    /// A part of it, by bytes; empty where the range does not lie on characters.
    pub fn slice(&self, start: usize, end: usize) -> Self {
        let text = self.text.get(start..end).unwrap_or_default().to_owned();
        let origins = self.origins.iter().filter_map(|(at, source)| {
            let (from, to) = ((at.start as usize).max(start), (at.end as usize).min(end));
            if from >= to {
                return None;
            }
            let verbatim = at.end - at.start == source.end - source.start;
            let source = if verbatim {
                let before = from - at.start as usize;
                let length = to - from;
                let first = source.start as usize + before;
                Span::new(first, first + length)
            } else {
                *source
            };
            Some((Span::new(from - start, to - start), source))
        });
        Self {
            text,
            origins: origins.collect(),
            is_final: false,
        }
    }

    /// Without white space around it.
    pub fn trimmed(&self) -> Self {
        let start = self.text.len() - self.text.trim_start().len();
        let end = start + self.text.trim().len();
        self.slice(start, end)
    }

    /// Its parts between occurrences of a separator.
    pub fn split(&self, separator: &str) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut start = 0;
        for (at, found) in self.text.match_indices(separator) {
            parts.push(self.slice(start, at));
            start = at + found.len();
        }
        parts.push(self.slice(start, self.text.len()));
        parts
    }

    /// With another text in place of each occurrence of `from`; the rest keeps its origins.
    pub fn replaced(&self, from: &str, to: &Self) -> Self {
        if from.is_empty() {
            return Self::plain(self.text.replace(from, &to.text));
        }
        join(&self.split(from), to)
    }

    /// The same text as the step of a script has it: origins in order, outer before inner.
    pub fn ordered(mut self) -> Self {
        self.origins
            .sort_by_key(|(at, source)| (at.start, std::cmp::Reverse(at.end), *source));
        self.origins.dedup();
        self
    }
}

/// Joins parts by a separator.
pub fn join(parts: &[Traced], separator: &Traced) -> Traced {
    let mut joined = Traced::default();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            joined.push(separator);
        }
        joined.push(part);
    }
    joined
}

/// The decoded text of a literal with the places its characters come from.
///
/// `raw` is what stands between the quotes, at `start` in the source; `decoded` is what it means.
pub fn literal(raw: &str, start: usize, decoded: &str, escapes: Escapes) -> Traced {
    let mut traced = Traced::plain(decoded);
    let mut run: Option<(usize, usize)> = None;
    let (mut at, mut out) = (0, 0);
    while out < decoded.len() {
        let rest = raw.get(at..).unwrap_or_default();
        let (read, written) = escapes.next(rest);
        let same = read == written
            && raw.get(at..at + read) == decoded.get(out..out + written)
            && read > 0;
        if same {
            run.get_or_insert((at, out));
        } else if let Some((from, to)) = run.take() {
            traced.origins.push(copy(from, to, out - to, start));
        }
        if read == 0 {
            break;
        }
        at += read;
        out += written;
    }
    if let Some((from, to)) = run {
        traced
            .origins
            .push(copy(from, to, out.min(decoded.len()) - to, start));
    }
    traced
}

fn copy(from: usize, to: usize, length: usize, start: usize) -> (Span, Span) {
    (
        Span::new(to, to + length),
        Span::new(start + from, start + from + length),
    )
}

/// Which characters of a literal do not stand for themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Escapes {
    /// Whether a backslash escapes.
    pub backslash: bool,
    /// Whether braces are doubled, as in f-strings.
    pub braces: bool,
}

impl Escapes {
    /// How many bytes the next piece of `raw` takes, and how many bytes it becomes.
    fn next(self, raw: &str) -> (usize, usize) {
        let mut characters = raw.chars();
        match characters.next() {
            None => (0, 0),
            Some('\r') if raw.starts_with("\r\n") => (2, 1),
            Some('\r') => (1, 1),
            Some('{') if self.braces && raw.starts_with("{{") => (2, 1),
            Some('}') if self.braces && raw.starts_with("}}") => (2, 1),
            Some('\\') if self.backslash => escape(characters.as_str()),
            Some(other) => (other.len_utf8(), other.len_utf8()),
        }
    }
}

/// An escape, by what follows the backslash.
fn escape(rest: &str) -> (usize, usize) {
    let Some(kind) = rest.chars().next() else {
        return (0, 0);
    };
    let hexadecimal = |digits: usize| {
        let code = rest
            .get(1..=digits)
            .and_then(|code| u32::from_str_radix(code, 16).ok());
        match code.and_then(char::from_u32) {
            Some(character) => (digits + 2, character.len_utf8()),
            None => (0, 0),
        }
    };
    match kind {
        '\n' => (2, 0),
        '\r' if rest.starts_with("\r\n") => (3, 0),
        '\\' | '\'' | '"' | 'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' => (2, 1),
        'x' => hexadecimal(2),
        'u' => hexadecimal(4),
        'U' => hexadecimal(8),
        // Octal and named characters are too rare in migrations to be followed.
        'N' | '0'..='7' => (0, 0),
        // An unknown escape stands for itself, backslash included.
        _ => (1, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copied(traced: &Traced, source: &str) -> Vec<(String, String)> {
        let slices = traced.origins.iter();
        slices
            .map(|(at, from)| {
                (
                    at.slice(&traced.text).to_owned(),
                    from.slice(source).to_owned(),
                )
            })
            .collect()
    }

    #[test]
    fn what_has_no_escape_is_a_verbatim_copy() {
        let source = r"'UPDATE t\nSET a = \'x\''";
        let escapes = Escapes {
            backslash: true,
            braces: false,
        };
        let raw = source.trim_matches('\'');
        let traced = literal(
            &source[1..source.len() - 1],
            1,
            "UPDATE t\nSET a = 'x'",
            escapes,
        );
        assert!(raw.len() > traced.text.len());
        let pairs = copied(&traced, source);
        assert_eq!(
            pairs,
            [
                ("UPDATE t".into(), "UPDATE t".into()),
                ("SET a = ".into(), "SET a = ".into()),
                ("x".to_owned(), "x".to_owned()),
            ]
        );
    }

    #[test]
    fn slices_keep_exact_places() {
        let traced = Traced::made("  ab cd ", Span::new(10, 18)).trimmed();
        assert_eq!(traced.text, "ab cd");
        assert_eq!(traced.origins, [(Span::new(0, 5), Span::new(12, 17))]);
        let parts = traced.split(" ");
        assert_eq!(parts[1].origins, [(Span::new(0, 2), Span::new(15, 17))]);
    }
}
