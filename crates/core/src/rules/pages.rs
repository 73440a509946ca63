//! Runs the examples of every rule's page.
//!
//! A fence's info string is its language and then words: `wrong`, `right`, `history` (what ran before), `config`
//! (`retort.toml`), `down` (the down half of an SQL pair; the up half is the fence before it), `file=NAME` and `line=N`, which
//! marks a line as `←` does. Python without a function is put into `upgrade()`, without a header it gets one.

use super::{Rule, all};
use crate::config::{Config, RuleLevel};
use crate::migration::SourceFile;
use crate::review::{Input, Review, review};
use crate::rules::Finding;

/// What a marked line ends with.
const MARK: char = '\u{2190}';

/// A fenced block.
#[derive(Clone, Debug)]
pub struct Fence {
    pub language: String,
    pub words: Vec<String>,
    pub text: String,
}

impl Fence {
    pub fn is(&self, word: &str) -> bool {
        self.words.iter().any(|known| known == word)
    }

    /// The marked line, counted from 1, where the example cannot hold a mark.
    fn line(&self) -> Option<u32> {
        self.words
            .iter()
            .find_map(|word| word.strip_prefix("line=")?.parse().ok())
    }

    fn file(&self) -> Option<&str> {
        self.words
            .iter()
            .find_map(|word| word.strip_prefix("file="))
    }
}

/// An example and what runs before it.
#[derive(Clone, Debug)]
pub struct Example {
    pub wrong: bool,
    pub history: Vec<Fence>,
    pub config: Option<String>,
    pub fence: Fence,
    pub down: Option<String>,
}

/// The fenced blocks of a page.
pub fn fences(page: &str) -> Vec<Fence> {
    let mut found: Vec<Fence> = Vec::new();
    let mut open = false;
    for line in page.lines() {
        match (line.strip_prefix("```"), open) {
            (Some(info), false) => {
                let mut words = info.split_whitespace().map(String::from);
                found.push(Fence {
                    language: words.next().unwrap_or_default(),
                    words: words.collect(),
                    text: String::new(),
                });
                open = true;
            }
            (Some(_), true) => open = false,
            (None, true) => {
                if let Some(fence) = found.last_mut() {
                    fence.text.push_str(line);
                    fence.text.push('\n');
                }
            }
            (None, false) => {}
        }
    }
    found
}

/// The examples of a page: a `history` or `config` fence holds for the examples up to the next heading.
pub fn examples(page: &str) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    let mut rest = page;
    for section in split_sections(&mut rest) {
        let mut history = Vec::new();
        let mut config = None;
        for fence in fences(section) {
            if fence.is("history") {
                history.push(fence);
            } else if fence.is("config") {
                config = Some(fence.text);
            } else if fence.is("down") {
                if let Some(example) = found.last_mut() {
                    example.down = Some(fence.text);
                }
            } else if fence.is("wrong") || fence.is("right") {
                found.push(Example {
                    wrong: fence.is("wrong"),
                    history: history.clone(),
                    config: config.clone(),
                    fence,
                    down: None,
                });
            }
        }
    }
    found
}

fn split_sections<'a>(page: &mut &'a str) -> Vec<&'a str> {
    let mut sections = Vec::new();
    let mut from = 0;
    for (at, _) in page.match_indices("\n## ") {
        sections.push(page.get(from..at).unwrap());
        from = at;
    }
    sections.push(page.get(from..).unwrap());
    sections
}

/// A Python example as a whole file.
pub fn python(text: &str, number: usize) -> String {
    let parent = if number > 1 {
        format!("\"{:04}\"", number - 1)
    } else {
        "None".into()
    };
    let mut body = text.to_owned();
    if !body.contains("def ") {
        let indented = body.lines().map(|line| {
            if line.is_empty() {
                String::new()
            } else {
                format!("    {line}")
            }
        });
        body = format!(
            "def upgrade() -> None:\n{}\n",
            indented.collect::<Vec<_>>().join("\n")
        );
    }
    if body.contains("\nrevision") || body.starts_with("revision") {
        return body;
    }
    format!(
        "\"\"\"An example.\n\nRevision ID: {number:04}\nRevises: {}\nCreate Date: 2026-01-0{number} 10:00:00\n\"\"\"\n\nfrom alembic import op\nimport sqlalchemy as sa\n\
         from sqlalchemy.dialects import postgresql\nfrom sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP, UUID\n\nrevision = \"{number:04}\"\ndown_revision = {parent}\n\n\n{body}",
        parent.trim_matches('"')
    )
}

fn input(path: String, text: String, history: bool) -> Input {
    Input {
        file: SourceFile {
            path: path.into(),
            text: text.into(),
        },
        history,
    }
}

/// The files of an example. Without a history it is a migration on its own, whose parent is not known.
pub fn inputs(example: &Example) -> Vec<Input> {
    let mut inputs = Vec::new();
    let alone = !example
        .history
        .iter()
        .any(|fence| spoken_by(fence, &example.fence).is_some());
    let mut number = usize::from(alone);
    let mut add = |fence: &Fence, down: Option<&str>, history: bool, number: usize| {
        if fence.language == "python" {
            let path = fence
                .file()
                .map_or_else(|| format!("{number:04}_example.py"), String::from);
            inputs.push(input(path, python(&fence.text, number), history));
        } else {
            let path = fence
                .file()
                .map_or_else(|| format!("{number:04}_example.up.sql"), String::from);
            inputs.push(input(path.clone(), fence.text.clone(), history));
            if let Some(down) = down {
                inputs.push(input(
                    path.replace(".up.sql", ".down.sql"),
                    down.into(),
                    history,
                ));
            }
        }
    };
    for fence in example
        .history
        .iter()
        .filter_map(|fence| spoken_by(fence, &example.fence))
    {
        number += 1;
        add(&fence, None, true, number);
    }
    add(&example.fence, example.down.as_deref(), false, number + 1);
    inputs
}

/// A history in the language of the example: SQL is put into a Python migration.
fn spoken_by(history: &Fence, example: &Fence) -> Option<Fence> {
    match (history.language.as_str(), example.language.as_str()) {
        (one, other) if one == other => Some(history.clone()),
        ("sql", "python") => Some(Fence {
            language: "python".into(),
            words: history.words.clone(),
            text: format!("op.execute(\"\"\"\n{}\"\"\")\n", history.text),
        }),
        _ => None,
    }
}

/// The configuration of an example of a rule's page; a rule that is off is turned on.
pub fn config(rule: &Rule, example: &Example) -> Config {
    let text = example.config.as_deref().unwrap_or_default();
    let mut config = Config::from_toml(text).unwrap();
    if rule.level == RuleLevel::Off {
        config.rules.insert(rule.id.to_owned(), RuleLevel::Warning);
    }
    config
}

/// Reviews an example.
pub fn reviewed(rule: &Rule, example: &Example) -> Review {
    review(inputs(example), None, config(rule, example))
}

fn of_rule<'a>(review: &'a Review, rule: &Rule) -> Vec<&'a Finding> {
    review
        .findings
        .iter()
        .filter(|finding| finding.rule == rule)
        .collect()
}

/// What is wrong with an example; empty if nothing is.
fn complaints(rule: &Rule, example: &Example) -> Vec<String> {
    let review = reviewed(rule, example);
    let found = of_rule(&review, rule);
    let mut complaints = Vec::new();
    let all: Vec<String> = review
        .findings
        .iter()
        .map(|finding| format!("{}: {}", finding.rule.id, finding.message))
        .collect();
    if !example.wrong {
        if !found.is_empty() {
            complaints.push(format!(
                "right example has {found:?}\n{}",
                example.fence.text
            ));
        }
        return complaints;
    }
    if found.is_empty() {
        complaints.push(format!(
            "wrong example has no finding of its rule; all: {all:#?}\n{}",
            example.fence.text
        ));
    }
    for source in review.sources.iter().filter(|source| !source.history) {
        for (number, line) in (1..).zip(source.file.text.lines()) {
            let marked = line.contains(MARK) || example.fence.line() == Some(number);
            let hit = found.iter().any(|finding| {
                let location = review.location(finding.place).unwrap();
                *location.file == *source.file.path
                    && location.line <= number
                    && number <= location.end_line
            });
            if marked && !hit {
                complaints.push(format!(
                    "no finding at the marked line {line:?}; found: {:?}",
                    found
                        .iter()
                        .map(|f| review.location(f.place).unwrap().line)
                        .collect::<Vec<_>>()
                ));
            }
        }
    }
    complaints
}

#[test]
fn every_example_of_every_page_shows_what_it_says() {
    let only = std::env::var("RULE").ok();
    let mut complaints_by_rule = Vec::new();
    for rule in all().filter(|rule| only.as_deref().is_none_or(|id| id == rule.id)) {
        let examples = examples(rule.page);
        for complaint in examples
            .iter()
            .flat_map(|example| complaints(rule, example))
        {
            complaints_by_rule.push(format!("{}: {complaint}", rule.id));
        }
    }
    assert!(
        complaints_by_rule.is_empty(),
        "{}",
        complaints_by_rule.join("\n\n")
    );
}

#[test]
fn every_page_has_its_parts_and_both_kinds_of_examples() {
    for rule in all() {
        for part in [
            "## What happens",
            "## Why it matters",
            "## Wrong",
            "## Right",
            "## How to do it safely",
            "## See it yourself",
            "## PostgreSQL versions",
            "## Source",
        ] {
            assert!(rule.page.contains(part), "{}: {part}", rule.id);
        }
        let examples = examples(rule.page);
        assert!(
            examples.iter().any(|example| example.wrong),
            "{}: no wrong example",
            rule.id
        );
        assert!(
            examples.iter().any(|example| !example.wrong),
            "{}: no right example",
            rule.id
        );
        let marked = |example: &Example| {
            example.fence.text.contains(MARK)
                || example.fence.line().is_some()
                || example
                    .down
                    .as_deref()
                    .is_some_and(|down| down.contains(MARK))
        };
        assert!(
            examples.iter().filter(|example| example.wrong).all(marked),
            "{}: a wrong example marks no line",
            rule.id
        );
    }
}
