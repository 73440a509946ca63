use retort_report::{DiagramScope, Report};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::{Form, Mode, asking::Question};
use crate::state::Shared;

#[derive(PartialEq, Properties)]
pub struct ToolbarProps {
    pub report: Shared<Report>,
    pub question: Question,
    pub form: Form,
    pub mode: Mode,
    pub scope: DiagramScope,
    pub on_question: Callback<Question>,
    pub on_form: Callback<Form>,
    pub on_mode: Callback<Mode>,
    pub on_scope: Callback<DiagramScope>,
}

/// What is compared, and how it is shown.
#[component]
pub fn Toolbar(props: &ToolbarProps) -> Html {
    let forms = [
        (Form::Picture, "Picture"),
        (Form::List, "Tables"),
        (Form::Sql, "SQL"),
    ];
    let modes = [
        (Mode::Before, "Before"),
        (Mode::Difference, "Difference"),
        (Mode::After, "After"),
    ];
    let scopes = [
        (DiagramScope::Changed, "What changed"),
        (DiagramScope::All, "All tables"),
    ];
    html! {
        <div class="toolbar">
            { compared(props) }
            { choice("Shown as", &forms, props.form, &props.on_form) }
            if props.form != Form::Sql {
                { choice("State", &modes, props.mode, &props.on_mode) }
                { choice("Tables", &scopes, props.scope, &props.on_scope) }
            }
        </div>
    }
}

fn choice<T: Copy + PartialEq + 'static>(
    label: &'static str,
    options: &[(T, &'static str)],
    chosen: T,
    on_choice: &Callback<T>,
) -> Html {
    html! {
        <div class="choice" role="group" aria-label={label}>
            for &(value, name) in options {
                <button
                    type="button"
                    aria-pressed={(value == chosen).to_string()}
                    onclick={on_choice.reform(move |_| value)}
                >{ name }</button>
            }
        </div>
    }
}

fn compared(props: &ToolbarProps) -> Html {
    let from = {
        let (question, on_question) = (props.question.clone(), props.on_question.clone());
        Callback::from(move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            let from = Some(select.value()).filter(|id| !id.is_empty());
            on_question.emit(Question {
                from,
                ..question.clone()
            });
        })
    };
    let to = {
        let (question, on_question) = (props.question.clone(), props.on_question.clone());
        Callback::from(move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            on_question.emit(Question {
                to: select.value(),
                ..question.clone()
            });
        })
    };
    html! {
        <div class="compared">
            <label>
                <span>{ "From" }</span>
                <select onchange={from}>
                    <option value="" selected={props.question.from.is_none()}>{ "before the first" }</option>
                    { options(&props.report, props.question.from.as_deref()) }
                </select>
            </label>
            <label>
                <span>{ "to" }</span>
                <select onchange={to}>{ options(&props.report, Some(&props.question.to)) }</select>
            </label>
        </div>
    }
}

fn options(report: &Report, chosen: Option<&str>) -> Html {
    html! {
        for revision in &report.revisions {
            <option
                key={revision.id.clone()}
                value={revision.id.clone()}
                selected={chosen == Some(revision.id.as_str())}
            >{ format!("{} {}", revision.id, revision.title) }</option>
        }
    }
}
