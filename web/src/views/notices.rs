use gloo::timers::callback::Timeout;
use yew::prelude::*;

use crate::{
    components::{Glyph, Icon},
    desk::{Desk, Dispatch, use_desk},
    state::{Action, Dialog, Engine, Keeping, Notice, Tone},
    words::count,
};

/// More details than this are only counted.
const MOST_DETAILS: usize = 12;
/// So many problems are shown outside of the fold.
const MOST_OPEN: usize = 3;
/// How long it is said that something was done, in milliseconds.
const TOAST: u32 = 5000;

/// What the person should know now, above everything else.
#[component]
pub fn Notices() -> Html {
    let desk = use_desk();
    let state = &desk.state;
    let stop = {
        let bridge = desk.bridge.clone();
        Callback::from(move |_: MouseEvent| bridge.stop())
    };
    let slow = !state.files.is_empty() && !state.is_current() && state.refused.is_none();
    html! {
        <>
        <div class="notices">
            if let Engine::Unavailable(reason) = &state.engine {
                { banner(&format!("The analysis could not start: {reason}. Reload the page; your files stay.")) }
            }
            if matches!(state.engine, Engine::Crashed(edition) if edition == state.edition) {
                { banner("The analysis stopped on this text and was started anew. Your files are safe; what is shown \
                          is about an earlier text. Change something to try again.") }
            }
            if let Some(reason) = &state.refused {
                <div class="notice is-problem" role="alert">
                    <Icon glyph={Glyph::Warning} />
                    <div class="notice-text"><p>{ "The settings cannot be used. " }{ reason }</p></div>
                    <button type="button" onclick={desk.on_click(|| Action::OpenDialog(Dialog::Settings))}>
                        { "Open the settings" }
                    </button>
                </div>
            }
            if let Keeping::Failed(reason) = &state.keeping {
                { banner(&format!("Your work is not kept: {reason}. Export it before you leave this page.")) }
            }
            if slow && state.engine == Engine::Ready {
                <Slow key={state.edition} {stop} />
            }
            // With what they are about.
            if !state.is_opening() {
                for notice in state.notices.iter().filter(|notice| notice.tone != Tone::Done) {
                    { told(&desk, notice) }
                }
            }
        </div>
        for notice in state.notices.iter().filter(|notice| notice.tone == Tone::Done) {
            <Toast key={notice.id} id={notice.id} text={notice.text.clone()} dispatch={state.dispatcher()} />
        }
        </>
    }
}

fn banner(text: &str) -> Html {
    html! {
        <div class="notice is-problem" role="alert">
            <Icon glyph={Glyph::Warning} /><div class="notice-text"><p>{ text }</p></div>
        </div>
    }
}

fn told(desk: &Desk, notice: &Notice) -> Html {
    let (class, role, glyph) = match notice.tone {
        Tone::Plain | Tone::Done => (None, "status", Glyph::Info),
        Tone::Problem => (Some("is-problem"), "alert", Glyph::Warning),
    };
    let id = notice.id;
    html! {
        <div key={id} class={classes!("notice", class)} {role}>
            <Icon {glyph} />
            <div class="notice-text">
                { words(notice) }
            </div>
            if notice.undo.is_some() {
                <button type="button" onclick={desk.on_click(move || Action::BringBack(id))}>{ "Undo" }</button>
            }
            <button
                type="button"
                class="quiet icon-only"
                aria-label="Dismiss"
                onclick={desk.on_click(move || Action::Dismiss(id))}
            ><Icon glyph={Glyph::Close} /></button>
        </div>
    }
}

/// A notice takes little room: one remark stands beside what is said, several wait in a fold. Problems come first, and
/// are read at once.
fn words(notice: &Notice) -> Html {
    let open = match notice.tone {
        Tone::Problem => MOST_OPEN,
        Tone::Plain | Tone::Done => 0,
    };
    if let [detail] = notice.details.as_slice() {
        return html! { <p>{ &notice.text }{ " " }{ detail }</p> };
    }
    let (first, rest) = notice.details.split_at(open.min(notice.details.len()));
    let more = match first.len() {
        0 => count(rest.len(), "remark", "remarks"),
        _ => format!("{} more", rest.len()),
    };
    html! {
        <>
            <p>{ &notice.text }</p>
            if !first.is_empty() {
                <ul>for detail in first { <li>{ detail }</li> }</ul>
            }
            if !rest.is_empty() {
                <details>
                    <summary>{ more }</summary>
                    <ul>for detail in rest.iter().take(MOST_DETAILS) { <li>{ detail }</li> }</ul>
                    if rest.len() > MOST_DETAILS {
                        <p>{ format!("… and {} more.", rest.len() - MOST_DETAILS) }</p>
                    }
                </details>
            }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct ToastProps {
    id: u32,
    text: AttrValue,
    dispatch: Dispatch,
}

/// Says over the page that something was done, and goes by itself: nothing moves for it.
#[component]
fn Toast(props: &ToastProps) -> Html {
    let (id, dispatch) = (props.id, props.dispatch.clone());
    use_effect_with(id, move |_| {
        let timeout = Timeout::new(TOAST, move || dispatch.dispatch(Action::Dismiss(id)));
        move || drop(timeout)
    });
    html! {
        <p class="toast" role="status"><Icon glyph={Glyph::Check} class="is-good" /><span>{ &props.text }</span></p>
    }
}

#[derive(PartialEq, Properties)]
struct SlowProps {
    stop: Callback<MouseEvent>,
}

/// Offers to stop a review that takes long.
#[component]
fn Slow(props: &SlowProps) -> Html {
    let late = use_state(|| false);
    {
        let late = late.setter();
        use_effect_with((), move |()| {
            let timeout = Timeout::new(4000, move || late.set(true));
            move || drop(timeout)
        });
    }
    if !*late {
        return Html::default();
    }
    html! {
        <div class="notice" role="status">
            <Icon glyph={Glyph::Info} />
            <div class="notice-text">
                <p>{ "The analysis takes long. You can go on working; what is shown is about an earlier text." }</p>
            </div>
            <button type="button" onclick={props.stop.clone()}>{ "Stop it" }</button>
        </div>
    }
}
