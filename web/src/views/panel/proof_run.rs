//! The cycle on a real PostgreSQL, inside the page.

use std::rc::Rc;

use retort_report::{ProofEvent, ProofPhase, ProofVerdict, RevisionReport, StepReport};
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::proof_case::minimal_case;
use crate::{
    bridge::CallError,
    components::{Glyph, Icon, copy},
    desk::{Desk, use_desk},
    state::{Action, Proof, ProofAction, ProofEnd, ProofStart, Tone},
    views::place::Place,
    words,
};

/// Rows made up for each table, if any.
const ROWS: u32 = 50;

#[derive(PartialEq, Properties)]
pub struct ProofRunProps {
    pub revision: AttrValue,
}

/// The button that runs a revision on PostgreSQL, and what came of it.
#[component]
pub fn ProofRun(props: &ProofRunProps) -> Html {
    let desk = use_desk();
    let with_rows = use_state_eq(|| true);
    let revision: Rc<str> = props.revision.as_str().into();
    let proof = desk.state.proofs.get(&revision).cloned();
    let running = proof.as_ref().is_some_and(|proof| proof.end.is_none());
    let toggle = {
        let with_rows = with_rows.clone();
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            with_rows.set(input.checked());
        })
    };
    let rows = if *with_rows { ROWS } else { 0 };
    let box_id = format!("proof-rows-{revision}");
    html! {
        <div class="half real-proof">
            <h4>{ "On a real PostgreSQL" }</h4>
            if let Some(proof) = &proof {
                { told(&desk, &revision, proof, rows) }
            } else {
                <p class="fact">
                    { "Runs it up, down and up again on PostgreSQL 18 inside this page. The first time, about 5 MB are loaded; \
                       nothing leaves this machine." }
                </p>
            }
            if !running {
                <div class="proof-start">
                    <button
                        type="button"
                        class="primary"
                        disabled={!desk.state.is_current()}
                        onclick={begin(&desk, &revision, rows, ProofStart::History)}
                    >
                        { if proof.is_some() { "Run it again" } else { "Run it on PostgreSQL" } }
                    </button>
                    <span class="confirm">
                        <input type="checkbox" id={box_id.clone()} checked={*with_rows} onchange={toggle} />
                        <label for={box_id}>{ "with made-up rows" }</label>
                    </span>
                </div>
            }
        </div>
    }
}

fn begin(desk: &Desk, revision: &Rc<str>, rows: u32, start: ProofStart) -> Callback<MouseEvent> {
    let (desk, revision) = (desk.clone(), revision.clone());
    Callback::from(move |_| {
        let (desk, revision) = (desk.clone(), revision.clone());
        let edition = desk.state.edition;
        let bridge = desk.bridge.clone();
        bridge.proof_plan(&revision.clone(), rows, move |answer| match answer {
            Ok(plan) => {
                let begin = ProofAction::Begin {
                    edition,
                    plan: Box::new(plan.clone()),
                    start,
                };
                // What is still under way is stopped before the new one is noted.
                desk.prover.cancel();
                desk.dispatch(Action::Prove(revision.clone(), begin));
                desk.prover.run(&revision, &plan, start);
            }
            Err(CallError::Refused(text)) => desk.dispatch(Action::Tell {
                tone: Tone::Problem,
                text,
                details: Vec::new(),
            }),
            Err(CallError::Crashed) => {}
        });
    })
}

fn told(desk: &Desk, revision: &Rc<str>, proof: &Proof, rows: u32) -> Html {
    let stale = proof.edition != desk.state.edition;
    html! {
        <>
            { outcome(desk, revision, proof, rows) }
            if stale {
                <p class="fact is-warning"><Icon glyph={Glyph::Warning} />{ "The text has changed since this ran." }</p>
            }
            { basis(proof) }
            for phase in [ProofPhase::Setup, ProofPhase::Up, ProofPhase::Down, ProofPhase::Again] {
                { part(desk, proof, phase) }
            }
            { defects(desk, proof) }
        </>
    }
}

fn outcome(desk: &Desk, revision: &Rc<str>, proof: &Proof, rows: u32) -> Html {
    let Some(end) = &proof.end else {
        return progress(desk, proof);
    };
    let (text, glyph, class) = match end {
        ProofEnd::Done(verdict, milliseconds) => {
            let (text, glyph, class) = words::proof_verdict(*verdict);
            let version = proof.version.as_deref().unwrap_or_default();
            let seconds = milliseconds / 1000.0;
            (
                format!("{text}. Run on PostgreSQL {version} in {seconds:.1} s."),
                glyph,
                class,
            )
        }
        ProofEnd::Broken(reason) => (
            format!(
                "PostgreSQL could not be run: {reason}. Try again; the first time needs the network."
            ),
            Glyph::Error,
            "is-error",
        ),
        ProofEnd::Cancelled => ("Stopped.".to_owned(), Glyph::Info, "is-unknown"),
    };
    let not_reached = proof.verdict() == Some(ProofVerdict::NotReached)
        && proof.start == ProofStart::History
        && proof.plan.no_history.is_none();
    html! {
        <>
            <p class={classes!("verdict", class)} role="status"><Icon {glyph} /><span>{ text }</span></p>
            if not_reached {
                <p class="fact">
                    <Icon glyph={Glyph::Info} />
                    <span>
                        { "An earlier migration was refused. " }
                        <button type="button" class="link" onclick={begin(desk, revision, rows, ProofStart::Schema)}>
                            { "Start from the simulated schema instead" }
                        </button>
                    </span>
                </p>
            }
        </>
    }
}

fn progress(desk: &Desk, proof: &Proof) -> Html {
    let (text, value, max) = match (&proof.phase, &proof.version, proof.loading) {
        (Some((phase, ran, of)), _, _) => (
            format!("{}: {ran} of {of} statements", phase_words(*phase)),
            Some(*ran as f64),
            f64::from((*of).max(1)),
        ),
        (None, None, Some((loaded, total))) if loaded < total => (
            format!(
                "Loading PostgreSQL: {:.0} of {:.0} MB",
                loaded / 1e6,
                total / 1e6
            ),
            Some(loaded),
            total,
        ),
        _ => ("PostgreSQL starts".to_owned(), None, 1.0),
    };
    let cancel = {
        let prover = desk.prover.clone();
        Callback::from(move |_: MouseEvent| prover.cancel())
    };
    html! {
        <div class="proof-progress">
            <p role="status">{ text.clone() }</p>
            <progress aria-label={text} max={max.to_string()} value={value.map(|value| value.to_string())} />
            <button type="button" class="small" onclick={cancel}>{ "Cancel" }</button>
        </div>
    }
}

fn phase_words(phase: ProofPhase) -> &'static str {
    match phase {
        ProofPhase::Setup => "To the revision before",
        ProofPhase::Rows => "Rows",
        ProofPhase::Up => "Up",
        ProofPhase::Down => "Down",
        ProofPhase::Again => "Up again",
    }
}

/// What the proof stands on.
fn basis(proof: &Proof) -> Html {
    let plan = &proof.plan;
    let from_schema = proof.start == ProofStart::Schema || plan.no_history.is_some();
    let reached = match (&plan.no_history, from_schema, plan.history.len()) {
        (Some(why), _, _) => format!(
            "Starts from the simulated schema, since the migrations before cannot be run as they were read ({why})."
        ),
        (None, true, _) => "Starts from the simulated schema.".to_owned(),
        (None, false, 0) if plan.base.is_empty() => "Starts from an empty database.".to_owned(),
        (None, false, 0) => "Starts from what the migration assumes to exist.".to_owned(),
        (None, false, many) => format!(
            "Starts from what {} before made.",
            words::count(many, "migration", "migrations")
        ),
    };
    let without: Vec<String> = proof
        .events
        .iter()
        .filter_map(|event| match event {
            ProofEvent::NoRows { table, reason } => Some(format!("{table}: {reason}")),
            _ => None,
        })
        .collect();
    let with = plan.rows.len().saturating_sub(without.len());
    html! {
        <>
            <p class="fact"><Icon glyph={Glyph::Info} />{ reached }</p>
            { list("Assumed to exist, with guessed types where the migration does not tell", &plan.assumed) }
            { list("Should exist, too, but cannot be made", &plan.not_made) }
            if !plan.rows.is_empty() {
                <p class="fact"><Icon glyph={Glyph::Info} />{ format!("Rows were made up for {}.", words::count(with, "table", "tables")) }</p>
                { list("No rows could be made up for", &without) }
            }
        </>
    }
}

fn list(title: &str, lines: &[String]) -> Html {
    if lines.is_empty() {
        return Html::default();
    }
    html! {
        <details class="more-reasons">
            <summary>{ format!("{title} ({})", lines.len()) }</summary>
            <ul class="differences">for line in lines { <li>{ line }</li> }</ul>
        </details>
    }
}

/// One part: its statements, and how the schema is afterwards.
fn part(desk: &Desk, proof: &Proof, phase: ProofPhase) -> Html {
    let statements: Vec<&ProofEvent> = proof
        .events
        .iter()
        .filter(|event| matches!(event, ProofEvent::Statement { phase: of, .. } if *of == phase))
        .collect();
    let changed = proof.events.iter().find_map(|event| match event {
        ProofEvent::Catalog {
            phase: of,
            changed: Some(changed),
            ..
        } if *of == phase => Some(changed),
        _ => None,
    });
    if statements.is_empty() && changed.is_none() {
        return Html::default();
    }
    let steps = match phase {
        ProofPhase::Up | ProofPhase::Again => proof.plan.up.steps.as_slice(),
        ProofPhase::Down => proof.plan.down.steps.as_slice(),
        ProofPhase::Setup | ProofPhase::Rows => &[],
    };
    html! {
        <div class="proof-part">
            <h5>{ phase_words(phase) }</h5>
            <ol class="steps">
                for event in statements { { statement(desk, event, steps) } }
            </ol>
            if let Some(changed) = changed { { same_or_not(phase, changed) } }
        </div>
    }
}

fn same_or_not(phase: ProofPhase, changed: &[String]) -> Html {
    let (same, other) = match phase {
        ProofPhase::Again => (
            "The schema is the one of the first upgrade.",
            "The schema is another than after the first upgrade:",
        ),
        _ => (
            "The schema is the one before.",
            "The schema is another than before:",
        ),
    };
    if changed.is_empty() {
        return html! { <p class="fact is-good"><Icon glyph={Glyph::Check} />{ same }</p> };
    }
    html! {
        <>
            <p class="fact is-error"><Icon glyph={Glyph::Cross} />{ other }</p>
            <ul class="differences">for line in changed { <li>{ line }</li> }</ul>
        </>
    }
}

fn statement(desk: &Desk, event: &ProofEvent, steps: &[StepReport]) -> Html {
    let ProofEvent::Statement {
        index,
        sql,
        skipped,
        milliseconds,
        error,
        locks,
        rewrites,
        unforetold,
        ..
    } = event
    else {
        return Html::default();
    };
    let step = steps.get(*index as usize);
    let title = step.map_or(sql.as_str(), |step| step.summary.as_str());
    let held: Vec<String> = locks
        .iter()
        .flatten()
        .map(|lock| format!("{} on {}", lock.mode, lock.relation))
        .collect();
    html! {
        <li class="step">
            <div class="step-head">
                <span>{ title }</span>
                <span class="step-facts">
                    if *skipped { { "not run" } } else { { format!("{milliseconds:.1} ms") } }
                    if let Some(step) = step {
                        { " " }<Place location={step.location.clone()} dispatch={desk.state.dispatcher()} />
                    }
                </span>
            </div>
            if *skipped {
                <p class="fact is-unknown"><Icon glyph={Glyph::Question} />{ "It was not analysed, so there is no SQL to run." }</p>
            }
            if !held.is_empty() {
                <p class="fact"><Icon glyph={Glyph::Clock} />{ format!("Locks: {}", held.join(", ")) }</p>
            }
            if !rewrites.is_empty() {
                <p class="fact is-warning"><Icon glyph={Glyph::Clock} />{ format!("Written anew: {}", rewrites.join(", ")) }</p>
            }
            if let Some(error) = error {
                <pre class="proof-error" tabindex="0">{ refusal(sql, error) }</pre>
            }
            if *unforetold {
                <p class="fact is-warning">
                    <Icon glyph={Glyph::Warning} />
                    { "Retort foretold otherwise. Unless the rows are the reason, that is a defect of Retort." }
                </p>
            }
        </li>
    }
}

/// PostgreSQL's words, with the line that they point at.
fn refusal(sql: &str, refused: &retort_report::ProofError) -> String {
    let mut text = format!("ERROR: {}\n", refused.error.message);
    if let Some(detail) = &refused.detail {
        text.push_str(&format!("DETAIL: {detail}\n"));
    }
    if let (Some(line), Some(column)) = (refused.line, refused.column) {
        let shown = sql.lines().nth(line.saturating_sub(1) as usize);
        let head = format!("LINE {line}: ");
        let indent = head.chars().count() + column.saturating_sub(1) as usize;
        text.push_str(&format!(
            "{head}{}\n{}^\n",
            shown.unwrap_or_default(),
            " ".repeat(indent)
        ));
    }
    text.push_str(&format!("SQLSTATE: {}", refused.error.sqlstate));
    text
}

/// Where the simulated catalog is another than the real one: ours to repair.
fn defects(desk: &Desk, proof: &Proof) -> Html {
    let found: Vec<String> = proof
        .events
        .iter()
        .filter_map(|event| match event {
            ProofEvent::Catalog { phase, defects, .. } => Some((phase, defects)),
            _ => None,
        })
        .flat_map(|(phase, defects)| {
            let after = phase_words(*phase);
            defects.iter().map(move |line| format!("{after}: {line}"))
        })
        .collect();
    let ran = proof
        .events
        .iter()
        .any(|event| matches!(event, ProofEvent::Catalog { .. }));
    if !ran {
        return Html::default();
    }
    if found.is_empty() {
        return html! {
            <p class="fact is-good"><Icon glyph={Glyph::Check} />{ "PostgreSQL's catalog is the one that Retort simulates." }</p>
        };
    }
    let on_copy = {
        let (desk, text) = (desk.clone(), minimal_case(proof, &found));
        Callback::from(move |_: MouseEvent| {
            let (desk, text) = (desk.clone(), text.clone());
            spawn_local(async move {
                let (tone, text) = match copy(&text).await {
                    true => (Tone::Done, "The case is on the clipboard."),
                    false => (
                        Tone::Problem,
                        "The browser did not let this page use the clipboard.",
                    ),
                };
                desk.dispatch(Action::Tell {
                    tone,
                    text: text.to_owned(),
                    details: Vec::new(),
                });
            });
        })
    };
    html! {
        <div class="proof-defects">
            <p class="fact is-warning">
                <Icon glyph={Glyph::Warning} />
                { "Retort simulates another catalog than PostgreSQL has. That is a defect of Retort: please report it." }
            </p>
            <ul class="differences">for line in &found { <li>{ line }</li> }</ul>
            <button type="button" class="small" onclick={on_copy}><Icon glyph={Glyph::Copy} />{ "Copy a case to report" }</button>
        </div>
    }
}

/// What the proofs say about the checklist's point on the cycle: none unless every revision under review was run as it
/// is now.
pub fn proven(desk: &Desk, revisions: &[&RevisionReport]) -> Option<String> {
    let mut version = None;
    for revision in revisions {
        let proof = desk.state.proofs.get(revision.id.as_str())?;
        let current = proof.edition == desk.state.edition;
        let restores = matches!(
            proof.verdict(),
            Some(ProofVerdict::Restores | ProofVerdict::ColumnOrder)
        );
        if !current || !restores {
            return None;
        }
        version.clone_from(&proof.version);
    }
    let version = version?;
    let major = version.split('.').next().unwrap_or_default();
    Some(format!("run on PostgreSQL {major}"))
}
