use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use retort_core::diagram::{self, Theme};
use retort_core::report;
use retort_report::{Change, DiagramScope, SchemaDiffReport};

use super::{pretty, unknown_revision};
use crate::arguments::{Diff, DiffFormat};
use crate::input;
use crate::output::{Failure, Outcome};

pub fn run(arguments: &Diff) -> Result<Outcome, Failure> {
    let review = input::review(&arguments.source, &[])?;
    let (from, to) = (arguments.from.as_deref(), arguments.to.as_deref());
    let compared = report::compare(&review, from, to)
        .map_err(|unknown| unknown_revision(&review, &unknown))?;
    let report::Comparison {
        before,
        after,
        renames,
    } = &compared;
    let difference = || report::schema_diff(before, after, renames);
    let picture = || diagram::between(before, after, renames, DiagramScope::Changed);
    Ok(Outcome::fine(match arguments.format {
        DiffFormat::Text => words(&difference()),
        DiffFormat::Json => pretty(&serde_json::to_value(difference()).unwrap_or_default())?,
        DiffFormat::Sql => text_diff(&difference()),
        DiffFormat::Svg => diagram::svg(&picture(), Theme::System),
        DiffFormat::Mermaid => diagram::mermaid(&picture()),
    }))
}

fn mark(change: Change) -> (Style, &'static str) {
    match change {
        Change::Unchanged => (Style::new(), " "),
        Change::Added => (AnsiColor::Green.on_default(), "+"),
        Change::Removed => (AnsiColor::Red.on_default(), "-"),
        Change::Changed => (AnsiColor::Blue.on_default(), "~"),
    }
}

fn words(difference: &SchemaDiffReport) -> String {
    let mut out = String::new();
    for line in &difference.lines {
        let (style, sign) = mark(line.change);
        let _ = writeln!(out, "{style}{sign} {}{style:#}", line.text);
    }
    if out.is_empty() {
        out.push_str("Nothing differs.\n");
    }
    out
}

/// The changed lines with three lines around them.
fn text_diff(difference: &SchemaDiffReport) -> String {
    const AROUND: usize = 3;
    let lines = &difference.text;
    let near = |at: usize| {
        let window = lines.get(at.saturating_sub(AROUND)..(at + AROUND + 1).min(lines.len()));
        window
            .unwrap_or_default()
            .iter()
            .any(|line| line.change != Change::Unchanged)
    };
    let mut out = String::new();
    let mut gap = false;
    for (at, line) in lines.iter().enumerate() {
        if !near(at) {
            gap = true;
            continue;
        }
        if std::mem::take(&mut gap) && !out.is_empty() {
            out.push_str("…\n");
        }
        let (style, sign) = mark(line.change);
        let _ = writeln!(out, "{style}{sign}{}{style:#}", line.text);
    }
    if out.is_empty() {
        out.push_str("Nothing differs.\n");
    }
    out
}
