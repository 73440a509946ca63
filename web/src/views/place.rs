use retort_report::Location;
use yew::prelude::*;

use crate::state::{Action, State, file_name};

#[derive(PartialEq, Properties)]
pub struct PlaceProps {
    pub location: Location,
    pub dispatch: UseReducerDispatcher<State>,
    /// Whether the file is said, not only the line.
    #[prop_or_default]
    pub with_file: bool,
}

/// A link to a line in the editor.
#[component]
pub fn Place(props: &PlaceProps) -> Html {
    let location = &props.location;
    let line = format!("line {}", location.line);
    let text = if props.with_file {
        format!("{}, {line}", file_name(&location.file))
    } else {
        line
    };
    let go = {
        let (dispatch, location) = (props.dispatch.clone(), location.clone());
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Reveal(location.clone())))
    };
    html! { <button type="button" class="link place" onclick={go}>{ text }</button> }
}
