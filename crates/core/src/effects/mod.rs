//! What a statement does to a live database: locks, rewrites, scans, index builds, and what it destroys.

mod model;
mod session;

pub use model::*;
pub use session::Session;
pub fn of(_o: &crate::operation::Operation, _b: &crate::schema::Schema, _s: &Session) -> Effects {
    Effects::default()
}
