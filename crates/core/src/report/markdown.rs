//! A review to paste into a pull request.

use std::fmt::Write;

use retort_report::{
    Attestation, Change, ChecklistItem, ChecklistStatus, DiagramScope, Direction, Finding, Level,
    Location, LockReport, Report, RevisionReport, RoundTripVerdict, StepReport,
};

use super::{Comparison, compare_reviewed, schema_diff};
use crate::diagram;
use crate::review::Review;

/// GitHub's limit for a comment, in characters.
const LIMIT: usize = 65_536;
/// Findings of one level that are written out.
const FINDINGS_SHOWN: usize = 100;
/// Places not analysed that are written out.
const UNANALYSED_SHOWN: usize = 50;

/// What stands at the top, and the persons' words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heading {
    /// The name of the review; none for a plain heading.
    pub name: String,
    /// The persons' words on checklist points.
    pub attestations: Vec<Attestation>,
}

/// The review: verdict, checklist, findings, schema change as text and picture, locks, what was not analysed. Always below
/// GitHub's limit: what does not fit is left out from the end and named.
pub fn markdown(review: &Review, report: &Report, heading: &Heading) -> String {
    let compared = compare_reviewed(review);
    let sections = [
        head(report, heading),
        checklist(report, heading),
        findings(report),
        schema_change(&compared),
        locks(report),
        downgrades(report),
        losses(report),
        not_analysed(report),
        picture(&compared),
        sql_diff(&compared),
    ];
    let mut out = String::new();
    let mut left_out = false;
    for section in sections {
        // Room is kept for the last line.
        if characters(&out) + characters(&section) + 200 <= LIMIT {
            out.push_str(&section);
        } else {
            left_out = true;
        }
    }
    if left_out {
        out.push_str("\n*Parts were left out to stay below the limit of a comment; `retort check` shows everything.*\n");
    }
    out
}

/// GitHub counts UTF-16 units; a character counts for at most two.
fn characters(text: &str) -> usize {
    text.encode_utf16().count()
}

fn head(report: &Report, heading: &Heading) -> String {
    let mut out = String::new();
    let name = if heading.name.is_empty() {
        "Migration review".to_owned()
    } else {
        inline(&heading.name)
    };
    let _ = writeln!(out, "## {name}\n");
    let count = |level: Level| {
        report
            .findings
            .iter()
            .filter(|finding| finding.level == level)
            .count()
    };
    let counts = [
        (count(Level::Error), "error"),
        (count(Level::Warning), "warning"),
        (count(Level::Info), "note"),
    ];
    let found: Vec<String> = counts
        .iter()
        .filter(|(many, _)| *many > 0)
        .map(|(many, word)| format!("**{many} {word}{}**", if *many == 1 { "" } else { "s" }))
        .collect();
    let found = if found.is_empty() {
        "**Nothing found**".to_owned()
    } else {
        found.join(", ")
    };
    let reviewed: Vec<String> = report
        .revisions
        .iter()
        .filter(|revision| revision.under_review)
        .map(|revision| code(&revision.id))
        .collect();
    let shown = reviewed
        .iter()
        .take(10)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    let more = match reviewed.len().saturating_sub(10) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let _ = writeln!(
        out,
        "{found} in {shown}{more} ({}, PostgreSQL {}, transactions: {}).\n",
        report.convention, report.postgres, report.transaction
    );
    if report.open_world {
        out.push_str(
            "The history is not complete: tables that no statement makes are assumed to exist.\n\n",
        );
    }
    for problem in &report.problems {
        let _ = writeln!(
            out,
            "- {} {}",
            place(&problem.location),
            inline(&problem.message)
        );
    }
    if !report.problems.is_empty() {
        out.push('\n');
    }
    out
}

fn checklist(report: &Report, heading: &Heading) -> String {
    if report.checklist.is_empty() {
        return String::new();
    }
    let mut out = String::from("### Checklist\n\n");
    for item in &report.checklist {
        let said = heading
            .attestations
            .iter()
            .find(|said| said.item == item.item);
        checklist_item(&mut out, item, said);
    }
    out.push('\n');
    out
}

fn checklist_item(out: &mut String, item: &ChecklistItem, said: Option<&Attestation>) {
    let confirmed = said.is_some_and(|said| said.confirmed);
    let (box_, status) = match (item.status, confirmed) {
        (ChecklistStatus::Holds, _) => ("x", "holds"),
        (ChecklistStatus::Attest, true) => ("x", "confirmed by a person"),
        // A person's word does not make a proven failure undone; it stands beside it.
        (ChecklistStatus::Fails, _) => (" ", "fails"),
        (ChecklistStatus::Unknown, true) => ("x", "could not be worked out; confirmed by a person"),
        (ChecklistStatus::Attest, false) => (" ", "needs a person's word"),
        (ChecklistStatus::Unknown, false) => (" ", "could not be worked out"),
    };
    let _ = writeln!(
        out,
        "- [{box_}] **{}. {}**: {status}",
        item.item,
        inline(&item.title)
    );
    for because in item.because.iter().take(8) {
        let at = because
            .location
            .as_ref()
            .map(|at| format!("{} ", place(at)))
            .unwrap_or_default();
        let _ = writeln!(out, "  - {at}{}", inline(&because.text));
    }
    let more = item.because.len().saturating_sub(8);
    if more > 0 {
        let _ = writeln!(out, "  - and {more} more");
    }
    if let Some(said) = said.filter(|said| !said.note.trim().is_empty()) {
        let _ = writeln!(out, "  - reviewer: {}", inline(said.note.trim()));
    }
}

fn findings(report: &Report) -> String {
    let mut out = String::new();
    for (level, title) in [
        (Level::Error, "Errors"),
        (Level::Warning, "Warnings"),
        (Level::Info, "Notes"),
    ] {
        let own: Vec<&Finding> = report
            .findings
            .iter()
            .filter(|finding| finding.level == level)
            .collect();
        if own.is_empty() {
            continue;
        }
        let _ = writeln!(out, "### {title}\n");
        for finding in own.iter().take(FINDINGS_SHOWN) {
            let _ = writeln!(
                out,
                "- {} **{}** {}",
                place(&finding.location),
                code(&finding.rule),
                inline(&super::sarif::sentences(&finding.message, &finding.help)),
            );
        }
        let more = own.len().saturating_sub(FINDINGS_SHOWN);
        if more > 0 {
            let _ = writeln!(out, "- and {more} more");
        }
        out.push('\n');
    }
    out
}

fn schema_change(compared: &Option<Comparison>) -> String {
    let Some(Comparison {
        before,
        after,
        renames,
    }) = compared
    else {
        return String::new();
    };
    let difference = schema_diff(before, after, renames);
    if difference.lines.is_empty() {
        return "### Schema\n\nThe schema stays as it is.\n\n".to_owned();
    }
    let mut out = String::from("### Schema\n\n```diff\n");
    for line in &difference.lines {
        let sign = match line.change {
            Change::Added => "+",
            Change::Removed => "-",
            Change::Changed => "!",
            Change::Unchanged => " ",
        };
        let _ = writeln!(out, "{sign} {}", fenced(&line.text));
    }
    out.push_str("```\n\n");
    out
}

fn picture(compared: &Option<Comparison>) -> String {
    let Some(Comparison {
        before,
        after,
        renames,
    }) = compared
    else {
        return String::new();
    };
    let diagram = diagram::between(before, after, renames, DiagramScope::Changed);
    if diagram.tables.is_empty() {
        return String::new();
    }
    let drawn = diagram::mermaid(&diagram);
    format!(
        "<details><summary>Diagram</summary>\n\n{}\n\n```mermaid\n{drawn}```\n\n</details>\n\n",
        inline(&diagram.description)
    )
}

fn sql_diff(compared: &Option<Comparison>) -> String {
    let Some(Comparison { before, after, .. }) = compared else {
        return String::new();
    };
    let diff = super::unified_diff(
        "schema.sql",
        &super::schema_sql(before),
        &super::schema_sql(after),
    );
    if diff.is_empty() {
        return String::new();
    }
    format!(
        "<details><summary>Schema as SQL</summary>\n\n```diff\n{}```\n\n</details>\n\n",
        fenced_lines(&diff)
    )
}

fn locks(report: &Report) -> String {
    let mut rows = String::new();
    for revision in report
        .revisions
        .iter()
        .filter(|revision| revision.under_review)
    {
        for step in &revision.up.steps {
            let row = lock_row(revision, step);
            rows.push_str(&row);
        }
    }
    if rows.is_empty() {
        return String::new();
    }
    format!(
        "### Locks of the upgrade\n\n| Statement | Locks | Work that grows with the table |\n|---|---|---|\n{rows}\n"
    )
}

/// One row for a statement that makes others wait, or whose work grows with a table.
fn lock_row(revision: &RevisionReport, step: &StepReport) -> String {
    let locks: Vec<String> = step
        .locks
        .iter()
        .filter(|lock| !lock.invisible && lock.blocks_writes)
        .map(lock_words)
        .collect();
    let kinds = [
        ("rewrites", &step.rewrites),
        ("builds", &step.index_builds),
        ("reads all of", &step.scans),
    ];
    let work: Vec<String> = kinds
        .iter()
        .flat_map(|(verb, list)| list.iter().map(move |work| (verb, work)))
        .filter(|(_, work)| !work.invisible)
        .map(|(verb, work)| format!("{verb} {}", code(&work.relation)))
        .collect();
    if locks.is_empty() && work.is_empty() {
        return String::new();
    }
    format!(
        "| {} {} {} | {} | {} |\n",
        code(&revision.id),
        place(&step.location),
        cell(&step.summary),
        locks.join("<br>"),
        work.join("<br>"),
    )
}

fn lock_words(lock: &LockReport) -> String {
    let blocks = if lock.blocks_reads {
        "reads and writes wait"
    } else {
        "writes wait"
    };
    format!(
        "{} {}: {blocks} until {}",
        code(&lock.relation),
        lock.mode,
        cell(&lock.held_until)
    )
}

fn downgrades(report: &Report) -> String {
    let mut out = String::new();
    for revision in report
        .revisions
        .iter()
        .filter(|revision| revision.under_review)
    {
        let verdict = match revision.round_trip.verdict {
            RoundTripVerdict::Restores => "restores the schema",
            RoundTripVerdict::ColumnOrder => "restores the schema but for the order of columns",
            RoundTripVerdict::Differs => "does not restore the schema",
            RoundTripVerdict::Fails => "fails",
            RoundTripVerdict::Missing => "is missing",
            RoundTripVerdict::Unknown => "could not be judged for certain",
        };
        let _ = writeln!(out, "- {} {verdict}", code(&revision.id));
        for difference in revision.round_trip.differences.iter().take(10) {
            let _ = writeln!(out, "  - {}", inline(difference));
        }
    }
    if out.is_empty() {
        out
    } else {
        format!("### Downgrade\n\n{out}\n")
    }
}

fn losses(report: &Report) -> String {
    let mut rows = String::new();
    let reviewed = report.revisions.iter().filter(|one| one.under_review);
    for loss in reviewed.flat_map(|revision| &revision.losses) {
        let half = match loss.direction {
            Direction::Up => "upgrade",
            Direction::Down => "downgrade",
        };
        let at = loss.location.as_ref().map_or_else(String::new, place);
        let copied = loss.copied.as_ref().map_or_else(|| "no".to_owned(), place);
        let _ = writeln!(rows, "| {half} | {} | {at} | {copied} |", cell(&loss.what));
    }
    if rows.is_empty() {
        return rows;
    }
    format!(
        "### Data that is lost or changed\n\n| By the | What | Where | Copied before |\n| --- | --- | --- | --- |\n{rows}\n"
    )
}

fn not_analysed(report: &Report) -> String {
    if report.not_analysed.is_empty() {
        return String::new();
    }
    let mut out = String::from(
        "### Not analysed\n\nNothing is said about these places; a person has to look at them.\n\n",
    );
    for item in report.not_analysed.iter().take(UNANALYSED_SHOWN) {
        let _ = writeln!(out, "- {} {}", place(&item.location), inline(&item.reason));
    }
    let more = report.not_analysed.len().saturating_sub(UNANALYSED_SHOWN);
    if more > 0 {
        let _ = writeln!(out, "- and {more} more");
    }
    out.push('\n');
    out
}

fn place(location: &Location) -> String {
    code(&format!("{}:{}", location.file, location.line))
}

/// A code span that holds any text.
fn code(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Text that Markdown and HTML take as text, on one line. An at sign would notify somebody.
fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

fn cell(text: &str) -> String {
    inline(text)
}

/// A line inside a fenced block: three backquotes would end it.
fn fenced(text: &str) -> String {
    text.replace("```", "'''").replace(['\n', '\r'], " ")
}

fn fenced_lines(text: &str) -> String {
    text.replace("```", "'''")
}
