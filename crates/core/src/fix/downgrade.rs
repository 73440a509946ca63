//! Writing a downgrade.

use super::Fix;
use crate::rules::Context;

/// The downgrade that undoes the upgrade, where it restores the schema and nothing is lost that it could not bring back.
pub fn missing_downgrade(_cx: &Context<'_>) -> Option<Fix> {
    None
}
