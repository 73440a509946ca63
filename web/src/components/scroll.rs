use web_sys::{Element, ScrollIntoViewOptions, ScrollLogicalPosition};
use yew::prelude::*;

/// An element that comes into view when it becomes the selected one.
#[hook]
pub fn use_scroll_to(selected: bool) -> NodeRef {
    let node = use_node_ref();
    let target = node.clone();
    use_effect_with(selected, move |selected| {
        if let Some(element) = target.cast::<Element>().filter(|_| *selected) {
            let options = ScrollIntoViewOptions::new();
            options.set_block(ScrollLogicalPosition::Nearest);
            element.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
    node
}
