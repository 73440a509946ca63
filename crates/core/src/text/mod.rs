//! Places in source text: byte spans, lines and columns, edits.

mod edit;
mod line_index;
mod span;

pub use edit::{Edit, EditConflict, apply_edits};
pub use line_index::{LineColumn, LineIndex};
pub use span::{Origin, Span};
