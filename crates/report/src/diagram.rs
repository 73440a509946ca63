use serde::{Deserialize, Serialize};

use crate::Change;

/// Which tables a diagram shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum DiagramScope {
    /// Those that changed, and their neighbours.
    Changed,
    /// All.
    All,
}

/// What is asked of a diagram or a schema diff: two states of the schema.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Between {
    /// The earlier state: after this revision; none for the empty schema before the first.
    pub from: Option<String>,
    /// The later state: after this revision.
    pub to: String,
    /// Which tables.
    pub scope: DiagramScope,
    /// What a person changed about the picture.
    #[serde(default)]
    pub arrangement: Arrangement,
}

/// What a person changed about a picture. Keys that no table has are passed over.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Arrangement {
    /// Cards put elsewhere.
    pub places: Vec<CardPlace>,
    /// Keys of tables left out.
    pub hidden: Vec<String>,
    /// Keys of tables shown although the scope leaves them out.
    pub shown: Vec<String>,
}

/// Where a person put a card: its top left corner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct CardPlace {
    /// Key of the card.
    pub key: String,
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
}

/// A form in which a schema, or the picture of a difference, is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum PictureFormat {
    /// The picture in the colours of the viewer's system.
    Svg,
    /// The picture on light ground.
    SvgLight,
    /// The picture on dark ground.
    SvgDark,
    /// The picture as Mermaid's `erDiagram`.
    Mermaid,
    /// The later state as DBML.
    Dbml,
    /// The later state as SQL.
    Sql,
}

/// The measures of a card, which whoever draws one keeps to. Texts are set in a monospaced font, so that their width is
/// known without drawing them. All in CSS pixels.
pub mod measure {
    /// Height of a card's head.
    pub const HEAD: f64 = 34.0;
    /// Height of a row.
    pub const ROW: f64 = 22.0;
    /// Room left of a row's name: its sign.
    pub const GUTTER: f64 = 24.0;
    /// Room at the right edge.
    pub const PADDING: f64 = 12.0;
    /// Room between a name and its detail.
    pub const GAP: f64 = 16.0;
    /// Width of one character of a row, in a monospaced font of 12 px.
    pub const CHARACTER: f64 = 7.3;
    /// Width of one character of the head, in a bold monospaced font of 13 px.
    pub const HEAD_CHARACTER: f64 = 8.0;
    /// Width of one character of a badge, in a bold monospaced font of 9 px.
    pub const BADGE_CHARACTER: f64 = 5.6;
    /// Room around a badge's text and after it.
    pub const BADGE_PADDING: f64 = 11.0;

    /// Room that a badge needs.
    pub fn badge_width(badge: &str) -> f64 {
        columns(badge) as f64 * BADGE_CHARACTER + BADGE_PADDING
    }

    /// How many characters of a monospaced font a text is wide; characters of East Asian scripts and emoji count twice.
    pub fn columns(text: &str) -> usize {
        text.chars()
            .map(|c| if c >= '\u{1100}' { 2 } else { 1 })
            .sum()
    }

    /// A text cut to a number of characters, with an ellipsis where it was cut.
    pub fn cut(text: &str, room: usize) -> String {
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
}

/// A laid-out picture of a schema, or of the difference between two. Lengths are in CSS pixels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Diagram {
    /// Left edge of all.
    pub x: f64,
    /// Top edge of all.
    pub y: f64,
    /// Width of all.
    pub width: f64,
    /// Height of all.
    pub height: f64,
    /// The cards.
    pub tables: Vec<TableCard>,
    /// The foreign keys.
    pub edges: Vec<DiagramEdge>,
    /// The picture in words.
    pub description: String,
    /// How many tables the schema has beside those shown.
    pub hidden_tables: u32,
    /// Their keys, by name.
    pub not_shown: Vec<String>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct TableCard {
    /// Unique: the table's name, qualified unless in `public`.
    pub key: String,
    /// The name shown.
    pub name: String,
    /// Its name before, if it was renamed.
    pub renamed_from: Option<String>,
    /// How it changed.
    pub change: Change,
    /// Assumed to exist: not all columns are known.
    pub assumed: bool,
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
    /// Its rows.
    pub rows: Vec<CardRow>,
    /// Rows left out because they did not change.
    pub hidden_rows: u32,
}

/// A row of a card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct CardRow {
    /// What it is.
    pub kind: RowKind,
    /// Its name.
    pub name: String,
    /// Its type or definition.
    pub detail: String,
    /// `PK`, `FK`, `U`, `NN`.
    pub badges: Vec<String>,
    /// How it changed.
    pub change: Change,
    /// What it was before, if it changed.
    pub before: Option<String>,
    /// Its name before, if it was renamed.
    pub renamed_from: Option<String>,
    /// Top edge, within the card.
    pub y: f64,
}

/// How a card, a row or a line is marked: a change, with renames told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// In both states, the same.
    Unchanged,
    /// Only in the later state.
    Added,
    /// Only in the earlier state.
    Removed,
    /// In both, not the same.
    Changed,
    /// In both, under another name.
    Renamed,
}

impl Mark {
    /// All that a legend explains.
    pub const CHANGES: [Self; 4] = [Self::Added, Self::Removed, Self::Changed, Self::Renamed];

    fn new(change: Change, renamed_from: Option<&String>) -> Self {
        match (change, renamed_from) {
            (Change::Added, _) => Self::Added,
            (Change::Removed, _) => Self::Removed,
            (Change::Changed, None) => Self::Changed,
            (Change::Changed | Change::Unchanged, Some(_)) => Self::Renamed,
            (Change::Unchanged, None) => Self::Unchanged,
        }
    }

    /// As a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Renamed => "renamed",
        }
    }

    /// As a sign, so that it does not rest on colour alone.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Unchanged => "",
            Self::Added => "+",
            Self::Removed => "−",
            Self::Changed => "~",
            Self::Renamed => "→",
        }
    }
}

impl From<Change> for Mark {
    fn from(change: Change) -> Self {
        Self::new(change, None)
    }
}

impl TableCard {
    /// How it is marked.
    pub fn mark(&self) -> Mark {
        Mark::new(self.change, self.renamed_from.as_ref())
    }
}

impl CardRow {
    /// How it is marked.
    pub fn mark(&self) -> Mark {
        Mark::new(self.change, self.renamed_from.as_ref())
    }

    /// The word for its change, where it is said at the row: not where the whole table came or went.
    pub fn change_badge(&self, table: Change) -> Option<&'static str> {
        let said_above = matches!(table, Change::Added | Change::Removed);
        (!said_above && self.change != Change::Unchanged).then(|| self.mark().word())
    }
}

/// Kinds of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum RowKind {
    /// A column.
    Column,
    /// A constraint other than a foreign key.
    Constraint,
    /// An index.
    Index,
    /// Anything else of a table, shown only where it changed: a trigger, a policy, its comment, its options.
    Other,
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct DiagramEdge {
    /// Its name.
    pub name: String,
    /// Key of the referencing card.
    pub from: String,
    /// The referencing columns.
    pub from_columns: Vec<String>,
    /// Key of the referenced card.
    pub to: String,
    /// The referenced columns.
    pub to_columns: Vec<String>,
    /// How it changed.
    pub change: Change,
    /// Whether the referencing columns may be NULL (zero or one) or not (exactly one).
    pub optional: bool,
    /// Whether the referencing columns are unique (one) or not (many).
    pub unique: bool,
    /// The line, as the `d` of an SVG path.
    pub path: String,
    /// The crow's foot and bar at the ends, as the `d` of an SVG path.
    pub ends: String,
    /// In words: "draft.org_id references org.id".
    pub description: String,
}
