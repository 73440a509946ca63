//! Rules.

use super::Rule;

/// The rules of this class, by id.
pub const ALL: &[&Rule] = &[];
