use retort_report::{
    Direction, HalfReport, HalfState, Location, Report, RevisionReport, StepReport,
};
use yew::prelude::*;

use super::{
    locks::{chosen, heading},
    proof_run::ProofRun,
};
use crate::{
    components::{Glyph, Icon},
    state::{Shared, State},
    views::place::Place,
    words,
};

type Dispatch = UseReducerDispatcher<State>;

#[derive(PartialEq, Properties)]
pub struct ProofProps {
    pub report: Shared<Report>,
    /// The revision that is told about; all under review if none.
    pub revision: Option<AttrValue>,
    pub dispatch: Dispatch,
}

/// Whether the way there and back works, run on the simulated catalog.
#[component]
pub fn Proof(props: &ProofProps) -> Html {
    html! {
        <>
            <p class="muted">
                { "Every revision was run up and down on a simulated PostgreSQL, and the schema compared with the one before." }
            </p>
            for revision in chosen(&props.report, props.revision.as_deref()) {
                { proof(revision, &props.dispatch) }
            }
        </>
    }
}

fn proof(revision: &RevisionReport, dispatch: &Dispatch) -> Html {
    let (verdict, glyph, class) = words::verdict(revision.round_trip.verdict);
    html! {
        <section key={revision.id.clone()} class="proof">
            <h3>{ heading(revision) }</h3>
            <p class={classes!("verdict", class)}><Icon {glyph} /><span>{ verdict }</span></p>
            if !revision.round_trip.differences.is_empty() {
                <ul class="changes">
                    for line in &revision.round_trip.differences { { difference(line) } }
                </ul>
            }
            { half("Up", &revision.up, dispatch) }
            { half("Down", &revision.down, dispatch) }
            <ProofRun revision={revision.id.clone()} />
            { losses(revision, dispatch) }
            { changes(revision) }
        </section>
    }
}

/// A line of a difference: its sign, and what it is about.
fn difference(line: &str) -> Html {
    let (sign, class, text) = match line.split_once(' ') {
        Some((sign @ "+", text)) => (sign, "is-added", text),
        Some(("-", text)) => ("−", "is-removed", text),
        Some((sign @ "~", text)) => (sign, "is-changed", text),
        _ => ("·", "", line),
    };
    html! { <li class={classes!("change", class)}><b>{ sign }</b><span>{ text }</span></li> }
}

fn half(label: &str, half: &HalfReport, dispatch: &Dispatch) -> Html {
    let state = match half.state {
        HalfState::Missing => "is not there",
        HalfState::Empty => "does nothing",
        HalfState::Raises => "raises an error on purpose",
        HalfState::Present => "",
    };
    let refused: Vec<&StepReport> = half
        .steps
        .iter()
        .filter(|step| step.error.is_some())
        .collect();
    let unread = half
        .steps
        .iter()
        .filter(|step| step.not_analysed.is_some())
        .count();
    if state.is_empty() && refused.is_empty() && unread == 0 {
        return Html::default();
    }
    html! {
        <div class="half">
            if !state.is_empty() {
                <p class="fact"><Icon glyph={Glyph::Info} />{ format!("{label} {state}.") }</p>
            }
            for step in refused { { refusal(label, step, dispatch) } }
            if unread > 0 {
                <p class="fact is-unknown">
                    <Icon glyph={Glyph::Question} />
                    { format!("{label}: {} not analysed; the proof does not cover it.", words::count(unread, "step was", "steps were")) }
                </p>
            }
        </div>
    }
}

fn refusal(label: &str, step: &StepReport, dispatch: &Dispatch) -> Html {
    let Some(error) = &step.error else {
        return Html::default();
    };
    html! {
        <div class="refusal">
            <p class="fact is-error">
                <Icon glyph={Glyph::Cross} />
                <span>
                    { format!("{label}: PostgreSQL would refuse “{}” ", step.summary) }
                    <Place location={step.location.clone()} dispatch={dispatch.clone()} />
                </span>
            </p>
            <pre tabindex="0">{ format!("ERROR: {}\nSQLSTATE: {}", error.message, error.sqlstate) }</pre>
        </div>
    }
}

/// What data each half takes away or changes, and what copies it before.
fn losses(revision: &RevisionReport, dispatch: &Dispatch) -> Html {
    if revision.losses.is_empty() {
        return Html::default();
    }
    let half = |direction| match direction {
        Direction::Up => "The upgrade: ",
        Direction::Down => "The downgrade: ",
    };
    let place = |location: &Option<Location>| {
        location.clone().map(|location| {
            html! { <Place {location} dispatch={dispatch.clone()} /> }
        })
    };
    html! {
        <div class="half">
            <h4>{ "Data that is lost or changed" }</h4>
            <ul class="differences">
                for loss in &revision.losses {
                    <li>
                        { half(loss.direction) }{ &loss.what }{ " " }
                        { place(&loss.location) }
                        if loss.copied.is_some() {
                            { " copied before " }{ place(&loss.copied) }
                        }
                    </li>
                }
            </ul>
        </div>
    }
}

fn changes(revision: &RevisionReport) -> Html {
    if revision.changes.is_empty() {
        return Html::default();
    }
    html! {
        <div class="half">
            <h4>{ "What the schema gains and loses" }</h4>
            <ul class="changes">
                for change in &revision.changes {
                    { crate::views::schema::change_line(change) }
                }
            </ul>
        </div>
    }
}
