//! How large a card is.

use retort_report::TableCard;
use retort_report::measure::{
    CHARACTER, GAP, GUTTER, HEAD, HEAD_CHARACTER, PADDING, ROW, badge_width, columns,
};

use super::merge::MergedTable;

const NARROWEST: f64 = 170.0;
const WIDEST: f64 = 440.0;

/// Gives a table its size and its rows their places.
pub(super) fn measure(table: MergedTable) -> TableCard {
    let mut rows = table.rows;
    for (at, row) in rows.iter_mut().enumerate() {
        row.y = HEAD + at as f64 * ROW;
    }
    let head = GUTTER
        + (columns(&table.name) as f64 + renamed_columns(table.renamed_from.as_deref())) * HEAD_CHARACTER
        // The word for the change stands at the right of the head.
        + GAP + 9.0 * CHARACTER + PADDING;
    let widest = rows
        .iter()
        .map(|row| {
            let name = columns(&row.name) as f64 + renamed_columns(row.renamed_from.as_deref());
            let before = row.before.as_deref().map_or(0, |text| columns(text) + 3);
            let detail = columns(&row.detail) + before;
            let word = row.change_badge(table.change).map_or(0.0, badge_width);
            GUTTER
                + badges_width(&row.badges)
                + word
                + (name + detail as f64) * CHARACTER
                + GAP
                + PADDING
        })
        .fold(head, f64::max);
    // The line for what is left out has a row of its own.
    let extra = usize::from(table.hidden_rows > 0);
    TableCard {
        key: table.key,
        name: table.name,
        renamed_from: table.renamed_from,
        change: table.change,
        assumed: table.assumed,
        x: 0.0,
        y: 0.0,
        width: widest.clamp(NARROWEST, WIDEST).ceil(),
        height: HEAD + (rows.len() + extra) as f64 * ROW + 6.0,
        rows,
        hidden_rows: table.hidden_rows,
    }
}

/// Room that badges need.
fn badges_width(badges: &[String]) -> f64 {
    badges.iter().map(|badge| badge_width(badge)).sum()
}

/// `old → `, before the name.
fn renamed_columns(renamed_from: Option<&str>) -> f64 {
    renamed_from.map_or(0.0, |old| columns(old) as f64 + 3.0)
}
