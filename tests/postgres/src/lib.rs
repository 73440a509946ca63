//! Real databases for tests, and the comparison of their catalogs with ours.

mod compare;
mod pglite;
mod server;

pub use compare::differences;
pub use pglite::Pglite;
pub use server::{Database, Server, StartError};

use serde_json::Value;

/// A PostgreSQL to compare with.
pub trait Subject {
    /// Runs one statement by itself.
    ///
    /// # Errors
    /// PostgreSQL's refusal.
    fn run(&mut self, statement: &str) -> Result<(), Refusal>;

    /// What is in the catalog now, in the shape of `retort schema --format json`.
    ///
    /// # Errors
    /// Whatever kept us from asking.
    fn catalog(&mut self) -> Result<Value, Box<dyn std::error::Error>>;
}

/// PostgreSQL's refusal of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its code.
    pub sqlstate: String,
    /// Its message.
    pub message: String,
}

/// Asks for the catalog with an empty `search_path`, and leaves the session as it was.
fn catalog_query() -> String {
    let query = include_str!("../catalog.sql");
    format!("begin; set local search_path = ''; {query}; rollback")
}
