//! What every view can reach: the state, and the core.

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::{
    bridge::Bridge,
    intake::{self, Candidate},
    prover::Prover,
    state::{Action, State},
    store::Store,
};

/// The state as it is now, the way to change it, and the core.
#[derive(Clone, PartialEq)]
pub struct Desk {
    pub state: UseReducerHandle<State>,
    pub bridge: Bridge,
    pub prover: Prover,
    /// The reviews that this browser keeps; none until they are at hand, or if the browser forbids it.
    pub store: Option<Store>,
}

impl Desk {
    pub fn dispatch(&self, action: Action) {
        self.state.dispatch(action);
    }

    /// A click that does this.
    pub fn on_click(&self, action: impl Fn() -> Action + 'static) -> Callback<MouseEvent> {
        on_click(&self.state.dispatcher(), action)
    }
}

/// The way to change the state: the same one all along, so that a view may hold it without being drawn again.
pub type Dispatch = UseReducerDispatcher<State>;

/// A click that does this.
pub fn on_click(
    dispatch: &Dispatch,
    action: impl Fn() -> Action + 'static,
) -> Callback<MouseEvent> {
    let dispatch = dispatch.clone();
    Callback::from(move |_| dispatch.dispatch(action()))
}

/// The desk; every view is inside its provider.
#[hook]
#[expect(
    clippy::expect_used,
    reason = "App provides the context around every view"
)]
pub fn use_desk() -> Desk {
    use_context::<Desk>().expect("App provides the desk")
}

/// Takes in files that were chosen.
#[hook]
pub fn use_intake() -> Callback<Vec<web_sys::File>> {
    let desk = use_desk();
    Callback::from(move |files: Vec<web_sys::File>| {
        let desk = desk.clone();
        spawn_local(async move {
            let candidates = files.into_iter().map(Candidate::from).collect();
            let progress = |reading| desk.dispatch(Action::Read(reading));
            let intake = intake::read(&desk.bridge, &desk.state.files, candidates, progress).await;
            desk.dispatch(Action::TakeIn(intake));
        });
    })
}
