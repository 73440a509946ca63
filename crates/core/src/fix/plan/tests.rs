use std::collections::BTreeMap;

use super::plan;
use crate::config::{Config, RuleLevel};
use crate::review::{Input, review};
use crate::rules::{Class, Context, all, pages};
use crate::text::apply_edits;

/// The rules whose findings can be planned.
const PLANNED: [&str; 5] = [
    "add-check-validates",
    "add-fk-validates",
    "add-unique-builds-index",
    "index-not-concurrent",
    "set-not-null-scans",
];

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
                let before = review(pages::inputs(example), None, config.clone());
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
                        *text = apply_edits(text, std::slice::from_ref(edit)).unwrap();
                    }
                    inputs.extend(files.into_iter().map(|file| Input {
                        file,
                        history: false,
                    }));
                    let texts: Vec<String> = inputs
                        .iter()
                        .map(|input| format!("{}\n{}", input.file.path, input.file.text))
                        .collect();
                    let after = review(inputs, None, config.clone());
                    let bad: Vec<_> = after
                        .findings
                        .iter()
                        .filter(|found| {
                            found.level > RuleLevel::Info && found.rule.class != Class::Style
                        })
                        .map(|found| (found.rule.id, &found.message))
                        .collect();
                    assert!(
                        bad.is_empty(),
                        "{}: {bad:#?}\n{}",
                        rule.id,
                        texts.join("\n---\n")
                    );
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
