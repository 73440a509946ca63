//! Views of a review: what other programs and people read.
//!
//! Everything here is derived from a [`Review`](crate::review::Review) or from the plain
//! [`Report`](retort_report::Report) made of it.

mod archive;
mod ci;
mod comparison;
mod export;
mod lock_run;
mod markdown;
mod revisions;
mod sarif;
mod schema_diff;
mod schema_sql;
mod script;

pub use archive::archive;
pub use ci::{github, gitlab, junit};
pub use comparison::{Comparison, UnknownRevision, compare, compare_reviewed};
pub use export::export;
pub use lock_run::lock_run;
pub use markdown::{Heading, markdown};
pub use revisions::{each_reversal, each_revision, effects};
pub use sarif::sarif;
pub use schema_diff::{schema_diff, text_diff, unified_diff};
pub use schema_sql::schema_sql;
pub use script::script;
