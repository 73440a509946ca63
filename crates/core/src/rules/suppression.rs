//! Comments that silence a finding: `-- retort: ignore rule-id: why`, `# retort: ignore rule-id, other-rule: why`.
//!
//! A comment at the end of a line speaks of that line; one on a line of its own of the statement that follows;
//! `ignore-file` of the whole file. The reason is required, and a comment that silences nothing is reported.

use super::history::{suppression_unused, suppression_without_reason};
use super::peers::MEANINGS;
use super::{Draft, Finding, finish};
use crate::config::RuleLevel;
use crate::migration::{FileId, Place};
use crate::review::{Review, Source};
use crate::text::Span;

/// One comment that silences one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Suppression {
    rule: String,
    /// The line it speaks of, counted from 1; none for the whole file.
    line: Option<u32>,
    reason: String,
    place: Place,
    /// Written for another linter: no reason is demanded, and it may be meant for a rule that we do not have.
    foreign: bool,
}

/// Takes out the findings that comments silence, and adds those about the comments themselves.
pub(super) fn apply(review: &Review, findings: Vec<Finding>) -> Vec<Finding> {
    let files = review.sources.iter().zip((0..).map(FileId));
    let suppressions: Vec<&Suppression> = files
        .filter(|(source, _)| !source.history)
        .flat_map(|(source, file)| source.suppressions.get_or_init(|| read(file, source)))
        .collect();
    if suppressions.is_empty() {
        return findings;
    }
    let mut used = vec![false; suppressions.len()];
    let mut left = Vec::with_capacity(findings.len());
    for finding in findings {
        let mut silenced = false;
        for (suppression, used) in suppressions.iter().zip(&mut used) {
            if covers(review, suppression, &finding) {
                *used = true;
                silenced |= suppression.foreign || !suppression.reason.is_empty();
            }
        }
        if !silenced {
            left.push(finding);
        }
    }
    for (suppression, used) in suppressions.iter().zip(used) {
        left.extend(about(review, suppression, used));
    }
    left
}

fn covers(review: &Review, suppression: &Suppression, finding: &Finding) -> bool {
    let same_file = finding.place.file == suppression.place.file;
    let line_of = |place: Place| Some(review.source(place.file)?.lines.line(place.span.start));
    let on_line = suppression.line.is_none_or(|line| {
        let starts = [Some(finding.place), finding.statement];
        starts
            .into_iter()
            .flatten()
            .any(|place| line_of(place) == Some(line))
    });
    finding.rule.id == suppression.rule && same_file && on_line
}

fn about(review: &Review, suppression: &Suppression, used: bool) -> Option<Finding> {
    let rule = &suppression.rule;
    let (about, draft) = if suppression.foreign {
        return None;
    } else if !used {
        let known = super::by_id(rule).is_some();
        let why = if known {
            "finds nothing here"
        } else {
            "is no rule"
        };
        let draft = Draft::new(
            suppression.place,
            format!("This comment ignores {rule}, which {why}."),
        );
        (
            &suppression_unused::RULE,
            draft.help("Remove the comment, or correct the name of the rule."),
        )
    } else if suppression.reason.is_empty() {
        let draft = Draft::new(
            suppression.place,
            format!("This comment ignores {rule} without saying why, so it is not heeded."),
        );
        (
            &suppression_without_reason::RULE,
            draft.help(format!(
                "Write the reason after a colon: retort: ignore {rule}: why it is right here."
            )),
        )
    } else {
        return None;
    };
    let finding = finish(review, about, draft.about(rule), None);
    (finding.level != RuleLevel::Off).then_some(finding)
}

/// The suppressions of a file.
fn read(file: FileId, source: &Source) -> Vec<Suppression> {
    let text = source.file.text.as_str();
    let mut found = Vec::new();
    let mut line_start = 0;
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    for (number, line) in lines.iter().enumerate() {
        if let Some(comment) = comment(line) {
            let alone = line
                .get(..comment)
                .is_some_and(|before| before.trim().is_empty());
            let target = if alone {
                next_code_line(&lines, number)
            } else {
                number
            };
            let rest = line.get(comment..).unwrap_or_default().trim_end();
            let place = Place {
                file,
                span: Span::new(line_start + comment, line_start + comment + rest.len()),
            };
            found.extend(parse(rest, target as u32 + 1, place));
        }
        line_start += line.len();
    }
    found
}

/// Where a comment that speaks to a linter starts in a line.
fn comment(line: &str) -> Option<usize> {
    let mark = MARKS.iter().filter_map(|mark| line.find(mark)).min()?;
    let before = line.get(..mark)?;
    let trimmed = before.trim_end();
    let dashes = trimmed.strip_suffix("--").map(str::len);
    dashes.or_else(|| trimmed.strip_suffix('#').map(str::len))
}

/// What the comments of this and of other linters start with.
const MARKS: &[&str] = &[
    "retort: ignore",
    "squawk-ignore",
    "pgfence-ignore",
    "pgsafe:ignore",
    "atlas:nolint",
    "eugene: ignore",
    "pgls-ignore",
];

/// The first line after `number` that holds more than comments and white space, counted from 0.
fn next_code_line(lines: &[&str], number: usize) -> usize {
    let is_code = |line: &&str| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with("--") && !line.starts_with('#')
    };
    let after = lines.iter().skip(number + 1).position(is_code);
    after.map_or(number, |offset| number + 1 + offset)
}

fn parse(comment: &str, line: u32, place: Place) -> Vec<Suppression> {
    let body = comment.trim_start_matches(['-', '#', ' ']);
    let Some(rest) = body.strip_prefix("retort: ignore") else {
        return foreign(body, line, place);
    };
    let (rest, line) = match rest.strip_prefix("-file") {
        Some(rest) => (rest, None),
        None => (rest, Some(line)),
    };
    let (names, reason) = rest.split_once(':').unwrap_or((rest, ""));
    let rules = names
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let suppression = |rule: &str| Suppression {
        rule: rule.to_owned(),
        line,
        reason: reason.trim().to_owned(),
        place,
        foreign: false,
    };
    rules.map(suppression).collect()
}

/// The comments of other linters, by the rules of ours that mean the same.
fn foreign(body: &str, line: u32, place: Place) -> Vec<Suppression> {
    let names = MARKS
        .iter()
        .find_map(|mark| body.strip_prefix(mark))
        .unwrap_or_default();
    // `pgls-ignore-all` speaks of the whole file.
    let (names, line) = match names.strip_prefix("-all") {
        Some(names) => (names, None),
        None => (names, Some(line)),
    };
    let words = names
        .split(|c: char| c == ',' || c.is_whitespace() || c == ':')
        .filter(|word| !word.is_empty());
    let ours = words.flat_map(|word| {
        MEANINGS
            .iter()
            .filter(move |(theirs, _)| *theirs == word || *theirs == hyphenated(word))
            .map(|(_, ours)| *ours)
    });
    let suppression = |rule: &str| Suppression {
        rule: rule.to_owned(),
        line,
        reason: String::new(),
        place,
        foreign: true,
    };
    ours.map(suppression).collect()
}

/// `lint/safety/banDropColumn`, as Postgres Language Server says it, in squawk's spelling: `ban-drop-column`.
fn hyphenated(word: &str) -> String {
    let name = word.rsplit('/').next().unwrap_or(word);
    let mut spelled = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            spelled.push('-');
        }
        spelled.push(letter.to_ascii_lowercase());
    }
    spelled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::SourceFile;
    use crate::review::Input;

    fn of(text: &str) -> Vec<(String, Option<u32>, String)> {
        let source = Source::new(Input {
            file: SourceFile {
                path: "a.sql".into(),
                text: text.into(),
            },
            history: false,
        });
        let read = read(FileId(0), &source).into_iter();
        read.map(|found| (found.rule, found.line, found.reason))
            .collect()
    }

    #[test]
    fn a_comment_speaks_of_its_line_or_of_the_statement_below() {
        assert_eq!(
            of("DROP TABLE a; -- retort: ignore drop-table: empty"),
            [("drop-table".into(), Some(1), "empty".into())]
        );
        assert_eq!(
            of("# retort: ignore drop-table\n\n# why\nop.drop()"),
            [("drop-table".into(), Some(4), String::new())]
        );
        let both = of("-- retort: ignore a, b: old\nx");
        assert_eq!(
            both,
            [
                ("a".into(), Some(2), "old".into()),
                ("b".into(), Some(2), "old".into())
            ]
        );
        assert_eq!(
            of("-- retort: ignore-file a: old\nx"),
            [("a".into(), None, "old".into())]
        );
        assert!(of("SELECT 'retort: ignore a: b'").is_empty());
    }

    #[test]
    fn comments_of_other_linters_mean_our_rules() {
        assert_eq!(
            of("-- squawk-ignore ban-drop-column\nx"),
            [("drop-column".into(), Some(2), String::new())]
        );
        assert_eq!(
            of("-- atlas:nolint DS102\nx"),
            [("drop-table".into(), Some(2), String::new())]
        );
        assert_eq!(
            of("-- pgls-ignore lint/safety/banDropColumn: nobody reads it\nx"),
            [("drop-column".into(), Some(2), String::new())]
        );
        assert_eq!(
            of("-- pgls-ignore-all lint/safety/banDropTable\nx"),
            [("drop-table".into(), None, String::new())]
        );
    }
}
