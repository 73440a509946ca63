//! The conventions of the house document: tenants, columns, indexes, downgrades, backfills, file headers.

pub mod assertion_fails;
pub mod autogenerate_leftover;
pub mod backfill_yields_null;
pub mod constraint_never_validated;
pub(crate) mod docstring;
pub mod docstring_missing;
pub mod downgrade_not_inverse;
pub mod file_name;
pub mod fk_without_index;
pub mod header_mismatch;
pub mod large_update;
pub mod mixed_schema_and_data;
pub mod no_downgrade;
pub mod not_null_without_backfill;
pub mod required_columns_missing;
pub mod tenant_column_missing;
pub mod tenant_column_type;
pub mod tenant_column_unindexed;
pub mod tenant_foreign_key_missing;
pub mod timestamp_without_time_zone;
pub mod update_without_where;

use super::Rule;

/// The rules of this class, by id.
pub const ALL: &[&Rule] = &[
    &assertion_fails::RULE,
    &autogenerate_leftover::RULE,
    &backfill_yields_null::RULE,
    &constraint_never_validated::RULE,
    &docstring_missing::RULE,
    &downgrade_not_inverse::RULE,
    &file_name::RULE,
    &fk_without_index::RULE,
    &header_mismatch::RULE,
    &large_update::RULE,
    &mixed_schema_and_data::RULE,
    &no_downgrade::RULE,
    &not_null_without_backfill::RULE,
    &required_columns_missing::RULE,
    &tenant_column_missing::RULE,
    &tenant_column_type::RULE,
    &tenant_column_unindexed::RULE,
    &tenant_foreign_key_missing::RULE,
    &timestamp_without_time_zone::RULE,
    &update_without_where::RULE,
];
