//! The laws of repairs, on the wrong examples of every page.

use std::collections::BTreeMap;

use super::fix_all;

use crate::migration::FileId;
use crate::review::{Input, Review, review};
use crate::rules::{FixKind, all, pages};
use crate::text::apply_edits;

fn keys(review: &Review) -> BTreeMap<(&'static str, Option<String>), usize> {
    let mut keys = BTreeMap::new();
    for finding in &review.findings {
        *keys
            .entry((finding.rule.id, finding.object.clone()))
            .or_insert(0) += 1;
    }
    keys
}

fn unread(review: &Review) -> usize {
    review.report().not_analysed.len() + review.project.problems.len()
}

#[test]
fn a_repair_removes_its_finding_and_adds_none_and_is_done_once() {
    let mut repaired = Vec::new();
    for rule in all().filter(|rule| rule.fix == FixKind::Edit) {
        for example in pages::examples(rule.page)
            .iter()
            .filter(|example| example.wrong)
        {
            let inputs = sorted(pages::inputs(example));
            let before = review(inputs.clone(), None, pages::config(rule, example));
            for finding in before
                .findings
                .iter()
                .filter(|finding| finding.rule == rule)
            {
                let Some(fix) = &finding.fix else {
                    continue;
                };
                let mut fixed = inputs.clone();
                let mut edits: BTreeMap<FileId, Vec<_>> = BTreeMap::new();
                for (file, edit) in &fix.edits {
                    edits.entry(*file).or_default().push(edit.clone());
                }
                for (file, edits) in edits {
                    let file = &mut fixed[file.0 as usize].file;
                    file.text = apply_edits(&file.text, &edits).unwrap().into();
                }
                let text: Vec<&str> = fixed
                    .iter()
                    .filter(|input| !input.history)
                    .map(|input| input.file.text.as_ref())
                    .collect();
                let text = text.join("\n----\n");
                let after = review(fixed.clone(), None, pages::config(rule, example));
                let same = |other: &&crate::rules::Finding| {
                    other.rule == rule && other.object == finding.object
                };
                // A statement may have several findings of one rule about one object: the repair removes its own.
                let count =
                    |review: &Review| review.findings.iter().filter(|other| same(other)).count();
                assert!(
                    count(&after) < count(&before),
                    "{}: still there after the repair:\n{text}",
                    rule.id
                );
                let (old, new) = (keys(&before), keys(&after));
                let added: Vec<_> = new
                    .iter()
                    .filter(|(key, count)| old.get(*key).is_none_or(|before| *count > before))
                    .collect();
                assert!(
                    added.is_empty(),
                    "{}: the repair adds {added:?}:\n{text}",
                    rule.id
                );
                assert!(
                    unread(&after) <= unread(&before),
                    "{}: the repair cannot be read:\n{text}",
                    rule.id
                );
                repaired.push(rule.id);
            }
        }
    }
    for rule in all().filter(|rule| rule.fix == FixKind::Edit) {
        assert!(
            repaired.contains(&rule.id),
            "{} says it can repair, and repairs no example of its page",
            rule.id
        );
    }
}

#[test]
fn repairs_come_to_an_end_and_leave_nothing_that_could_be_repaired() {
    for rule in all().filter(|rule| rule.fix == FixKind::Edit) {
        for example in pages::examples(rule.page)
            .iter()
            .filter(|example| example.wrong)
        {
            let config = pages::config(rule, example);
            let once = fix_all(pages::inputs(example), None, &config);
            let twice = fix_all(once.inputs.clone(), None, &config);
            assert!(
                twice.titles.is_empty(),
                "{}: {:?} then {:?}",
                rule.id,
                once.titles,
                twice.titles
            );
            assert_eq!(once.inputs, twice.inputs, "{}", rule.id);
        }
    }
}

#[test]
fn history_is_never_edited() {
    for rule in all().filter(|rule| rule.fix == FixKind::Edit) {
        for example in pages::examples(rule.page) {
            let before = sorted(pages::inputs(&example));
            let after = fix_all(before.clone(), None, &pages::config(rule, &example)).inputs;
            let changed = before
                .iter()
                .zip(&after)
                .filter(|(one, other)| one.file != other.file);
            assert!(
                changed.into_iter().all(|(input, _)| !input.history),
                "{}",
                rule.id
            );
        }
    }
}

fn sorted(mut inputs: Vec<Input>) -> Vec<Input> {
    inputs.sort_by(|one, other| one.file.path.cmp(&other.file.path));
    inputs
}
