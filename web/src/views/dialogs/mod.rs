//! What opens over the page.

mod export;
mod fix;
mod help;
mod palette;
mod pull_request;
mod recipes;
mod rename;
mod settings;
mod share;
mod suppress;

use yew::prelude::*;

use self::{
    export::Export, fix::FixPreview, help::Help, palette::Palette, pull_request::PullRequest,
    recipes::Recipes, rename::Rename, settings::SettingsForm, share::Share, suppress::Suppress,
};
use super::{lesson::LessonList, reviews::ReviewList, welcome::ExampleList};
use crate::{
    components::Modal,
    desk::use_desk,
    state::{Action, Dialog},
};

/// The dialog that is open, if one is.
#[component]
pub fn Dialogs() -> Html {
    let desk = use_desk();
    let close = {
        let dispatch = desk.state.dispatcher();
        Callback::from(move |()| dispatch.dispatch(Action::CloseDialog))
    };
    if let Some(finding) = desk.state.fix.and_then(|id| desk.state.finding_by_id(id)) {
        return html! { <FixPreview finding={finding.clone()} /> };
    }
    match &desk.state.dialog {
        None => Html::default(),
        Some(Dialog::Examples) => html! {
            <Modal title="Examples" on_close={close}>
                <p class="muted">{ "Each opens as a review of its own, in place of the one that is open." }</p>
                <ExampleList />
            </Modal>
        },
        Some(Dialog::Lessons) => html! {
            <Modal title="Lessons" on_close={close}><LessonList /></Modal>
        },
        Some(Dialog::Reviews) => html! {
            <Modal title="Your reviews" on_close={close}>
                <p class="muted">{ "Kept in this browser, on this machine only. Clearing the site's data deletes them." }</p>
                <ReviewList none={html! { <p class="waiting">{ "No review is kept yet. One appears here as soon as it has a file." }</p> }} />
            </Modal>
        },
        Some(Dialog::Settings) => html! {
            <Modal title="Settings" class="wide" on_close={close}><SettingsForm /></Modal>
        },
        Some(Dialog::Export) => html! {
            <Modal title="Export" class="wide" on_close={close}><Export /></Modal>
        },
        Some(Dialog::Help) => html! {
            <Modal title="Help" on_close={close}><Help /></Modal>
        },
        Some(Dialog::PullRequest) => html! {
            <Modal title="Review a pull request" on_close={close}><PullRequest /></Modal>
        },
        Some(Dialog::Share) => html! {
            <Modal title="Share" on_close={close}><Share /></Modal>
        },
        Some(Dialog::Recipe) => html! {
            <Modal title="A new migration" class="wide" on_close={close}><Recipes /></Modal>
        },
        Some(Dialog::Palette) => html! {
            <Modal title="Go to" class="palette" on_close={close}><Palette /></Modal>
        },
        Some(Dialog::Suppress(id)) => match desk.state.finding_by_id(*id) {
            None => Html::default(),
            Some(finding) => html! {
                <Modal title="Silence a finding" on_close={close}><Suppress finding={finding.clone()} /></Modal>
            },
        },
        Some(Dialog::Rename(path)) => html! {
            <Modal title="Rename" on_close={close}><Rename path={AttrValue::from(path.clone())} /></Modal>
        },
    }
}
