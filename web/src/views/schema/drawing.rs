use retort_report::Diagram;
use yew::prelude::*;

use super::{
    Mode,
    card::{Card, Detail, is_there},
    edge::{edge, loose_edge},
    viewport::Window,
};
use crate::state::Shared;

/// Fewer cards than this are all drawn, wherever they are: they stay in reach of a screen reader.
const ALL_DRAWN: usize = 40;

/// A card on its way to another place.
#[derive(Clone, Debug, PartialEq)]
pub struct Drag {
    pub key: AttrValue,
    /// How far it has come, in the picture's measure.
    pub offset: (f64, f64),
}

#[derive(PartialEq, Properties)]
pub struct DrawingProps {
    pub diagram: Shared<Diagram>,
    pub mode: Mode,
    pub detail: Detail,
    /// What is drawn at least.
    pub window: Window,
    pub selected: Option<AttrValue>,
    pub drag: Option<Drag>,
}

/// The cards and lines in and around the frame. Moving and zooming touch it only where they bring other cards in.
#[component]
pub fn Drawing(props: &DrawingProps) -> Html {
    let diagram = &props.diagram;
    let dragged = props.drag.as_ref();
    let selected = props.selected.as_deref();
    let few = diagram.tables.len() <= ALL_DRAWN;
    let cards = diagram.tables.iter().enumerate().filter(|(_, card)| {
        let is_held = selected == Some(card.key.as_str());
        is_there(card.change, props.mode) && (few || is_held || props.window.shows(card))
    });
    html! {
        <>
            for one in &diagram.edges {
                if let Some(drag) = dragged.filter(|drag| one.from == *drag.key || one.to == *drag.key) {
                    { loose_edge(one, diagram, &drag.key, drag.offset) }
                } else {
                    { edge(one, props.mode, selected.is_some_and(|key| one.from == key || one.to == key)) }
                }
            }
            for (at, card) in cards {
                <Card
                    key={card.key.clone()}
                    diagram={diagram.clone()}
                    {at}
                    mode={props.mode}
                    detail={props.detail}
                    selected={selected == Some(card.key.as_str())}
                    offset={dragged.filter(|drag| *drag.key == card.key).map(|drag| drag.offset).unwrap_or_default()}
                />
            }
        </>
    }
}
