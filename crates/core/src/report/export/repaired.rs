//! The project's own files with every repair, and what the repairs change.

use retort_report::ExportedFile;

use super::file;
use crate::fix::fix_all;
use crate::report::unified_diff;
use crate::reversal;
use crate::review::{Input, Review};

/// The files that repairs change, under `repaired/`, and one unified diff of them all. Nothing if there is nothing to repair.
pub(super) fn files(review: &Review) -> Vec<ExportedFile> {
    if !review.findings.iter().any(|finding| finding.fix.is_some()) {
        return Vec::new();
    }
    let inputs = review.sources.iter().map(|source| Input {
        file: source.file.clone(),
        history: source.history,
    });
    // What existed before the first revision, written down again.
    let baseline: Option<String> = review
        .base()
        .filter(|base| !base.may_hold_unknown_objects())
        .map(|base| {
            let statements = reversal::make(base).into_iter();
            statements.map(|statement| statement + ";\n").collect()
        })
        .filter(|text: &String| !text.is_empty());
    let fixed = fix_all(inputs.collect(), baseline.as_deref(), &review.config);
    let mut diff = String::new();
    let mut files = Vec::new();
    for input in fixed.inputs {
        let path = input.file.path.trim_start_matches(['.', '/']).to_owned();
        let original = review
            .sources
            .iter()
            .find(|source| source.file.path == input.file.path)
            .map_or("", |source| source.file.text.as_ref());
        if *original != *input.file.text {
            diff.push_str(&unified_diff(&path, original, &input.file.text));
            files.push(file(
                format!("repaired/{path}"),
                input.file.text.to_string(),
            ));
        }
    }
    if !diff.is_empty() {
        files.push(file("repaired.diff", diff));
    }
    files
}
