use retort_report::{Arrangement, Between, Diagram, Mark, Report, TableCard};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{
    Mode,
    card::{Detail, is_there, marked, spoken},
    drawing::Drawing,
    files::Files,
    memory::{placed, with, without},
    minimap::Minimap,
    pan_zoom::{Gesture, Motion, motion_of, use_pan_zoom},
    table::TableDetails,
};
use crate::{
    components::{Glyph, Icon},
    state::Shared,
    words,
};

/// Below this scale rows cannot be read, and only names are drawn.
const ROWS_READABLE: f64 = 0.4;
/// How far a key moves a card.
const NUDGE: f64 = 24.0;
/// More tables than this get a map.
const MAPPED: usize = 6;

#[derive(PartialEq, Properties)]
pub struct PictureProps {
    pub report: Shared<Report>,
    pub diagram: Shared<Diagram>,
    /// What the diagram is of.
    pub of: Between,
    pub mode: Mode,
    /// What is asked for.
    pub between: Between,
    /// The table to bring into view.
    pub table: Option<AttrValue>,
    pub on_arrange: Callback<Arrangement>,
}

/// The picture in its frame, its legend and its tools.
#[component]
pub fn Picture(props: &PictureProps) -> Html {
    let diagram = &props.diagram;
    let selected = use_state_eq(|| None::<AttrValue>);
    let wanted = use_state_eq(|| None::<AttrValue>);
    let arrangement = &props.between.arrangement;
    let on_gesture = {
        let (selected, diagram) = (selected.setter(), diagram.clone());
        let (arrangement, on_arrange) = (arrangement.clone(), props.on_arrange.clone());
        Callback::from(move |gesture| match gesture {
            Gesture::Click(key) => selected.set(key.map(AttrValue::from)),
            Gesture::Put { key, by } => {
                if let Some(card) = card_of(&diagram, &key) {
                    let place = (card.x + by.0, card.y + by.1);
                    on_arrange.emit(placed(arrangement.clone(), &key, place));
                }
            }
        })
    };
    let pan_zoom = use_pan_zoom(diagram, &props.of, &on_gesture);
    let view = pan_zoom.viewport;
    let act = pan_zoom.act.clone();
    {
        // A table that another view leads to is wanted once, and brought in where the picture leaves it out.
        let wanted = wanted.setter();
        use_effect_with(props.table.clone(), move |table| wanted.set(table.clone()));
    }
    {
        let (selected, wanted, act) = (selected.setter(), wanted.clone(), act.clone());
        let (arrangement, on_arrange) = (arrangement.clone(), props.on_arrange.clone());
        let is_framed = pan_zoom.size.0 > 0.0;
        use_effect_with(
            (diagram.clone(), (*wanted).clone(), is_framed),
            move |(diagram, key, is_framed)| {
                let Some(key) = key.as_ref().filter(|_| *is_framed) else {
                    return;
                };
                if let Some(card) = owner_of(diagram, key) {
                    selected.set(Some(card.key.clone().into()));
                    act.emit(Motion::Around(Box::new(card.clone())));
                    wanted.set(None);
                } else if let Some(key) = diagram.not_shown.iter().find(|one| is_of(key, one)) {
                    on_arrange.emit(with(arrangement, key));
                } else {
                    wanted.set(None);
                }
            },
        );
    }
    let hide = {
        let (selected, arrangement) = (selected.clone(), arrangement.clone());
        let on_arrange = props.on_arrange.clone();
        Callback::from(move |()| {
            if let Some(key) = selected.as_ref() {
                on_arrange.emit(without(arrangement.clone(), key));
            }
            selected.set(None);
        })
    };
    let card = selected.as_ref().and_then(|key| card_of(diagram, key));
    let keys = keys(props, card, &selected, &act, &hide);
    let window = view.window(pan_zoom.size);
    // Few cards are drawn with all they say, however small: they can be read aloud.
    let small = view.scale < ROWS_READABLE && diagram.tables.len() > MAPPED;
    let detail = if small { Detail::Name } else { Detail::Rows };
    let is_framed = pan_zoom.size.0 > 0.0;
    let tool = |glyph: Glyph, label: &'static str, motion: fn() -> Motion| {
        let onclick = act.reform(move |_: MouseEvent| motion());
        html! {
            <button type="button" class="quiet icon-only" aria-label={label} title={label} {onclick}><Icon {glyph} /></button>
        }
    };
    html! {
        <>
            <Search diagram={diagram.clone()} on_table={let wanted = wanted.setter(); Callback::from(move |key| wanted.set(Some(key)))} />
            <figure class="picture">
                <div
                    ref={pan_zoom.frame}
                    class="picture-frame"
                    tabindex="0"
                    role="region"
                    aria-label="Picture of the schema"
                    aria-describedby="picture-keys"
                    onwheel={pan_zoom.wheel}
                    onpointerdown={pan_zoom.grab}
                    onpointermove={pan_zoom.drag}
                    onpointerup={pan_zoom.release.clone()}
                    onpointercancel={pan_zoom.release}
                    onkeydown={keys}
                >
                    if diagram.tables.is_empty() {
                        <p class="nothing">{ "Nothing changed here. “All tables” shows the whole schema." }</p>
                    } else if is_framed {
                        <svg class="diagram" width="100%" height="100%" role="group" aria-label={diagram.description.clone()}>
                            <g transform={format!("translate({} {}) scale({})", view.x, view.y, view.scale)}>
                                <Drawing
                                    diagram={diagram.clone()}
                                    mode={props.mode}
                                    {detail}
                                    window={window.roomy()}
                                    selected={(*selected).clone()}
                                    drag={pan_zoom.moving}
                                />
                            </g>
                        </svg>
                    }
                    if is_framed && diagram.tables.len() > MAPPED {
                        <Minimap diagram={diagram.clone()} mode={props.mode} {window} on_point={act.reform(Motion::Centre)} />
                    }
                </div>
                <p class="unseen" id="picture-keys">
                    { "N and P go from table to table, H hides one, Shift and the arrow keys move it. The arrow keys move \
                       the picture, plus and minus zoom, zero fits it." }
                </p>
                <p class="unseen" role="status">{ card.map(|card| told(diagram, card, props.mode)) }</p>
                <figcaption class="picture-foot">
                    <Legend mode={props.mode} />
                    <Arranged diagram={diagram.clone()} arrangement={arrangement.clone()} on_arrange={props.on_arrange.clone()} />
                    <div class="picture-tools">
                        { tool(Glyph::Less, "Zoom out", Motion::further) }
                        { tool(Glyph::Add, "Zoom in", Motion::closer) }
                        { tool(Glyph::Fit, "Fit the picture into the frame", || Motion::Fit) }
                        <Files between={props.between.clone()} />
                    </div>
                </figcaption>
            </figure>
            if let Some(card) = card {
                <TableDetails
                    report={props.report.clone()}
                    card={card.clone()}
                    mode={props.mode}
                    revisions={on_the_way(&props.report, &props.of)}
                    on_hide={hide.reform(|_: MouseEvent| ())}
                    on_close={let selected = selected.setter(); Callback::from(move |_: MouseEvent| selected.set(None))}
                />
            }
        </>
    }
}

/// The card of a table or of something of it: `table.column`.
fn owner_of<'a>(diagram: &'a Diagram, object: &str) -> Option<&'a TableCard> {
    let owners = diagram
        .tables
        .iter()
        .filter(|card| is_of(object, &card.key));
    owners.max_by_key(|card| card.key.len())
}

/// Whether an object is a table, or something of it.
pub fn is_of(object: &str, table: &str) -> bool {
    let rest = object.strip_prefix(table);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn card_of<'a>(diagram: &'a Diagram, key: &str) -> Option<&'a TableCard> {
    diagram.tables.iter().find(|card| card.key == key)
}

/// The revisions between the two states, as places in the report.
fn on_the_way(report: &Report, of: &Between) -> std::ops::Range<usize> {
    let after = |id: &String| {
        let position = report.revisions.iter().position(|one| one.id == *id);
        position.map_or(0, |at| at + 1)
    };
    let (from, to) = (of.from.as_ref().map_or(0, after), after(&of.to));
    from.min(to)..from.max(to)
}

/// What is told of the selected table.
fn told(diagram: &Diagram, card: &TableCard, mode: Mode) -> String {
    let mark = marked(card.mark(), mode);
    let rows = card.rows.len() + card.hidden_rows as usize;
    let linked = diagram
        .edges
        .iter()
        .filter(|edge| is_there(edge.change, mode));
    let links: Vec<&str> = linked
        .filter(|edge| edge.from == card.key || edge.to == card.key)
        .map(|edge| edge.description.as_str())
        .collect();
    let mut words = format!(
        "{}, {}",
        spoken("table", &card.name, mark, card.renamed_from.as_ref()),
        words::count(rows, "row", "rows")
    );
    for link in links {
        words.push_str("; ");
        words.push_str(link);
    }
    words
}

/// The frame's keys.
fn keys(
    props: &PictureProps,
    card: Option<&TableCard>,
    selected: &UseStateHandle<Option<AttrValue>>,
    act: &Callback<Motion>,
    hide: &Callback<()>,
) -> Callback<KeyboardEvent> {
    let (diagram, mode, card) = (props.diagram.clone(), props.mode, card.cloned());
    let (selected, act, hide) = (selected.setter(), act.clone(), hide.clone());
    let (arrangement, on_arrange) = (props.between.arrangement.clone(), props.on_arrange.clone());
    Callback::from(move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let key = event.key();
        match (key.as_str(), &card) {
            ("n" | "N" | "p" | "P", card) => {
                let back = key.eq_ignore_ascii_case("p");
                if let Some(next) = neighbour(&diagram, mode, card.as_ref(), back) {
                    selected.set(Some(next.key.clone().into()));
                    act.emit(Motion::Around(Box::new(next.clone())));
                }
            }
            ("h" | "H", Some(_)) => hide.emit(()),
            ("Escape", Some(_)) => selected.set(None),
            (arrow, Some(card)) if event.shift_key() && arrow.starts_with("Arrow") => {
                let (x, y) = match arrow {
                    "ArrowLeft" => (card.x - NUDGE, card.y),
                    "ArrowRight" => (card.x + NUDGE, card.y),
                    "ArrowUp" => (card.x, card.y - NUDGE),
                    _ => (card.x, card.y + NUDGE),
                };
                on_arrange.emit(placed(arrangement.clone(), &card.key, (x, y)));
            }
            (key, _) => match motion_of(key) {
                Some(motion) => act.emit(motion),
                None => return,
            },
        }
        event.prevent_default();
        event.stop_propagation();
    })
}

/// The next table of those that are there, around the end.
fn neighbour<'a>(
    diagram: &'a Diagram,
    mode: Mode,
    card: Option<&TableCard>,
    back: bool,
) -> Option<&'a TableCard> {
    let there: Vec<&TableCard> = diagram
        .tables
        .iter()
        .filter(|card| is_there(card.change, mode))
        .collect();
    let count = there.len();
    let at = card.and_then(|card| there.iter().position(|one| one.key == card.key));
    let next = match (at, back) {
        (None, false) => 0,
        (None, true) => count.checked_sub(1)?,
        (Some(at), false) => (at + 1) % count,
        (Some(at), true) => (at + count - 1) % count,
    };
    there.get(next).copied()
}

#[derive(PartialEq, Properties)]
struct SearchProps {
    diagram: Shared<Diagram>,
    on_table: Callback<AttrValue>,
}

/// Finds a table, and brings one in that the picture leaves out.
#[component]
fn Search(props: &SearchProps) -> Html {
    let diagram = props.diagram.clone();
    let find = {
        let (diagram, on_table) = (diagram.clone(), props.on_table.clone());
        move |text: &str, exactly: bool| {
            let keys = || {
                diagram
                    .tables
                    .iter()
                    .map(|card| &card.key)
                    .chain(&diagram.not_shown)
            };
            let wanted = text.trim().to_lowercase();
            let found = keys().find(|key| key.to_lowercase() == wanted).or_else(|| {
                let like = |key: &&String| {
                    !exactly && !wanted.is_empty() && key.to_lowercase().contains(&wanted)
                };
                keys().find(like)
            });
            if let Some(key) = found {
                on_table.emit(key.clone().into());
            }
        }
    };
    let oninput = {
        let find = find.clone();
        Callback::from(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            find(&input.value(), true);
        })
    };
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Enter" {
            let input: HtmlInputElement = event.target_unchecked_into();
            find(&input.value(), false);
        }
    });
    html! {
        <label class="find-table">
            <span>{ "Find a table" }</span>
            <input type="search" list="tables-of-picture" autocomplete="off" {oninput} {onkeydown} />
            <datalist id="tables-of-picture">
                for card in &diagram.tables { <option value={card.key.clone()} /> }
                for key in &diagram.not_shown { <option value={key.clone()} label={format!("{key} (not shown)")} /> }
            </datalist>
        </label>
    }
}

#[derive(PartialEq, Properties)]
struct ArrangedProps {
    diagram: Shared<Diagram>,
    arrangement: Arrangement,
    on_arrange: Callback<Arrangement>,
}

/// What is not as the core drew it, and the way back.
#[component]
fn Arranged(props: &ArrangedProps) -> Html {
    let arrangement = &props.arrangement;
    let hidden: Vec<&String> = arrangement
        .hidden
        .iter()
        .filter(|key| props.diagram.not_shown.contains(key))
        .collect();
    let not_shown = props.diagram.not_shown.len() - hidden.len();
    let touched = !arrangement.places.is_empty() || !arrangement.shown.is_empty();
    let change = |to: Arrangement| props.on_arrange.reform(move |_: MouseEvent| to.clone());
    let shown = Arrangement {
        hidden: Vec::new(),
        ..arrangement.clone()
    };
    let untouched = Arrangement {
        hidden: arrangement.hidden.clone(),
        ..Arrangement::default()
    };
    html! {
        <div class="arranged">
            if not_shown > 0 {
                <span class="muted">{ format!("{} not shown", words::count(not_shown, "table", "tables")) }</span>
            }
            if !hidden.is_empty() {
                <button type="button" class="link" onclick={change(shown)}>
                    { format!("Show {}", words::count(hidden.len(), "hidden table", "hidden tables")) }
                </button>
            }
            if touched {
                <button type="button" class="link" onclick={change(untouched)}>{ "Tidy up" }</button>
            }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct LegendProps {
    mode: Mode,
}

#[component]
fn Legend(props: &LegendProps) -> Html {
    html! {
        if props.mode == Mode::Difference {
            <div class="legend">for mark in Mark::CHANGES { { legend_entry(mark) } }</div>
        }
    }
}

fn legend_entry(mark: Mark) -> Html {
    html! {
        <span class={classes!("legend-entry", words::mark_class(mark))}>
            <b aria-hidden="true">{ mark.sign() }</b>{ mark.word() }
        </span>
    }
}
