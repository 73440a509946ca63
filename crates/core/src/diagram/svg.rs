//! The picture as an SVG file that needs nothing else.

use std::fmt::Write;

use retort_report::measure::{
    CHARACTER, GAP, GUTTER, HEAD, HEAD_CHARACTER, PADDING, ROW, badge_width, columns, cut,
};
use retort_report::{CardRow, Change, Diagram, DiagramEdge, Mark, RowKind, TableCard};

use super::word;

/// The colours of an SVG.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// Whichever the viewer's system prefers.
    #[default]
    System,
}

const LEGEND: f64 = 40.0;
/// Beside the legend.
const LEGEND_MARGIN: f64 = 24.0;
const LEGEND_WORD: f64 = 96.0;
const LEGEND_GAP: f64 = 12.0;

/// Writes the picture. Texts and names are escaped; every card and line carries its name and its change in words.
pub fn svg(diagram: &Diagram, theme: Theme) -> String {
    let (left, top) = (diagram.x.floor(), diagram.y.floor());
    let width = diagram.width.ceil().max(legend_width());
    let height = diagram.height.ceil() + LEGEND;
    let id = fingerprint(diagram);
    let mut out = String::with_capacity(4096 + diagram.tables.len() * 2048);
    // Writing to a string cannot fail, so the results of `write!` are passed over.
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"retort\" viewBox=\"{left} {top} {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\" aria-labelledby=\"title-{id} desc-{id}\">\n\
         <title id=\"title-{id}\">Schema diagram</title>\n<desc id=\"desc-{id}\">{}</desc>\n<style>{}</style>\n\
         <rect class=\"ground\" x=\"{left}\" y=\"{top}\" width=\"100%\" height=\"100%\"/>\n",
        escape(&diagram.description),
        style(theme),
    );
    out.push_str("<g class=\"edges\">\n");
    for edge in &diagram.edges {
        line(&mut out, edge);
    }
    out.push_str("</g>\n");
    for card in &diagram.tables {
        table(&mut out, card);
    }
    legend(&mut out, left + LEGEND_MARGIN, top + diagram.height);
    out.push_str("</svg>\n");
    out
}

fn line(out: &mut String, edge: &DiagramEdge) {
    let name = escape(&edge.description);
    let _ = writeln!(
        out,
        "<g class=\"edge {}\" aria-label=\"{name}\"><title>{name}</title><path d=\"{}\"/><path class=\"ends\" d=\"{}\"/></g>",
        word(edge.change),
        edge.path,
        edge.ends,
    );
}

fn table(out: &mut String, card: &TableCard) {
    let assumed = if card.assumed {
        ", assumed to exist"
    } else {
        ""
    };
    let name = escape(&format!(
        "table {}, {}{assumed}",
        card.name,
        card.mark().word()
    ));
    let _ = write!(
        out,
        "<g class=\"card {}{}\" transform=\"translate({} {})\" aria-label=\"{name}\"><title>{name}</title>\n\
         <rect class=\"paper\" width=\"{w}\" height=\"{h}\" rx=\"8\"/>\
         <path class=\"head\" d=\"M0 {HEAD} V8 a8 8 0 0 1 8 -8 H{inner} a8 8 0 0 1 8 8 V{HEAD} Z\"/>\n",
        card.mark().word(),
        if card.assumed { " assumed" } else { "" },
        card.x,
        card.y,
        w = card.width,
        h = card.height,
        inner = card.width - 8.0,
    );
    let label = match (card.change, card.assumed) {
        (Change::Unchanged, true) => "assumed",
        (Change::Unchanged, false) => "",
        _ => card.mark().word(),
    };
    let _ = write!(
        out,
        "<text class=\"sign\" x=\"10\" y=\"22\">{}</text>",
        card.mark().sign()
    );
    let room = card.width - GUTTER - GAP - label.len() as f64 * CHARACTER - PADDING;
    let shown = renamed(card.renamed_from.as_deref(), &card.name);
    let text = cut(&shown, (room / HEAD_CHARACTER).floor().max(4.0) as usize);
    let _ = writeln!(
        out,
        "<text class=\"name\" x=\"{GUTTER}\" y=\"22\">{}</text><text class=\"word\" x=\"{}\" y=\"22\">{label}</text>",
        escape(&text),
        card.width - PADDING,
    );
    let mut kind = RowKind::Column;
    for row in &card.rows {
        if row.kind != kind {
            kind = row.kind;
            let _ = write!(
                out,
                "<path class=\"rule\" d=\"M0 {y} H{}\"/>",
                card.width,
                y = row.y
            );
        }
        self::row(out, card, row);
    }
    if card.hidden_rows > 0 {
        let y = HEAD + card.rows.len() as f64 * ROW + 15.0;
        let plural = if card.hidden_rows == 1 { "" } else { "s" };
        let _ = writeln!(
            out,
            "<text class=\"more\" x=\"{GUTTER}\" y=\"{y}\">{} more row{plural}</text>",
            card.hidden_rows,
        );
    }
    out.push_str("</g>\n");
}

fn row(out: &mut String, card: &TableCard, row: &CardRow) {
    let name = escape(&row_name(row));
    let (top, base) = (row.y, row.y + 15.0);
    let _ = write!(
        out,
        "<g class=\"row {}\" aria-label=\"{name}\"><title>{name}</title>\
         <rect x=\"1\" y=\"{top}\" width=\"{}\" height=\"{ROW}\"/>\
         <text class=\"sign\" x=\"10\" y=\"{base}\">{}</text>",
        row.mark().word(),
        card.width - 2.0,
        row.mark().sign(),
    );
    let mut x = GUTTER;
    let change = row.change_badge(card.change);
    let own = row.badges.iter().map(|badge| (badge.as_str(), "badge"));
    for (badge, class) in change
        .map(|word| (word, "badge word"))
        .into_iter()
        .chain(own)
    {
        let width = badge_width(badge) - 4.0;
        let _ = write!(
            out,
            "<rect class=\"{class}\" x=\"{x}\" y=\"{}\" width=\"{width:.1}\" height=\"13\" rx=\"3\"/>\
             <text class=\"{class}\" x=\"{:.1}\" y=\"{}\">{}</text>",
            top + 4.5,
            x + width / 2.0,
            base - 1.0,
            escape(badge),
        );
        x += width + 4.0;
    }
    let room = card.width - PADDING - x;
    let room = (room / CHARACTER).floor().max(6.0) as usize;
    let shown = renamed(row.renamed_from.as_deref(), &row.name);
    // The name has the first claim on the room, but leaves a third of it to what follows.
    let name_room = room
        .saturating_sub(columns(&detail(row)) + 2)
        .max(room * 2 / 3);
    let shown_name = cut(&shown, name_room);
    let left = room.saturating_sub(columns(&shown_name) + 2);
    let _ = write!(
        out,
        "<text class=\"name\" x=\"{x:.1}\" y=\"{base}\">{}</text>",
        escape(&shown_name)
    );
    if left > 1 {
        let text = escape(&cut(&detail(row), left));
        let right = card.width - PADDING;
        let _ = write!(
            out,
            "<text class=\"detail\" x=\"{right}\" y=\"{base}\">{text}</text>"
        );
    }
    out.push_str("</g>\n");
}

fn renamed(old: Option<&str>, new: &str) -> String {
    old.map_or_else(|| new.to_owned(), |old| format!("{old} → {new}"))
}

fn detail(row: &CardRow) -> String {
    match &row.before {
        Some(before) => format!("{before} → {}", row.detail),
        None => row.detail.clone(),
    }
}

/// "column slug, text, changed: was varchar(20)".
fn row_name(row: &CardRow) -> String {
    let kind = match row.kind {
        RowKind::Column => "column",
        RowKind::Constraint => "constraint",
        RowKind::Index => "index",
        RowKind::Other => "",
    };
    let mut text = format!("{kind} {}, {}", row.name, row.detail);
    if !row.badges.is_empty() {
        text.push_str(&format!(", {}", row.badges.join(" ")));
    }
    if row.change != Change::Unchanged {
        text.push_str(&format!(", {}", row.mark().word()));
    }
    if let Some(old) = &row.renamed_from {
        text.push_str(&format!(", was called {old}"));
    }
    if let Some(before) = &row.before {
        text.push_str(&format!(", was {before}"));
    }
    text.trim_start().to_owned()
}

/// The picture of a small table is as wide as the legend below it.
fn legend_width() -> f64 {
    Mark::CHANGES.len() as f64 * (LEGEND_WORD + LEGEND_GAP) - LEGEND_GAP + 2.0 * LEGEND_MARGIN
}

fn legend(out: &mut String, left: f64, top: f64) {
    let _ = write!(
        out,
        "<g class=\"legend\" transform=\"translate({left} {top})\" aria-hidden=\"true\">"
    );
    let mut x = 0.0;
    for mark in Mark::CHANGES {
        let _ = write!(
            out,
            "<g class=\"card {w}\"><rect class=\"paper\" x=\"{x}\" y=\"0\" width=\"{LEGEND_WORD}\" height=\"22\" rx=\"6\"/>\
             <text class=\"sign\" x=\"{}\" y=\"15\">{}</text><text class=\"word\" x=\"{}\" y=\"15\">{w}</text></g>",
            x + 12.0,
            mark.sign(),
            x + LEGEND_WORD - 12.0,
            w = mark.word(),
        );
        x += LEGEND_WORD + LEGEND_GAP;
    }
    out.push_str("</g>\n");
}

/// Safe as the text of an element and inside a quoted attribute. Characters that XML does not allow become U+FFFD.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Tells the ids of two pictures in one page apart: FNV-1a of the description and the keys.
fn fingerprint(diagram: &Diagram) -> String {
    let keys = diagram.tables.iter().map(|card| card.key.as_str());
    let bytes = keys
        .chain([diagram.description.as_str()])
        .flat_map(str::bytes);
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

const LIGHT: &str = "--ground:#f6f7f9;--paper:#ffffff;--ink:#1c2330;--soft:#5b6575;--line:#c9d0da;--head:#eceff3;\
    --added:#116b35;--added-wash:#e2f5e8;--removed:#a3202b;--removed-wash:#fdeaea;--changed:#1d5ba8;--changed-wash:#e5f0fc;\
    --renamed:#6a3c9c;--renamed-wash:#f1e9f9;";
const DARK: &str = "--ground:#14171c;--paper:#1d2229;--ink:#e6eaf0;--soft:#9aa5b4;--line:#3b4451;--head:#272e38;\
    --added:#6fd596;--added-wash:#17301f;--removed:#ff9a9a;--removed-wash:#381d20;--changed:#8fc1ff;--changed-wash:#18293e;\
    --renamed:#cbabf3;--renamed-wash:#2b2239;";

fn style(theme: Theme) -> String {
    let colours = match theme {
        Theme::Light => format!(".retort{{{LIGHT}}}"),
        Theme::Dark => format!(".retort{{{DARK}}}"),
        Theme::System => {
            format!(".retort{{{LIGHT}}}@media (prefers-color-scheme:dark){{.retort{{{DARK}}}}}")
        }
    };
    format!("{colours}{RULES}")
}

const RULES: &str = "\
.retort text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:var(--ink)}\
.retort .ground{fill:var(--ground)}\
.retort .paper{fill:var(--paper);stroke:var(--line);stroke-width:1.2}\
.retort .head{fill:var(--head)}\
.retort .card>.name{font-size:13px;font-weight:700}\
.retort .word,.retort .detail{text-anchor:end;fill:var(--soft)}\
.retort .more{fill:var(--soft);font-style:italic}\
.retort .sign{text-anchor:middle;font-weight:700}\
.retort .rule{stroke:var(--line);fill:none}\
.retort .row>rect:first-of-type{fill:none}\
.retort rect.badge{fill:none;stroke:var(--soft);stroke-width:.8}\
.retort text.badge{font-size:9px;font-weight:700;text-anchor:middle;fill:var(--soft)}\
.retort .edge{fill:none;stroke:var(--soft);stroke-width:1.3}\
.retort .ends{fill:var(--ground)}\
.retort .assumed .paper{stroke-dasharray:2 3}\
.retort .added>.paper,.retort .edge.added{stroke:var(--added);stroke-width:2}\
.retort .removed>.paper,.retort .edge.removed{stroke:var(--removed);stroke-width:2;stroke-dasharray:6 4}\
.retort .changed>.paper,.retort .edge.changed{stroke:var(--changed);stroke-width:2}\
.retort .renamed>.paper{stroke:var(--renamed);stroke-width:2}\
.retort .edge .ends{stroke-dasharray:none}\
.retort .card.added>.head,.retort .row.added>rect:first-of-type{fill:var(--added-wash)}\
.retort .card.removed>.head,.retort .row.removed>rect:first-of-type{fill:var(--removed-wash)}\
.retort .card.changed>.head,.retort .row.changed>rect:first-of-type{fill:var(--changed-wash)}\
.retort .card.renamed>.head,.retort .row.renamed>rect:first-of-type{fill:var(--renamed-wash)}\
.retort .added>.sign,.retort .added>.word{fill:var(--added)}\
.retort .removed>.sign,.retort .removed>.word{fill:var(--removed)}\
.retort .changed>.sign,.retort .changed>.word{fill:var(--changed)}\
.retort .renamed>.sign,.retort .renamed>.word{fill:var(--renamed)}\
.retort .row rect.word{fill:none;stroke:none}\
.retort .removed>.name{text-decoration:line-through}";
