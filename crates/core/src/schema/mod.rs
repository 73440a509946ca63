//! The simulated catalog: what PostgreSQL's system catalogs would hold.
//!
//! The model's fields are those of the schema JSON (see the documentation of [`model`]); serialising a [`Schema`] gives
//! exactly that shape. Snapshots are cheap: every kind of object is a shared map of shared objects, so a state per
//! statement costs what changed.

mod model;
mod seam;
pub use seam::*;

pub use model::*;
