use retort_report::Finding;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::{desk::use_desk, state::Action};

#[derive(PartialEq, Properties)]
pub struct SuppressProps {
    pub finding: Finding,
}

/// Asks why a finding is to be silenced: a reason is required, and stands in the file.
#[component]
pub fn Suppress(props: &SuppressProps) -> Html {
    let desk = use_desk();
    let input = use_node_ref();
    let finding = props.finding.id;
    let submit = {
        let (desk, input) = (desk.clone(), input.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let reason = input
                .cast::<HtmlInputElement>()
                .map(|input| input.value())
                .unwrap_or_default();
            if !reason.trim().is_empty() {
                desk.dispatch(Action::CloseDialog);
                desk.dispatch(Action::Suppress { finding, reason });
            }
        })
    };
    html! {
        <form class="rename" onsubmit={submit}>
            <p>{ &props.finding.message }</p>
            <p class="muted">
                { "A comment above the line silences this rule there. Whoever reads the file later sees the reason." }
            </p>
            <label for="suppress-reason">{ "Why is it right here?" }</label>
            <input ref={input} id="suppress-reason" required=true autofocus=true autocomplete="off" />
            <div class="dialog-foot">
                <button type="submit" class="primary" disabled={!desk.state.is_current()}>{ "Write the comment" }</button>
            </div>
        </form>
    }
}
