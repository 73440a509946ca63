//! Keeps the work in the browser's store, and brings it back.

use std::{cell::RefCell, rc::Rc};

use gloo::{events::EventListener, timers::callback::Timeout};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::{
    lessons,
    share::{self, Brought},
    state::{Action, Keeping, State, Tone},
    store::{FORBIDDEN, Outcome, Resumed, Store},
};

/// How long the work rests before it is kept, in milliseconds.
const REST: u32 = 400;
/// The same for large work, whose writing takes a while.
const LONG_REST: u32 = 3000;
/// From so many bytes on work is large.
const LARGE: usize = 4_000_000;
/// A store that takes longer to open does not keep anybody waiting.
const PATIENCE: u32 = 2000;

/// The store; none until it is open, or if the browser forbids it.
type Place = Rc<RefCell<Option<Store>>>;

/// Opens the store, goes on with the review that was left, and keeps what is changed.
#[hook]
pub fn use_store(state: &UseReducerHandle<State>) -> Option<Store> {
    let store = use_state(|| None::<Store>);
    {
        let (store, dispatch) = (store.setter(), state.dispatcher());
        use_effect_with((), move |()| {
            let late = dispatch.clone();
            Timeout::new(PATIENCE, move || late.dispatch(Action::GoOn)).forget();
            spawn_local(async move {
                let opened = Store::open().await;
                let resumed = match &opened {
                    Some(opened) => opened.resume().await,
                    None => Resumed::Nothing,
                };
                store.set(opened);
                if bring(&dispatch).await {
                    return;
                }
                dispatch.dispatch(match resumed {
                    Resumed::Review(kept) => Action::Resume {
                        review: Box::new(kept.review),
                        id: kept.id.into(),
                    },
                    Resumed::Elsewhere(name) => Action::NothingToRestore(Some(name)),
                    Resumed::Nothing => Action::NothingToRestore(None),
                });
            });
        });
    }
    {
        // A link that is opened in the tab of the app changes only what stands behind the `#`.
        let dispatch = state.dispatcher();
        use_effect_with((), move |()| {
            let listener = EventListener::new(&gloo::utils::window(), "hashchange", move |_| {
                let dispatch = dispatch.clone();
                spawn_local(async move {
                    bring(&dispatch).await;
                });
            });
            move || drop(listener)
        });
    }
    (*store).clone()
}

/// Opens what the address brings; whether it brought anything.
async fn bring(dispatch: &UseReducerDispatcher<State>) -> bool {
    let problem = match share::brought().await {
        Brought::Nothing => return false,
        Brought::Review(review) => {
            dispatch.dispatch(Action::OpenShared(review));
            return true;
        }
        Brought::Lesson(lesson) => match lessons::begin(lesson).await {
            Ok(intake) => {
                dispatch.dispatch(Action::GoOn);
                dispatch.dispatch(Action::TakeIn(intake));
                return true;
            }
            Err(reason) => format!("The link's lesson cannot be opened: {reason}."),
        },
        Brought::Broken(reason) => format!("The link's review cannot be opened: {reason}."),
    };
    dispatch.dispatch(Action::Tell {
        tone: Tone::Problem,
        text: problem,
        details: Vec::new(),
    });
    false
}

/// Keeps the work: when it rests, when another review begins, and when the page goes away.
#[hook]
pub fn use_keeping(state: &UseReducerHandle<State>, store: Option<&Store>) {
    let place = use_mut_ref(|| None::<Store>);
    place.replace(store.cloned());
    // A copy: what a handle gives is always the newest state, perhaps of another review.
    let unkept = use_mut_ref(|| None::<State>);
    let dispatch = state.dispatcher();
    let work = (
        state.id.clone(),
        state.files.clone(),
        state.name.clone(),
        (state.open.clone(), state.active.clone()),
        (state.panel, state.wide_panel, state.beside),
        state.config.clone(),
        state.attestations.clone(),
        store.is_some(),
    );
    {
        let (state, place, unkept) = (state.clone(), place.clone(), unkept.clone());
        let dispatch = dispatch.clone();
        use_effect_with(work, move |_| {
            let size: usize = state.files.iter().map(|file| file.text.len()).sum();
            let rest = if size < LARGE { REST } else { LONG_REST };
            let before = unkept.take();
            if let Some(before) = before.filter(|before| before.id != state.id) {
                keep(&place, before, &dispatch);
            }
            if !state.files.is_empty() {
                unkept.replace(Some(State::clone(&state)));
            }
            let timeout = Timeout::new(rest, move || {
                if let Some(state) = unkept.take() {
                    keep(&place, state, &dispatch);
                }
            });
            move || drop(timeout)
        });
    }
    {
        let (place, hold) = (place.clone(), store.is_some());
        use_effect_with((state.id.clone(), hold), move |(id, _)| {
            let (store, id) = (place.borrow().clone(), id.clone());
            if let Some(store) = store {
                spawn_local(async move { store.hold(&id).await });
            }
        });
    }
    use_effect_with((), move |()| {
        let listener = EventListener::new(&gloo::utils::window(), "pagehide", move |_| {
            if let (Some(store), Some(state)) = (place.borrow().as_ref(), unkept.take()) {
                store.leave(&state);
            }
        });
        move || drop(listener)
    });
}

fn keep(place: &Place, state: State, dispatch: &UseReducerDispatcher<State>) {
    let (store, dispatch) = (place.borrow().clone(), dispatch.clone());
    spawn_local(async move {
        let outcome = match store {
            Some(store) => store.save(&state).await,
            None if state.restoring => return,
            None => Outcome::Failed(FORBIDDEN.into()),
        };
        let keeping = match outcome {
            Outcome::Saved => Keeping::Saved,
            Outcome::Failed(reason) => Keeping::Failed(reason),
            Outcome::Conflict => {
                dispatch.dispatch(Action::Separate);
                return;
            }
        };
        dispatch.dispatch(Action::KeepingIs(keeping));
    });
}
