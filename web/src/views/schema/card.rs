use retort_report::measure::{
    CHARACTER, GAP, GUTTER, HEAD, HEAD_CHARACTER, PADDING, ROW, badge_width, columns, cut,
};
use retort_report::{CardRow, Change, Diagram, Mark, RowKind, TableCard};
use yew::prelude::*;

use super::Mode;
use crate::{state::Shared, words};

/// Whether a thing is there in a mode.
pub fn is_there(change: Change, mode: Mode) -> bool {
    !matches!(
        (mode, change),
        (Mode::Before, Change::Added) | (Mode::After, Change::Removed)
    )
}

/// How a thing is marked in a mode: one state alone shows no changes.
pub fn marked(mark: Mark, mode: Mode) -> Mark {
    match mode {
        Mode::Difference => mark,
        Mode::Before | Mode::After => Mark::Unchanged,
    }
}

/// The name of a thing in a mode.
pub fn name_in<'a>(name: &'a str, before: Option<&'a String>, mode: Mode) -> &'a str {
    match (mode, before) {
        (Mode::Before, Some(before)) => before,
        _ => name,
    }
}

/// "table draft, added", "column org_id, renamed from tenant_id".
pub fn spoken(kind: &str, name: &str, mark: Mark, renamed_from: Option<&String>) -> String {
    let mut words = format!("{kind} {name}");
    if mark != Mark::Unchanged {
        words.push_str(", ");
        words.push_str(mark.word());
    }
    if let Some(before) = renamed_from.filter(|_| mark != Mark::Unchanged) {
        words.push_str(" from ");
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

/// How much of a card is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    Rows,
    /// The name alone, large: the picture is too small for anything else to be read.
    Name,
}

#[derive(PartialEq, Properties)]
pub struct CardProps {
    pub diagram: Shared<Diagram>,
    /// The card's place among the diagram's tables.
    pub at: usize,
    pub mode: Mode,
    pub detail: Detail,
    pub selected: bool,
    /// How far it is being dragged.
    pub offset: (f64, f64),
}

/// A table as a card.
#[component]
pub fn Card(props: &CardProps) -> Html {
    let Some(card) = props.diagram.tables.get(props.at) else {
        return Html::default();
    };
    let mode = props.mode;
    let mark = marked(card.mark(), mode);
    let name = name_in(&card.name, card.renamed_from.as_ref(), mode);
    let was = card
        .renamed_from
        .as_ref()
        .filter(|_| mode == Mode::Difference);
    let title = was.map_or_else(|| name.to_owned(), |was| format!("{was} → {name}"));
    let (width, height) = (card.width.to_string(), card.height.to_string());
    let (x, y) = (card.x + props.offset.0, card.y + props.offset.1);
    html! {
        <g
            class={classes!(
                "card",
                words::mark_class(mark),
                card.assumed.then_some("is-assumed"),
                props.selected.then_some("is-selected"),
            )}
            transform={format!("translate({x} {y})")}
            role="group"
            aria-label={spoken("table", name, mark, was)}
            data-table={card.key.clone()}
        >
            <rect class="card-box" {width} {height} rx="8" />
            if props.detail == Detail::Name {
                { large_name(card, &title, mark) }
            } else {
                { head(card, &title, mark) }
                for one in card.rows.iter().filter(|row| is_there(row.change, mode)) { { row(one, card, mode) } }
                if card.hidden_rows > 0 {
                    <text class="hidden-rows" x={GUTTER.to_string()} y={(HEAD + card.rows.len() as f64 * ROW + 15.0).to_string()}>
                        { words::count(card.hidden_rows as usize, "more row", "more rows") }
                    </text>
                }
            }
        </g>
    }
}

fn head(card: &TableCard, title: &str, mark: Mark) -> Html {
    let word = match (mark, card.assumed) {
        (Mark::Unchanged, true) => "assumed",
        (Mark::Unchanged, false) => "",
        (mark, _) => mark.word(),
    };
    let room = card.width - GUTTER - GAP - columns(word) as f64 * CHARACTER - PADDING;
    let text = cut(title, (room / HEAD_CHARACTER).max(4.0) as usize);
    html! {
        <>
            <path class="card-head" d={format!("M1 {HEAD}V8a7 7 0 0 1 7-7H{}a7 7 0 0 1 7 7V{HEAD}Z", card.width - 8.0)} />
            <text class="sign" x="12" y="22">{ mark.sign() }</text>
            <text class="card-name" x={GUTTER.to_string()} y="22">{ text }<title>{ title.to_owned() }</title></text>
            <text class="card-word" x={(card.width - PADDING).to_string()} y="22">{ word }</text>
        </>
    }
}

/// The name over the whole card, as large as fits.
fn large_name(card: &TableCard, title: &str, mark: Mark) -> Html {
    const MOST: f64 = 44.0;
    const LETTER: f64 = 0.62;
    let text = format!("{} {title}", mark.sign());
    let text = text.trim_start();
    let size = ((card.width - 16.0) / (columns(text) as f64 * LETTER)).min(MOST);
    let middle = card.height.min(200.0) / 2.0 + size / 3.0;
    html! {
        <>
            <rect class="card-head" x="1" y="1" width={(card.width - 2.0).to_string()} height={(card.height - 2.0).to_string()} rx="7" />
            <text
                class="card-large"
                font-size={format!("{size:.1}")}
                x={(card.width / 2.0).to_string()}
                y={middle.to_string()}
            >{ text.to_owned() }<title>{ title.to_owned() }</title></text>
        </>
    }
}

fn row(row: &CardRow, card: &TableCard, mode: Mode) -> Html {
    let mark = marked(row.mark(), mode);
    let name = name_in(&row.name, row.renamed_from.as_ref(), mode);
    let was = row
        .renamed_from
        .as_ref()
        .filter(|_| mode == Mode::Difference);
    let title = was.map_or_else(|| name.to_owned(), |was| format!("{was} → {name}"));
    let detail = detail_in(row, mode);
    let word = row
        .change_badge(card.change)
        .filter(|_| mode == Mode::Difference);
    let label = format!(
        "{}: {detail} {}",
        spoken(kind(row.kind), name, mark, was),
        row.badges.join(" ")
    );
    let right = card.width - PADDING;
    let own = row.badges.iter().map(|badge| (badge.as_str(), "badge"));
    let badges: Vec<_> = word
        .map(|word| (word, "badge is-word"))
        .into_iter()
        .chain(own)
        .collect();
    let taken: f64 = badges.iter().map(|(badge, _)| badge_width(badge)).sum();
    let room = ((right - taken - GUTTER) / CHARACTER).max(6.0) as usize;
    // The name has the first claim on the room, but leaves a third of it to what follows.
    let for_name = room.saturating_sub(columns(&detail) + 2).max(room * 2 / 3);
    let shown = cut(&title, for_name);
    let left = room.saturating_sub(columns(&shown) + 2);
    html! {
        <g
            class={classes!("row", words::mark_class(mark), kind(row.kind))}
            transform={format!("translate(0 {})", row.y)}
            role="img"
            aria-label={label.trim_end().to_owned()}
        >
            <title>{ format!("{title}: {detail}") }</title>
            <rect class="row-box" x="1" width={(card.width - 2.0).to_string()} height={ROW.to_string()} />
            <text class="sign" x="12" y="15">{ mark.sign() }</text>
            <text class="row-name" x={GUTTER.to_string()} y="15">{ shown }</text>
            if left > 1 {
                <text class="row-detail" x={(right - taken).to_string()} y="15">{ cut(&detail, left) }</text>
            }
            { badges_up_to(&badges, right) }
        </g>
    }
}

/// Badges with their classes, the last at the right edge.
fn badges_up_to(badges: &[(&str, &'static str)], right: f64) -> Html {
    let mut x = right;
    let drawn = badges.iter().rev().map(|&(badge, class)| {
        let width = badge_width(badge) - 4.0;
        x -= width;
        let left = x;
        x -= 4.0;
        html! {
            <g {class}>
                <rect x={left.to_string()} y="4.5" width={width.to_string()} height="13" rx="3" />
                <text x={(left + width / 2.0).to_string()} y="14">{ badge.to_owned() }</text>
            </g>
        }
    });
    drawn.collect()
}

/// The definition of a row in a mode.
pub fn detail_in(row: &CardRow, mode: Mode) -> String {
    match (&row.before, mode) {
        (Some(before), Mode::Difference) => format!("{before} → {}", row.detail),
        (Some(before), Mode::Before) => before.clone(),
        _ => row.detail.clone(),
    }
}
