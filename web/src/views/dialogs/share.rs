use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::export::{request, slug};
use crate::{
    components::{Glyph, Icon, copy, download},
    desk::{Desk, use_desk},
    share::{self, FILE_END, LONGEST_LINK},
    state::{Action, Saved, Tone},
};

/// Ways to give a review to somebody: a link, a file, a comment.
#[component]
pub fn Share() -> Html {
    let desk = use_desk();
    let link = use_state(|| None::<Option<String>>);
    {
        let (link, saved) = (link.setter(), Saved::from(&*desk.state));
        use_effect_with((), move |()| {
            spawn_local(async move { link.set(Some(share::link(&saved).await)) });
        });
    }
    let save = {
        let desk = desk.clone();
        Callback::from(move |_: MouseEvent| save(&desk))
    };
    let markdown = {
        let desk = desk.clone();
        Callback::from(move |_: MouseEvent| copy_review(&desk))
    };
    html! {
        <div class="share">
            <h3>{ "A link that holds the review" }</h3>
            { link_part(&desk, link.as_ref()) }
            <h3>{ "A file" }</h3>
            <p class="muted">{ "The whole review: files, settings, your words. Open it like any other file." }</p>
            <button type="button" onclick={save}><Icon glyph={Glyph::Download} /><span>{ "Save the review as a file" }</span></button>
            <h3>{ "A comment" }</h3>
            <p class="muted">{ "Checklist, findings and changes as Markdown, for a pull request." }</p>
            <button type="button" disabled={!desk.state.is_current()} onclick={markdown}>
                <Icon glyph={Glyph::Copy} /><span>{ "Copy the review as Markdown" }</span>
            </button>
        </div>
    }
}

fn link_part(desk: &Desk, link: Option<&Option<String>>) -> Html {
    let Some(link) = link else {
        return html! { <p class="waiting">{ "Packing …" }</p> };
    };
    let Some(link) = link else {
        return html! { <p>{ "This browser cannot pack a link. Save the review as a file instead." }</p> };
    };
    if link.len() > LONGEST_LINK {
        return html! {
            <p class="too-long">
                { format!(
                    "The link would have {} characters; mail and chat programs cut links of more than {LONGEST_LINK}. \
                     Save the review as a file instead, or take the history out of it.",
                    link.len(),
                ) }
            </p>
        };
    }
    let copied = {
        let (desk, link) = (desk.clone(), link.clone());
        Callback::from(move |_: MouseEvent| {
            copy_and_tell(&desk, link.clone(), "The link is on the clipboard.");
        })
    };
    html! {
        <>
            <p class="muted">
                { "The files are in the link itself, behind the #, which browsers send to no server. Whoever has the \
                   link can read them." }
            </p>
            <div class="link-row">
                <input readonly=true aria-label="Link" value={link.clone()} />
                <button type="button" class="primary" onclick={copied}><Icon glyph={Glyph::Copy} /><span>{ "Copy the link" }</span></button>
            </div>
        </>
    }
}

fn save(desk: &Desk) {
    let saved = Saved::from(&*desk.state);
    let name = format!("{}{FILE_END}", slug(&desk.state.title()));
    if let Some(text) = share::to_text(&saved) {
        let _ = download(&name, "application/json", &text.as_str().into());
    }
}

/// Puts the whole review on the clipboard, as Markdown.
pub fn copy_review(desk: &Desk) {
    let told = desk.clone();
    desk.bridge.export(&request(desk, ""), move |answer| {
        let mut files = answer.unwrap_or_default().into_iter();
        if let Some(file) = files.find(|file| file.path == "REVIEW.md") {
            copy_and_tell(
                &told,
                file.text,
                "The review is on the clipboard, as Markdown.",
            );
        }
    });
}

/// Puts a text on the clipboard, and says so.
pub fn copy_and_tell(desk: &Desk, text: String, done: &'static str) {
    let desk = desk.clone();
    spawn_local(async move {
        let (tone, text) = if copy(&text).await {
            (Tone::Done, done)
        } else {
            (
                Tone::Problem,
                "The browser did not let this page use the clipboard.",
            )
        };
        desk.dispatch(Action::Tell {
            tone,
            text: text.to_owned(),
            details: Vec::new(),
        });
    });
}
