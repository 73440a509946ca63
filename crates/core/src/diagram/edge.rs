//! Lines between cards: from the row of the referencing column to the row of the referenced one, with crow's feet.

use std::collections::BTreeMap;

use retort_report::measure::{HEAD, ROW};
use retort_report::{Change, DiagramEdge, RowKind, TableCard};

use super::merge::MergedEdge;
use super::word;

/// How far the signs at the ends of a line reach out of the card.
const END: f64 = 20.0;
/// How far a line swings out that leaves and enters on the same side.
const SWING: f64 = 44.0;

/// An edge, and how far to the right its line reaches.
pub(super) struct Routed {
    pub edge: DiagramEdge,
    right: f64,
}

/// The rightmost point of any line.
pub(super) fn rightmost(edges: &[Routed]) -> f64 {
    edges.iter().map(|routed| routed.right).fold(0.0, f64::max)
}

/// A point at the side of a card; `out` is 1 where the line leaves to the right, -1 to the left.
#[derive(Clone, Copy)]
struct Port {
    x: f64,
    y: f64,
    out: f64,
}

/// Draws the lines. Several that leave one row are told apart by a few pixels.
pub(super) fn route(cards: &[TableCard], edges: Vec<MergedEdge>) -> Vec<Routed> {
    let mut used: BTreeMap<(usize, i64), u32> = BTreeMap::new();
    let mut routed = Vec::with_capacity(edges.len());
    for edge in edges {
        let (Some(from), Some(to)) = (cards.get(edge.from), cards.get(edge.to)) else {
            continue;
        };
        let mut height = |at: usize, card: &TableCard, columns: &[String]| {
            let y = row_middle(card, columns);
            let slot = used.entry((at, y.round() as i64)).or_default();
            let offset = f64::from(*slot % 3) * 4.0;
            *slot += 1;
            y + if (*slot).is_multiple_of(2) {
                offset
            } else {
                -offset
            }
        };
        let start_y = height(edge.from, from, &edge.from_columns);
        let end_y = height(edge.to, to, &edge.to_columns);
        let (start_out, end_out) = sides(from, to, edge.from == edge.to);
        let start = Port {
            x: side(from, start_out),
            y: start_y,
            out: start_out,
        };
        let end = Port {
            x: side(to, end_out),
            y: end_y,
            out: end_out,
        };
        let (path, right) = line(start, end);
        routed.push(Routed {
            edge: DiagramEdge {
                path,
                ends: format!(
                    "{} {}",
                    many_end(start, edge.unique),
                    one_end(end, edge.optional)
                ),
                description: describe(from, to, &edge),
                name: edge.name,
                from: from.key.clone(),
                from_columns: edge.from_columns,
                to: to.key.clone(),
                to_columns: edge.to_columns,
                change: edge.change,
                optional: edge.optional,
                unique: edge.unique,
            },
            right,
        });
    }
    routed
}

fn describe(from: &TableCard, to: &TableCard, edge: &MergedEdge) -> String {
    let column_list = |columns: &[String]| match columns {
        [one] => format!(".{one}"),
        many => format!(" ({})", many.join(", ")),
    };
    let change = match edge.change {
        Change::Unchanged => String::new(),
        change => format!(", {}", word(change)),
    };
    format!(
        "{}{} references {}{}{change}",
        from.name,
        column_list(&edge.from_columns),
        to.name,
        column_list(&edge.to_columns),
    )
}

/// The middle of the row of the first of these columns that is shown; of the head where none is.
fn row_middle(card: &TableCard, columns: &[String]) -> f64 {
    let row = columns.iter().find_map(|column| {
        let mut rows = card.rows.iter();
        rows.find(|row| row.kind == RowKind::Column && row.name == *column)
    });
    card.y + row.map_or(HEAD / 2.0, |row| row.y + ROW / 2.0)
}

fn side(card: &TableCard, out: f64) -> f64 {
    if out > 0.0 {
        card.x + card.width
    } else {
        card.x
    }
}

/// The sides at which a line leaves and enters: those that face each other, or the right ones.
fn sides(from: &TableCard, to: &TableCard, same: bool) -> (f64, f64) {
    if same {
        (1.0, 1.0)
    } else if to.x + to.width + 2.0 * END <= from.x {
        (-1.0, 1.0)
    } else if from.x + from.width + 2.0 * END <= to.x {
        (1.0, -1.0)
    } else {
        (1.0, 1.0)
    }
}

/// A line that leaves and enters level, and the rightmost point it may reach.
fn line(start: Port, end: Port) -> (String, f64) {
    let (x1, x2) = (start.x + start.out * END, end.x + end.out * END);
    let (first, last) = if start.out * end.out < 0.0 {
        let swing = ((x2 - x1).abs() / 2.0).max(24.0);
        (x1 + start.out * swing, x2 + end.out * swing)
    } else {
        let outermost = x1.max(x2) + SWING;
        (outermost, outermost)
    };
    let path = format!(
        "M{} {} L{} {} C{} {} {} {} {} {} L{} {}",
        n(start.x),
        n(start.y),
        n(x1),
        n(start.y),
        n(first),
        n(start.y),
        n(last),
        n(end.y),
        n(x2),
        n(end.y),
        n(end.x),
        n(end.y),
    );
    (path, first.max(last).max(x1).max(x2))
}

/// The referencing end: any number of rows (circle and crow's foot), or at most one (circle and bar).
fn many_end(port: Port, unique: bool) -> String {
    if unique {
        format!("{} {}", bar(port, 7.0), circle(port, 14.0))
    } else {
        let tip = n(port.x + port.out * 11.0);
        let (x, y) = (n(port.x), port.y);
        let foot = format!(
            "M{tip} {} L{x} {} M{tip} {} L{x} {}",
            n(y),
            n(y - 6.0),
            n(y),
            n(y + 6.0)
        );
        format!("{foot} {}", circle(port, 15.0))
    }
}

/// The referenced end: exactly one row (two bars), or none or one (circle and bar).
fn one_end(port: Port, optional: bool) -> String {
    let second = if optional {
        circle(port, 14.0)
    } else {
        bar(port, 12.0)
    };
    format!("{} {second}", bar(port, 7.0))
}

fn bar(port: Port, distance: f64) -> String {
    let x = n(port.x + port.out * distance);
    format!("M{x} {} L{x} {}", n(port.y - 6.0), n(port.y + 6.0))
}

fn circle(port: Port, centre: f64) -> String {
    const RADIUS: f64 = 4.0;
    let x = port.x + port.out * centre;
    let (left, y) = (n(x - RADIUS), n(port.y));
    format!("M{left} {y} a4 4 0 1 0 8 0 a4 4 0 1 0 -8 0")
}

/// A number with at most one decimal.
fn n(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    format!("{rounded}")
}
