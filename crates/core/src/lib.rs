//! Reads database migrations, simulates PostgreSQL's catalog and reviews what they do.
//!
//! Data flows one way:
//!
//! ```text
//! files ──▶ migrations ──▶ operations ──▶ schema states ──▶ findings, effects, checklist ──▶ views and exports
//! ```
pub mod operation;
pub mod text;
