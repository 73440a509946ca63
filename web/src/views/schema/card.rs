use retort_report::{CardRow, Change, RowKind, TableCard};
use yew::prelude::*;

use super::Mode;
use crate::words;

/// Height of a card's head.
const HEAD: f64 = 32.0;

/// How a thing looks in a mode: none if it is not there.
pub fn seen(change: Change, mode: Mode) -> Option<Change> {
    match (mode, change) {
        (Mode::Before, Change::Added) | (Mode::After, Change::Removed) => None,
        (Mode::Difference, change) => Some(change),
        _ => Some(Change::Unchanged),
    }
}

/// The name of a thing in a mode.
pub fn name_in<'a>(name: &'a str, before: Option<&'a String>, mode: Mode) -> &'a str {
    match (mode, before) {
        (Mode::Before, Some(before)) => before,
        _ => name,
    }
}

/// "table draft, added", "column org_id, changed, renamed from tenant_id".
pub fn spoken(kind: &str, name: &str, change: Change, renamed_from: Option<&String>) -> String {
    let mut words = format!("{kind} {name}");
    if change != Change::Unchanged {
        words.push_str(", ");
        words.push_str(words::change(change).0);
    }
    if let Some(before) = renamed_from {
        words.push_str(", renamed from ");
        words.push_str(before);
    }
    words
}

/// The word for a row's kind.
pub fn kind(kind: RowKind) -> &'static str {
    match kind {
        RowKind::Column => "column",
        RowKind::Constraint => "constraint",
        RowKind::Index => "index",
        RowKind::Other => "property",
    }
}

/// A table as a card.
pub fn card(card: &TableCard, mode: Mode) -> Html {
    let Some(change) = seen(card.change, mode) else {
        return Html::default();
    };
    let (_, sign, class) = words::change(change);
    let name = name_in(&card.name, card.renamed_from.as_ref(), mode);
    let was = card
        .renamed_from
        .as_ref()
        .filter(|_| mode == Mode::Difference);
    let title = was.map_or_else(|| name.to_owned(), |was| format!("{was} → {name}"));
    let (width, height) = (card.width.to_string(), card.height.to_string());
    html! {
        <g
            key={card.key.clone()}
            class={classes!("card", class, card.assumed.then_some("is-assumed"))}
            transform={format!("translate({} {})", card.x, card.y)}
            role="group"
            aria-label={spoken("table", name, change, was)}
        >
            <rect class="card-box" {width} {height} rx="8" />
            <path class="card-head" d={format!("M0 {HEAD}V8a8 8 0 0 1 8-8H{}a8 8 0 0 1 8 8V{HEAD}Z", card.width - 8.0)} />
            <text class="sign" x="12" y="21">{ sign }</text>
            <text class="card-name" x={if sign.is_empty() { "12" } else { "26" }} y="21">
                { shortened(&title, card.width - 60.0) }<title>{ title.clone() }</title>
            </text>
            if card.assumed { <text class="assumed" x={(card.width - 10.0).to_string()} y="21">{ "assumed" }</text> }
            for one in &card.rows { { row(one, card, mode) } }
            if card.hidden_rows > 0 {
                <text class="hidden-rows" x="12" y={(card.height - 8.0).to_string()}>
                    { format!("{} unchanged", card.hidden_rows) }
                </text>
            }
        </g>
    }
}

fn row(row: &CardRow, card: &TableCard, mode: Mode) -> Html {
    let Some(change) = seen(row.change, mode) else {
        return Html::default();
    };
    let (_, sign, class) = words::change(change);
    let name = name_in(&row.name, row.renamed_from.as_ref(), mode);
    let was = row
        .renamed_from
        .as_ref()
        .filter(|_| mode == Mode::Difference);
    let title = was.map_or_else(|| name.to_owned(), |was| format!("{was} → {name}"));
    let detail = match (mode, &row.before) {
        (Mode::Before, Some(before)) => before,
        _ => &row.detail,
    };
    let badges = row.badges.join(" ");
    let badge_room = 22.0 * row.badges.len() as f64;
    let label = format!(
        "{}: {detail} {badges}",
        spoken(kind(row.kind), name, change, was)
    );
    let half = (card.width - 40.0 - badge_room) / 2.0;
    html! {
        <g
            class={classes!("row", class, kind(row.kind))}
            transform={format!("translate(0 {})", row.y)}
            role="img"
            aria-label={label.trim_end().to_owned()}
        >
            <rect class="row-box" x="1" width={(card.width - 2.0).to_string()} height="24" />
            <text class="sign" x="12" y="16">{ sign }</text>
            <text class="row-name" x="26" y="16">{ shortened(&title, half) }<title>{ &title }</title></text>
            <text class="row-detail" x={(card.width - 10.0 - badge_room).to_string()} y="16">
                { shortened(detail, half) }<title>{ change_of_detail(row, mode) }</title>
            </text>
            <text class="badges" x={(card.width - 10.0).to_string()} y="16">{ badges }</text>
        </g>
    }
}

fn change_of_detail(row: &CardRow, mode: Mode) -> String {
    match (&row.before, mode) {
        (Some(before), Mode::Difference) => format!("{before} → {}", row.detail),
        (Some(before), Mode::Before) => before.clone(),
        _ => row.detail.clone(),
    }
}

/// As much of a text as fits, at the width of the picture's letters.
fn shortened(text: &str, room: f64) -> String {
    const LETTER: f64 = 7.0;
    let most = (room / LETTER).max(3.0) as usize;
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let start: String = text.chars().take(most - 1).collect();
    format!("{start}…")
}
