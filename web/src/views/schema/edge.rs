use retort_report::measure::{HEAD, ROW};
use retort_report::{Diagram, DiagramEdge, Mark, RowKind, TableCard};
use yew::prelude::*;

use super::{
    Mode,
    card::{is_there, marked},
};
use crate::words;

/// A foreign key as a line with crow's-foot ends. `near` are those of the selected table.
pub fn edge(edge: &DiagramEdge, mode: Mode, near: bool) -> Html {
    if !is_there(edge.change, mode) {
        return Html::default();
    }
    let mark = marked(Mark::from(edge.change), mode);
    let label = format!(
        "foreign key {}, {}: {}",
        edge.name,
        mark.word(),
        edge.description
    );
    html! {
        <g
            key={format!("{} {}", edge.from, edge.name)}
            class={classes!("edge", words::mark_class(mark), near.then_some("is-near"))}
            role="img"
            aria-label={label}
        >
            <path class="edge-room" d={edge.path.clone()} />
            <path class="edge-line" d={edge.path.clone()} />
            <path class="edge-ends" d={edge.ends.clone()} />
            <title>{ &edge.description }</title>
        </g>
    }
}

/// The same while one of its cards is dragged: straight, from row to row.
pub fn loose_edge(
    edge: &DiagramEdge,
    diagram: &Diagram,
    dragged: &str,
    offset: (f64, f64),
) -> Html {
    let end = |key: &str, columns: &[String]| {
        let card = diagram.tables.iter().find(|card| card.key == key)?;
        let (dx, dy) = if key == dragged { offset } else { (0.0, 0.0) };
        Some((
            card.x + card.width / 2.0 + dx,
            row_middle(card, columns) + dy,
        ))
    };
    let ends = end(&edge.from, &edge.from_columns).zip(end(&edge.to, &edge.to_columns));
    ends.map_or_else(Html::default, |((x1, y1), (x2, y2))| {
        html! { <path class="loose-edge" d={format!("M{x1} {y1}L{x2} {y2}")} /> }
    })
}

fn row_middle(card: &TableCard, columns: &[String]) -> f64 {
    let is_end =
        |row: &&retort_report::CardRow| row.kind == RowKind::Column && columns.contains(&row.name);
    let row = card.rows.iter().find(is_end);
    card.y + row.map_or(HEAD / 2.0, |row| row.y + ROW / 2.0)
}
