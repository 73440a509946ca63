use std::fs;
use std::path::PathBuf;

use retort_core::report;
use retort_report::ExportRequest;

use crate::arguments::Export;
use crate::input;
use crate::output::{Failure, Outcome};

pub fn run(arguments: &Export) -> Result<Outcome, Failure> {
    let review = input::review(&arguments.source, &arguments.only)?;
    let request = ExportRequest {
        name: arguments.name.clone(),
        attestations: Vec::new(),
        signature: arguments.signature.clone(),
    };
    let files = report::export(&review, &review.report(), &request);
    let cannot = |path: &PathBuf, error: &std::io::Error| {
        Failure::new(
            format!("{} cannot be written: {error}", input::shown(path)),
            "name a place that may be written to",
        )
    };
    if arguments
        .to
        .extension()
        .is_some_and(|ending| ending == "zip")
    {
        let bytes = report::archive(&files)
            .map_err(|error| Failure::new(error, "please report this as a defect"))?;
        fs::write(&arguments.to, bytes).map_err(|error| cannot(&arguments.to, &error))?;
    } else {
        for file in &files {
            let path = arguments.to.join(&file.path);
            let folder = path.parent().unwrap_or(&arguments.to);
            fs::create_dir_all(folder)
                .and_then(|()| fs::write(&path, &file.text))
                .map_err(|error| cannot(&path, &error))?;
        }
    }
    let lines = files.iter().map(|file| format!("{}\n", file.path));
    Ok(Outcome::fine(lines.collect::<String>()))
}
