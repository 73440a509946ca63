use retort_report::{Between, Change, Diagram};
use wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent, WheelEvent};
use yew::prelude::*;

use super::{Mode, card::card, edge::edge};
use crate::{
    components::{Glyph, Icon, download},
    desk::use_desk,
    state::Shared,
    words,
};

const SMALLEST: f64 = 0.1;
const LARGEST: f64 = 3.0;
const STEP: f64 = 1.25;
const STRIDE: f64 = 60.0;

#[derive(PartialEq, Properties)]
pub struct PictureProps {
    pub diagram: Shared<Diagram>,
    pub mode: Mode,
    pub between: Between,
    pub table: Option<AttrValue>,
}

/// What part of the picture is seen: the offset of its corner, and its scale.
#[derive(Clone, Copy, Debug, PartialEq)]
struct View {
    x: f64,
    y: f64,
    scale: f64,
}

impl View {
    /// The whole picture in the middle of a frame.
    fn fit(diagram: &Diagram, frame: &Element) -> Self {
        let (width, height) = (
            f64::from(frame.client_width()),
            f64::from(frame.client_height()),
        );
        let scale = (width / diagram.width)
            .min(height / diagram.height)
            .clamp(SMALLEST, 1.0);
        Self {
            x: (width - diagram.width * scale) / 2.0,
            y: (height - diagram.height * scale) / 2.0,
            scale,
        }
    }

    /// Another scale around a fixed point of the frame.
    fn zoom(self, factor: f64, x: f64, y: f64) -> Self {
        let scale = (self.scale * factor).clamp(SMALLEST, LARGEST);
        let ratio = scale / self.scale;
        Self {
            x: x - (x - self.x) * ratio,
            y: y - (y - self.y) * ratio,
            scale,
        }
    }

    fn moved(self, x: f64, y: f64) -> Self {
        Self {
            x: self.x + x,
            y: self.y + y,
            ..self
        }
    }
}

/// The picture: dragged, zoomed, walked with the keys.
#[component]
pub fn Picture(props: &PictureProps) -> Html {
    let frame = use_node_ref();
    let view = use_state_eq(|| View {
        x: 0.0,
        y: 0.0,
        scale: 1.0,
    });
    let held = use_mut_ref(|| None::<(f64, f64)>);
    let fit = {
        let (frame, view, diagram) = (frame.clone(), view.setter(), props.diagram.clone());
        Callback::from(move |()| {
            if let Some(frame) = frame.cast::<Element>() {
                view.set(View::fit(&diagram, &frame));
            }
        })
    };
    {
        let fit = fit.clone();
        use_effect_with((props.diagram.width, props.diagram.height), move |_| {
            fit.emit(());
        });
    }
    {
        let (frame, view) = (frame.clone(), view.clone());
        use_effect_with(
            (props.table.clone(), props.diagram.clone()),
            move |(table, diagram)| {
                let wanted = table
                    .as_ref()
                    .and_then(|key| diagram.tables.iter().find(|card| card.key == key.as_str()));
                if let (Some(card), Some(frame)) = (wanted, frame.cast::<Element>()) {
                    let scale = view.scale.max(0.8);
                    view.set(View {
                        x: f64::from(frame.client_width()) / 2.0
                            - (card.x + card.width / 2.0) * scale,
                        y: f64::from(frame.client_height()) / 2.0
                            - (card.y + card.height / 2.0) * scale,
                        scale,
                    });
                }
            },
        );
    }
    let zoom_by = {
        let (frame, view) = (frame.clone(), view.clone());
        Callback::from(move |factor: f64| {
            if let Some(frame) = frame.cast::<Element>() {
                let middle = (
                    f64::from(frame.client_width()) / 2.0,
                    f64::from(frame.client_height()) / 2.0,
                );
                view.set(view.zoom(factor, middle.0, middle.1));
            }
        })
    };
    let wheel = {
        let (frame, view) = (frame.clone(), view.clone());
        Callback::from(move |event: WheelEvent| {
            let Some(frame) = frame.cast::<Element>() else {
                return;
            };
            event.prevent_default();
            if event.ctrl_key() || event.meta_key() {
                let corner = frame.get_bounding_client_rect();
                let (x, y) = (
                    f64::from(event.client_x()) - corner.left(),
                    f64::from(event.client_y()) - corner.top(),
                );
                view.set(view.zoom((-event.delta_y() / 300.0).exp(), x, y));
            } else {
                view.set(view.moved(-event.delta_x(), -event.delta_y()));
            }
        })
    };
    let grab = {
        let held = held.clone();
        Callback::from(move |event: PointerEvent| {
            held.replace(Some((
                f64::from(event.client_x()),
                f64::from(event.client_y()),
            )));
            if let Some(target) = event
                .current_target()
                .and_then(|target| target.dyn_into::<Element>().ok())
            {
                let _ = target.set_pointer_capture(event.pointer_id());
            }
        })
    };
    let drag = {
        let (held, view) = (held.clone(), view.clone());
        Callback::from(move |event: PointerEvent| {
            let now = (f64::from(event.client_x()), f64::from(event.client_y()));
            let before = *held.borrow();
            if let Some(before) = before {
                held.replace(Some(now));
                view.set(view.moved(now.0 - before.0, now.1 - before.1));
            }
        })
    };
    let release = Callback::from(move |_: PointerEvent| {
        held.take();
    });
    let keys = {
        let (view, fit, zoom_by) = (view.clone(), fit.clone(), zoom_by.clone());
        Callback::from(move |event: KeyboardEvent| {
            match event.key().as_str() {
                "ArrowLeft" => view.set(view.moved(STRIDE, 0.0)),
                "ArrowRight" => view.set(view.moved(-STRIDE, 0.0)),
                "ArrowUp" => view.set(view.moved(0.0, STRIDE)),
                "ArrowDown" => view.set(view.moved(0.0, -STRIDE)),
                "+" | "=" => zoom_by.emit(STEP),
                "-" => zoom_by.emit(1.0 / STEP),
                "0" => fit.emit(()),
                _ => return,
            }
            event.prevent_default();
        })
    };
    let diagram = &props.diagram;
    html! {
        <figure class="picture">
            <div
                ref={frame}
                class="picture-frame"
                tabindex="0"
                role="region"
                aria-label="Picture of the schema. Arrow keys move it, plus and minus zoom, zero fits it."
                onwheel={wheel}
                onpointerdown={grab}
                onpointermove={drag}
                onpointerup={release.clone()}
                onpointercancel={release}
                onkeydown={keys}
            >
                if diagram.tables.is_empty() {
                    <p class="nothing">{ "Nothing changed here. “All tables” shows the whole schema." }</p>
                } else {
                    <svg class="diagram" width="100%" height="100%" role="group" aria-label={diagram.description.clone()}>
                        <g transform={format!("translate({} {}) scale({})", view.x, view.y, view.scale)}>
                            <Drawing diagram={diagram.clone()} mode={props.mode} />
                        </g>
                    </svg>
                }
            </div>
            <figcaption class="picture-foot">
                <Legend mode={props.mode} hidden={diagram.hidden_tables} />
                <div class="picture-tools">
                    { tool(Glyph::Less, "Zoom out", zoom_by.reform(|_| 1.0 / STEP)) }
                    { tool(Glyph::Add, "Zoom in", zoom_by.reform(|_| STEP)) }
                    { tool(Glyph::Fit, "Fit the picture into the frame", fit.reform(|_| ())) }
                    <SaveSvg between={props.between.clone()} />
                </div>
            </figcaption>
        </figure>
    }
}

fn tool(glyph: Glyph, label: &'static str, onclick: Callback<MouseEvent>) -> Html {
    html! {
        <button type="button" class="quiet icon-only" aria-label={label} title={label} {onclick}><Icon {glyph} /></button>
    }
}

#[derive(PartialEq, Properties)]
struct DrawingProps {
    diagram: Shared<Diagram>,
    mode: Mode,
}

/// The drawing itself, which moving and zooming do not touch.
#[component]
fn Drawing(props: &DrawingProps) -> Html {
    html! {
        <>
            for one in &props.diagram.edges { { edge(one, props.mode) } }
            for one in &props.diagram.tables { { card(one, props.mode) } }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct LegendProps {
    mode: Mode,
    hidden: u32,
}

#[component]
fn Legend(props: &LegendProps) -> Html {
    let hidden = words::count(props.hidden as usize, "table", "tables");
    html! {
        <div class="legend">
            if props.mode == Mode::Difference {
                for change in [Change::Added, Change::Removed, Change::Changed] {
                    { legend_entry(change) }
                }
            }
            if props.hidden > 0 { <span class="muted">{ format!("{hidden} not shown") }</span> }
        </div>
    }
}

fn legend_entry(change: Change) -> Html {
    let (word, sign, class) = words::change(change);
    html! { <span class={classes!("legend-entry", class)}><b aria-hidden="true">{ sign }</b>{ word }</span> }
}

#[derive(PartialEq, Properties)]
struct SaveSvgProps {
    between: Between,
}

/// The picture as a file of its own, drawn by the core.
#[component]
fn SaveSvg(props: &SaveSvgProps) -> Html {
    let desk = use_desk();
    let between = props.between.clone();
    let save = Callback::from(move |_: MouseEvent| {
        let name = format!("schema-{}.svg", between.to);
        desk.bridge.diagram_svg(&between, move |answer| {
            if let Ok(svg) = answer {
                let _ = download(&name, "image/svg+xml", &svg.as_str().into());
            }
        });
    });
    tool(Glyph::Download, "Save the picture as SVG", save)
}
