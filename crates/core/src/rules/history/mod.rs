//! Rules about the revision graph, and about the comments that silence findings.

pub mod suppression_unused;
pub mod suppression_without_reason;

use super::Rule;

/// The rules of this class, by id.
pub const ALL: &[&Rule] = &[&suppression_unused::RULE, &suppression_without_reason::RULE];
