//! Keys that work everywhere; the help sheet lists them.

use gloo::{
    events::{EventListener, EventListenerOptions},
    timers::callback::Timeout,
};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::prelude::*;

use crate::state::{Action, Dialog, Pane, Panel, State};

const PANELS: [Panel; 5] = [
    Panel::Checklist,
    Panel::Findings,
    Panel::Schema,
    Panel::Locks,
    Panel::Proof,
];

/// The panes in the order of F6, and what gets the focus in each.
const PANES: [(Pane, &str); 3] = [
    (Pane::Revisions, ".sidebar button"),
    (Pane::Editor, ".editor .cm-content"),
    (Pane::Review, ".panel [role=tab][aria-selected=true]"),
];

#[hook]
pub fn use_keyboard(state: &UseReducerHandle<State>) {
    let dispatch = state.dispatcher();
    let idle = state.dialog.is_none() && !state.files.is_empty();
    let pane = state.pane;
    use_effect_with((idle, pane), move |&(idle, pane)| {
        let options = EventListenerOptions::enable_prevent_default();
        let listener = EventListener::new_with_options(
            &gloo::utils::document(),
            "keydown",
            options,
            move |event| {
                if let Some(event) = event.dyn_ref::<KeyboardEvent>()
                    && let Some(action) = action(event, idle, pane)
                {
                    event.prevent_default();
                    dispatch.dispatch(action);
                }
            },
        );
        move || drop(listener)
    });
}

fn action(event: &KeyboardEvent, idle: bool, pane: Pane) -> Option<Action> {
    if event.ctrl_key() || event.meta_key() {
        return match event.key().to_lowercase().as_str() {
            "k" => Some(Action::OpenDialog(Dialog::Palette)),
            "z" if idle && !is_writing(event) && event.shift_key() => Some(Action::Redo),
            "z" if idle && !is_writing(event) => Some(Action::Undo),
            _ => None,
        };
    }
    match event.key().as_str() {
        "?" if !is_writing(event) => Some(Action::OpenDialog(Dialog::Help)),
        "/" if idle && !is_writing(event) => {
            focus_later("#finding-search");
            Some(Action::ShowPanel(Panel::Findings))
        }
        "F8" if idle => Some(Action::NextFinding {
            back: event.shift_key(),
        }),
        "F6" if idle => Some(next_pane(pane, event.shift_key())),
        key if idle && event.alt_key() => {
            let number: usize = key.parse().ok()?;
            PANELS
                .get(number.checked_sub(1)?)
                .map(|panel| Action::ShowPanel(*panel))
        }
        _ => None,
    }
}

fn is_writing(event: &KeyboardEvent) -> bool {
    let element = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok());
    element.is_some_and(|element| {
        element.is_content_editable()
            || matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
    })
}

/// Moves the focus to the next pane, from the one that has it.
fn next_pane(shown: Pane, back: bool) -> Action {
    let focused = gloo::utils::document().active_element();
    let inside = |selector: &str| {
        focused
            .as_ref()
            .is_some_and(|element: &Element| element.closest(selector).ok().flatten().is_some())
    };
    let current = match (inside(".sidebar"), inside(".workspace"), inside(".panel")) {
        (true, _, _) => 0,
        (_, true, _) => 1,
        (_, _, true) => 2,
        _ => PANES
            .iter()
            .position(|(pane, _)| *pane == shown)
            .unwrap_or(1),
    };
    let next = if back {
        current + PANES.len() - 1
    } else {
        current + 1
    } % PANES.len();
    let (pane, selector) = PANES.get(next).copied().unwrap_or((shown, "body"));
    focus_later(selector);
    Action::ShowPane(pane)
}

/// Focuses an element after what it stands in is shown.
fn focus_later(selector: &'static str) {
    try_to_focus(selector, 20);
}

fn try_to_focus(selector: &'static str, more: u32) {
    Timeout::new(30, move || {
        let target = gloo::utils::document()
            .query_selector(selector)
            .ok()
            .flatten();
        match target.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            Some(element) if element.offset_parent().is_some() => {
                let _ = element.focus();
            }
            _ if more > 0 => try_to_focus(selector, more - 1),
            _ => {}
        }
    })
    .forget();
}
