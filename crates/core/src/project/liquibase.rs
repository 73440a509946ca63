//! Liquibase's formatted SQL: changesets, with their rollbacks in comments.
//!
//! Source: Liquibase's manual, "Example changelogs: SQL format" and "Formatted SQL".

use std::ops::Range;

use super::conventions::Part;
use super::draft::{Draft, stretch};
use super::markers::lines;
use super::{InputProblem, ProblemKind};
use crate::migration::{Half, TransactionMode};
use crate::text::Span;

/// What follows `--keyword` on a comment line of Liquibase, with or without a space.
fn after<'l>(line: &'l str, keyword: &str) -> Option<&'l str> {
    let comment = line.trim_start().strip_prefix("--")?.trim_start();
    let head = comment.get(..keyword.len())?;
    let rest = comment.get(keyword.len()..)?;
    let ends = rest.is_empty() || rest.starts_with([' ', '\t', ':']);
    (head.eq_ignore_ascii_case(keyword) && ends).then(|| rest.trim_start_matches(':').trim())
}

/// What stands on a changeset's line: `author:id` and attributes.
#[derive(Clone, Copy)]
struct Heading<'l> {
    /// Who wrote it, then `:`, then its name; both may stand in quotes.
    id: &'l str,
    attributes: &'l str,
}

impl<'l> Heading<'l> {
    fn read(line: &'l str) -> Option<Self> {
        let written = after(line, "changeset")?;
        let author = match written.strip_prefix('"') {
            Some(quoted) => quoted.find('"').map_or(0, |end| end + 2),
            None => written.find(':').unwrap_or_default(),
        };
        let behind = written.get(author..)?;
        let start = author + behind.len() - behind.trim_start_matches([':', ' ']).len();
        let end = start + word_length(written.get(start..)?);
        Some(Self {
            id: written.get(..end)?,
            attributes: written.get(end..)?,
        })
    }

    /// The value of `name:value`, or of `name:"value"`.
    fn attribute(self, name: &str) -> Option<&'l str> {
        attribute(self.attributes, name)
    }

    /// Whether it runs on PostgreSQL: `dbms:` names where it does, or with `!` where it does not.
    fn is_for_postgres(self) -> bool {
        let Some(list) = self.attribute("dbms") else {
            return true;
        };
        let names = || list.split(',').map(str::trim);
        let named = |wanted: &str| names().any(|name| name.eq_ignore_ascii_case(wanted));
        let only_others = names().all(|name| name.starts_with('!'));
        named("all") || named("postgresql") || (only_others && !named("!postgresql"))
    }

    /// The same changeset in `changesetAuthor:` and `changesetId:`, whatever the quotes.
    fn is(self, author: &str, id: &str) -> bool {
        self.id.replace(['"', ' '], "") == format!("{author}:{id}").replace(' ', "")
    }
}

fn attribute<'l>(attributes: &'l str, name: &str) -> Option<&'l str> {
    let mut rest = attributes.trim_start();
    while !rest.is_empty() {
        let (key, value) = rest.split_once(':')?;
        let value = value.trim_start();
        let (found, behind) = value.split_at_checked(word_length(value))?;
        if key.trim().eq_ignore_ascii_case(name) {
            return Some(found.trim_matches('"'));
        }
        rest = behind.trim_start();
    }
    None
}

/// How long the first word is, or the first text in quotes.
fn word_length(text: &str) -> usize {
    let end = match text.strip_prefix('"') {
        Some(quoted) => quoted.find('"').map(|end| end + 2),
        None => text.find(char::is_whitespace),
    };
    end.unwrap_or(text.len())
}

/// Every changeset of the files that runs on PostgreSQL, in the order written, and those that do not.
pub(super) fn changesets(parts: &[Part<'_>]) -> (Vec<Draft>, Vec<InputProblem>) {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut problems = Vec::new();
    // Rollbacks that name another changeset: run what it runs.
    let mut named: Vec<(usize, &str)> = Vec::new();
    for (file, source) in parts {
        let text = source.text.as_ref();
        let ignored = ignored_lines(text);
        let heads: Vec<(usize, &str, Heading<'_>)> = lines(text)
            .filter(|(start, _)| !ignored.iter().any(|lines| lines.contains(start)))
            .filter_map(|(start, line)| Some((start, line, Heading::read(line)?)))
            .collect();
        for (at, (start, line, heading)) in heads.iter().enumerate() {
            let end = heads.get(at + 1).map_or(text.len(), |(next, ..)| *next);
            if !heading.is_for_postgres() {
                problems.push(for_another_database(&source.path, *start, line, *heading));
                continue;
            }
            let body = Span::new((start + line.len()).min(end), end);
            let mut draft = head(*start, line, *heading);
            draft.order = (vec![u128::from(file.0), *start as u128], String::new());
            draft.up = stretch(*file, Span::new(*start, end));
            match rollback(text, body) {
                Rollback::None => {}
                Rollback::Sql(span) => draft.down = stretch(*file, span),
                Rollback::Changeset(words) => named.push((drafts.len(), words)),
            }
            drafts.push(draft);
        }
    }
    for (at, words) in named {
        let half = half_of(&drafts, words);
        if let (Some(half), Some(draft)) = (half, drafts.get_mut(at)) {
            draft.down = half;
        }
    }
    (drafts, problems)
}

/// What the changeset runs that a rollback names: `changesetId:1 changesetAuthor:ada`.
fn half_of(drafts: &[Draft], words: &str) -> Option<Half> {
    let author = attribute(words, "changesetAuthor").unwrap_or_default();
    let id = attribute(words, "changesetId")?;
    let is_meant = |draft: &&Draft| {
        let heading = Heading {
            id: &draft.revision,
            attributes: "",
        };
        heading.is(author, id)
    };
    drafts.iter().find(is_meant).map(|draft| draft.up.clone())
}

fn for_another_database(
    path: &str,
    start: usize,
    line: &str,
    heading: Heading<'_>,
) -> InputProblem {
    InputProblem {
        file: path.to_owned(),
        span: Span::new(start, start + line.len()),
        kind: ProblemKind::OtherDatabase,
        message: format!(
            "Changeset {} does not run on PostgreSQL (dbms:{}): it was left out.",
            heading.id,
            heading.attribute("dbms").unwrap_or_default()
        ),
    }
}

/// `--changeset author:id runInTransaction:false`.
fn head(start: usize, line: &str, heading: Heading<'_>) -> Draft {
    let id = heading.id;
    let at = start + line.find(id).unwrap_or_default();
    let alone = heading
        .attribute("runInTransaction")
        .is_some_and(|value| value.eq_ignore_ascii_case("false"));
    let mode = alone.then_some(TransactionMode::None);
    let words = id.rsplit_once(':').map_or(id, |(_, words)| words);
    Draft {
        revision_span: Span::new(at, at + id.len()),
        words: words.trim_matches('"').to_owned(),
        transaction: (mode, mode),
        ..Draft::named(id)
    }
}

/// How a changeset is taken back.
enum Rollback<'t> {
    None,
    /// Comments that hold SQL.
    Sql(Span),
    /// What another changeset runs; the words that name it.
    Changeset(&'t str),
}

/// From the first `--rollback` line to the last, or the comment that begins with `liquibase rollback`.
fn rollback(text: &str, body: Span) -> Rollback<'_> {
    let offset = body.start as usize;
    let mut span: Option<Span> = None;
    for (start, line) in lines(body.slice(text)) {
        let Some(sql) = after(line, "rollback") else {
            continue;
        };
        let lower = sql.to_ascii_lowercase();
        if matches!(lower.as_str(), "" | "empty" | "not required") {
            continue;
        }
        if lower.starts_with("changesetid:") || lower.starts_with("changesetauthor:") {
            return Rollback::Changeset(sql);
        }
        let place = Span::new(offset + start, offset + start + line.len());
        span = Some(span.map_or(place, |before| before.union(place)));
    }
    let comment = || {
        let range = rollback_comment(body.slice(text))?;
        Some(Span::new(offset + range.start, offset + range.end))
    };
    span.or_else(comment).map_or(Rollback::None, Rollback::Sql)
}

/// Where `/* liquibase rollback … */` stands.
fn rollback_comment(text: &str) -> Option<Range<usize>> {
    text.match_indices("/*").find_map(|(start, _)| {
        let comment = text.get(start..)?;
        rollback_words(comment)?;
        Some(start..start + comment.find("*/")? + 2)
    })
}

/// How long `/* liquibase rollback` is where a text begins with it.
fn rollback_words(text: &str) -> Option<usize> {
    let mut rest = text.strip_prefix("/*")?;
    for word in ["liquibase", "rollback"] {
        rest = rest.trim_start();
        let head = rest.get(..word.len())?;
        rest = head
            .eq_ignore_ascii_case(word)
            .then(|| rest.get(word.len()..))??;
    }
    Some(text.len() - rest.len())
}

/// The comments of a rollback, uncommented, all else blanked, so that places in it stay. Other tools' files may start with
/// a remark of that word.
pub(super) fn rollback_text(stretch: &str) -> Option<String> {
    if let Some(words) = rollback_words(stretch) {
        let sql = stretch.get(words..)?.strip_suffix("*/")?;
        return Some(format!("{}{sql}  ", blank(stretch.get(..words)?)));
    }
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

/// What a changeset runs, as long as its stretch: a semicolon for each other end of a statement, and lines blanked that
/// Liquibase is told to ignore.
pub(super) fn changeset_text(stretch: &str) -> Option<String> {
    let heading = Heading::read(lines(stretch).next()?.1)?;
    let ends = delimiters(heading.attribute("endDelimiter"));
    let ignored = ignored_lines(stretch);
    let mut text = String::with_capacity(stretch.len());
    for line in stretch.split_inclusive('\n') {
        if ignored.iter().any(|lines| lines.contains(&text.len())) {
            text.push_str(&blank(line));
            continue;
        }
        let written = line.trim_end();
        let end = ends.iter().find(|end| end.closes(written));
        let Some(start) = end.map(|end| written.len() - end.text.len()) else {
            text.push_str(line);
            continue;
        };
        text.push_str(line.get(..start).unwrap_or_default());
        text.push(';');
        text.push_str(&blank(line.get(start + 1..).unwrap_or_default()));
    }
    Some(text)
}

/// What ends a statement besides a semicolon.
struct Delimiter {
    text: String,
    /// It does so only where nothing else stands on its line.
    is_a_line: bool,
}

impl Delimiter {
    fn closes(&self, line: &str) -> bool {
        let Some(start) = line.len().checked_sub(self.text.len()) else {
            return false;
        };
        let ends = line
            .get(start..)
            .is_some_and(|end| end.eq_ignore_ascii_case(&self.text));
        ends && (!self.is_a_line || start == 0)
    }
}

/// Those of `endDelimiter:`, which is a pattern; without one, `GO` and `/` on a line of their own.
fn delimiters(pattern: Option<&str>) -> Vec<Delimiter> {
    let Some(pattern) = pattern else {
        return ["GO", "/"]
            .map(|text| Delimiter {
                text: text.to_owned(),
                is_a_line: true,
            })
            .into();
    };
    let literal = |one: &str| {
        let text = [r"\s*", r"\s+", r"\n", r"\r", "^", "$"]
            .iter()
            .fold(one.to_owned(), |text, sign| text.replace(sign, ""))
            .replace('\\', "");
        let is_a_line = text == "/";
        Delimiter { text, is_a_line }
    };
    // A pattern that is nothing but signs is text: `$$`, `||`.
    let alternatives: Vec<Delimiter> = pattern.split('|').map(literal).collect();
    let known = |end: &Delimiter| !end.text.is_empty() && end.text.is_ascii();
    alternatives.into_iter().filter(known).collect()
}

/// Where lines stand that Liquibase is told to ignore: `--ignoreLines:2`, and from `--ignoreLines:start` to
/// `--ignoreLines:end`.
fn ignored_lines(text: &str) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut rest = lines(text);
    while let Some((start, line)) = rest.next() {
        let Some(words) = after(line, "ignoreLines") else {
            continue;
        };
        let last = if words.eq_ignore_ascii_case("start") {
            let is_end = |line: &str| {
                after(line, "ignoreLines").is_some_and(|words| words.eq_ignore_ascii_case("end"))
            };
            rest.find(|(_, line)| is_end(line))
        } else {
            let count = words
                .parse::<usize>()
                .ok()
                .and_then(|count| count.checked_sub(1));
            count.and_then(|count| rest.nth(count))
        };
        let end = last.map_or(text.len(), |(start, line)| start + line.len());
        ranges.push(start..end);
    }
    ranges
}

/// What decides whether a changeset runs, as written; none where a condition that does not hold stops the run or is only
/// told.
pub(super) fn condition(stretch: &str) -> Option<String> {
    Heading::read(lines(stretch).next()?.1)?;
    let skips = |words: &str| {
        matches!(
            attribute(words, "onFail")
                .unwrap_or_default()
                .to_ascii_uppercase()
                .as_str(),
            "MARK_RAN" | "CONTINUE"
        )
    };
    let comments = || lines(stretch).map(|(_, line)| line);
    comments()
        .find_map(|line| after(line, "preconditions"))
        .filter(|words| skips(words))?;
    let is_condition = |line: &&str| {
        let comment = line
            .trim_start()
            .strip_prefix("--")
            .unwrap_or_default()
            .trim_start();
        comment
            .get(.."precondition-".len())
            .is_some_and(|head| head.eq_ignore_ascii_case("precondition-"))
    };
    let written: Vec<&str> = comments()
        .filter(is_condition)
        .map(|line| line.trim().trim_start_matches(['-', ' ']))
        .collect();
    (!written.is_empty()).then(|| written.join(" "))
}

/// As long as a text, with its line ends and nothing else.
fn blank(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if matches!(byte, b'\n' | b'\r') {
                byte as char
            } else {
                ' '
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> String {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn rollbacks_are_uncommented_in_place() {
        let text = "--rollback DROP TABLE a;\r\nCREATE TABLE b ();\n-- rollback DROP TABLE b;";
        let sql = rollback_text(text).unwrap();
        assert_eq!(sql.len(), text.len());
        assert_eq!(words(&sql), "DROP TABLE a; DROP TABLE b;");
        assert_eq!(text.find("DROP TABLE b"), sql.find("DROP TABLE b"));
        assert_eq!(rollback_text("DROP TABLE a; --rollback x"), None);
        let remark = "-- rollback loses the labels\nALTER TABLE shelf DROP label;\n";
        assert_eq!(rollback_text(remark), None);
        let comment = "/* liquibase rollback\nDROP TABLE c;\n*/";
        let sql = rollback_text(comment).unwrap();
        assert_eq!(
            (sql.len(), words(&sql)),
            (comment.len(), "DROP TABLE c;".to_owned())
        );
    }

    #[test]
    fn headings_name_their_changeset() {
        for (line, id) in [
            ("--changeset ada:1", "ada:1"),
            ("-- changeSet ada:make-shelf dbms:h2", "ada:make-shelf"),
            ("--changeset ada lovelace:7 labels:x", "ada lovelace:7"),
            (
                "--changeset \"ada: l\":\"the 8th\" runAlways:true",
                "\"ada: l\":\"the 8th\"",
            ),
            ("--changeset lonely", "lonely"),
        ] {
            assert_eq!(Heading::read(line).unwrap().id, id);
        }
        assert!(Heading::read("-- changesets of old").is_none());
    }

    #[test]
    fn only_what_runs_on_postgresql_counts() {
        for (dbms, runs) in [
            ("postgresql", true),
            ("h2,postgresql", true),
            ("\"h2, postgresql\"", true),
            ("all", true),
            ("!mysql", true),
            ("mysql", false),
            ("none", false),
            ("!postgresql", false),
        ] {
            let line = format!("--changeset ada:1 context:dev dbms:{dbms}");
            assert_eq!(
                Heading::read(&line).unwrap().is_for_postgres(),
                runs,
                "{dbms}"
            );
        }
    }

    #[test]
    fn statements_end_as_the_changeset_says() {
        for (head, written, runs) in [
            ("", "A\nGO\nB\n/\nC;", "A ; B ; C;"),
            (" endDelimiter:/", "A\n/\nB 1/2\n/", "A ; B 1/2 ;"),
            (" endDelimiter:@@", "A @@\nB\n@@", "A ; B ;"),
            (
                r" endDelimiter:\n\s*/\s*\n|\n\s*/\s*$ stripComments:false",
                "A\n/\nB\n/",
                "A ; B ;",
            ),
            (" splitStatements:false", "A; B", "A; B"),
            (
                "",
                "--ignoreLines:1\nA\nB\n--ignoreLines:start\nC\n--ignoreLines:end\nD",
                "B D",
            ),
        ] {
            let stretch = format!("--changeset ada:1{head}\n{written}");
            let text = changeset_text(&stretch).unwrap();
            assert_eq!(text.len(), stretch.len());
            let (_, sql) = text.split_once('\n').unwrap();
            assert_eq!(words(sql), runs, "{head}");
        }
        assert_eq!(changeset_text("CREATE TABLE a ();"), None);
    }

    #[test]
    fn preconditions_that_skip_are_a_condition() {
        let check = "--precondition-sql-check expectedResult:0 SELECT count(*) FROM shelf";
        let with = |words: &str| format!("--changeset ada:1\n--preconditions {words}\n{check}\nA;");
        assert_eq!(
            condition(&with("onError:HALT onFail:MARK_RAN")).as_deref(),
            Some("precondition-sql-check expectedResult:0 SELECT count(*) FROM shelf")
        );
        assert_eq!(condition(&with("onFail:HALT")), None);
        assert_eq!(condition(&with("")), None);
    }
}
