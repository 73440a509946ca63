//! The result of a review as plain data: the JSON of the command line, the objects of the JavaScript API, and what the
//! app receives from its worker. The shapes are a contract: [`SCHEMA_VERSION`] changes with every incompatible change.
//!
//! Lines and columns count from 1, columns in UTF-16 units. `start` and `end` are byte offsets into the file; `from` and
//! `to` are the same place in UTF-16 units, as editors in browsers count.

mod change;
mod diagram;
mod exchange;
mod lock_run;
mod proof;
mod review;
mod schema_diff;

pub use change::*;
pub use diagram::*;
pub use exchange::*;
pub use lock_run::*;
pub use proof::*;
pub use review::*;
pub use schema_diff::*;

/// Version of the shapes in this crate.
pub const SCHEMA_VERSION: u32 = 1;
