//! The picture as a Mermaid `erDiagram`, which GitHub and GitLab draw in Markdown.

use std::collections::BTreeMap;
use std::fmt::Write;

use retort_report::{CardRow, Change, Diagram, Mark, RowKind};

/// Writes the picture. Mermaid knows no change of a column, so it stands in the column's comment; tables carry a class.
pub fn mermaid(diagram: &Diagram) -> String {
    let mut out = String::from("erDiagram\n");
    let ids: BTreeMap<&str, String> = diagram
        .tables
        .iter()
        .enumerate()
        .map(|(at, card)| (card.key.as_str(), format!("t{at}")))
        .collect();
    let id = |key: &str| ids.get(key).map_or("", String::as_str);
    for card in &diagram.tables {
        let mark = match card.change {
            Change::Unchanged => String::new(),
            change => format!("{} ", Mark::from(change).sign()),
        };
        let class = match card.change {
            Change::Unchanged => "",
            Change::Added => ":::added",
            Change::Removed => ":::removed",
            Change::Changed => ":::changed",
        };
        let _ = writeln!(
            out,
            "    {}[\"{mark}{}\"]{class} {{",
            id(&card.key),
            label(&card.name)
        );
        for row in card.rows.iter().filter(|row| row.kind == RowKind::Column) {
            attribute(&mut out, row);
        }
        out.push_str("    }\n");
    }
    for edge in &diagram.edges {
        let (one, many) = match (edge.optional, edge.unique) {
            (false, false) => ("||", "o{"),
            (true, false) => ("|o", "o{"),
            (false, true) => ("||", "o|"),
            (true, true) => ("|o", "o|"),
        };
        let line = if edge.change == Change::Removed {
            ".."
        } else {
            "--"
        };
        let mark = match edge.change {
            Change::Unchanged => String::new(),
            change => format!("{} ", Mark::from(change).sign()),
        };
        let _ = writeln!(
            out,
            "    {} {one}{line}{many} {} : \"{mark}{}\"",
            id(&edge.to),
            id(&edge.from),
            label(&edge.from_columns.join(", ")),
        );
    }
    out.push_str("    classDef added fill:#e2f5e8,stroke:#116b35,color:#116b35\n");
    out.push_str(
        "    classDef removed fill:#fdeaea,stroke:#a3202b,color:#a3202b,stroke-dasharray:5 4\n",
    );
    out.push_str("    classDef changed fill:#e5f0fc,stroke:#1d5ba8,color:#1d5ba8\n");
    out
}

fn attribute(out: &mut String, row: &CardRow) {
    let keys: Vec<&str> = row
        .badges
        .iter()
        .filter_map(|badge| match badge.as_str() {
            "PK" => Some("PK"),
            "FK" => Some("FK"),
            "U" => Some("UK"),
            _ => None,
        })
        .collect();
    let mut comment = Vec::new();
    if row.badges.iter().any(|badge| badge == "NN") {
        comment.push("not null".to_owned());
    }
    if row.change != Change::Unchanged {
        comment.push(format!("{} {}", row.mark().sign(), row.mark().word()));
    }
    if let Some(old) = &row.renamed_from {
        comment.push(format!("was called {old}"));
    }
    if let Some(before) = &row.before {
        comment.push(format!("was {before}"));
    }
    // The type is the first word of the detail's type part; Mermaid takes no blanks there.
    let _ = write!(
        out,
        "        {} {}",
        word_of(&row.detail),
        word_of(&row.name)
    );
    if !keys.is_empty() {
        let _ = write!(out, " {}", keys.join(", "));
    }
    if !comment.is_empty() {
        let _ = write!(out, " \"{}\"", label(&comment.join("; ")));
    }
    out.push('\n');
}

/// A name as Mermaid takes it without quotes: it begins with a letter and has no blanks.
fn word_of(text: &str) -> String {
    let mut word: String = text
        .trim()
        .chars()
        .map(|c| match c {
            c if c.is_alphanumeric() => c,
            '(' | ')' | '[' | ']' | '_' => c,
            _ => '_',
        })
        .collect();
    if !word.starts_with(char::is_alphabetic) {
        word.insert(0, 'x');
    }
    word
}

/// A text inside double quotes. Mermaid has no escape for them, and Markdown would end the block at three backquotes.
fn label(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '"' | '`' => '\'',
            '<' => '‹',
            '>' => '›',
            ';' => ',',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect()
}
