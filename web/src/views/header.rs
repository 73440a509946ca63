use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::{
    components::{FilePicker, Glyph, Icon, Logo},
    desk::{Desk, use_desk, use_intake},
    state::{Action, Dialog, Engine, Keeping, Theme},
};

/// The bar at the top.
#[component]
pub fn Header() -> Html {
    let desk = use_desk();
    let take_in = use_intake();
    let empty = desk.state.files.is_empty();
    html! {
        <header class="bar">
            <h1 class="brand"><Logo /><span>{ "Retort" }</span></h1>
            if empty {
                <span class="bar-space" />
            } else {
                { review_name(&desk) }
            }
            <nav class="actions" aria-label="Actions">
                if !empty {
                    <button type="button" class="quiet" title="New: an empty review" onclick={desk.on_click(|| Action::StartAnew)}>
                        <Icon glyph={Glyph::Add} /><span>{ "New" }</span>
                    </button>
                    <FilePicker class="quiet" label="Open files" glyph={Glyph::Upload} on_files={take_in.clone()} />
                    <FilePicker class="quiet wants-folder" label="Open folder" glyph={Glyph::Folder} folder=true on_files={take_in} />
                    { dialog_button(&desk, Dialog::Reviews, Glyph::Clock, "Reviews") }
                    { lesser_button(&desk, Dialog::Examples, Glyph::Examples, "Examples") }
                }
                <button
                    type="button"
                    class="quiet icon-only"
                    aria-label="Go to anything"
                    title="Go to anything (Ctrl K)"
                    onclick={desk.on_click(|| Action::OpenDialog(Dialog::Palette))}
                ><Icon glyph={Glyph::Search} /></button>
                { lesser_button(&desk, Dialog::Settings, Glyph::Settings, "Settings") }
                { theme_button(&desk) }
                <button
                    type="button"
                    class="quiet icon-only"
                    aria-label="Help and keys"
                    title="Help and keys (?)"
                    onclick={desk.on_click(|| Action::OpenDialog(Dialog::Help))}
                ><Icon glyph={Glyph::Help} /></button>
                if !empty {
                    { dialog_button(&desk, Dialog::Share, Glyph::Share, "Share") }
                    <button
                        type="button"
                        class="primary"
                        disabled={desk.state.report.is_none()}
                        onclick={desk.on_click(|| Action::OpenDialog(Dialog::Export))}
                    ><Icon glyph={Glyph::Download} /><span>{ "Export" }</span></button>
                }
            </nav>
        </header>
    }
}

fn dialog_button(desk: &Desk, dialog: Dialog, glyph: Glyph, label: &'static str) -> Html {
    labelled_button(desk, dialog, glyph, label, classes!("quiet"))
}

/// One that loses its word first where room is scarce.
fn lesser_button(desk: &Desk, dialog: Dialog, glyph: Glyph, label: &'static str) -> Html {
    labelled_button(desk, dialog, glyph, label, classes!("quiet", "less"))
}

fn labelled_button(
    desk: &Desk,
    dialog: Dialog,
    glyph: Glyph,
    label: &'static str,
    class: Classes,
) -> Html {
    html! {
        <button type="button" {class} title={label} onclick={desk.on_click(move || Action::OpenDialog(dialog.clone()))}>
            <Icon {glyph} /><span>{ label }</span>
        </button>
    }
}

fn review_name(desk: &Desk) -> Html {
    let state = &desk.state;
    let renamed = {
        let dispatch = state.dispatcher();
        Callback::from(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            dispatch.dispatch(Action::RenameReview(input.value()));
        })
    };
    let status = match (&state.engine, &state.keeping) {
        (Engine::Starting, _) => "Starting the analysis …".to_owned(),
        (_, Keeping::Saved) => "Kept in this browser".to_owned(),
        (_, Keeping::Failed(_)) => "Not kept".to_owned(),
        (_, Keeping::Nothing) => String::new(),
    };
    html! {
        <div class="review-name">
            <input
                class="name-field"
                aria-label="Name of the review"
                placeholder="Untitled review"
                value={state.name.clone()}
                oninput={renamed}
            />
            <span class="keeping">{ status }</span>
        </div>
    }
}

fn theme_button(desk: &Desk) -> Html {
    let (next, glyph, label) = match desk.state.theme {
        Theme::System => (
            Theme::Light,
            Glyph::System,
            "Colours: as the system. Switch to light",
        ),
        Theme::Light => (Theme::Dark, Glyph::Light, "Colours: light. Switch to dark"),
        Theme::Dark => (
            Theme::System,
            Glyph::Dark,
            "Colours: dark. Switch to the system's",
        ),
    };
    html! {
        <button
            type="button"
            class="quiet icon-only"
            aria-label={label}
            title={label}
            onclick={desk.on_click(move || Action::SetTheme(next))}
        ><Icon {glyph} /></button>
    }
}
