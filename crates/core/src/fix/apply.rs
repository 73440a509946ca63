//! Applying repairs until none is left.

use std::collections::BTreeMap;

use super::Fix;
use crate::config::Config;
use crate::migration::FileId;
use crate::review::{Input, review};
use crate::text::{Edit, Span, apply_edits};

/// More rounds than this are not tried: each repair removes a finding, so only a mistake could go on.
const ROUNDS: usize = 20;

/// What repairs made of the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// Every file, changed or not.
    pub inputs: Vec<Input>,
    /// What was done, in order.
    pub titles: Vec<String>,
}

/// Applies every repair of every finding, again and again until none is left. Repairs whose edits meet wait for the next round.
pub fn fix_all(inputs: Vec<Input>, baseline: Option<&str>, config: &Config) -> Fixed {
    let mut fixed = Fixed {
        inputs,
        titles: Vec::new(),
    };
    for _ in 0..ROUNDS {
        let review = review(fixed.inputs.clone(), baseline, config.clone());
        let fixes: Vec<Fix> = review
            .findings
            .iter()
            .filter_map(|finding| finding.fix.clone())
            .collect();
        // The review sorts its files; its numbers count in that order.
        fixed
            .inputs
            .sort_by(|one, other| one.file.path.cmp(&other.file.path));
        let titles = apply_some(&mut fixed.inputs, &fixes);
        if titles.is_empty() {
            break;
        }
        fixed.titles.extend(titles);
    }
    fixed
}

/// Applies those repairs that do not meet an earlier one.
fn apply_some(inputs: &mut [Input], fixes: &[Fix]) -> Vec<String> {
    let mut chosen: BTreeMap<FileId, Vec<Edit>> = BTreeMap::new();
    let mut titles = Vec::new();
    for fix in fixes {
        let free = fix.edits.iter().all(|(file, edit)| {
            let taken = chosen.get(file).map(Vec::as_slice).unwrap_or_default();
            !taken.iter().any(|other| meets(other.span, edit.span))
        });
        if free && !fix.edits.is_empty() {
            for (file, edit) in &fix.edits {
                chosen.entry(*file).or_default().push(edit.clone());
            }
            titles.push(fix.title.clone());
        }
    }
    for (file, edits) in chosen {
        if let Some(input) = inputs.get_mut(file.0 as usize)
            && let Ok(text) = apply_edits(&input.file.text, &edits)
        {
            input.file.text = text.into();
        }
    }
    titles
}

/// Whether two edits touch: also two insertions at one place, whose order would be chance.
fn meets(one: Span, other: Span) -> bool {
    one.start <= other.end && other.start <= one.end
}
