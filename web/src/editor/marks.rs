use retort_report::{Level, Location, Report};
use serde::Serialize;
use wasm_bindgen::JsValue;

/// A stretch of text with something to say about it, as `editor.js` takes it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Mark<'a> {
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    /// `error`, `warning`, `info`; `hint` for what was not analysed.
    severity: &'a str,
    message: String,
    help: &'a str,
    rule: &'a str,
    finding: Option<u32>,
    /// The title of the repair, if there is one.
    fix: Option<&'a str>,
}

impl<'a> Mark<'a> {
    fn at(location: &Location, severity: &'a str, message: String) -> Self {
        Self {
            line: location.line,
            column: location.column,
            end_line: location.end_line,
            end_column: location.end_column,
            severity,
            message,
            help: "",
            rule: "",
            finding: None,
            fix: None,
        }
    }
}

/// Everything the report says about a file.
pub fn of_file(report: &Report, path: &str) -> JsValue {
    let findings = report
        .findings
        .iter()
        .filter(|finding| finding.location.file == path);
    let findings = findings.map(|finding| Mark {
        help: &finding.help,
        rule: &finding.rule,
        finding: Some(finding.id),
        fix: finding.fix.as_ref().map(|fix| fix.title.as_str()),
        ..Mark::at(
            &finding.location,
            severity(finding.level),
            finding.message.clone(),
        )
    });
    let places = report
        .not_analysed
        .iter()
        .filter(|place| place.location.file == path);
    let places = places.map(|place| {
        Mark::at(
            &place.location,
            "hint",
            format!("Not analysed: {}", place.reason),
        )
    });
    let problems = report
        .problems
        .iter()
        .filter(|problem| problem.location.file == path);
    let problems =
        problems.map(|problem| Mark::at(&problem.location, "error", problem.message.clone()));
    let marks: Vec<Mark> = findings.chain(places).chain(problems).collect();
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    marks
        .serialize(&serializer)
        .unwrap_or_else(|_| JsValue::from(js_sys::Array::new()))
}

fn severity(level: Level) -> &'static str {
    match level {
        Level::Info => "info",
        Level::Warning => "warning",
        Level::Error => "error",
    }
}
