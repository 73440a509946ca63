use gloo::timers::callback::Timeout;
use yew::prelude::*;

use crate::{
    components::{Glyph, Icon},
    desk::{Desk, use_desk},
    state::{Action, Dialog, Engine, Keeping, Notice, Tone},
};

/// More details than this are only counted.
const MOST_DETAILS: usize = 12;

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
            for notice in &state.notices {
                { told(&desk, notice) }
            }
        </div>
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
        Tone::Plain => (None, "status", Glyph::Info),
        Tone::Problem => (Some("is-problem"), "alert", Glyph::Warning),
    };
    let id = notice.id;
    html! {
        <div key={id} class={classes!("notice", class)} {role}>
            <Icon {glyph} />
            <div class="notice-text">
                <p>{ &notice.text }</p>
                if !notice.details.is_empty() {
                    <ul>for detail in notice.details.iter().take(MOST_DETAILS) { <li>{ detail }</li> }</ul>
                }
                if notice.details.len() > MOST_DETAILS {
                    <p>{ format!("… and {} more.", notice.details.len() - MOST_DETAILS) }</p>
                }
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
