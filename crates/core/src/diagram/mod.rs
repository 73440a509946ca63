//! A picture of a schema, or of the difference between two: tables as cards, foreign keys as edges.
//!
//! [`between`] merges two states into one picture and lays it out; the app draws the result itself, [`svg`], [`mermaid`]
//! and [`dbml`] write it down.

mod card;
mod dbml;
mod edge;
mod layout;
mod merge;
mod mermaid;
mod renames;
mod scope;
mod svg;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use retort_report::{Arrangement, Change, Diagram, DiagramScope, TableCard};

use renames::Renames;

use crate::schema::{Rename, Schema};

pub use dbml::dbml;
pub use mermaid::mermaid;
pub use svg::{Theme, svg};

/// One picture of two states: what was added, removed and changed, and what stands beside it.
///
/// With [`DiagramScope::Changed`], the tables that changed come with their direct foreign-key neighbours, which show only
/// their key columns. The same states always give the same picture.
pub fn between(
    before: &Schema,
    after: &Schema,
    renames: &[Rename],
    scope: DiagramScope,
) -> Diagram {
    lay_out(before, after, renames, scope, &[]).arranged(&Arrangement::default())
}

/// The same, before a person arranged it: laying out is what takes time.
#[derive(Clone, Debug)]
pub struct LaidOut {
    cards: Vec<TableCard>,
    edges: Vec<merge::MergedEdge>,
    /// Keys of the tables that the scope leaves out.
    left_out: BTreeSet<String>,
}

/// Lays a picture out. `also` are keys of tables that it shows although the scope leaves them out.
pub fn lay_out(
    before: &Schema,
    after: &Schema,
    renames: &[Rename],
    scope: DiagramScope,
    also: &[String],
) -> LaidOut {
    let merged = merge::merge(before, after, &Renames::new(renames));
    let mut left_out: BTreeSet<String> = merged
        .tables
        .iter()
        .map(|table| table.key.clone())
        .collect();
    let chosen = scope::choose(merged, scope, also);
    let mut cards: Vec<TableCard> = chosen.tables.into_iter().map(card::measure).collect();
    let sizes: Vec<_> = cards.iter().map(|card| (card.width, card.height)).collect();
    let links: Vec<_> = chosen
        .edges
        .iter()
        .map(|edge| (edge.to, edge.from))
        .collect();
    for (card, (x, y)) in cards.iter_mut().zip(layout::place(&sizes, &links)) {
        (card.x, card.y) = (x, y);
        left_out.remove(&card.key);
    }
    LaidOut {
        cards,
        edges: chosen.edges,
        left_out,
    }
}

impl LaidOut {
    /// As a person arranged it: cards put elsewhere, or left out. What they did not touch keeps its place.
    pub fn arranged(&self, arrangement: &Arrangement) -> Diagram {
        let mut cards = self.cards.clone();
        for place in &arrangement.places {
            if let Some(card) = cards.iter_mut().find(|card| card.key == place.key) {
                (card.x, card.y) = (place.x.round(), place.y.round());
            }
        }
        let mut routed = edge::route(&cards, self.edges.clone());
        let hidden: BTreeSet<&String> = arrangement.hidden.iter().collect();
        cards.retain(|card| !hidden.contains(&card.key));
        routed.retain(|one| !hidden.contains(&one.edge.from) && !hidden.contains(&one.edge.to));
        let bounds = Bounds::of(&cards, edge::rightmost(&routed));
        let mut not_shown = self.left_out.clone();
        not_shown.extend(
            self.cards
                .iter()
                .filter(|card| hidden.contains(&card.key))
                .map(|card| card.key.clone()),
        );
        Diagram {
            x: bounds.left,
            y: bounds.top,
            width: bounds.right - bounds.left,
            height: bounds.bottom - bounds.top,
            description: describe(&cards, not_shown.len()),
            tables: cards,
            edges: routed.into_iter().map(|routed| routed.edge).collect(),
            hidden_tables: not_shown.len() as u32,
            not_shown: not_shown.into_iter().collect(),
        }
    }
}

/// The room that a picture takes, with its margin.
struct Bounds {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Bounds {
    fn of(cards: &[TableCard], rightmost: f64) -> Self {
        let start = Self {
            left: 0.0,
            top: 0.0,
            right: rightmost + layout::MARGIN,
            bottom: 0.0,
        };
        cards.iter().fold(start, |bounds, card| Self {
            left: bounds.left.min(card.x - layout::MARGIN),
            top: bounds.top.min(card.y - layout::MARGIN),
            right: bounds.right.max(card.x + card.width + layout::MARGIN),
            bottom: bounds.bottom.max(card.y + card.height + layout::MARGIN),
        })
    }
}

/// A picture of one state.
pub fn of(schema: &Schema) -> Diagram {
    between(schema, schema, &[], DiagramScope::All)
}

/// The picture in words, for those who cannot see it.
fn describe(cards: &[TableCard], hidden: usize) -> String {
    let count = |change: Change| cards.iter().filter(|card| card.change == change).count();
    let mut parts = Vec::new();
    for change in [Change::Added, Change::Removed, Change::Changed] {
        let names: Vec<&str> = cards
            .iter()
            .filter(|card| card.change == change)
            .map(|card| card.name.as_str())
            .collect();
        if !names.is_empty() {
            parts.push(format!("{} {}", word(change), list(&names)));
        }
    }
    if parts.is_empty() {
        parts.push("no table changed".into());
    }
    match count(Change::Unchanged) {
        0 => {}
        1 => parts.push("1 unchanged table".into()),
        many => parts.push(format!("{many} unchanged tables")),
    }
    match hidden {
        0 => {}
        1 => parts.push("1 more not shown".into()),
        many => parts.push(format!("{many} more not shown")),
    }
    let plural = if cards.len() == 1 { "table" } else { "tables" };
    format!("{} {plural}: {}.", cards.len(), parts.join("; "))
}

/// At most eight names, then how many more.
fn list(names: &[&str]) -> String {
    const SHOWN: usize = 8;
    let shown = names.iter().take(SHOWN).copied().collect::<Vec<_>>();
    match names.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// A change as a word.
pub(crate) fn word(change: Change) -> &'static str {
    match change {
        Change::Unchanged => "unchanged",
        Change::Added => "added",
        Change::Removed => "removed",
        Change::Changed => "changed",
    }
}
