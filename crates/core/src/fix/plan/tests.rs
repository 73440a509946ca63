use std::collections::BTreeMap;

use super::plan;
use crate::config::{Config, RuleLevel};
use crate::migration::SourceFile;
use crate::review::{Input, review};
use crate::rules::{Class, Context, all, pages};
use crate::text::apply_edits;

/// The rules whose findings can be planned.
const PLANNED: [&str; 9] = [
    "add-check-validates",
    "add-fk-validates",
    "add-primary-key-builds-index",
    "add-unique-builds-index",
    "concurrently-in-transaction",
    "index-not-concurrent",
    "large-update",
    "set-not-null-scans",
    "update-without-where",
];

/// What the examples take for granted.
const BASE: &str =
    "CREATE TABLE bench (id bigint PRIMARY KEY, label varchar(40), qty integer, note text);
CREATE TABLE crate (id bigint PRIMARY KEY, label text);
CREATE TABLE ticket (id bigint PRIMARY KEY, priority integer);
CREATE TABLE meter_reading (id bigint PRIMARY KEY, unit text);
CREATE TABLE rack (slot integer, note text);
CREATE TABLE reader (id bigint PRIMARY KEY);
CREATE TABLE loan (id bigint PRIMARY KEY, reader_id bigint);
CREATE INDEX ix_loan_reader_id ON loan (reader_id);
";

#[test]
fn what_a_plan_writes_passes_every_rule() {
    let mut told = BTreeMap::new();
    for rule in all().filter(|rule| PLANNED.contains(&rule.id)) {
        for example in pages::examples(rule.page)
            .iter()
            .filter(|example| example.wrong)
        {
            for postgres in [15, 18] {
                let config = Config {
                    postgres,
                    ..pages::config(rule, example)
                };
                let before = review(pages::inputs(example), Some(BASE), config.clone());
                let contexts = Context::all(&before);
                for finding in before
                    .findings
                    .iter()
                    .filter(|finding| finding.rule == rule)
                {
                    let cx = contexts
                        .iter()
                        .find(|cx| Some(cx.migration_index()) == finding.migration);
                    let Some((plan, files)) = cx.and_then(|cx| {
                        let plan = plan(cx, finding)?;
                        let files = plan.files(cx)?;
                        Some((plan, files))
                    }) else {
                        continue;
                    };
                    let mut inputs: Vec<Input> = before
                        .sources
                        .iter()
                        .map(|source| Input {
                            file: source.file.clone(),
                            history: true,
                        })
                        .collect();
                    for (file, edit) in &plan.removal.edits {
                        let text = &mut inputs[file.0 as usize].file.text;
                        *text = apply_edits(text, std::slice::from_ref(edit))
                            .unwrap()
                            .into();
                    }
                    for step in 1..=plan.steps.len() {
                        let texts = deployed(&inputs, &files, step, &config);
                        assert!(texts.is_empty(), "{}, step {step}: {texts}", rule.id);
                    }
                    told.insert(rule.id, plan.told());
                }
            }
        }
    }
    let planned: Vec<&str> = told.keys().copied().collect();
    assert_eq!(planned, PLANNED);
    let told: Vec<String> = told.into_values().collect();
    insta::assert_snapshot!(told.join("\n"));
}

/// What is found above information in one step of a plan, after the steps before it were deployed; empty if nothing is.
fn deployed(history: &[Input], files: &[SourceFile], step: usize, config: &Config) -> String {
    let per_step = files.len() / steps_of(files);
    let inputs = files
        .chunks(per_step)
        .take(step)
        .enumerate()
        .flat_map(|(at, files)| {
            let file = |file: &SourceFile| Input {
                file: file.clone(),
                history: at + 1 < step,
            };
            files.iter().map(file).collect::<Vec<_>>()
        });
    let inputs: Vec<Input> = history.iter().cloned().chain(inputs).collect();
    let after = review(inputs, Some(BASE), config.clone());
    let bad = after
        .findings
        .iter()
        .filter(|found| found.level > RuleLevel::Info && found.rule.class != Class::Style)
        .map(|found| format!("{}: {}\n", found.rule.id, found.message));
    bad.collect()
}

/// A pair of files is one step.
fn steps_of(files: &[SourceFile]) -> usize {
    let downs = files.iter().filter(|file| file.path.ends_with(".down.sql"));
    files.len() - downs.count()
}
