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
}

/// A laid-out picture of a schema, or of the difference between two. Lengths are in CSS pixels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Diagram {
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
