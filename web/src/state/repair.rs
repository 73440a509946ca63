//! Applying a repair to a text, and showing it beforehand.

use retort_report::{Finding, Fix, Language};

/// The text of the file `path` after the repair; none if its places do not fit the text.
pub fn apply(text: &str, path: &str, fix: &Fix) -> Option<String> {
    let mut edits: Vec<_> = fix.edits.iter().filter(|edit| edit.file == path).collect();
    edits.sort_by_key(|edit| (edit.start, edit.end));
    let mut repaired = String::with_capacity(text.len());
    let mut position = 0;
    for edit in edits {
        repaired.push_str(text.get(position..edit.start as usize)?);
        repaired.push_str(&edit.text);
        position = edit.end as usize;
    }
    repaired.push_str(text.get(position..)?);
    Some(repaired)
}

/// The text with a comment that silences a finding, above the line that it is about.
pub fn suppress(text: &str, language: Language, finding: &Finding, reason: &str) -> String {
    let start = finding.location.start as usize;
    let before = text.get(..start).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let (above, below) = text.split_at(line_start);
    let indent: String = below
        .chars()
        .take_while(|letter| matches!(letter, ' ' | '\t'))
        .collect();
    let sign = match language {
        Language::Python => "#",
        Language::Sql | Language::Text => "--",
    };
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    format!(
        "{above}{indent}{sign} retort: ignore {}: {reason}{line_end}{below}",
        finding.rule
    )
}

/// A line of the preview of a repair.
#[derive(Clone, Debug, PartialEq)]
pub enum PreviewLine {
    Same(String),
    Removed(String),
    Added(String),
}

/// The lines that differ, with `context` lines around them.
pub fn preview(before: &str, after: &str, context: usize) -> Vec<PreviewLine> {
    let old: Vec<&str> = before.lines().collect();
    let new: Vec<&str> = after.lines().collect();
    let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let shorter = old.len().min(new.len()) - start;
    let end = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(shorter)
        .take_while(|(a, b)| a == b)
        .count();
    let lines = |lines: &[&str], from: usize, to: usize, make: fn(String) -> PreviewLine| {
        let lines = lines.get(from..to).unwrap_or_default();
        lines
            .iter()
            .map(|line| make((*line).to_owned()))
            .collect::<Vec<_>>()
    };
    let mut preview = lines(
        &old,
        start.saturating_sub(context),
        start,
        PreviewLine::Same,
    );
    preview.extend(lines(&old, start, old.len() - end, PreviewLine::Removed));
    preview.extend(lines(&new, start, new.len() - end, PreviewLine::Added));
    let rest = old.len() - end;
    preview.extend(lines(
        &old,
        rest,
        (rest + context).min(old.len()),
        PreviewLine::Same,
    ));
    preview
}

#[cfg(test)]
mod tests {
    use retort_report::FixEdit;

    use super::*;

    fn fix(edits: &[(u32, u32, &str)]) -> Fix {
        let edits = edits.iter().map(|&(start, end, text)| FixEdit {
            file: "a.sql".into(),
            start,
            end,
            from: start,
            to: end,
            text: text.into(),
        });
        Fix {
            title: "Repair".into(),
            edits: edits.collect(),
        }
    }

    #[test]
    fn edits_apply_in_the_order_of_their_places() {
        let fix = fix(&[(4, 7, "THREE"), (0, 0, "zero ")]);
        assert_eq!(
            apply("one two", "a.sql", &fix).as_deref(),
            Some("zero one THREE")
        );
    }

    #[test]
    fn edits_that_do_not_fit_the_text_change_nothing() {
        assert_eq!(apply("é", "a.sql", &fix(&[(1, 2, "x")])), None);
        assert_eq!(apply("ab", "a.sql", &fix(&[(0, 9, "x")])), None);
        assert_eq!(
            apply("abcd", "a.sql", &fix(&[(0, 3, "x"), (1, 4, "y")])),
            None
        );
    }

    #[test]
    fn a_preview_shows_what_differs_and_a_little_around_it() {
        use PreviewLine::{Added, Removed, Same};
        let shown = preview("a\nb\nc\nd\ne", "a\nb\nX\nY\nd\ne", 1);
        let expected = [
            Same("b".into()),
            Removed("c".into()),
            Added("X".into()),
            Added("Y".into()),
            Same("d".into()),
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_preview_of_a_repeated_line_does_not_count_it_twice() {
        use PreviewLine::{Added, Same};
        assert_eq!(
            preview("a", "a\na", 1),
            [Same("a".into()), Added("a".into())]
        );
    }
}
