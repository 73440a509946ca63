//! Retort's review desk.

use yew::prelude::*;

#[component]
fn App() -> Html {
    html! { <h1>{ "Retort" }</h1> }
}

fn main() {
    yew::Renderer::<App>::new().render();
}
