use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use retort_core::fix::merge_revision;
use retort_report::{Report, RevisionReport, RoundTripVerdict};

use crate::arguments::{Heads, History};
use crate::input;
use crate::output::{Failure, Outcome};

pub fn run(arguments: &History) -> Result<Outcome, Failure> {
    let report = input::review(&arguments.source, &[])?.report();
    let mut out = String::new();
    for revision in &report.revisions {
        line(&mut out, &report, revision);
    }
    Ok(Outcome::fine(out))
}

pub fn heads(arguments: &Heads) -> Result<Outcome, Failure> {
    let review = input::review(&arguments.source, &[])?;
    if arguments.merge {
        let merge = merge_revision(&review).ok_or_else(|| {
            Failure::new(
                "there is nothing to merge",
                "Only Alembic's scripts with more than one head can be merged: `retort heads` lists the heads.",
            )
        })?;
        return Ok(Outcome::fine(merge.text.as_ref()));
    }
    let report = review.report();
    let mut out = String::new();
    for revision in report
        .revisions
        .iter()
        .filter(|revision| report.heads.contains(&revision.id))
    {
        line(&mut out, &report, revision);
    }
    Ok(Outcome::fine(out))
}

/// `parent -> id (head), title, downgrade`, as `alembic history` has it, oldest first.
fn line(out: &mut String, report: &Report, revision: &RevisionReport) {
    let id = AnsiColor::Yellow.on_default();
    let dim = Style::new().dimmed();
    let parents = match revision.parents.as_slice() {
        [] => "<base>".to_owned(),
        some => some.join(", "),
    };
    let mut marks: Vec<String> = revision.branch_labels.clone();
    if report.heads.contains(&revision.id) {
        marks.push("head".into());
    }
    if revision.parents.len() > 1 {
        marks.push("merge".into());
    }
    let marks = if marks.is_empty() {
        String::new()
    } else {
        format!(" ({})", marks.join(", "))
    };
    let down = match revision.round_trip.verdict {
        RoundTripVerdict::Restores => "",
        RoundTripVerdict::ColumnOrder => "; the downgrade changes the order of columns",
        RoundTripVerdict::Differs => "; the downgrade does not restore the schema",
        RoundTripVerdict::Fails => "; the downgrade fails",
        RoundTripVerdict::Missing => "; no downgrade",
        RoundTripVerdict::Unknown => "; the downgrade could not be judged",
    };
    let _ = writeln!(
        out,
        "{dim}{parents} -> {dim:#}{id}{}{id:#}{marks}, {}{dim}{down}{dim:#}",
        revision.id, revision.title
    );
}
