use retort_report::Diagram;
use web_sys::Element;
use yew::prelude::*;

use super::{
    Mode,
    card::{is_there, marked},
    viewport::Window,
};
use crate::{state::Shared, words};

const WIDTH: f64 = 150.0;
const HEIGHT: f64 = 100.0;

#[derive(PartialEq, Properties)]
pub struct MinimapProps {
    pub diagram: Shared<Diagram>,
    pub mode: Mode,
    /// What the frame shows.
    pub window: Window,
    /// A point of the picture that was pointed at.
    pub on_point: Callback<(f64, f64)>,
}

/// The whole picture, small, with the part that the frame shows. For the pointer only: keys have the arrows and the search.
#[component]
pub fn Minimap(props: &MinimapProps) -> Html {
    let map = use_node_ref();
    let diagram = &props.diagram;
    let scale = (WIDTH / diagram.width.max(1.0)).min(HEIGHT / diagram.height.max(1.0));
    let (width, height) = (diagram.width * scale, diagram.height * scale);
    let window = props.window;
    let left = window.left.max(diagram.x);
    let top = window.top.max(diagram.y);
    let right = window.right.min(diagram.x + diagram.width);
    let bottom = window.bottom.min(diagram.y + diagram.height);
    let point = {
        let (map, on_point) = (map.clone(), props.on_point.clone());
        let origin = (diagram.x, diagram.y);
        Callback::from(move |event: PointerEvent| {
            event.stop_propagation();
            if event.buttons() == 0 {
                return;
            }
            if let Some(map) = map.cast::<Element>() {
                let corner = map.get_bounding_client_rect();
                let x = (f64::from(event.client_x()) - corner.left()) / scale;
                let y = (f64::from(event.client_y()) - corner.top()) / scale;
                on_point.emit((origin.0 + x, origin.1 + y));
            }
        })
    };
    html! {
        <svg
            ref={map}
            class="minimap"
            width={width.to_string()}
            height={height.to_string()}
            viewBox={format!("{} {} {} {}", diagram.x, diagram.y, diagram.width, diagram.height)}
            aria-hidden="true"
            onpointerdown={point.clone()}
            onpointermove={point}
        >
            <MinimapCards diagram={diagram.clone()} mode={props.mode} />
            <rect
                class="minimap-window"
                x={left.to_string()}
                y={top.to_string()}
                width={(right - left).max(0.0).to_string()}
                height={(bottom - top).max(0.0).to_string()}
            />
        </svg>
    }
}

#[derive(PartialEq, Properties)]
struct MinimapCardsProps {
    diagram: Shared<Diagram>,
    mode: Mode,
}

/// The cards, which moving does not touch.
#[component]
fn MinimapCards(props: &MinimapCardsProps) -> Html {
    let there = props
        .diagram
        .tables
        .iter()
        .filter(|card| is_there(card.change, props.mode));
    html! {
        for card in there {
            <rect
                class={words::mark_class(marked(card.mark(), props.mode))}
                x={card.x.to_string()}
                y={card.y.to_string()}
                width={card.width.to_string()}
                height={card.height.to_string()}
            />
        }
    }
}
