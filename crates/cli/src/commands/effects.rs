use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use retort_core::report;
use retort_report::{HalfReport, Report, StepReport, WorkReport};

use super::pretty;
use crate::arguments::{DataFormat, Effects};
use crate::input;
use crate::output::{Failure, Outcome};

pub fn run(arguments: &Effects) -> Result<Outcome, Failure> {
    let review = input::review(&arguments.source, &[])?;
    Ok(Outcome::fine(match arguments.format {
        DataFormat::Json => pretty(&report::effects(&review))?,
        DataFormat::Text => text(&review.report()),
    }))
}

fn text(report: &Report) -> String {
    let mut out = String::new();
    for revision in &report.revisions {
        for (direction, half) in [("up", &revision.up), ("down", &revision.down)] {
            half_text(&mut out, &format!("{} {direction}", revision.id), half);
        }
    }
    if out.is_empty() {
        out.push_str("No statement touches anything that exists.\n");
    }
    out
}

/// The statements of a half that do something to a live database.
fn half_text(out: &mut String, title: &str, half: &HalfReport) {
    let bold = Style::new().bold();
    let mut shown = half
        .steps
        .iter()
        .filter(|step| says_something(step))
        .peekable();
    if shown.peek().is_none() {
        return;
    }
    let _ = writeln!(out, "{bold}{title}{bold:#}");
    for step in shown {
        step_text(out, step);
    }
    out.push('\n');
}

fn says_something(step: &StepReport) -> bool {
    let lists = [&step.rewrites, &step.index_builds, &step.scans];
    !step.locks.is_empty()
        || !step.destroys.is_empty()
        || step.not_analysed.is_some()
        || lists.iter().any(|list| !list.is_empty())
}

fn step_text(out: &mut String, step: &StepReport) {
    let dim = Style::new().dimmed();
    let _ = writeln!(
        out,
        "  {} {dim}{}:{}{dim:#}",
        step.summary, step.location.file, step.location.line
    );
    if let Some(reason) = &step.not_analysed {
        let _ = writeln!(out, "    not analysed  {reason}");
    }
    for lock in step.locks.iter().filter(|lock| !lock.invisible) {
        let (style, blocks) = match (lock.blocks_reads, lock.blocks_writes) {
            (true, _) => (AnsiColor::Red.on_default(), "blocks reads and writes"),
            (false, true) => (AnsiColor::Yellow.on_default(), "blocks writes"),
            (false, false) => (Style::new(), "blocks neither reads nor writes"),
        };
        let _ = writeln!(
            out,
            "    lock          {} {style}{}{style:#}, {blocks}, until {}: {}",
            lock.relation, lock.mode, lock.held_until, lock.why
        );
    }
    works(out, "rewrite", &step.rewrites);
    works(out, "index build", &step.index_builds);
    works(out, "scan", &step.scans);
    for lost in &step.destroys {
        let _ = writeln!(out, "    destroys      {lost}");
    }
}

fn works(out: &mut String, name: &str, works: &[WorkReport]) {
    for work in works.iter().filter(|work| !work.invisible) {
        let _ = writeln!(out, "    {name:<13} {}: {}", work.relation, work.why);
    }
}
