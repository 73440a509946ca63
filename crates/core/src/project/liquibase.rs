//! Liquibase's formatted SQL: changesets, with their rollbacks in comments.

use super::conventions::Part;
use super::draft::{Draft, stretch};
use super::markers::lines;
use crate::migration::TransactionMode;
use crate::text::Span;

/// What follows `--keyword` on a comment line of Liquibase, with or without a space.
fn after<'l>(line: &'l str, keyword: &str) -> Option<&'l str> {
    let comment = line.trim_start().strip_prefix("--")?.trim_start();
    let head = comment.get(..keyword.len())?;
    let rest = comment.get(keyword.len()..)?;
    let ends = rest.is_empty() || rest.starts_with([' ', '\t', ':']);
    (head.eq_ignore_ascii_case(keyword) && ends).then(|| rest.trim_start_matches(':').trim())
}

/// Every changeset of the files, in the order written.
pub(super) fn changesets(parts: &[Part<'_>]) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::new();
    for (file, source) in parts {
        let text = source.text.as_ref();
        let starts: Vec<(usize, &str)> = lines(text)
            .filter(|(_, line)| after(line, "changeset").is_some())
            .collect();
        for (at, (start, line)) in starts.iter().enumerate() {
            let end = starts.get(at + 1).map_or(text.len(), |(next, _)| *next);
            let body = Span::new((start + line.len()).min(end), end);
            let mut draft = head(*start, line);
            draft.order = (vec![u128::from(file.0), *start as u128], String::new());
            draft.up = stretch(*file, body);
            if let Some(rollback) = rollback_span(text, body) {
                draft.down = stretch(*file, rollback);
            }
            drafts.push(draft);
        }
    }
    drafts
}

/// `--changeset author:id runInTransaction:false`.
fn head(start: usize, line: &str) -> Draft {
    let attributes = after(line, "changeset").unwrap_or_default();
    let id = attributes.split_whitespace().next().unwrap_or_default();
    let at = start + line.find(id).unwrap_or_default();
    let alone = attributes
        .split_whitespace()
        .any(|attribute| attribute.eq_ignore_ascii_case("runInTransaction:false"));
    let mode = alone.then_some(TransactionMode::None);
    Draft {
        revision_span: Span::new(at, at + id.len()),
        words: id.split_once(':').map_or(id, |(_, words)| words).to_owned(),
        transaction: (mode, mode),
        ..Draft::named(id)
    }
}

/// From the first `--rollback` line to the last, if there is any that holds SQL.
fn rollback_span(text: &str, body: Span) -> Option<Span> {
    let offset = body.start as usize;
    let mut span: Option<Span> = None;
    for (start, line) in lines(body.slice(text)) {
        let Some(sql) = after(line, "rollback") else {
            continue;
        };
        if matches!(
            sql.to_ascii_lowercase().as_str(),
            "" | "empty" | "not required"
        ) {
            continue;
        }
        let place = Span::new(offset + start, offset + start + line.len());
        span = Some(span.map_or(place, |before| before.union(place)));
    }
    span
}

/// The lines of a stretch from one `--rollback` comment to another: these uncommented, all else blanked, so that places
/// in it stay. Other tools' files may start with a remark of that word.
pub(super) fn rollback_text(stretch: &str) -> Option<String> {
    after(lines(stretch).next()?.1, "rollback")?;
    after(lines(stretch).last()?.1, "rollback")?;
    let mut text = String::with_capacity(stretch.len());
    for line in stretch.split_inclusive('\n') {
        let end = line.trim_end_matches(['\r', '\n']).len();
        let (written, line_end) = line.split_at(end);
        let kept = after(written, "rollback").unwrap_or_default();
        let start = if kept.is_empty() {
            end
        } else {
            written.find(kept).unwrap_or(end)
        };
        text.push_str(&" ".repeat(start));
        text.push_str(written.get(start..).unwrap_or_default());
        text.push_str(line_end);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rollbacks_are_uncommented_in_place() {
        let text = "--rollback DROP TABLE a;\r\nCREATE TABLE b ();\n-- rollback DROP TABLE b;";
        let sql = rollback_text(text).unwrap();
        assert_eq!(sql.len(), text.len());
        assert_eq!(
            sql.split_whitespace().collect::<Vec<_>>().join(" "),
            "DROP TABLE a; DROP TABLE b;"
        );
        assert_eq!(text.find("DROP TABLE b"), sql.find("DROP TABLE b"));
        assert_eq!(rollback_text("DROP TABLE a; --rollback x"), None);
        let remark = "-- rollback loses the labels\nALTER TABLE shelf DROP label;\n";
        assert_eq!(rollback_text(remark), None);
    }
}
