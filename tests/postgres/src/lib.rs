//! A private PostgreSQL for tests, and the comparison of its catalog with ours.

mod compare;
mod server;

pub use compare::differences;
pub use server::{Database, Server, StartError};
