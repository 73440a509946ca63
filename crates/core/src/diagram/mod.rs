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

use retort_report::{Change, Diagram, DiagramScope, TableCard};

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
    let merged = merge::merge(before, after, &Renames::new(renames));
    let all = merged.tables.len();
    let chosen = scope::choose(merged, scope);
    let hidden_tables = all - chosen.tables.len();

    let mut cards: Vec<TableCard> = chosen.tables.into_iter().map(card::measure).collect();
    let sizes: Vec<_> = cards.iter().map(|card| (card.width, card.height)).collect();
    let links: Vec<_> = chosen
        .edges
        .iter()
        .map(|edge| (edge.to, edge.from))
        .collect();
    let placement = layout::place(&sizes, &links);
    for (card, (x, y)) in cards.iter_mut().zip(&placement.positions) {
        card.x = *x;
        card.y = *y;
    }
    let edges = edge::route(&cards, chosen.edges);
    let reach = edge::rightmost(&edges).max(placement.width);
    Diagram {
        width: reach + layout::MARGIN,
        height: placement.height + layout::MARGIN,
        description: describe(&cards, hidden_tables),
        tables: cards,
        edges: edges.into_iter().map(|routed| routed.edge).collect(),
        hidden_tables: hidden_tables as u32,
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

/// A change as a sign, so that it does not rest on colour alone.
pub(crate) fn sign(change: Change) -> &'static str {
    match change {
        Change::Unchanged => "",
        Change::Added => "+",
        Change::Removed => "−",
        Change::Changed => "~",
    }
}
