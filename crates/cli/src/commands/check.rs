use retort_core::report;
use retort_report::{Level, Report};

use super::pretty;
use crate::arguments::{Check, CheckFormat, FailOn};
use crate::output::{Failure, Outcome};
use crate::{diagnostics, input};

pub fn run(check: &Check) -> Result<Outcome, Failure> {
    let review = input::review(&check.source, &check.only)?;
    let plain = review.report();
    let text = match check.format {
        CheckFormat::Text => diagnostics::text(&review, &plain),
        CheckFormat::Json => pretty(&serde_json::to_value(&plain).unwrap_or_default())?,
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

/// Whether anything is at or above the failing level. Input that could not be read at all fails as an error does.
fn fails(plain: &Report, fail_on: FailOn) -> bool {
    let least = match fail_on {
        FailOn::Info => Level::Info,
        FailOn::Warning => Level::Warning,
        FailOn::Error => Level::Error,
    };
    plain.findings.iter().any(|finding| finding.level >= least)
}
