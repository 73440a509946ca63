//! Drops and pastes anywhere on the page.

use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{ClipboardEvent, DragEvent, Event, HtmlElement};
use yew::prelude::*;

use crate::{
    bridge::Bridge,
    intake,
    state::{Action, State},
};

/// Takes in what is dropped; whether something is being dragged over the page.
#[hook]
pub fn use_drops(state: &UseReducerHandle<State>, bridge: &Bridge) -> bool {
    let dragging = use_state_eq(|| false);
    let (state, bridge, over) = (state.clone(), bridge.clone(), dragging.setter());
    use_effect_with((), move |()| {
        let enter = {
            let over = over.clone();
            listen("dragover", move |event| {
                if brings_files(event) {
                    event.prevent_default();
                    over.set(true);
                }
            })
        };
        let leave = {
            let over = over.clone();
            listen("dragleave", move |event| {
                // Only when it leaves the window: inside, every element passed sends one.
                let event = event.dyn_ref::<DragEvent>();
                if event.is_some_and(|event| event.related_target().is_none()) {
                    over.set(false);
                }
            })
        };
        let drop_ = listen("drop", move |event| {
            over.set(false);
            let Some(transfer) = event
                .dyn_ref::<DragEvent>()
                .and_then(DragEvent::data_transfer)
            else {
                return;
            };
            if !brings_files(event) {
                return;
            }
            event.prevent_default();
            let found = intake::dropped(&transfer);
            let (state, bridge) = (state.clone(), bridge.clone());
            spawn_local(async move {
                let found = found.await;
                let files = state.files.clone();
                let progress = |reading| state.dispatch(Action::Read(reading));
                let intake = intake::read(&bridge, &files, found, progress).await;
                state.dispatch(Action::TakeIn(intake));
            });
        });
        move || drop((enter, leave, drop_))
    });
    *dragging
}

/// Takes in a text that is pasted anywhere but into a field.
#[hook]
pub fn use_pastes(state: &UseReducerHandle<State>) {
    let state = state.clone();
    use_effect_with(state.files.clone(), move |_| {
        let listener = listen("paste", move |event| {
            let Some(event) = event.dyn_ref::<ClipboardEvent>() else {
                return;
            };
            let text = event
                .clipboard_data()
                .and_then(|data| data.get_data("text/plain").ok());
            let Some(text) = text.filter(|text| !text.trim().is_empty() && !is_field(event)) else {
                return;
            };
            event.prevent_default();
            state.dispatch(Action::TakeIn(intake::pasted(text, &state.files)));
        });
        move || drop(listener)
    });
}

fn listen(name: &'static str, act: impl FnMut(&Event) + 'static) -> EventListener {
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&gloo::utils::document(), name, options, act)
}

fn brings_files(event: &Event) -> bool {
    let transfer = event
        .dyn_ref::<DragEvent>()
        .and_then(DragEvent::data_transfer);
    transfer.is_some_and(|transfer| transfer.types().includes(&"Files".into(), 0))
}

fn is_field(event: &Event) -> bool {
    let element = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok());
    element.is_some_and(|element| {
        element.is_content_editable() || matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA")
    })
}
