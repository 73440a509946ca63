use retort_report::Level;
use yew::prelude::*;

use crate::{
    desk::use_desk,
    state::{Engine, State},
    words::count,
};

/// Tells those who cannot see the page what changed on it.
#[component]
pub fn Announcer() -> Html {
    let desk = use_desk();
    html! { <p class="unseen" role="status" aria-live="polite">{ news(&desk.state) }</p> }
}

fn news(state: &State) -> String {
    if let Engine::Crashed(edition) = state.engine
        && edition == state.edition
    {
        return "The analysis stopped. The results are of an earlier text.".into();
    }
    let Some(report) = state.report.as_ref().filter(|_| state.is_current()) else {
        return String::new();
    };
    let of = |level| {
        let findings = report.findings.iter();
        findings.filter(|finding| finding.level == level).count()
    };
    let mut words = vec![
        count(of(Level::Error), "error", "errors"),
        count(of(Level::Warning), "warning", "warnings"),
        count(of(Level::Info), "note", "notes"),
    ];
    if !report.problems.is_empty() {
        let problems = report.problems.len();
        words.push(count(
            problems,
            "problem with the input",
            "problems with the input",
        ));
    }
    words.join(", ")
}
