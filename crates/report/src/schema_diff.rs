use serde::{Deserialize, Serialize};

use crate::{Change, ChangeLine};

/// The difference between two states of the schema.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct SchemaDiffReport {
    /// In words.
    pub lines: Vec<ChangeLine>,
    /// As a diff of the schemas' SQL.
    pub text: Vec<TextDiffLine>,
}

/// One line of a text diff.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct TextDiffLine {
    /// `Unchanged`, `Added` or `Removed`.
    pub change: Change,
    /// The line, without its end.
    pub text: String,
}
