//! Reads database migrations, simulates PostgreSQL's catalog and reviews what they do.
//!
//! Data flows one way:
//!
//! ```text
//! files ──▶ migrations ──▶ operations ──▶ schema states ──▶ findings, effects, checklist ──▶ views and exports
//! ```
//!
//! Everything here is pure and deterministic: no I/O, no clock, no globals; the same natively and in WebAssembly.

pub mod alembic;
pub mod assertion;
pub mod checklist;
pub mod config;
pub mod diagram;
pub mod effects;
pub mod examples;
pub mod fix;
pub mod history;
pub mod migration;
pub mod operation;
pub mod project;
pub mod proof;
pub mod report;
pub mod reversal;
pub mod review;
pub mod rules;
pub mod schema;
pub mod sql;
pub mod text;
