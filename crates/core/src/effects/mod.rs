//! What a statement does to a live database: locks, rewrites, scans, index builds, and what it destroys.

mod model;

pub use model::*;
