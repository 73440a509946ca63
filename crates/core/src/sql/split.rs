//! Cuts a script into statements, byte by byte, before anything is parsed.
//!
//! One unterminated quote must not lose the statements before it, `COPY` data and psql lines are not SQL, and a body
//! may hold semicolons. So the cut is made here, in one pass that never fails.

use crate::text::Span;

/// One statement of a script, or what stands in the place of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// From its first to its last token: no comments before it, no `;` after it.
    pub span: Span,
    /// The white space and comments before it.
    pub leading: Span,
    /// What it is.
    pub kind: FragmentKind,
}

/// What a fragment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FragmentKind {
    /// A statement.
    Statement,
    /// `COPY … FROM stdin` with its data behind it.
    CopyWithData {
        /// The data lines, without the closing `\.`.
        data: Span,
    },
    /// A line for psql: `\connect`, `\i`, `\restrict`.
    PsqlCommand,
    /// Something opened in it and never closed, so it reaches to the end of the text.
    Unterminated {
        /// What.
        what: Unclosed,
        /// The bytes that opened it.
        opened: Span,
    },
}

/// What was opened and not closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unclosed {
    /// `'…`
    String,
    /// `"…`
    Identifier,
    /// `$tag$…`
    DollarQuote,
    /// `/* …`
    Comment,
    /// `BEGIN ATOMIC …`
    Body,
}

impl Unclosed {
    /// In words, for a message.
    pub fn noun(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Identifier => "quoted identifier",
            Self::DollarQuote => "dollar-quoted string",
            Self::Comment => "comment",
            Self::Body => "BEGIN ATOMIC body",
        }
    }
}

/// Cuts `text` at the semicolons that end statements. Takes linear time; every span lies on character boundaries.
pub fn split(text: &str) -> Vec<Fragment> {
    let mut splitter = Splitter::new(text);
    splitter.run();
    splitter.fragments
}

/// Whether a script is one statement. Reads no further than to the second.
pub fn is_one_statement(text: &str) -> bool {
    let mut splitter = Splitter::new(text);
    splitter.run_to(2);
    splitter.fragments.len() == 1
}

/// Comments of a script with their delimiters, in order: `-- …` without its line end, `/* … */`.
pub fn comments(text: &str) -> Vec<Span> {
    let mut splitter = Splitter::new(text);
    splitter.run();
    splitter.comments
}

/// What is known of the statement being read.
#[derive(Default)]
struct Pending {
    /// Its first byte and one past its last token, once it has a token.
    span: Option<(usize, usize)>,
    /// Its first words, lower case.
    words: Vec<String>,
    /// Open parentheses.
    parentheses: usize,
    /// Open `BEGIN`s and `CASE`s of a standard body, with where the first opened.
    blocks: Vec<usize>,
    /// Whether `FROM stdin` was seen.
    from_stdin: bool,
    /// Whether the last word was `FROM`.
    after_from: bool,
}

impl Pending {
    /// `CREATE [OR REPLACE] kind` for any of `kinds`.
    fn creates(&self, kinds: &[&str]) -> bool {
        let mut words = self.words.iter().map(String::as_str);
        if words.next() != Some("create") {
            return false;
        }
        let mut kind = words.next();
        if kind == Some("or") {
            words.next();
            kind = words.next();
        }
        kind.is_some_and(|kind| kinds.contains(&kind))
    }
}

/// How many leading words are kept: `create or replace function` is the longest that matters.
const KEPT_WORDS: usize = 4;

struct Splitter<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    /// Where the white space before the pending statement starts.
    leading_start: usize,
    pending: Pending,
    fragments: Vec<Fragment>,
    comments: Vec<Span>,
}

impl<'t> Splitter<'t> {
    fn new(text: &'t str) -> Self {
        let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Self {
            text,
            bytes: text.as_bytes(),
            at: start,
            leading_start: start,
            pending: Pending::default(),
            fragments: Vec::new(),
            comments: Vec::new(),
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn run(&mut self) {
        self.run_to(usize::MAX);
    }

    /// Cuts until there are so many fragments, or to the end of the text.
    fn run_to(&mut self, enough: usize) {
        while let Some(byte) = self.byte(self.at) {
            if self.fragments.len() >= enough {
                return;
            }
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => self.at += 1,
                b'-' if self.byte(self.at + 1) == Some(b'-') => self.line_comment(),
                b'/' if self.byte(self.at + 1) == Some(b'*') => self.block_comment(),
                b'\'' => self.quoted(b'\'', Unclosed::String, false),
                b'"' => self.quoted(b'"', Unclosed::Identifier, false),
                b'$' => self.dollar(),
                b'\\' => self.psql_command(),
                b';' => self.semicolon(),
                b'(' | b')' => self.parenthesis(byte),
                _ if is_word_start(byte) => self.word(),
                _ => self.token(self.at, self.at + 1),
            }
        }
        if let Some(opened) = self.pending.blocks.first().copied() {
            self.unterminated(Unclosed::Body, opened, opened + "BEGIN".len());
        }
        self.finish(FragmentKind::Statement);
    }

    /// Notes a token and moves past it.
    fn token(&mut self, start: usize, end: usize) {
        let first = self.pending.span.map_or(start, |(first, _)| first);
        self.pending.span = Some((first, end));
        self.pending.after_from = false;
        self.at = end;
    }

    /// Ends the pending statement, if there is one.
    fn finish(&mut self, kind: FragmentKind) {
        let pending = std::mem::take(&mut self.pending);
        if let Some((start, end)) = pending.span {
            self.fragments.push(Fragment {
                span: Span::new(start, end),
                leading: Span::new(self.leading_start, start),
                kind,
            });
            self.leading_start = end;
        }
    }

    /// Ends everything: what opened at `start` is never closed.
    fn unterminated(&mut self, what: Unclosed, start: usize, opened_end: usize) {
        let end = self.text.trim_end().len().max(opened_end);
        self.token(start, end);
        self.at = self.bytes.len();
        let opened = Span::new(start, opened_end);
        self.finish(FragmentKind::Unterminated { what, opened });
    }

    fn line_comment(&mut self) {
        let start = self.at;
        while !matches!(self.byte(self.at), None | Some(b'\n' | b'\r')) {
            self.at += 1;
        }
        self.comments.push(Span::new(start, self.at));
    }

    fn block_comment(&mut self) {
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            match (self.byte(self.at), self.byte(self.at + 1)) {
                (Some(b'/'), Some(b'*')) => {
                    depth += 1;
                    self.at += 2;
                }
                (Some(b'*'), Some(b'/')) => {
                    depth -= 1;
                    self.at += 2;
                    if depth == 0 {
                        self.comments.push(Span::new(start, self.at));
                        return;
                    }
                }
                (Some(_), _) => self.at += 1,
                (None, _) => return self.unterminated(Unclosed::Comment, start, start + 2),
            }
        }
    }

    /// A string or a quoted identifier; a doubled quote stands for one.
    fn quoted(&mut self, quote: u8, what: Unclosed, backslashes: bool) {
        let start = self.at;
        let mut at = start + 1;
        loop {
            match self.byte(at) {
                None => return self.unterminated(what, start, start + 1),
                Some(b'\\') if backslashes => at += 2,
                Some(byte) if byte == quote => {
                    if self.byte(at + 1) != Some(quote) {
                        return self.token(start, at + 1);
                    }
                    at += 2;
                }
                Some(_) => at += 1,
            }
        }
    }

    /// `$tag$…$tag$`, `$1` or a lone `$`.
    fn dollar(&mut self) {
        let start = self.at;
        let mut end = start + 1;
        if self.byte(end).is_some_and(is_word_start) {
            while self.byte(end).is_some_and(is_tag_part) {
                end += 1;
            }
        }
        if self.byte(end) != Some(b'$') {
            return self.token(start, start + 1);
        }
        let body = end + 1;
        let (tag, rest) = (self.text.get(start..body), self.text.get(body..));
        let (Some(tag), Some(rest)) = (tag, rest) else {
            return self.token(start, start + 1);
        };
        match rest.find(tag) {
            Some(length) => self.token(start, body + length + tag.len()),
            None => self.unterminated(Unclosed::DollarQuote, start, body),
        }
    }

    /// A backslash outside of quotes: the rest of the line is for psql.
    fn psql_command(&mut self) {
        self.finish(FragmentKind::Statement);
        let start = self.at;
        let mut end = start;
        while !matches!(self.byte(end), None | Some(b'\n' | b'\r')) {
            end += 1;
        }
        let written = self.text.get(start..end).unwrap_or_default().trim_end();
        self.token(start, start + written.len().max(1));
        self.finish(FragmentKind::PsqlCommand);
        self.at = end;
    }

    fn semicolon(&mut self) {
        let inside_rule = self.pending.parentheses > 0 && self.pending.creates(&["rule"]);
        if inside_rule || !self.pending.blocks.is_empty() {
            return self.token(self.at, self.at + 1);
        }
        self.at += 1;
        if self.pending.from_stdin {
            let data = self.copy_data();
            self.finish(FragmentKind::CopyWithData { data });
            self.leading_start = self.at;
        } else {
            let had_statement = self.pending.span.is_some();
            self.finish(FragmentKind::Statement);
            if had_statement {
                self.leading_start = self.at;
            }
        }
    }

    /// The lines after `COPY … FROM stdin;` up to `\.`, which is passed over.
    fn copy_data(&mut self) -> Span {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let first_line = rest
            .find('\n')
            .map_or(self.text.len(), |at| self.at + at + 1);
        let mut line_start = first_line;
        loop {
            let rest = self.text.get(line_start..).unwrap_or_default();
            let line_end = rest
                .find('\n')
                .map_or(self.text.len(), |at| line_start + at + 1);
            let line = self.text.get(line_start..line_end).unwrap_or_default();
            if line.trim_end_matches(['\r', '\n']) == "\\." || line_end == line_start {
                self.at = line_end;
                return Span::new(first_line, line_start);
            }
            line_start = line_end;
        }
    }

    fn parenthesis(&mut self, byte: u8) {
        let depth = self.pending.parentheses;
        self.pending.parentheses = match byte {
            b'(' => depth + 1,
            _ => depth.saturating_sub(1),
        };
        self.token(self.at, self.at + 1);
    }

    fn word(&mut self) {
        let start = self.at;
        let mut end = start;
        while self.byte(end).is_some_and(is_word_part) {
            end += 1;
        }
        let word = self.text.get(start..end).unwrap_or_default();
        if self.byte(end) == Some(b'\'') && word.eq_ignore_ascii_case("e") {
            self.token(start, end);
            return self.quoted(b'\'', Unclosed::String, true);
        }
        let after_from = self.pending.after_from;
        self.token(start, end);
        self.note_word(&word.to_ascii_lowercase(), start, after_from);
    }

    fn note_word(&mut self, word: &str, start: usize, after_from: bool) {
        let pending = &mut self.pending;
        if pending.words.len() < KEPT_WORDS {
            pending.words.push(word.to_owned());
        }
        let is_copy = pending.words.first().is_some_and(|first| first == "copy");
        pending.after_from = is_copy && word == "from";
        pending.from_stdin |= is_copy && after_from && word == "stdin";
        match word {
            "begin" if pending.parentheses == 0 && pending.creates(&["function", "procedure"]) => {
                pending.blocks.push(start);
            }
            "case" if !pending.blocks.is_empty() => pending.blocks.push(start),
            "end" => {
                pending.blocks.pop();
            }
            _ => {}
        }
    }
}

/// A byte that starts an identifier or a keyword: letters, `_` and everything beyond ASCII.
fn is_word_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

fn is_word_part(byte: u8) -> bool {
    is_tag_part(byte) || byte == b'$'
}

fn is_tag_part(byte: u8) -> bool {
    is_word_start(byte) || byte.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<&str> {
        split(text)
            .iter()
            .map(|fragment| fragment.span.slice(text))
            .collect()
    }

    #[test]
    fn semicolons_in_quotes_comments_and_bodies_end_nothing() {
        let cases: &[(&str, &[&str])] = &[
            ("a; b ;; c", &["a", "b", "c"]),
            ("\u{feff}a;\r\nb;\r\n", &["a", "b"]),
            ("x ';' \";\" y; z", &["x ';' \";\" y", "z"]),
            ("x 'it''s;' ; y", &["x 'it''s;'", "y"]),
            (r"x '\'; y E'\';' ; z", &[r"x '\'", r"y E'\';'", "z"]),
            (
                "x $$;$$ ; y $a$ $$;$b$;$a$; z",
                &["x $$;$$", "y $a$ $$;$b$;$a$", "z"],
            ),
            ("x a$b$; y$c$d; z $1;", &["x a$b$", "y$c$d", "z $1"]),
            ("x $é$;$é$; y", &["x $é$;$é$", "y"]),
            (
                "-- a; b\nx /* ; /* ; */ ; */ y; /* z */",
                &["x /* ; /* ; */ ; */ y"],
            ),
            ("x -- not; here\n; y", &["x", "y"]),
            ("(a; b", &["(a", "b"]),
            (
                "CREATE RULE r AS ON INSERT TO t DO (a; b); c",
                &["CREATE RULE r AS ON INSERT TO t DO (a; b)", "c"],
            ),
            (
                "create or replace function f() returns int begin atomic select case when true then 1 end; select 2; end; x",
                &[
                    "create or replace function f() returns int begin atomic select case when true then 1 end; select 2; end",
                    "x",
                ],
            ),
            ("BEGIN; x; END; y", &["BEGIN", "x", "END", "y"]),
        ];
        for (text, expected) in cases {
            assert_eq!(parts(text), *expected, "{text}");
        }
    }

    #[test]
    fn copy_data_and_psql_lines_are_no_statements() {
        let text = "\\restrict it's\nCOPY t (a) FROM stdin;\n1;'\t$$\n\\N\n\\.\n\nSELECT 1 \\gexec\r\nSELECT 2;";
        let fragments = split(text);
        let kinds: Vec<_> = fragments
            .iter()
            .map(|fragment| (fragment.span.slice(text), fragment.kind))
            .collect();
        assert_eq!(kinds.len(), 5);
        assert_eq!(kinds[0], ("\\restrict it's", FragmentKind::PsqlCommand));
        assert_eq!(kinds[1].0, "COPY t (a) FROM stdin");
        let FragmentKind::CopyWithData { data } = kinds[1].1 else {
            panic!("{:?}", kinds[1]);
        };
        assert_eq!(data.slice(text), "1;'\t$$\n\\N\n");
        assert_eq!(kinds[2], ("SELECT 1", FragmentKind::Statement));
        assert_eq!(kinds[3], ("\\gexec", FragmentKind::PsqlCommand));
        assert_eq!(kinds[4], ("SELECT 2", FragmentKind::Statement));
    }

    #[test]
    fn what_is_never_closed_leaves_the_statements_before_it_alone() {
        for (open, what) in [
            ("'", Unclosed::String),
            ("e'\\'", Unclosed::String),
            ("\"", Unclosed::Identifier),
            ("$x$ $$", Unclosed::DollarQuote),
            ("/* /* */", Unclosed::Comment),
        ] {
            let text = format!("a; b {open} c; d\n");
            let fragments = split(&text);
            assert_eq!(fragments.len(), 2, "{text}");
            assert_eq!(fragments[1].span.slice(&text), text[3..].trim_end());
            match fragments[1].kind {
                FragmentKind::Unterminated {
                    what: found,
                    opened,
                } => {
                    assert_eq!(found, what);
                    assert!(open.contains(opened.slice(&text)), "{text}");
                }
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn comments_and_leading_text_can_be_reached() {
        let text = "-- one\nx; -- two\r\n/* three */ y";
        let found: Vec<_> = comments(text).iter().map(|span| span.slice(text)).collect();
        assert_eq!(found, ["-- one", "-- two", "/* three */"]);
        let leading: Vec<_> = split(text)
            .iter()
            .map(|fragment| fragment.leading.slice(text))
            .collect();
        assert_eq!(leading, ["-- one\n", " -- two\r\n/* three */ "]);
    }
}
