use std::rc::Rc;

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
    let input = use_node_ref();
    let submit = {
        let (desk, input, from) = (desk.clone(), input.clone(), props.path.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(input) = input.cast::<HtmlInputElement>() {
                let from: Rc<str> = from.as_str().into();
                desk.dispatch(Action::RenameFile {
                    from,
                    to: input.value(),
                });
                desk.dispatch(Action::CloseDialog);
            }
        })
    };
    html! {
        <form class="rename" onsubmit={submit}>
            <label for="new-path">{ "Path of the file. Tools tell revisions by it." }</label>
            <input ref={input} id="new-path" required=true value={props.path.clone()} />
            <div class="dialog-foot"><button type="submit" class="primary">{ "Rename" }</button></div>
        </form>
    }
}
