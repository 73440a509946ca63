use retort_report::{DiagramScope, Report};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::{
    Form, Memory, Mode,
    asking::{Question, Since},
};
use crate::state::Shared;

#[derive(PartialEq, Properties)]
pub struct ToolbarProps {
    pub report: Shared<Report>,
    pub question: Question,
    pub memory: Memory,
    pub on_question: Callback<Question>,
    pub on_memory: Callback<Memory>,
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
    let memory = &props.memory;
    let on_form = changed(props, |memory, form| memory.form = form);
    let on_mode = changed(props, |memory, mode| memory.mode = mode);
    let on_scope = changed(props, |memory, scope| memory.scope = scope);
    html! {
        <div class="toolbar">
            { compared(props) }
            { choice("Shown as", &forms, memory.form, &on_form) }
            if memory.form != Form::Sql {
                { choice("State", &modes, memory.mode, &on_mode) }
                { choice("Tables", &scopes, memory.scope, &on_scope) }
            }
        </div>
    }
}

fn changed<T: 'static>(props: &ToolbarProps, change: fn(&mut Memory, T)) -> Callback<T> {
    let (memory, on_memory) = (props.memory.clone(), props.on_memory.clone());
    Callback::from(move |value| {
        let mut memory = memory.clone();
        change(&mut memory, value);
        on_memory.emit(memory);
    })
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

/// How the choices of the earlier state that are no revision are called in the form.
const BEFORE: &str = "^";
const START: &str = "";

fn compared(props: &ToolbarProps) -> Html {
    let from = {
        let (question, on_question) = (props.question.clone(), props.on_question.clone());
        Callback::from(move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            let since = match select.value().as_str() {
                BEFORE => Since::Before,
                START => Since::Start,
                id => Since::Revision(id.to_owned()),
            };
            let to = question.to.clone();
            on_question.emit(Question { since, to });
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
    let since = &props.question.since;
    let earlier = match since {
        Since::Revision(id) => Some(id.as_str()),
        Since::Before | Since::Start => None,
    };
    html! {
        <div class="compared">
            <label>
                <span>{ "From" }</span>
                <select onchange={from}>
                    <option value={BEFORE} selected={*since == Since::Before}>{ "the one before" }</option>
                    <option value={START} selected={*since == Since::Start}>{ "before the first" }</option>
                    { options(&props.report, earlier) }
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
