//! Words of an SQL expression, and names found and replaced among them.
//!
//! Works on any text, also on expressions that are kept as they were written.

use crate::operation::quote_identifier;
use crate::schema::ObjectName;

/// Kinds of pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// An identifier or keyword, quoted or not.
    Word,
    /// A string literal.
    Text,
    /// White space.
    Space,
    /// Anything else, one character; `::` is one piece.
    Sign,
}

#[derive(Clone, Copy, Debug)]
struct Piece<'a> {
    kind: Kind,
    text: &'a str,
}

impl Piece<'_> {
    /// The name an identifier means.
    fn name(&self) -> Option<String> {
        if self.kind != Kind::Word {
            return None;
        }
        let quoted = self.text.strip_prefix('"');
        let name = match quoted {
            Some(rest) => rest.strip_suffix('"').unwrap_or(rest).replace("\"\"", "\""),
            None => self.text.to_lowercase(),
        };
        Some(name)
    }

    fn is(&self, name: &str) -> bool {
        self.name().is_some_and(|own| own == name)
    }

    fn is_sign(&self, sign: &str) -> bool {
        self.kind == Kind::Sign && self.text == sign
    }
}

/// Cuts a text into pieces, losing nothing.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (kind, length) = match first {
            '\'' => (Kind::Text, quoted_length(rest, '\'')),
            '"' => (Kind::Word, quoted_length(rest, '"')),
            c if c.is_whitespace() => (Kind::Space, run(rest, char::is_whitespace)),
            c if c.is_alphabetic() || c == '_' => {
                let word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
                (Kind::Word, run(rest, word))
            }
            c if c.is_ascii_digit() => {
                let number = |c: char| c.is_ascii_digit() || c == '.';
                (Kind::Sign, run(rest, number))
            }
            ':' if rest.starts_with("::") => (Kind::Sign, 2),
            c => (Kind::Sign, c.len_utf8()),
        };
        let (text, tail) = rest.split_at_checked(length).unwrap_or((rest, ""));
        pieces.push(Piece { kind, text });
        rest = tail;
    }
    pieces
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

/// The length of a quoted piece with its quotes; a doubled quote stands for itself.
fn quoted_length(text: &str, quote: char) -> usize {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == quote {
            match chars.peek() {
                Some((_, next)) if *next == quote => {
                    chars.next();
                }
                _ => return at + 1,
            }
        }
    }
    text.len()
}

/// The nearest piece before or after that is no space.
fn neighbour<'a>(pieces: &[Piece<'a>], at: usize, step: isize) -> Option<Piece<'a>> {
    let mut at = at.checked_add_signed(step)?;
    loop {
        let piece = pieces.get(at)?;
        if piece.kind != Kind::Space {
            return Some(*piece);
        }
        at = at.checked_add_signed(step)?;
    }
}

/// Whether the piece stands where a column can: no type, no function, no part of a longer name.
fn is_column_place(pieces: &[Piece<'_>], at: usize) -> bool {
    let before = neighbour(pieces, at, -1);
    let after = neighbour(pieces, at, 1);
    !before.is_some_and(|piece| piece.is_sign(".") || piece.is_sign("::"))
        && !after.is_some_and(|piece| piece.is_sign("(") || piece.is_sign("."))
}

fn column_places(pieces: &[Piece<'_>], column: &str) -> Vec<usize> {
    let places = 0..pieces.len();
    places
        .filter(|at| pieces.get(*at).is_some_and(|piece| piece.is(column)))
        .filter(|at| is_column_place(pieces, *at))
        .collect()
}

/// Places of `NEW.column` and `OLD.column`.
fn row_column_places(pieces: &[Piece<'_>], column: &str) -> Vec<usize> {
    let places = 2..pieces.len();
    places
        .filter(|at| {
            let own = pieces.get(*at).is_some_and(|piece| piece.is(column));
            let dot = pieces.get(at - 1).is_some_and(|piece| piece.is_sign("."));
            let row = pieces
                .get(at - 2)
                .is_some_and(|piece| piece.is("new") || piece.is("old"));
            own && dot && row
        })
        .collect()
}

fn replaced(pieces: &[Piece<'_>], places: &[usize], to: &str) -> String {
    let quoted = quote_identifier(to);
    let texts = pieces.iter().enumerate().map(|(at, piece)| {
        if places.contains(&at) {
            quoted.as_str()
        } else {
            piece.text
        }
    });
    texts.collect()
}

/// Whether an expression names a column of its table.
pub(in crate::schema) fn mentions_column(text: &str, column: &str) -> bool {
    may_hold(text, column) && !column_places(&pieces(text), column).is_empty()
}

/// Whether a trigger's condition names a column of its rows.
pub(in crate::schema) fn mentions_row_column(text: &str, column: &str) -> bool {
    may_hold(text, column) && !row_column_places(&pieces(text), column).is_empty()
}

/// An expression with a column renamed.
pub(in crate::schema) fn rename_column_in(text: &str, from: &str, to: &str) -> String {
    let pieces = pieces(text);
    replaced(&pieces, &column_places(&pieces, from), to)
}

/// A trigger's condition with a column renamed.
pub(in crate::schema) fn rename_row_column_in(text: &str, from: &str, to: &str) -> String {
    let pieces = pieces(text);
    replaced(&pieces, &row_column_places(&pieces, from), to)
}

/// A quick no, before the text is cut into pieces.
fn may_hold(text: &str, name: &str) -> bool {
    if name.contains('"') {
        return true;
    }
    // Shorter than any way to write the name: folding changes no letter's length by more than this.
    if text.len() * 3 < name.len() {
        return false;
    }
    let folds = |byte: u8| byte.is_ascii_uppercase() || !byte.is_ascii();
    text.contains(name) || text.bytes().any(folds) && text.to_lowercase().contains(name)
}

/// Where `schema.name` begins.
fn qualified_places(pieces: &[Piece<'_>], name: &ObjectName) -> Vec<usize> {
    let places = 0..pieces.len();
    places
        .filter(|at| {
            let schema = pieces.get(*at).is_some_and(|piece| piece.is(&name.schema));
            let dot = pieces.get(at + 1).is_some_and(|piece| piece.is_sign("."));
            let own = pieces.get(at + 2).is_some_and(|piece| piece.is(&name.name));
            let further = neighbour(pieces, *at, -1).is_some_and(|piece| piece.is_sign("."));
            schema && dot && own && !further
        })
        .collect()
}

/// The relation that a `'…'::regclass` literal names, as it is written.
fn literal_name(text: &str) -> Option<(Option<String>, String)> {
    let inner = text
        .strip_prefix('\'')?
        .strip_suffix('\'')?
        .replace("''", "'");
    let words: Vec<String> = pieces(&inner).iter().filter_map(Piece::name).collect();
    match words.as_slice() {
        [name] => Some((None, name.clone())),
        [schema, name] => Some((Some(schema.clone()), name.clone())),
        _ => None,
    }
}

fn is_regclass(pieces: &[Piece<'_>], at: usize) -> bool {
    pieces.get(at + 1).is_some_and(|piece| piece.is_sign("::"))
        && pieces.get(at + 2).is_some_and(|piece| piece.is("regclass"))
}

/// An expression with a qualified name replaced, also in `'…'::regclass`; none where it is not in it.
pub(in crate::schema) fn rename_object_in(
    text: &str,
    from: &ObjectName,
    to: &ObjectName,
) -> Option<String> {
    if !may_hold(text, &from.name) {
        return None;
    }
    let pieces = pieces(text);
    let places = qualified_places(&pieces, from);
    let new = format!(
        "{}.{}",
        quote_identifier(&to.schema),
        quote_identifier(&to.name)
    );
    let mut changed = String::new();
    let mut hit = false;
    let mut at = 0;
    while let Some(piece) = pieces.get(at) {
        if places.contains(&at) {
            changed.push_str(&new);
            hit = true;
            at += 3;
            continue;
        }
        let literal = piece.kind == Kind::Text && is_regclass(&pieces, at);
        let names = literal.then(|| literal_name(piece.text)).flatten();
        if names.is_some_and(|(schema, name)| {
            schema.as_ref() == Some(&from.schema) && name == from.name
        }) {
            changed.push_str(&format!("'{}'", new.replace('\'', "''")));
            hit = true;
        } else {
            changed.push_str(piece.text);
        }
        at += 1;
    }
    hit.then_some(changed)
}

/// Whether an expression takes values of a sequence.
pub(in crate::schema) fn mentions_sequence(
    schema: &crate::schema::Schema,
    text: &str,
    sequence: &ObjectName,
) -> bool {
    if !text.contains("nextval") || !text.contains(&sequence.name) {
        return false;
    }
    let pieces = pieces(text);
    let literals = pieces.iter().filter(|piece| piece.kind == Kind::Text);
    let mut names = literals.filter_map(|piece| literal_name(piece.text));
    names.any(|(written, name)| {
        name == sequence.name
            && match written {
                Some(written) => written == sequence.schema,
                None => schema.search_path.contains(&sequence.schema),
            }
    })
}

/// Whether a text names a type of one's own with its schema.
pub(in crate::schema) fn mentions_type(text: &str, name: &ObjectName) -> bool {
    may_hold(text, &name.name) && {
        let pieces = pieces(text);
        let places = qualified_places(&pieces, name);
        places
            .into_iter()
            .any(|at| !neighbour(&pieces, at + 2, 1).is_some_and(|piece| piece.is_sign("(")))
    }
}

/// Whether a text calls a function of one's own, with its schema or without.
pub(in crate::schema) fn calls_function(text: &str, name: &ObjectName) -> bool {
    if !may_hold(text, &name.name) {
        return false;
    }
    let pieces = pieces(text);
    (0..pieces.len()).any(|at| {
        let own = pieces.get(at).is_some_and(|piece| piece.is(&name.name));
        let call = neighbour(&pieces, at, 1).is_some_and(|piece| piece.is_sign("("));
        let dotted = at >= 2 && pieces.get(at - 1).is_some_and(|piece| piece.is_sign("."));
        let schema = !dotted
            || pieces
                .get(at - 2)
                .is_some_and(|piece| piece.is(&name.schema));
        own && call && schema
    })
}

/// Every word that stands where a column can, for expressions that could not be read.
pub(super) fn possible_columns(text: &str) -> Vec<String> {
    let pieces = pieces(text);
    let places = (0..pieces.len()).filter(|at| is_column_place(&pieces, *at));
    let words = places.filter_map(|at| pieces.get(at)?.name());
    let mut words: Vec<String> = words.collect();
    words.sort();
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_renamed_where_they_are_columns() {
        let text = "((status)::status = lower(status(\"Status\")) AND (x.status = 'status'))";
        assert_eq!(
            rename_column_in(text, "status", "state"),
            "((state)::status = lower(status(\"Status\")) AND (x.status = 'status'))"
        );
        assert!(!mentions_column("(stock > 0)", "status"));
        assert_eq!(
            rename_row_column_in("(old.bin IS DISTINCT FROM new.bin)", "bin", "Bin"),
            "(old.\"Bin\" IS DISTINCT FROM new.\"Bin\")"
        );
    }

    #[test]
    fn qualified_names_are_replaced_also_in_regclass_literals() {
        let (from, to) = (
            ObjectName::new("public", "a_seq"),
            ObjectName::new("stock", "B"),
        );
        assert_eq!(
            rename_object_in("nextval('public.a_seq'::regclass)", &from, &to).as_deref(),
            Some("nextval('stock.\"B\"'::regclass)")
        );
        assert_eq!(rename_object_in("'public.a_seq'::text", &from, &to), None);
        assert_eq!(
            rename_object_in("'x'::public.a_seq", &from, &to).as_deref(),
            Some("'x'::stock.\"B\"")
        );
    }

    #[test]
    fn calls_are_found() {
        let name = ObjectName::new("public", "stamp");
        assert!(calls_function("public.stamp(a)", &name));
        assert!(calls_function("stamp (a)", &name));
        assert!(!calls_function("other.stamp(a)", &name));
        assert!(!calls_function("(stamp > 1)", &name));
    }
}
