//! Others wait, or a table is written anew.

mod add_check_validates;
mod add_column_constrained_domain;
mod add_column_identity;
mod add_column_references;
mod add_column_serial;
mod add_column_stored_generated;
mod add_column_volatile_default;
mod add_column_with_check;
mod add_exclusion_constraint;
mod add_fk_validates;
mod add_primary_key_builds_index;
mod add_unique_builds_index;
pub mod add_virtual_column_scan;
mod alter_type_rechecks;
mod alter_type_rewrites;
mod attach_partition_scans;
pub mod create_partition_locks_parent;
mod default_partition_scan;
mod detach_not_concurrent;
pub mod domain_constraint;
mod drop_index_not_concurrent;
pub mod drop_partition_locks_parent;
pub mod explicit_lock_table;
mod fk_locks_referenced_table;
mod index_not_concurrent;
mod invalid_index_skipped;
mod missing_lock_timeout;
mod not_null_helper_dropped_too_early;
mod one_transaction_for_all_revisions;
mod partitioned_index_plan;
mod primary_key_on_nullable;
mod refresh_matview_blocking;
mod reindex_not_concurrent;
mod seen;
pub mod set_access_method;
pub mod set_expression_rewrites;
mod set_local_outside_transaction;
mod set_logged_unlogged;
mod set_not_null_scans;
mod statement_after_access_exclusive;
mod timeout_kills_concurrent_build;
pub mod timeout_scope_ended;
mod vacuum_full_or_cluster;
mod validate_in_same_transaction;
mod wide_lock_window;

use super::Rule;

/// The rules of this class, by id.
pub const ALL: &[&Rule] = &[
    &add_check_validates::RULE,
    &add_column_constrained_domain::RULE,
    &add_column_identity::RULE,
    &add_column_references::RULE,
    &add_column_serial::RULE,
    &add_column_stored_generated::RULE,
    &add_column_volatile_default::RULE,
    &add_column_with_check::RULE,
    &add_exclusion_constraint::RULE,
    &add_fk_validates::RULE,
    &add_primary_key_builds_index::RULE,
    &add_unique_builds_index::RULE,
    &add_virtual_column_scan::RULE,
    &alter_type_rechecks::RULE,
    &alter_type_rewrites::RULE,
    &attach_partition_scans::RULE,
    &create_partition_locks_parent::RULE,
    &default_partition_scan::RULE,
    &detach_not_concurrent::RULE,
    &domain_constraint::RULE,
    &drop_index_not_concurrent::RULE,
    &drop_partition_locks_parent::RULE,
    &explicit_lock_table::RULE,
    &fk_locks_referenced_table::RULE,
    &index_not_concurrent::RULE,
    &invalid_index_skipped::RULE,
    &missing_lock_timeout::RULE,
    &not_null_helper_dropped_too_early::RULE,
    &one_transaction_for_all_revisions::RULE,
    &partitioned_index_plan::RULE,
    &primary_key_on_nullable::RULE,
    &refresh_matview_blocking::RULE,
    &reindex_not_concurrent::RULE,
    &set_access_method::RULE,
    &set_expression_rewrites::RULE,
    &set_local_outside_transaction::RULE,
    &set_logged_unlogged::RULE,
    &set_not_null_scans::RULE,
    &statement_after_access_exclusive::RULE,
    &timeout_kills_concurrent_build::RULE,
    &timeout_scope_ended::RULE,
    &vacuum_full_or_cluster::RULE,
    &validate_in_same_transaction::RULE,
    &wide_lock_window::RULE,
];
