use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::{Glyph, Icon};

#[derive(PartialEq, Properties)]
pub struct ModalProps {
    pub title: AttrValue,
    pub on_close: Callback<()>,
    #[prop_or_default]
    pub class: Classes,
    pub children: Html,
}

/// A dialog over the page: the browser keeps the focus inside, first on what has `autofocus`; Escape and a click beside
/// it close it.
#[component]
pub fn Modal(props: &ModalProps) -> Html {
    let node = use_node_ref();
    use_effect_with(node.clone(), |node| {
        let dialog = node.cast::<HtmlDialogElement>();
        if let Some(dialog) = &dialog {
            let _ = dialog.show_modal();
        }
        move || {
            if let Some(dialog) = dialog {
                dialog.close();
            }
        }
    });
    let close = props.on_close.reform(|_: MouseEvent| ());
    let cancel = props
        .on_close
        .reform(|event: Event| event.prevent_default());
    let beside = {
        let (node, on_close) = (node.clone(), props.on_close.clone());
        Callback::from(move |event: MouseEvent| {
            let target = event.target().and_then(|target| target.dyn_into().ok());
            if target.is_some() && target == node.get() {
                on_close.emit(());
            }
        })
    };
    html! {
        <dialog
            ref={node}
            class={classes!("modal", props.class.clone())}
            aria-labelledby="modal-title"
            oncancel={cancel}
            onmousedown={beside}
        >
            <div class="modal-body">
                <header class="modal-head">
                    <h2 id="modal-title">{ &props.title }</h2>
                    <button type="button" class="quiet icon-only" aria-label="Close" onclick={close}>
                        <Icon glyph={Glyph::Close} />
                    </button>
                </header>
                { props.children.clone() }
            </div>
        </dialog>
    }
}
