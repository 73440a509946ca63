//! Repairs: edits of the source that make a finding go away and change nothing else.
//!
//! A repair is offered only where the place is known exactly and the outcome is plain; otherwise a person has to decide.
//! The laws that every repair keeps are tests: it removes its finding, adds none, what it leaves can be read, and doing it
//! twice changes nothing more.

mod apply;
mod columns;
mod downgrade;
mod enums;
mod index;
mod markers;
mod names;
mod parent;
pub mod plan;
mod predicate;
mod saving;
mod text;
mod timeout;
mod transaction;
mod types;

pub use apply::{Fixed, fix_all};
pub use columns::{required_columns, tenant_column};
pub use downgrade::{missing_downgrade, repaired_downgrade};
pub use enums::{create_enum, drop_enum};
pub use index::missing_index;
pub use markers::remove_markers;
pub use names::{constraint_name, dropped_name};
pub use parent::{another_parent, merge_revision};
pub use plan::{Plan, PlanStep};
pub use predicate::null_guard;
pub use saving::keep_aside;
pub use timeout::lock_timeout;
pub use transaction::autocommit_block;
pub use types::{server_default, time_zone, unlimited_text};

use crate::migration::FileId;
use crate::text::Edit;

/// A repair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as a command: "Add an index on shelf (org_id)".
    pub title: String,
    /// The replacements.
    pub edits: Vec<(FileId, Edit)>,
}

impl Fix {
    fn new(title: impl Into<String>, edits: Vec<(FileId, Edit)>) -> Self {
        Self {
            title: title.into(),
            edits,
        }
    }
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod saving_tests;
