//! The measures of a card. Texts are set in a monospaced font, so that their width is known without drawing them.

use retort_report::TableCard;

use super::merge::MergedTable;

/// Height of a card's head.
pub(super) const HEAD: f64 = 34.0;
/// Height of a row.
pub(super) const ROW: f64 = 22.0;
/// Room left of a row's name: its sign.
pub(super) const GUTTER: f64 = 24.0;
/// Room at the right edge.
pub(super) const PADDING: f64 = 12.0;
/// Room between a name and its detail.
pub(super) const GAP: f64 = 16.0;
/// Width of one character of a row, in a monospaced font of 12 px.
pub(super) const CHARACTER: f64 = 7.3;
/// Width of one character of the head, in a bold monospaced font of 13 px.
pub(super) const HEAD_CHARACTER: f64 = 8.0;
/// Width of one character of a badge, in a bold monospaced font of 9 px.
pub(super) const BADGE_CHARACTER: f64 = 5.6;
/// Room around a badge's text and after it.
pub(super) const BADGE_PADDING: f64 = 11.0;

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
            GUTTER + badges_width(&row.badges) + (name + detail as f64) * CHARACTER + GAP + PADDING
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
pub(super) fn badges_width(badges: &[String]) -> f64 {
    badges
        .iter()
        .map(|badge| badge.len() as f64 * BADGE_CHARACTER + BADGE_PADDING)
        .sum()
}

/// `old → `, before the name.
fn renamed_columns(renamed_from: Option<&str>) -> f64 {
    renamed_from.map_or(0.0, |old| columns(old) as f64 + 3.0)
}

/// How many characters of a monospaced font a text is wide; characters of East Asian scripts and emoji count twice.
pub(super) fn columns(text: &str) -> usize {
    text.chars()
        .map(|c| if c >= '\u{1100}' { 2 } else { 1 })
        .sum()
}

/// A text cut to a number of characters, with an ellipsis where it was cut.
pub(super) fn cut(text: &str, room: usize) -> String {
    if columns(text) <= room {
        return text.to_owned();
    }
    let mut width = 0;
    let kept: String = text
        .chars()
        .take_while(|c| {
            width += columns(c.encode_utf8(&mut [0; 4]));
            width < room
        })
        .collect();
    format!("{kept}…")
}
