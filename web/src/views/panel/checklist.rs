use std::collections::BTreeMap;

use retort_report::{Attestation, Because, ChecklistItem, ChecklistStatus, Report};
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::point_rules::PointRules;
use crate::{
    components::{Glyph, Icon, use_scroll_to},
    state::{Action, Shared, State},
    views::place::Place,
    words,
};

type Dispatch = UseReducerDispatcher<State>;

/// More reasons than this are folded away.
const MOST_REASONS: usize = 4;

/// The point on upgrade and downgrade tried in turn.
const CYCLE: u8 = 7;

#[derive(PartialEq, Properties)]
pub struct ChecklistProps {
    pub report: Shared<Report>,
    pub words: BTreeMap<u8, Attestation>,
    /// The point that another view led to.
    pub point: Option<u8>,
    /// On what the cycle was run, beside the simulated catalog.
    pub proven: Option<AttrValue>,
    pub dispatch: Dispatch,
}

/// The points of the house's checklist, each with how it stands and why.
#[component]
pub fn Checklist(props: &ChecklistProps) -> Html {
    let of = |status| {
        props
            .report
            .checklist
            .iter()
            .filter(|item| item.status == status)
            .count()
    };
    let confirmed = |item: &&ChecklistItem| {
        item.status == ChecklistStatus::Attest
            && props
                .words
                .get(&item.item)
                .is_some_and(|word| word.confirmed)
    };
    let given = props.report.checklist.iter().filter(confirmed).count();
    let asked = of(ChecklistStatus::Attest) - given;
    html! {
        <>
            <p class="summary">
                { tally(Glyph::Check, "is-good", of(ChecklistStatus::Holds) + given, "hold") }
                { tally(Glyph::Cross, "is-error", of(ChecklistStatus::Fails), "fail") }
                { tally(Glyph::Person, "is-ask", asked, "need your word") }
                { tally(Glyph::Question, "is-unknown", of(ChecklistStatus::Unknown), "not analysed") }
            </p>
            <ol class="checklist">
                for item in &props.report.checklist {
                    <Point
                        key={item.item}
                        item={item.clone()}
                        word={props.words.get(&item.item).cloned()}
                        selected={props.point == Some(item.item)}
                        proven={if item.item == CYCLE { Some(props.proven.clone().unwrap_or("simulated".into())) } else { None }}
                        dispatch={props.dispatch.clone()}
                    />
                }
            </ol>
        </>
    }
}

fn tally(glyph: Glyph, class: &'static str, number: usize, label: &str) -> Html {
    html! {
        <span class={classes!("tally", if number == 0 { "is-none" } else { class })}>
            <Icon {glyph} /><strong>{ number }</strong>{ format!(" {label}") }
        </span>
    }
}

#[derive(PartialEq, Properties)]
struct PointProps {
    item: ChecklistItem,
    word: Option<Attestation>,
    /// Whether another view led to it.
    selected: bool,
    /// How the point was tried, if it is one that is tried.
    proven: Option<AttrValue>,
    dispatch: Dispatch,
}

#[component]
fn Point(props: &PointProps) -> Html {
    let item = &props.item;
    let node = use_scroll_to(props.selected);
    let confirmed = props.word.as_ref().is_some_and(|word| word.confirmed);
    let (status, glyph, class) = match item.status {
        ChecklistStatus::Attest if confirmed => ("confirmed by you", Glyph::Check, "is-good"),
        status => words::status(status),
    };
    let (shown, folded) = item.because.split_at(item.because.len().min(MOST_REASONS));
    html! {
        <li ref={node} class={classes!("point", class, props.selected.then_some("is-selected"))}>
            <div class="point-head">
                <Icon {glyph} {class} />
                <h3>{ &item.title }</h3>
                <span class={classes!("status", class)}>
                    { status }
                    if let Some(how) = &props.proven { { format!(", {how}") } }
                </span>
            </div>
            if !shown.is_empty() {
                <ul class="reasons">for because in shown { { reason(because, &props.dispatch) } }</ul>
            }
            if !folded.is_empty() {
                <details class="more-reasons">
                    <summary>{ format!("{} more", folded.len()) }</summary>
                    <ul class="reasons">for because in folded { { reason(because, &props.dispatch) } }</ul>
                </details>
            }
            <PointRules item={item.item} dispatch={props.dispatch.clone()} />
            if let Some(question) = &item.question {
                { word_form(props, question) }
            }
        </li>
    }
}

fn reason(because: &Because, dispatch: &Dispatch) -> Html {
    let finding = because.finding.map(|id| {
        let dispatch = dispatch.clone();
        let click = Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::ShowFinding(id)));
        html! { <button type="button" class="link" onclick={click}>{ "finding" }</button> }
    });
    html! {
        <li>
            { &because.text }
            if let Some(location) = &because.location {
                { " " }<Place location={location.clone()} dispatch={dispatch.clone()} with_file=true />
            }
            if let Some(finding) = finding { { " · " }{ finding } }
        </li>
    }
}

/// Where a person's word is needed: the question, a box to confirm, a note.
fn word_form(props: &PointProps, question: &str) -> Html {
    let word = props.word.clone().unwrap_or(Attestation {
        item: props.item.item,
        confirmed: false,
        note: String::new(),
    });
    let confirm = {
        let (dispatch, word) = (props.dispatch.clone(), word.clone());
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            dispatch.dispatch(Action::Attest(Attestation {
                confirmed: input.checked(),
                ..word.clone()
            }));
        })
    };
    let note = {
        let (dispatch, word) = (props.dispatch.clone(), word.clone());
        Callback::from(move |event: InputEvent| {
            let area: HtmlTextAreaElement = event.target_unchecked_into();
            dispatch.dispatch(Action::Attest(Attestation {
                note: area.value(),
                ..word.clone()
            }));
        })
    };
    let (box_id, note_id) = (
        format!("confirm-{}", word.item),
        format!("note-{}", word.item),
    );
    html! {
        <div class="word">
            <p id={format!("{box_id}-question")}>{ question }</p>
            <div class="confirm">
                <input
                    type="checkbox"
                    id={box_id.clone()}
                    checked={word.confirmed}
                    aria-describedby={format!("{box_id}-question")}
                    onchange={confirm}
                />
                <label for={box_id}>{ "I confirm" }</label>
            </div>
            <label class="unseen" for={note_id.clone()}>{ format!("Note on: {}", props.item.title) }</label>
            <textarea id={note_id} rows="2" placeholder="A note for the record" value={word.note} oninput={note} />
        </div>
    }
}
