//! What follows from the state: reviews and colours.

use gloo::events::EventListener;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::{
    bridge::{Bridge, BridgeEvent, ReviewRequest},
    components::copy,
    prover::{Prover, Told},
    rest,
    state::{self, Action, Engine, State, Theme, Tone},
};

/// The core, started once.
#[hook]
pub fn use_bridge(state: &UseReducerHandle<State>) -> Bridge {
    let dispatch = state.dispatcher();
    let bridge = use_state(|| {
        Bridge::start(Callback::from(move |event| {
            dispatch.dispatch(match event {
                BridgeEvent::Ready => Action::EngineIs(Engine::Ready),
                BridgeEvent::Unavailable(reason) => Action::EngineIs(Engine::Unavailable(reason)),
                BridgeEvent::Crashed => Action::EngineCrashed,
                BridgeEvent::Reviewed {
                    edition,
                    report: Ok(report),
                } => Action::Reviewed { edition, report },
                BridgeEvent::Reviewed {
                    edition,
                    report: Err(reason),
                } => Action::Refused { edition, reason },
            });
        }))
    });
    (*bridge).clone()
}

/// The way to a real PostgreSQL.
#[hook]
pub fn use_prover(state: &UseReducerHandle<State>) -> Prover {
    let dispatch = state.dispatcher();
    let prover = use_state(|| {
        Prover::new(Callback::from(move |(revision, action): Told| {
            dispatch.dispatch(Action::Prove(revision, action));
        }))
    });
    (*prover).clone()
}

/// A review of every edition, the newest first.
#[hook]
pub fn use_reviews(state: &UseReducerHandle<State>, bridge: &Bridge) {
    let (state, bridge) = (state.clone(), bridge.clone());
    use_effect_with(state.edition, move |edition| {
        if !state.files.is_empty() {
            bridge.review(ReviewRequest {
                edition: *edition,
                files: state.files.iter().cloned().collect(),
                config: state.config.clone(),
            });
        }
    });
}

/// The rest of the page's own code, once a review is shown.
#[hook]
pub fn use_rest(state: &UseReducerHandle<State>) {
    use_effect_with(state.report.is_some(), |shown| {
        if *shown {
            rest::fetch();
        }
    });
}

/// Puts on the clipboard what is on its way there.
#[hook]
pub fn use_copying(state: &UseReducerHandle<State>) {
    let dispatch = state.dispatcher();
    use_effect_with(state.copying.clone(), move |copying| {
        let Some(copying) = copying.clone() else {
            return;
        };
        spawn_local(async move {
            let (tone, text) = if copy(&copying.text).await {
                (Tone::Done, "The finding is on the clipboard, as Markdown.")
            } else {
                (
                    Tone::Problem,
                    "The browser did not let this page use the clipboard.",
                )
            };
            dispatch.dispatch(Action::Tell {
                tone,
                text: text.to_owned(),
                details: Vec::new(),
            });
        });
    });
}

/// The chosen colours.
#[hook]
pub fn use_theme(state: &UseReducerHandle<State>) {
    use_effect_with(state.theme, |theme| {
        let word = match theme {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        };
        if let Some(root) = gloo::utils::document().document_element() {
            let _ = root.set_attribute("data-theme", word);
        }
        state::save_theme(*theme);
    });
}

/// A newer version of the app, which the service worker took over while this one is open; see `boot.js`.
#[hook]
pub fn use_updates(state: &UseReducerHandle<State>) {
    let dispatch = state.dispatcher();
    use_effect_with((), move |()| {
        let listener = EventListener::new(&gloo::utils::window(), "retort-update", move |_| {
            dispatch.dispatch(Action::Tell {
                tone: Tone::Plain,
                text: "A newer version of Retort is ready. Reload the page to use it; your review is kept."
                    .to_owned(),
                details: Vec::new(),
            });
        });
        move || drop(listener)
    });
}
