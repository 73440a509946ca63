//! Comment lines that part a file into halves, and those that tell the tool how to run it.

use crate::text::Span;

/// A stretch of a file between two markers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Section<'t> {
    /// Which half it is.
    pub side: Side,
    /// What stands on the marker's line after the keyword: options.
    pub options: &'t str,
    /// The text below the marker, up to the next one.
    pub span: Span,
    /// Where the marker's line starts.
    pub marker: usize,
}

/// Which half a section is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Up,
    Down,
}

/// How a tool writes its markers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// `-- +goose Up`
    Goose,
    /// `-- +migrate Up`
    SqlMigrate,
    /// `-- migrate:up`
    Dbmate,
    /// `-- up`: by hand
    Plain,
}

impl Style {
    /// The words of a marker after `--` and this style's prefix.
    fn after_prefix(self, comment: &str) -> Option<&str> {
        let prefix = match self {
            Self::Goose => "+goose",
            Self::SqlMigrate => "+migrate",
            Self::Dbmate => "migrate:",
            Self::Plain => "",
        };
        let head = comment.get(..prefix.len())?;
        let rest = comment.get(prefix.len()..)?;
        head.eq_ignore_ascii_case(prefix).then_some(rest)
    }

    /// What a comment line starts, and the rest of the line.
    fn side(self, comment: &str) -> Option<(Side, &str)> {
        let words = self.after_prefix(comment)?.trim();
        if self == Self::Plain {
            return plain_side(words).map(|side| (side, ""));
        }
        let (first, options) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
        match first.to_ascii_lowercase().as_str() {
            "up" => Some((Side::Up, options.trim())),
            "down" => Some((Side::Down, options.trim())),
            _ => None,
        }
    }
}

/// A comment that is nothing but the name of a half: `up`, `DOWN:`, `=== Down Migration ===`.
fn plain_side(comment: &str) -> Option<Side> {
    let words: Vec<String> = comment
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    match words.join(" ").as_str() {
        "up" | "up migration" | "migrate up" | "migration up" | "upgrade" => Some(Side::Up),
        "down" | "down migration" | "migrate down" | "migration down" | "downgrade" => {
            Some(Side::Down)
        }
        _ => None,
    }
}

/// The lines of a text with where each starts, without their ends.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line.trim_end_matches(['\r', '\n']))
    })
}

/// What a line says if it is a comment and nothing else.
pub(super) fn comment(line: &str) -> Option<&str> {
    let comment = line.trim().strip_prefix("--")?;
    Some(comment.trim_start_matches('-').trim())
}

/// The sections that markers of a style part the text into; none without a marker.
pub(super) fn sections(text: &str, style: Style) -> Vec<Section<'_>> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    for (start, line) in lines(text) {
        let Some((side, options)) = comment(line).and_then(|comment| style.side(comment)) else {
            continue;
        };
        if let Some(last) = sections.last_mut() {
            last.span = Span::new(last.span.start as usize, start);
        }
        let below = (start + line.len()).min(text.len());
        let below = below + line_end(text, below);
        sections.push(Section {
            side,
            options,
            span: Span::new(below, text.len()),
            marker: start,
        });
    }
    sections
}

/// Where the sections of one side stand: the one section, or from the first marker to the end of the last section, with
/// what lies between them. [`only_first_side`] takes that out again.
pub(super) fn extent(sections: &[Section<'_>], side: Side) -> Option<Span> {
    let mut own = sections.iter().filter(|section| section.side == side);
    let first = own.next()?;
    Some(match own.next_back() {
        None => first.span,
        Some(last) => Span::new(first.marker, last.span.end as usize),
    })
}

/// Where a text starts with a marker: the text with the sections of the other side blanked, so that places stay.
pub(super) fn only_first_side(text: &str) -> Option<String> {
    let first = comment(lines(text).next()?.1)?;
    let styles = [Style::Goose, Style::SqlMigrate, Style::Dbmate, Style::Plain];
    let (style, side) = styles
        .into_iter()
        .find_map(|style| Some((style, style.side(first)?.0)))?;
    let mut kept = String::with_capacity(text.len());
    for section in sections(text, style)
        .iter()
        .filter(|section| section.side == side)
    {
        let before = text.get(kept.len()..section.span.start as usize)?;
        kept.extend(
            before
                .bytes()
                .map(|byte| if byte == b'\n' { '\n' } else { ' ' }),
        );
        kept.push_str(section.span.slice(text));
    }
    Some(kept)
}

/// How many bytes the line end at `at` takes.
fn line_end(text: &str, at: usize) -> usize {
    match text.get(at..) {
        Some(rest) if rest.starts_with("\r\n") => 2,
        Some(rest) if rest.starts_with(['\r', '\n']) => 1,
        _ => 0,
    }
}

/// Whether a comment line of the file is exactly this, whatever the case.
pub(super) fn says(text: &str, words: &str) -> bool {
    let wanted: Vec<&str> = words.split(' ').collect();
    lines(text)
        .filter_map(|(_, line)| comment(line))
        .any(|comment| {
            let found: Vec<&str> = comment.split_whitespace().collect();
            found.len() == wanted.len()
                && found
                    .iter()
                    .zip(&wanted)
                    .all(|(one, other)| one.eq_ignore_ascii_case(other))
        })
}

/// Whether the first line that is not empty is this comment.
pub(super) fn starts_with_comment(text: &str, words: &str) -> bool {
    let first = lines(text)
        .map(|(_, line)| line.trim())
        .find(|line| !line.is_empty());
    first
        .and_then(comment)
        .is_some_and(|comment| comment.eq_ignore_ascii_case(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_lie_between_markers() {
        let text = "-- head\r\n-- +goose Up\r\nA;\r\n-- +goose StatementBegin\r\nB;\r\n--+goose down x\r\nC;";
        let found = sections(text, Style::Goose);
        let found: Vec<_> = found
            .iter()
            .map(|section| (section.side, section.options, section.span.slice(text)))
            .collect();
        assert_eq!(
            found,
            [
                (Side::Up, "", "A;\r\n-- +goose StatementBegin\r\nB;\r\n"),
                (Side::Down, "x", "C;"),
            ]
        );
        assert_eq!(
            sections("-- migrate:up transaction:false\nA", Style::Dbmate)[0].options,
            "transaction:false"
        );
        assert_eq!(sections("SELECT 1; -- up\n", Style::Plain), []);
    }

    #[test]
    fn sections_of_one_side_are_read_together() {
        let text = "-- +migrate Up\nA;\n-- +migrate Down\nB;\n-- +migrate Up\nC;\n";
        let found = sections(text, Style::SqlMigrate);
        assert_eq!(extent(&found, Side::Down).unwrap().slice(text), "B;\n");
        let up = extent(&found, Side::Up).unwrap().slice(text);
        let kept = only_first_side(up).unwrap();
        assert_eq!(kept.split_whitespace().collect::<Vec<_>>(), ["A;", "C;"]);
        assert_eq!(kept.find("C;"), text.find("C;"));
    }

    #[test]
    fn hand_written_markers_are_comments_of_their_own() {
        for (comment, side) in [
            ("up", Some(Side::Up)),
            (" Down:", Some(Side::Down)),
            ("==== Up Migration ====", Some(Side::Up)),
            ("clean up", None),
            ("up to here", None),
        ] {
            assert_eq!(plain_side(comment), side, "{comment}");
        }
    }
}
