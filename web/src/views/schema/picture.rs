use retort_report::{Between, Change, Diagram};
use yew::prelude::*;

use super::{Mode, card::card, edge::edge, pan_zoom::use_pan_zoom};
use crate::{
    components::{Glyph, Icon, download},
    desk::use_desk,
    state::Shared,
    words,
};

#[derive(PartialEq, Properties)]
pub struct PictureProps {
    pub diagram: Shared<Diagram>,
    pub mode: Mode,
    pub between: Between,
    pub table: Option<AttrValue>,
}

/// The picture in its frame, its legend and its tools.
#[component]
pub fn Picture(props: &PictureProps) -> Html {
    let diagram = &props.diagram;
    let pan_zoom = use_pan_zoom(diagram, props.table.as_ref());
    let view = pan_zoom.viewport;
    html! {
        <figure class="picture">
            <div
                ref={pan_zoom.frame}
                class="picture-frame"
                tabindex="0"
                role="region"
                aria-label="Picture of the schema. Arrow keys move it, plus and minus zoom, zero fits it."
                onwheel={pan_zoom.wheel}
                onpointerdown={pan_zoom.grab}
                onpointermove={pan_zoom.drag}
                onpointerup={pan_zoom.release.clone()}
                onpointercancel={pan_zoom.release}
                onkeydown={pan_zoom.keys}
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
                    { tool(Glyph::Less, "Zoom out", pan_zoom.zoom_out) }
                    { tool(Glyph::Add, "Zoom in", pan_zoom.zoom_in) }
                    { tool(Glyph::Fit, "Fit the picture into the frame", pan_zoom.fit) }
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
