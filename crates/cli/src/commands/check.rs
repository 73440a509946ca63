use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use retort_core::report;
use retort_core::rules::Baseline;
use retort_report::{Level, Report};

use super::pretty;
use crate::arguments::{Check, CheckFormat, FailOn};
use crate::output::{Failure, Outcome};
use crate::{diagnostics, input};

pub fn run(check: &Check) -> Result<Outcome, Failure> {
    let review = input::review(&check.source, &check.only)?;
    let mut plain = review.report();
    let mut note = String::new();
    if let Some(path) = &check.write_baseline {
        let known = Baseline::of(&plain);
        fs::write(path, known.write()).map_err(|error| unwritable(path, &error))?;
        known.apply(&mut plain);
    }
    if let Some(path) = &check.baseline {
        let known = baseline(path)?;
        let (old, gone) = known.apply(&mut plain);
        note = told(path, old, &gone);
    }
    let text = match check.format {
        CheckFormat::Text => diagnostics::text(&review, &plain) + &note,
        CheckFormat::Json => pretty(&plain)?,
        CheckFormat::Markdown => report::markdown(&review, &plain, &report::Heading::default()),
        CheckFormat::Sarif => pretty(&report::sarif(&plain))?,
        CheckFormat::Github => report::github(&plain),
        CheckFormat::Gitlab => pretty(&report::gitlab(&plain))?,
        CheckFormat::Junit => report::junit(&plain),
    };
    Ok(Outcome {
        findings: fails(&plain, check.fail_on),
        text,
    })
}

fn baseline(path: &Path) -> Result<Baseline, Failure> {
    Baseline::read(&input::text_file(path)?).map_err(|line| {
        Failure::new(
            format!(
                "line {line} of {} is not a finding's fingerprint",
                path.display()
            ),
            "write the file anew with `retort check --write-baseline`",
        )
    })
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(
        format!("{} cannot be written: {error}", path.display()),
        "name a file in a folder that is there",
    )
}

/// What the baseline hid, and what can leave it.
fn told(path: &Path, old: usize, gone: &[&str]) -> String {
    let path = path.display();
    let mut text = format!("{path} knows {old} findings that are not shown.\n");
    for line in gone {
        let _ = writeln!(text, "No longer found, take it out of {path}: {line}");
    }
    text
}

/// Whether anything is at or above the failing level. Input that could not be read at all fails as an error does.
fn fails(plain: &Report, fail_on: FailOn) -> bool {
    let least = match fail_on {
        FailOn::Info => Level::Info,
        FailOn::Warning => Level::Warning,
        FailOn::Error => Level::Error,
    };
    plain.findings.iter().any(|finding| finding.level >= least)
}
