use std::fs;
use std::path::Path;

use retort_core::fix::plan;
use retort_core::migration::SourceFile;
use retort_core::rules::Context;

use crate::arguments::Stages;
use crate::input;
use crate::output::{Failure, Outcome};

/// Tells the plans for what would keep others waiting, and writes their files where a folder is named.
pub fn run(arguments: &Stages) -> Result<Outcome, Failure> {
    let review = input::review(&arguments.source, &arguments.only)?;
    let mut out = String::new();
    for cx in Context::all(&review) {
        let own = review
            .findings
            .iter()
            .filter(|finding| finding.migration == Some(cx.migration_index()));
        for finding in own {
            let Some(plan) = plan::plan(&cx, finding) else {
                continue;
            };
            let place = review.location(finding.place);
            let place = place.map_or(String::new(), |place| {
                format!("{}:{}", place.file, place.line)
            });
            out.push_str(&format!(
                "{place}: take this statement out. {}\n",
                plan.told()
            ));
            match (&arguments.out, plan.files(&cx)) {
                (None, _) => {}
                (Some(folder), Some(files)) => write(folder, &files, &mut out)?,
                (Some(_), None) => out.push_str("     Files of this tool cannot be written.\n"),
            }
            out.push('\n');
        }
    }
    if out.is_empty() {
        out.push_str("No statement needs a plan.\n");
    }
    Ok(Outcome::fine(out))
}

fn write(folder: &Path, files: &[SourceFile], out: &mut String) -> Result<(), Failure> {
    let cannot = |error: std::io::Error| {
        Failure::new(
            format!("{} cannot be written: {error}", input::shown(folder)),
            "name a folder that may be written to",
        )
    };
    fs::create_dir_all(folder).map_err(cannot)?;
    for file in files {
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        fs::write(folder.join(name), file.text.as_bytes()).map_err(cannot)?;
        out.push_str(&format!("     written: {name}\n"));
    }
    Ok(())
}
