use std::collections::BTreeMap;
use std::fs;

use retort_core::report;
use retort_core::review::{Input, Review, review};
use retort_core::text::{Edit, Span, apply_edits};
use retort_report::{Finding, FixEdit};

use crate::arguments::Fix;
use crate::input;
use crate::output::{Failure, Outcome};

/// A repair may make room for another; after this many rounds something keeps changing its mind.
const ROUNDS: usize = 10;

pub fn run(arguments: &Fix) -> Result<Outcome, Failure> {
    let first = input::review(&arguments.source, &[])?;
    let original: BTreeMap<String, String> = texts(&first);
    let mut review_now = first;
    let mut done: Vec<String> = Vec::new();
    for _ in 0..ROUNDS {
        let (fixed, titles) = round(&review_now);
        if titles.is_empty() {
            break;
        }
        done.extend(titles);
        let inputs = review_now.sources.iter().map(|source| {
            let mut file = source.file.clone();
            if let Some(text) = fixed.get(&file.path) {
                file.text.clone_from(text);
            }
            Input {
                file,
                history: source.history,
            }
        });
        review_now = review(inputs.collect(), None, review_now.config.clone());
    }
    let fixed = texts(&review_now);
    let changed = || {
        fixed
            .iter()
            .filter(|(path, text)| original.get(*path) != Some(text))
    };
    if arguments.diff {
        let diffs = changed().map(|(path, text)| {
            let before = original.get(path).map_or("", String::as_str);
            report::unified_diff(path, before, text)
        });
        return Ok(Outcome::fine(diffs.collect::<String>()));
    }
    for (path, text) in changed() {
        fs::write(path, text).map_err(|error| {
            Failure::new(
                format!("{path} cannot be written: {error}"),
                "check its permissions, or use --diff",
            )
        })?;
    }
    let mut out: String = done
        .iter()
        .map(|title| format!("fixed: {title}\n"))
        .collect();
    if done.is_empty() {
        out.push_str("Nothing that can be repaired without a person.\n");
    }
    Ok(Outcome::fine(out))
}

fn texts(review: &Review) -> BTreeMap<String, String> {
    let files = review.sources.iter().map(|source| &source.file);
    files
        .map(|file| (file.path.clone(), file.text.clone()))
        .collect()
}

/// Applies as many repairs as go together: none that touches what another one of this round touches.
fn round(review: &Review) -> (BTreeMap<String, String>, Vec<String>) {
    let texts = texts(review);
    let mut edits: BTreeMap<&str, Vec<Edit>> = BTreeMap::new();
    let mut titles = Vec::new();
    let report = review.report();
    for (title, file_edits) in report.findings.iter().filter_map(repair) {
        let mut trial = edits.clone();
        for edit in file_edits {
            let span = Span {
                start: edit.start,
                end: edit.end,
            };
            let list = trial.entry(&edit.file).or_default();
            list.push(Edit {
                span,
                text: edit.text.clone(),
            });
        }
        let fits = trial.iter().all(|(path, edits)| {
            texts
                .get(*path)
                .is_some_and(|text| apply_edits(text, edits).is_ok())
        });
        if fits {
            edits = trial;
            titles.push(title.clone());
        }
    }
    let fixed = edits.iter().filter_map(|(path, edits)| {
        let text = apply_edits(texts.get(*path)?, edits).ok()?;
        Some(((*path).to_owned(), text))
    });
    (fixed.collect(), titles)
}

fn repair(finding: &Finding) -> Option<(&String, &[FixEdit])> {
    let fix = finding.fix.as_ref()?;
    Some((&fix.title, &fix.edits))
}
