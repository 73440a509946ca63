use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use super::{Glyph, Icon};

#[derive(PartialEq, Properties)]
pub struct FilePickerProps {
    pub label: AttrValue,
    pub glyph: Glyph,
    /// Whether a folder is chosen, not files.
    #[prop_or_default]
    pub folder: bool,
    #[prop_or_default]
    pub class: Classes,
    pub on_files: Callback<Vec<File>>,
}

/// A button that lets the person choose files or a folder.
#[component]
pub fn FilePicker(props: &FilePickerProps) -> Html {
    let input = use_node_ref();
    let open = {
        let input = input.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                input.click();
            }
        })
    };
    let chosen = {
        let (input, on_files) = (input.clone(), props.on_files.clone());
        Callback::from(move |_: Event| {
            let Some(input) = input.cast::<HtmlInputElement>() else {
                return;
            };
            let files = input.files().map(|list| {
                let all = (0..list.length()).filter_map(|index| list.get(index));
                all.collect::<Vec<_>>()
            });
            // So that choosing the same files again is a change.
            input.set_value("");
            on_files.emit(files.unwrap_or_default());
        })
    };
    html! {
        <>
            <button type="button" class={props.class.clone()} title={props.label.clone()} onclick={open}>
                <Icon glyph={props.glyph} /><span>{ &props.label }</span>
            </button>
            <input
                ref={input}
                type="file"
                hidden=true
                multiple=true
                webkitdirectory={props.folder}
                aria-label={props.label.clone()}
                onchange={chosen}
            />
        </>
    }
}
