//! The revision graph, and the comments that silence findings.

mod conflict;
pub mod duplicate_branch_label;
pub mod duplicate_revision_id;
pub mod missing_parent;
pub mod multiple_heads;
mod place;
pub mod revision_cycle;
pub mod suppression_unused;
pub mod suppression_without_reason;

use super::Rule;

/// The rules of this class, by id.
pub const ALL: &[&Rule] = &[
    &duplicate_branch_label::RULE,
    &duplicate_revision_id::RULE,
    &missing_parent::RULE,
    &multiple_heads::RULE,
    &revision_cycle::RULE,
    &suppression_unused::RULE,
    &suppression_without_reason::RULE,
];
