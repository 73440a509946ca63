use yew::prelude::*;

use crate::{
    desk::use_desk,
    state::{Engine, Reading},
    words::count,
};

/// What takes a while: a line under the bar, and words beside it. Its style shows it only after a moment, so that
/// nothing flickers while somebody types.
#[component]
pub fn Progress() -> Html {
    let desk = use_desk();
    let state = &desk.state;
    let works = matches!(state.engine, Engine::Starting | Engine::Ready);
    let reviews = !state.files.is_empty() && !state.is_current() && state.refused.is_none();
    let (text, share) = match state.reading {
        Some(Reading { done, of }) => (
            format!("Reading file {done} of {of}"),
            Some((done.to_string(), of.to_string())),
        ),
        None if reviews && works => {
            let files = count(state.files.len(), "file", "files");
            (format!("Reviewing {files}"), None)
        }
        None => return Html::default(),
    };
    let (value, max) = share.unzip();
    html! {
        <div class="progress">
            <progress aria-label={text.clone()} {value} {max} />
            <span aria-hidden="true">{ text }{ " …" }</span>
        </div>
    }
}
