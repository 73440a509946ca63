//! Findings in the forms that services for continuous integration read.

use std::fmt::Write;

use retort_report::{Finding, Level, Location, Report};
use serde_json::{Value, json};

use super::sarif::sentences;

/// Annotations of GitHub Actions: one workflow command a line.
pub fn github(report: &Report) -> String {
    let mut out = String::new();
    for finding in &report.findings {
        let command = match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Info => "notice",
        };
        annotation(
            &mut out,
            command,
            &finding.location,
            &finding.rule,
            &sentences(&finding.message, &finding.help),
        );
    }
    for problem in &report.problems {
        annotation(
            &mut out,
            "warning",
            &problem.location,
            &problem.kind,
            &problem.message,
        );
    }
    out
}

fn annotation(out: &mut String, command: &str, location: &Location, title: &str, message: &str) {
    let _ = write!(
        out,
        "::{command} file={},line={},endLine={}",
        github_property(&location.file),
        location.line,
        location.end_line,
    );
    // GitHub takes columns only for a place on one line.
    if location.line == location.end_line {
        let _ = write!(
            out,
            ",col={},endColumn={}",
            location.column, location.end_column
        );
    }
    let _ = writeln!(
        out,
        ",title={}::{}",
        github_property(title),
        github_data(message)
    );
}

fn github_data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn github_property(text: &str) -> String {
    github_data(text).replace(':', "%3A").replace(',', "%2C")
}

/// GitLab's code quality report.
pub fn gitlab(report: &Report) -> Value {
    let entry = |finding: &Finding| {
        json!({
            "description": sentences(&finding.message, &finding.help),
            "check_name": finding.rule,
            "fingerprint": finding.fingerprint,
            "severity": match finding.level {
                Level::Error => "major",
                Level::Warning => "minor",
                Level::Info => "info",
            },
            "location": {
                "path": finding.location.file.trim_start_matches("./"),
                "lines": { "begin": finding.location.line, "end": finding.location.end_line },
            },
        })
    };
    report.findings.iter().map(entry).collect()
}

/// JUnit XML: one suite for each file, one case for each finding, one passing case for a file without any.
pub fn junit(report: &Report) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let failures = report
        .findings
        .iter()
        .filter(|finding| finding.level > Level::Info)
        .count();
    let mut suites = String::new();
    let mut cases = 0;
    for file in &report.files {
        let own: Vec<&Finding> = report
            .findings
            .iter()
            .filter(|finding| finding.location.file == file.path)
            .collect();
        let count = own.len().max(1);
        cases += count;
        let failed = own
            .iter()
            .filter(|finding| finding.level > Level::Info)
            .count();
        let name = xml(&file.path);
        let _ = writeln!(
            suites,
            "  <testsuite name=\"{name}\" tests=\"{count}\" failures=\"{failed}\">"
        );
        if own.is_empty() {
            let _ = writeln!(
                suites,
                "    <testcase classname=\"{name}\" name=\"no findings\"/>"
            );
        }
        for finding in own {
            case(&mut suites, &name, finding);
        }
        suites.push_str("  </testsuite>\n");
    }
    let _ = writeln!(
        out,
        "<testsuites name=\"Retort\" tests=\"{cases}\" failures=\"{failures}\">"
    );
    out.push_str(&suites);
    out.push_str("</testsuites>\n");
    out
}

fn case(out: &mut String, class: &str, finding: &Finding) {
    let Location {
        line, column, file, ..
    } = &finding.location;
    let name = xml(&format!("{} at {line}:{column}", finding.rule));
    let text = xml(&sentences(&finding.message, &finding.help));
    let place = xml(&format!("{file}:{line}:{column}"));
    let kind = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => {
            let _ = writeln!(
                out,
                "    <testcase classname=\"{class}\" name=\"{name}\"><system-out>{place}: {text}</system-out></testcase>"
            );
            return;
        }
    };
    let _ = writeln!(
        out,
        "    <testcase classname=\"{class}\" name=\"{name}\">\n      \
         <failure type=\"{kind}\" message=\"{text}\">{place}: {text}</failure>\n    </testcase>"
    );
}

fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            c if c.is_control() && c != '\t' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
