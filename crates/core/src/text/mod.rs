//! Places in source text: byte spans, lines and columns, edits.

mod edit;
mod line_index;
mod span;

pub use edit::{Edit, EditConflict, apply_edits};
pub use line_index::{LineColumn, LineIndex};
pub use span::{Origin, Span};

/// FNV-1a with 64 bits: small, and the same everywhere and always. For names, not for secrets.
pub fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
