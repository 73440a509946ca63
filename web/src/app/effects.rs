//! What follows from the state: reviews, storage, colours.

use gloo::{events::EventListener, timers::callback::Timeout};
use yew::prelude::*;

use crate::{
    bridge::{Bridge, BridgeEvent, ReviewRequest},
    prover::{Prover, Told},
    state::{self, Action, Engine, Keeping, State, Theme},
};

/// How long the work rests before it is kept, in milliseconds.
const REST: u32 = 400;

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

/// Keeps the work in the browser's storage: when it rests, and when the page goes away.
#[hook]
pub fn use_keeping(state: &UseReducerHandle<State>) {
    let kept = (
        state.files.clone(),
        state.name.clone(),
        (state.open.clone(), state.active.clone()),
        state.config.clone(),
        state.attestations.clone(),
    );
    let state = state.clone();
    let untouched = state.files.is_empty() && state.keeping == Keeping::Nothing;
    use_effect_with(kept, move |_| {
        let hide = {
            let state = state.clone();
            EventListener::new(&gloo::utils::window(), "pagehide", move |_| {
                let _ = state::save(&state);
            })
        };
        let timeout = (!untouched).then(|| {
            Timeout::new(REST, move || {
                let keeping = match state::save(&state) {
                    Ok(()) => Keeping::Saved,
                    Err(reason) => Keeping::Failed(reason),
                };
                if keeping != state.keeping {
                    state.dispatch(Action::KeepingIs(keeping));
                }
            })
        });
        move || drop((hide, timeout))
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
