use web_sys::HtmlElement;
use yew::prelude::*;

use crate::{
    components::{Glyph, Icon},
    desk::use_desk,
    state::{Action, Pane, Panel},
};

/// A step of the guided review: what it shows, and where.
struct Stop {
    title: &'static str,
    text: &'static str,
    go: fn() -> Action,
}

const STOPS: [Stop; 6] = [
    Stop {
        title: "The migration",
        text: "Marks under the text show what was found; hover or put the cursor there to read why. “SQL” above shows \
               the statements that really run. You can edit: the review follows.",
        go: || Action::ShowPane(Pane::Editor),
    },
    Stop {
        title: "Findings",
        text: "Each names what goes wrong and what to do. Its rule opens in place; where there is a repair, it is \
               shown before it is made.",
        go: || Action::ShowPanel(Panel::Findings),
    },
    Stop {
        title: "Schema",
        text: "What the migration changes, as a picture: before, after and the difference. Signs, words and colours \
               tell what is new and what goes.",
        go: || Action::ShowPanel(Panel::Schema),
    },
    Stop {
        title: "Locks",
        text: "Who has to wait while it runs. Red blocks even reads; a table made by the same migration blocks nobody.",
        go: || Action::ShowPanel(Panel::Locks),
    },
    Stop {
        title: "Proof",
        text: "Whether the downgrade leads back to the schema before, worked out statement by statement.",
        go: || Action::ShowPanel(Panel::Proof),
    },
    Stop {
        title: "Checklist",
        text: "What the findings add up to. Where only a person can know, give your word and a note; then share or \
               export the review.",
        go: || Action::ShowPanel(Panel::Checklist),
    },
];

/// The guided first review: a strip that leads through the page.
#[component]
pub fn Guide() -> Html {
    let desk = use_desk();
    let next = use_node_ref();
    {
        // What led here is gone from the page, and the focus with it.
        let next = next.clone();
        use_effect_with(desk.state.guide.is_some(), move |begun| {
            if let Some(button) = next.cast::<HtmlElement>().filter(|_| *begun) {
                let _ = button.focus();
            }
        });
    }
    let Some(at) = desk.state.guide else {
        return Html::default();
    };
    let Some(stop) = STOPS.get(at) else {
        return Html::default();
    };
    let step = |to: usize| {
        let dispatch = desk.state.dispatcher();
        Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(Action::Guide(STOPS.get(to).map(|_| to)));
            if let Some(stop) = STOPS.get(to) {
                dispatch.dispatch((stop.go)());
            }
        })
    };
    html! {
        <aside class="guide" aria-label="Guided review">
            <div class="notice-text" aria-live="polite">
                <p><strong>{ format!("{}. {}", at + 1, stop.title) }</strong>{ " " }{ stop.text }</p>
            </div>
            <span class="guide-ways">
                if at > 0 { <button type="button" class="small" onclick={step(at - 1)}>{ "Back" }</button> }
                <button ref={next} type="button" class="small primary" onclick={step(at + 1)}>
                    { if at + 1 < STOPS.len() { format!("Next: {}", STOPS.get(at + 1).map_or("", |stop| stop.title)) } else { "Done".to_owned() } }
                </button>
                <button
                    type="button"
                    class="quiet icon-only small"
                    aria-label="End the guide"
                    onclick={desk.on_click(|| Action::Guide(None))}
                ><Icon glyph={Glyph::Close} /></button>
            </span>
        </aside>
    }
}
