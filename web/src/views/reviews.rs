use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::{
    components::{Glyph, Icon},
    desk::{Desk, use_desk},
    state::{Action, Tone},
    store::{Entry, FORBIDDEN},
    words::count,
};

#[derive(PartialEq, Properties)]
pub struct ReviewListProps {
    /// At most so many.
    #[prop_or(usize::MAX)]
    pub most: usize,
    /// What stands above the list, if there is one.
    #[prop_or_default]
    pub heading: Html,
    /// Shown where nothing is kept.
    #[prop_or_default]
    pub none: Html,
}

/// The reviews that this browser keeps: to open, to copy, to delete.
#[component]
pub fn ReviewList(props: &ReviewListProps) -> Html {
    let desk = use_desk();
    let entries = use_state(|| None::<Vec<Entry>>);
    let asked = use_state(|| None::<String>);
    let changes = use_state(|| 0_u32);
    {
        let entries = entries.setter();
        use_effect_with((desk.store.clone(), *changes), move |(store, _)| {
            if let Some(store) = store.clone() {
                spawn_local(async move { entries.set(Some(store.list().await)) });
            }
        });
    }
    let Some(store) = desk.store.clone() else {
        return if desk.state.restoring {
            Html::default()
        } else {
            html! { if props.heading == Html::default() { <p class="waiting">{ format!("No reviews are kept: {FORBIDDEN}.") }</p> } }
        };
    };
    let Some(entries) = entries.as_ref() else {
        return Html::default();
    };
    if entries.is_empty() {
        return props.none.clone();
    }
    let delete = {
        let (asked, changes) = (asked.setter(), changes.clone());
        Callback::from(move |id: String| {
            let (store, asked, changes) = (store.clone(), asked.clone(), changes.clone());
            spawn_local(async move {
                store.remove(&id).await;
                asked.set(None);
                changes.set(*changes + 1);
            });
        })
    };
    html! {
        <>
            { props.heading.clone() }
            <ul class="reviews">
                for entry in entries.iter().take(props.most) {
                    <li key={entry.id.clone()} class="review">
                        { opener(&desk, entry) }
                        if asked.as_deref() == Some(entry.id.as_str()) {
                            <span class="review-delete">
                                <button type="button" class="small is-error" onclick={
                                    let id = entry.id.clone();
                                    delete.reform(move |_: MouseEvent| id.clone())
                                }>{ "Delete for good" }</button>
                                <button type="button" class="small quiet" onclick={
                                    let asked = asked.setter();
                                    Callback::from(move |_: MouseEvent| asked.set(None))
                                }>{ "Keep" }</button>
                            </span>
                        } else if *desk.state.id != *entry.id && !entry.elsewhere {
                            <button
                                type="button"
                                class="quiet icon-only small"
                                aria-label={format!("Delete {}", entry.name)}
                                title="Delete"
                                onclick={
                                    let (asked, id) = (asked.setter(), entry.id.clone());
                                    Callback::from(move |_: MouseEvent| asked.set(Some(id.clone())))
                                }
                            ><Icon glyph={Glyph::Trash} /></button>
                        }
                    </li>
                }
            </ul>
        </>
    }
}

fn opener(desk: &Desk, entry: &Entry) -> Html {
    let current = *desk.state.id == *entry.id && !desk.state.files.is_empty();
    let open = {
        let (desk, entry) = (desk.clone(), entry.clone());
        Callback::from(move |_: MouseEvent| open(desk.clone(), entry.clone()))
    };
    let date = js_sys::Date::new(&entry.changed.into());
    let date = String::from(date.to_locale_string("default", &wasm_bindgen::JsValue::UNDEFINED));
    html! {
        <button type="button" class="review-open" disabled={current} onclick={open}>
            <strong>{ &entry.name }</strong>
            <span>
                { format!("{date} · {}", count(entry.files as usize, "file", "files")) }
                if current { { " · open here" } }
                if entry.elsewhere { { " · open in another tab: opens a copy" } }
            </span>
        </button>
    }
}

/// Opens a review: the kept one itself, or a copy where another tab has it.
fn open(desk: Desk, entry: Entry) {
    spawn_local(async move {
        let Some(store) = &desk.store else { return };
        if let Some(kept) = store.take(&entry.id).await {
            desk.dispatch(Action::Restore {
                review: Box::new(kept.review),
                id: Some(kept.id.into()),
            });
        } else if let Some(review) = store.copy(&entry.id).await {
            desk.dispatch(Action::Restore {
                review: Box::new(review),
                id: None,
            });
        } else {
            desk.dispatch(Action::Tell {
                tone: Tone::Problem,
                text: format!("“{}” is not there any more.", entry.name),
                details: Vec::new(),
            });
        }
    });
}
