//! The page as a whole.

mod effects;
mod keeping;
mod keyboard;
mod taking_in;

use yew::prelude::*;

use crate::{
    desk::Desk,
    state::{self, Pane, State},
    views::{
        Announcer, Dialogs, Guide, Header, LessonStrip, Notices, PaneBar, Progress, ReviewPanel,
        Sidebar, Welcome, Workspace,
    },
};

/// The app.
#[component]
pub fn App() -> Html {
    let state: UseReducerHandle<State> = use_reducer(state::load);
    let bridge = effects::use_bridge(&state);
    let prover = effects::use_prover(&state);
    effects::use_reviews(&state, &bridge);
    effects::use_rest(&state);
    let store = keeping::use_store(&state);
    keeping::use_keeping(&state, store.as_ref());
    effects::use_copying(&state);
    effects::use_theme(&state);
    effects::use_updates(&state);
    keyboard::use_keyboard(&state);
    let dragging = taking_in::use_drops(&state, &bridge);
    taking_in::use_pastes(&state);

    let pane = match state.pane {
        Pane::Revisions => "revisions",
        Pane::Editor => "editor",
        Pane::Review => "review",
    };
    let empty = state.files.is_empty();
    html! {
        <ContextProvider<Desk> context={Desk { state: state.clone(), bridge, prover, store }}>
            <div class="desk" data-pane={pane} data-wide={state.wide_panel.to_string()}>
                <Header />
                <Progress />
                <Notices />
                if empty && state.restoring {
                    <main aria-busy="true" />
                } else if empty {
                    <Welcome />
                } else if state.is_opening() {
                    <main class="opening" aria-busy="true"><p>{ "Reading the history …" }</p></main>
                } else {
                    <Guide />
                    <LessonStrip />
                    <PaneBar />
                    <main class="panes">
                        <Sidebar />
                        <Workspace />
                        <ReviewPanel />
                    </main>
                }
            </div>
            if dragging {
                <div class="drop-veil" aria-hidden="true"><p>{ "Drop files, a folder or a zip archive" }</p></div>
            }
            <Announcer />
            <Dialogs />
        </ContextProvider<Desk>>
    }
}
