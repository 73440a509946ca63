use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::{
    components::{Glyph, Icon},
    desk::use_desk,
    intake::{Request, fetch},
    state::Action,
};

/// How the fetching goes.
#[derive(Clone, PartialEq)]
enum Progress {
    Waiting,
    Listing,
    Reading { done: usize, of: usize },
    Failed(String),
}

/// Takes in a pull request by its address. Only this asks another host, and only when the person says so.
#[component]
pub fn PullRequest() -> Html {
    let desk = use_desk();
    let progress = use_state(|| Progress::Waiting);
    let (address, token) = (use_node_ref(), use_node_ref());
    let submit = {
        let (desk, progress) = (desk.clone(), progress.setter());
        let (address, token) = (address.clone(), token.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let value = |node: &NodeRef| {
                node.cast::<HtmlInputElement>()
                    .map(|input| input.value())
                    .unwrap_or_default()
            };
            let request = Request {
                address: value(&address),
                token: value(&token),
            };
            let (desk, progress) = (desk.clone(), progress.clone());
            progress.set(Progress::Listing);
            spawn_local(async move {
                let told = progress.clone();
                let answer = fetch(&request, move |done, of| {
                    told.set(Progress::Reading { done, of })
                })
                .await;
                match answer {
                    Ok(intake) => desk.dispatch(Action::TakeIn(intake)),
                    Err(reason) => progress.set(Progress::Failed(reason)),
                }
            });
        })
    };
    let busy = matches!(*progress, Progress::Listing | Progress::Reading { .. });
    html! {
        <form class="rename pull-request" onsubmit={submit}>
            <label for="pull-address">{ "Address of a pull request on GitHub, or of a merge request on GitLab" }</label>
            <input
                ref={address}
                id="pull-address"
                autofocus=true
                required=true
                inputmode="url"
                autocomplete="off"
                spellcheck="false"
                placeholder="https://github.com/owner/repository/pull/12"
            />
            <details>
                <summary>{ "Private repository, or too many requests? Give a token" }</summary>
                <label for="pull-token">{ "Token that may read the repository" }</label>
                <input ref={token} id="pull-token" type="password" autocomplete="off" />
                <p class="hint">
                    { "It goes to that host only, is kept in this dialog only, and is forgotten when the dialog closes." }
                </p>
            </details>
            <p class="muted">
                { "The page asks the host's public API now, this once. What the request changes comes under review; the \
                   other migrations of its base become the history." }
            </p>
            <div aria-live="polite">
                {
                    match &*progress {
                        Progress::Waiting => Html::default(),
                        Progress::Listing => html! { <p>{ "Asking what it changes …" }</p> },
                        Progress::Reading { done, of } => html! {
                            <>
                                <p>{ format!("Reading file {done} of {of} …") }</p>
                                <progress value={done.to_string()} max={of.to_string()} aria-label="Files read" />
                            </>
                        },
                        Progress::Failed(reason) => html! {
                            <p class="fetch-problem"><Icon glyph={Glyph::Warning} class="is-warning" /><span>{ reason }</span></p>
                        },
                    }
                }
            </div>
            <div class="dialog-foot"><button type="submit" class="primary" disabled={busy}>{ "Review it" }</button></div>
        </form>
    }
}
