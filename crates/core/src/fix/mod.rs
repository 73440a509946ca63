//! Repairs: edits of the source that make a finding go away and change nothing else.

use crate::migration::FileId;
use crate::text::Edit;

/// A repair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as a command: "Add an index on shelf.org_id".
    pub title: String,
    /// The replacements.
    pub edits: Vec<(FileId, Edit)>,
}
