//! SARIF 2.1.0, as code scanning reads it.

use std::collections::BTreeSet;

use retort_report::{Finding, FixEdit, Level, Location, Problem, Report};
use serde_json::{Value, json};

use crate::rules;

/// GitHub refuses runs with more results.
const MOST_RESULTS: usize = 25_000;

/// The findings and what is wrong with the input. Columns are counted in UTF-16 units, lines and columns from 1.
pub fn sarif(report: &Report) -> Value {
    let used: BTreeSet<&str> = report
        .findings
        .iter()
        .map(|finding| finding.rule.as_str())
        .collect();
    let pages = rules::rule_pages();
    let described: Vec<Value> = pages
        .iter()
        .filter(|page| used.contains(page.id.as_str()))
        .map(|page| {
            json!({
                "id": page.id,
                "name": page.id,
                "shortDescription": { "text": page.title },
                "fullDescription": { "text": page.summary },
                "help": { "text": page.summary, "markdown": page.markdown },
                "properties": { "tags": [page.class] },
            })
        })
        .collect();
    let order: Vec<&str> = pages
        .iter()
        .map(|page| page.id.as_str())
        .filter(|id| used.contains(id))
        .collect();
    let findings = report
        .findings
        .iter()
        .map(|finding| result(finding, &order));
    let results: Vec<Value> = findings.take(MOST_RESULTS).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Retort",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": described,
            }},
            "columnKind": "utf16CodeUnits",
            "results": results,
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": report.problems.iter().map(notification).collect::<Vec<_>>(),
            }],
        }],
    })
}

fn result(finding: &Finding, rules: &[&str]) -> Value {
    let related: Vec<Value> = finding
        .related
        .iter()
        .zip(1..)
        .map(|(related, id)| {
            let mut place = location(&related.location);
            if let Some(object) = place.as_object_mut() {
                object.insert("id".into(), json!(id));
                object.insert("message".into(), json!({ "text": related.message }));
            }
            place
        })
        .collect();
    let mut value = json!({
        "ruleId": finding.rule,
        "level": level(finding.level),
        "message": { "text": sentences(&finding.message, &finding.help) },
        "locations": [location(&finding.location)],
        "relatedLocations": related,
        "partialFingerprints": { "retort/v1": finding.fingerprint },
    });
    let index = rules.iter().position(|rule| *rule == finding.rule);
    if let (Some(object), Some(index)) = (value.as_object_mut(), index) {
        object.insert("ruleIndex".into(), json!(index));
    }
    if let (Some(object), Some(fix)) = (value.as_object_mut(), &finding.fix) {
        object.insert(
            "fixes".into(),
            json!([{
                "description": { "text": fix.title },
                "artifactChanges": artifact_changes(&fix.edits),
            }]),
        );
    }
    value
}

fn artifact_changes(edits: &[FixEdit]) -> Vec<Value> {
    let files: BTreeSet<&str> = edits.iter().map(|edit| edit.file.as_str()).collect();
    let changes = files.into_iter().map(|file| {
        let replacements: Vec<Value> = edits
            .iter()
            .filter(|edit| edit.file == file)
            .map(|edit| {
                json!({
                    "deletedRegion": { "charOffset": edit.from, "charLength": edit.to.saturating_sub(edit.from) },
                    "insertedContent": { "text": edit.text },
                })
            })
            .collect();
        json!({ "artifactLocation": { "uri": uri(file) }, "replacements": replacements })
    });
    changes.collect()
}

fn notification(problem: &Problem) -> Value {
    json!({
        "descriptor": { "id": problem.kind },
        "level": "warning",
        "message": { "text": problem.message },
        "locations": [location(&problem.location)],
    })
}

fn location(location: &Location) -> Value {
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(&location.file) },
        "region": {
            "startLine": location.line,
            "startColumn": location.column,
            "endLine": location.end_line,
            "endColumn": location.end_column,
        },
    }})
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "note",
    }
}

pub(super) fn sentences(message: &str, help: &str) -> String {
    if help.is_empty() {
        return message.to_owned();
    }
    let stop = if message.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{message}{stop} {help}")
}

/// A path as a relative URI reference.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.trim_start_matches("./").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
