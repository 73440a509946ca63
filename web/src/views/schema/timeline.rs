use retort_report::Report;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::asking::Question;
use crate::{
    components::{Glyph, Icon},
    state::Shared,
};

#[derive(PartialEq, Properties)]
pub struct TimelineProps {
    pub report: Shared<Report>,
    pub question: Question,
    pub on_question: Callback<Question>,
}

/// Walks the later state through all revisions.
#[component]
pub fn Timeline(props: &TimelineProps) -> Html {
    let count = props.report.revisions.len();
    let Some(position) = props.question.position(&props.report).filter(|_| count > 1) else {
        return Html::default();
    };
    let go = {
        let (report, question) = (props.report.clone(), props.question.clone());
        let on_question = props.on_question.clone();
        Callback::from(move |position: usize| {
            if let Some(question) = question.up_to(&report, position) {
                on_question.emit(question);
            }
        })
    };
    let slide = {
        let go = go.clone();
        Callback::from(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            go.emit(input.value_as_number() as usize);
        })
    };
    let step = |glyph: Glyph, label: &'static str, to: Option<usize>| {
        let onclick = go.reform(move |_: MouseEvent| to.unwrap_or(position));
        html! {
            <button type="button" class="quiet icon-only" aria-label={label} title={label} disabled={to.is_none()} {onclick}>
                <Icon {glyph} />
            </button>
        }
    };
    let revision = props.report.revisions.get(position);
    let name = revision
        .map(|one| format!("after {} {}", one.id, one.title))
        .unwrap_or_default();
    html! {
        <div class="timeline">
            { step(Glyph::Back, "The revision before", position.checked_sub(1)) }
            <input
                type="range"
                min="0"
                max={(count - 1).to_string()}
                step="1"
                value={position.to_string()}
                aria-label="Revision"
                aria-valuetext={name}
                oninput={slide}
            />
            { step(Glyph::Forward, "The next revision", Some(position + 1).filter(|next| *next < count)) }
            <span class="timeline-place" aria-hidden="true">{ format!("{} of {count}", position + 1) }</span>
        </div>
    }
}
