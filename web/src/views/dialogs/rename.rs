use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::{desk::use_desk, state::Action};

#[derive(PartialEq, Properties)]
pub struct RenameProps {
    pub path: AttrValue,
}

/// Gives a file another path.
#[component]
pub fn Rename(props: &RenameProps) -> Html {
    let desk = use_desk();
    let path = use_state_eq(|| props.path.to_string());
    let oninput = {
        let path = path.setter();
        Callback::from(move |event: InputEvent| {
            path.set(event.target_unchecked_into::<HtmlInputElement>().value());
        })
    };
    let onsubmit = {
        let (desk, from, to) = (desk.clone(), props.path.clone(), path.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            desk.dispatch(Action::RenameFile {
                from: from.as_str().into(),
                to: (*to).clone(),
            });
            desk.dispatch(Action::CloseDialog);
        })
    };
    html! {
        <form class="rename" {onsubmit}>
            <label for="new-path">{ "Path of the file. Tools tell revisions by it." }</label>
            <input id="new-path" required=true autofocus=true value={(*path).clone()} {oninput} />
            <div class="dialog-foot"><button type="submit" class="primary">{ "Rename" }</button></div>
        </form>
    }
}
