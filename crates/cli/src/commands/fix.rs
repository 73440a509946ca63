use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use retort_core::fix::fix_all;
use retort_core::report;

use crate::arguments::Fix;
use crate::input;
use crate::output::{Failure, Outcome};

pub fn run(arguments: &Fix) -> Result<Outcome, Failure> {
    let read = input::read(&arguments.source, &[])?;
    let original: BTreeMap<Arc<str>, Arc<str>> = read
        .inputs
        .iter()
        .map(|input| (input.file.path.clone(), input.file.text.clone()))
        .collect();
    let fixed = fix_all(read.inputs, read.baseline.as_deref(), &read.config);
    let changed: Vec<_> = fixed
        .inputs
        .iter()
        .map(|input| (&input.file.path, &input.file.text))
        .filter(|(path, text)| original.get(*path) != Some(text))
        .collect();
    if arguments.diff {
        let diffs = changed.iter().map(|(path, text)| {
            let before = original.get(*path).map_or("", AsRef::as_ref);
            report::unified_diff(path, before, text)
        });
        return Ok(Outcome::fine(diffs.collect::<String>()));
    }
    for (path, text) in changed {
        fs::write(path.as_ref(), text.as_bytes()).map_err(|error| {
            Failure::new(
                format!("{path} cannot be written: {error}"),
                "check its permissions, or use `--diff` to see what would change",
            )
        })?;
    }
    let mut out: String = fixed
        .titles
        .iter()
        .map(|title| format!("fixed: {title}\n"))
        .collect();
    if fixed.titles.is_empty() {
        out.push_str("There is nothing to repair without a person.\n");
    }
    Ok(Outcome::fine(out))
}
