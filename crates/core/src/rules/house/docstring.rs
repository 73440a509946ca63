//! What the docstring of an Alembic file says of its revision.

use crate::text::Span;

/// A docstring, read line by line as Alembic's template writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Docstring {
    /// The first line with words in it that is none of the others.
    pub title: String,
    /// `Revision ID:`.
    pub revision: Option<Line>,
    /// `Revises:`.
    pub revises: Option<Line>,
}

/// One labelled line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The ids it names; none for an empty line, `None` and `<base>`.
    pub ids: Vec<String>,
    /// Where the line is.
    pub span: Span,
}

/// Reads the docstring at the head of a file, if there is one.
pub fn read(text: &str) -> Option<Docstring> {
    let (start, body) = body(text)?;
    let mut docstring = Docstring::default();
    let mut at = start;
    for line in body.split_inclusive('\n') {
        let words = line.trim();
        let span = Span::new(at, at + line.trim_end().len());
        at += line.len();
        if let Some(rest) = words.strip_prefix("Revision ID:") {
            docstring.revision = Some(Line {
                ids: ids(rest),
                span,
            });
        } else if let Some(rest) = words.strip_prefix("Revises:") {
            docstring.revises = Some(Line {
                ids: ids(rest),
                span,
            });
        } else if docstring.title.is_empty()
            && !words.starts_with("Create Date:")
            && words != "empty message"
        {
            words.clone_into(&mut docstring.title);
        }
    }
    Some(docstring)
}

/// The text between the quotes, and where it starts.
fn body(text: &str) -> Option<(usize, &str)> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let words = line.trim();
        if !words.is_empty() && !words.starts_with('#') {
            break;
        }
        at += line.len();
    }
    let rest = text.get(at..)?;
    let quote = ["\"\"\"", "'''", "\"", "'"]
        .into_iter()
        .find(|quote| rest.trim_start_matches(['r', 'R']).starts_with(quote))?;
    let opening = rest.find(quote)? + quote.len();
    let inner = rest.get(opening..)?;
    let end = inner.find(quote)?;
    Some((at + opening, inner.get(..end)?))
}

fn ids(rest: &str) -> Vec<String> {
    let rest = rest.split(['\u{2190}', '#']).next().unwrap_or_default();
    let words = rest
        .split([',', ' '])
        .map(|word| word.trim_matches(['(', ')', '\'', '"']));
    let ids = words.filter(|word| !word.is_empty() && !["None", "<base>"].contains(word));
    ids.map(String::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_docstring_is_read_as_the_template_writes_it() {
        let text = "# -*- coding: utf-8 -*-\n\"\"\"Add gates\n\nRevision ID: 51f0\nRevises: \
            40bb, 33aa\n\"\"\"\nx = 1\n";
        let read = read(text).unwrap();
        assert_eq!(read.title, "Add gates");
        assert_eq!(read.revision.unwrap().ids, ["51f0"]);
        let revises = read.revises.unwrap();
        assert_eq!(revises.ids, ["40bb", "33aa"]);
        assert_eq!(revises.span.slice(text), "Revises: 40bb, 33aa");
    }

    #[test]
    fn a_base_revises_nothing_and_code_is_no_docstring() {
        assert!(
            read("\"\"\"x\n\nRevises: <base>\n\"\"\"")
                .unwrap()
                .revises
                .unwrap()
                .ids
                .is_empty()
        );
        assert!(read("from alembic import op\n").is_none());
        assert_eq!(read("\"\"\"\nRevision ID: a\n\"\"\"").unwrap().title, "");
    }
}
