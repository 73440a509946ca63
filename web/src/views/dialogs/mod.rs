//! What opens over the page.

mod export;
mod fix;
mod help;
mod rename;
mod settings;

use yew::prelude::*;

use self::{export::Export, fix::FixPreview, help::Help, rename::Rename, settings::SettingsForm};
use super::welcome::ExampleList;
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
        Some(Dialog::Settings) => html! {
            <Modal title="Settings" class="wide" on_close={close}><SettingsForm /></Modal>
        },
        Some(Dialog::Export) => html! {
            <Modal title="Export" class="wide" on_close={close}><Export /></Modal>
        },
        Some(Dialog::Help) => html! {
            <Modal title="Help" on_close={close}><Help /></Modal>
        },
        Some(Dialog::Rename(path)) => html! {
            <Modal title="Rename" on_close={close}><Rename path={AttrValue::from(path.clone())} /></Modal>
        },
    }
}
