//! Comments that silence a finding: `-- retort: ignore rule-id: why`, `# retort: ignore rule-id, other-rule: why`.
//!
//! A comment at the end of a line speaks of that line; one on a line of its own of the statement that follows;
//! `ignore-file` of the whole file. The reason is required, and a comment that silences nothing is reported.

use super::history::{suppression_unused, suppression_without_reason};
use super::peers::MEANINGS;
use super::{Class, Draft, Finding, finish};
use crate::config::RuleLevel;
use crate::migration::{FileId, Place};
use crate::review::{Review, Source};
use crate::text::Span;

/// What a comment silences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Rule(String),
    /// All that blocks, loses data or breaks running code: another linter's comment that names no rule.
    Danger,
}

impl Subject {
    fn covers(&self, finding: &Finding) -> bool {
        match self {
            Self::Rule(id) => finding.rule.id == id,
            Self::Danger => matches!(finding.rule.class, Class::Blocks | Class::Loses),
        }
    }
}

/// The lines a comment speaks of, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lines {
    File,
    One(u32),
    /// Both included.
    Between(u32, u32),
}

impl Lines {
    fn hold(self, line: u32) -> bool {
        match self {
            Self::File => true,
            Self::One(only) => only == line,
            Self::Between(first, last) => (first..=last).contains(&line),
        }
    }
}

/// One comment that silences one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Suppression {
    subject: Subject,
    lines: Lines,
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
    let starts = [Some(finding.place), finding.statement];
    let mut lines = starts.into_iter().flatten().filter_map(line_of);
    suppression.subject.covers(finding)
        && same_file
        && (suppression.lines == Lines::File || lines.any(|line| suppression.lines.hold(line)))
}

fn about(review: &Review, suppression: &Suppression, used: bool) -> Option<Finding> {
    let Subject::Rule(rule) = &suppression.subject else {
        return None;
    };
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
    let text = source.file.text.as_ref();
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
            let closing = || closing_line(&lines, number);
            found.extend(parse(rest, target as u32 + 1, closing, place));
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
    "migrationpilot-disable",
    "migration-lint: ignore",
    "diesel-guard:disable",
    "safety-assured:start",
];

/// What ends a stretch that another linter's comment opened.
const CLOSERS: &[&str] = &["safety-assured:end", "pgls-ignore-end"];

/// The line of the comment that ends a stretch opened at line `number`, counted from 1; the last line where none does.
fn closing_line(lines: &[&str], number: usize) -> u32 {
    let closes = |line: &&str| CLOSERS.iter().any(|closer| line.contains(closer));
    let after = lines.iter().skip(number + 1).position(closes);
    after.map_or(lines.len(), |offset| number + 2 + offset) as u32
}

/// The first line after `number` that holds more than comments and white space, counted from 0.
fn next_code_line(lines: &[&str], number: usize) -> usize {
    let is_code = |line: &&str| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with("--") && !line.starts_with('#')
    };
    let after = lines.iter().skip(number + 1).position(is_code);
    after.map_or(number, |offset| number + 1 + offset)
}

fn parse(comment: &str, line: u32, closing: impl Fn() -> u32, place: Place) -> Vec<Suppression> {
    let body = comment.trim_start_matches(['-', '#', ' ']);
    let Some(rest) = body.strip_prefix("retort: ignore") else {
        return foreign(body, line, closing, place);
    };
    let (rest, lines) = match rest.strip_prefix("-file") {
        Some(rest) => (rest, Lines::File),
        None => (rest, Lines::One(line)),
    };
    let (names, reason) = rest.split_once(':').unwrap_or((rest, ""));
    let rules = names
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let suppression = |rule: &str| Suppression {
        subject: Subject::Rule(rule.to_owned()),
        lines,
        reason: reason.trim().to_owned(),
        place,
        foreign: false,
    };
    rules.map(suppression).collect()
}

/// The comments of other linters, by the rules of ours that mean the same.
fn foreign(body: &str, line: u32, closing: impl Fn() -> u32, place: Place) -> Vec<Suppression> {
    let Some((mark, rest)) = MARKS
        .iter()
        .find_map(|mark| Some((*mark, body.strip_prefix(mark)?)))
    else {
        return Vec::new();
    };
    if rest.starts_with("-end") {
        return Vec::new();
    }
    let whole_file = rest
        .strip_prefix("-all")
        .or_else(|| rest.strip_prefix("-file"));
    let (names, lines) = if mark == "safety-assured:start" {
        (rest, Lines::Between(line, closing()))
    } else if let Some(names) = rest.strip_prefix("-start") {
        (names, Lines::Between(line, closing()))
    } else if let Some(names) = whole_file {
        (names, Lines::File)
    } else if mark == "diesel-guard:disable" {
        (rest, Lines::File)
    } else {
        (
            rest.strip_prefix("-next-line").unwrap_or(rest),
            Lines::One(line),
        )
    };
    let suppression = |subject: Subject| Suppression {
        subject,
        lines,
        reason: String::new(),
        place,
        foreign: true,
    };
    if is_blanket(mark, names) {
        return vec![suppression(Subject::Danger)];
    }
    // What follows a colon is the reason; pgsafe's follows the name at once.
    let names = names.trim_start_matches([':', ' ']);
    let names = names.split(':').next().unwrap_or_default();
    let words = names
        .split(|c: char| c == ',' || c.is_whitespace())
        .filter(|word| !word.is_empty());
    let many = if mark == "pgsafe:ignore" {
        1
    } else {
        usize::MAX
    };
    let ours = words.take(many).flat_map(meanings);
    ours.map(|rule| suppression(Subject::Rule(rule.to_owned())))
        .collect()
}

/// Whether another linter takes a comment without names to mean all of its rules.
fn is_blanket(mark: &str, names: &str) -> bool {
    match mark {
        "safety-assured:start" | "migration-lint: ignore" => true,
        "squawk-ignore" | "eugene: ignore" | "atlas:nolint" | "migrationpilot-disable" => {
            names.trim().is_empty()
        }
        _ => false,
    }
}

/// Our rules of another linter's name: the one that is called so here too, and those of the same meaning.
fn meanings(word: &str) -> impl Iterator<Item = &'static str> {
    let same = super::by_id(word).map(|rule| rule.id);
    let spelled = hyphenated(word);
    let matching = MEANINGS
        .iter()
        .filter(move |(theirs, _)| *theirs == word || *theirs == spelled);
    let meant: Vec<&'static str> = matching.map(|(_, ours)| *ours).collect();
    same.into_iter().chain(meant)
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

    fn of(text: &str) -> Vec<(String, Lines, String)> {
        let source = Source::new(Input {
            file: SourceFile {
                path: "a.sql".into(),
                text: text.into(),
            },
            history: false,
        });
        let read = read(FileId(0), &source).into_iter();
        read.map(|found| {
            let rule = match found.subject {
                Subject::Rule(id) => id,
                Subject::Danger => "all that is dangerous".into(),
            };
            (rule, found.lines, found.reason)
        })
        .collect()
    }

    #[test]
    fn a_comment_speaks_of_its_line_or_of_the_statement_below() {
        assert_eq!(
            of("DROP TABLE a; -- retort: ignore drop-table: empty"),
            [("drop-table".into(), Lines::One(1), "empty".into())]
        );
        assert_eq!(
            of("# retort: ignore drop-table\n\n# why\nop.drop()"),
            [("drop-table".into(), Lines::One(4), String::new())]
        );
        let both = of("-- retort: ignore a, b: old\nx");
        assert_eq!(
            both,
            [
                ("a".into(), Lines::One(2), "old".into()),
                ("b".into(), Lines::One(2), "old".into())
            ]
        );
        assert_eq!(
            of("-- retort: ignore-file a: old\nx"),
            [("a".into(), Lines::File, "old".into())]
        );
        assert!(of("SELECT 'retort: ignore a: b'").is_empty());
    }

    #[test]
    fn comments_of_other_linters_mean_our_rules() {
        assert_eq!(
            of("-- squawk-ignore ban-drop-column\nx"),
            [("drop-column".into(), Lines::One(2), String::new())]
        );
        assert_eq!(
            of("-- atlas:nolint DS102\nx"),
            [("drop-table".into(), Lines::One(2), String::new())]
        );
        assert_eq!(
            of("-- pgls-ignore lint/safety/banDropColumn: nobody reads it\nx"),
            [("drop-column".into(), Lines::One(2), String::new())]
        );
        assert_eq!(
            of("-- pgls-ignore-all lint/safety/banDropTable\nx"),
            [("drop-table".into(), Lines::File, String::new())]
        );
    }

    #[test]
    fn comments_of_other_linters_speak_of_files_and_of_stretches() {
        let danger = || "all that is dangerous".to_owned();
        let stretch =
            "-- safety-assured:start\nDROP TABLE a;\nDROP TABLE b;\n-- safety-assured:end\nx";
        assert_eq!(
            of(stretch),
            [(danger(), Lines::Between(2, 4), String::new())]
        );
        let start = "-- pgls-ignore-start lint/safety/banDropTable: empty\nx;\n-- pgls-ignore-end lint/safety/banDropTable\ny";
        assert_eq!(
            of(start),
            [("drop-table".into(), Lines::Between(2, 3), String::new())]
        );
        assert_eq!(
            of("-- squawk-ignore-file ban-drop-table\nx"),
            [("drop-table".into(), Lines::File, String::new())]
        );
        assert_eq!(
            of("-- squawk-ignore-file\nx"),
            [(danger(), Lines::File, String::new())]
        );
        assert_eq!(
            of("-- diesel-guard:disable DropTableCheck\nx"),
            [("drop-table".into(), Lines::File, String::new())]
        );
        assert_eq!(
            of("-- migrationpilot-disable-next-line MP001\nx"),
            [("index-not-concurrent".into(), Lines::One(2), String::new())]
        );
        assert_eq!(
            of("-- pgsafe:ignore drop-table  truncate would do too\nx"),
            [("drop-table".into(), Lines::One(2), String::new())]
        );
        assert_eq!(
            of("-- migration-lint: ignore\nx"),
            [(danger(), Lines::One(2), String::new())]
        );
        assert_eq!(of("-- eugene: ignore X9\nx"), []);
    }
}
