use retort_report::DiagramEdge;
use yew::prelude::*;

use super::{Mode, card::seen};
use crate::words;

/// A foreign key as a line with crow's-foot ends.
pub fn edge(edge: &DiagramEdge, mode: Mode) -> Html {
    let Some(change) = seen(edge.change, mode) else {
        return Html::default();
    };
    let (word, _, class) = words::change(change);
    let label = format!("foreign key {}, {word}: {}", edge.name, edge.description);
    html! {
        <g key={format!("{} {}", edge.from, edge.name)} class={classes!("edge", class)} role="img" aria-label={label}>
            <path class="edge-room" d={edge.path.clone()} />
            <path class="edge-line" d={edge.path.clone()} />
            <path class="edge-ends" d={edge.ends.clone()} />
            <title>{ &edge.description }</title>
        </g>
    }
}
