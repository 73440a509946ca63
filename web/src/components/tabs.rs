use web_sys::HtmlElement;
use yew::prelude::*;

/// One tab of a [`TabBar`].
#[derive(Clone, PartialEq)]
pub struct Tab {
    pub label: AttrValue,
    /// Shown beside the label.
    pub mark: Html,
    pub selected: bool,
}

#[derive(PartialEq, Properties)]
pub struct TabBarProps {
    /// What the tabs are of.
    pub label: AttrValue,
    /// Ids of tabs and panels begin with it.
    pub id: AttrValue,
    pub tabs: Vec<Tab>,
    pub on_select: Callback<usize>,
}

/// A row of tabs: one stop for the Tab key, arrow keys move between them.
#[component]
pub fn TabBar(props: &TabBarProps) -> Html {
    let bar = use_node_ref();
    let count = props.tabs.len();
    let selected = props.tabs.iter().position(|tab| tab.selected).unwrap_or(0);
    let keys = {
        let (bar, on_select) = (bar.clone(), props.on_select.clone());
        Callback::from(move |event: KeyboardEvent| {
            let next = match event.key().as_str() {
                "ArrowRight" => (selected + 1) % count.max(1),
                "ArrowLeft" => (selected + count.saturating_sub(1)) % count.max(1),
                "Home" => 0,
                "End" => count.saturating_sub(1),
                _ => return,
            };
            event.prevent_default();
            on_select.emit(next);
            let tab = bar
                .cast::<HtmlElement>()
                .and_then(|bar| bar.children().item(next as u32));
            if let Some(tab) =
                tab.and_then(|tab| wasm_bindgen::JsCast::dyn_into::<HtmlElement>(tab).ok())
            {
                let _ = tab.focus();
            }
        })
    };
    html! {
        <div ref={bar} class="tabs" role="tablist" aria-label={props.label.clone()} onkeydown={keys}>
            for (index, tab) in props.tabs.iter().enumerate() {
                <button
                    type="button"
                    class="tab"
                    role="tab"
                    id={format!("{}-tab-{index}", props.id)}
                    aria-selected={tab.selected.to_string()}
                    aria-controls={tab.selected.then(|| format!("{}-panel", props.id))}
                    tabindex={if tab.selected { "0" } else { "-1" }}
                    onclick={props.on_select.reform(move |_| index)}
                >
                    <span>{ &tab.label }</span>{ tab.mark.clone() }
                </button>
            }
        </div>
    }
}
