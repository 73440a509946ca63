//! What loses data, or breaks code that is running.

pub mod alembic_python_default;
pub mod alter_type_loses_stats;
pub mod alter_type_narrows;
pub mod delete_without_where;
pub mod drop_cascade;
pub mod drop_column;
pub mod drop_column_takes_along;
pub mod drop_database;
pub mod drop_default;
pub mod drop_not_null;
pub mod drop_primary_key;
pub mod drop_schema;
pub mod drop_table;
pub mod dynamic_sql_not_analysed;
pub mod if_not_exists_hides_drift;
pub mod int_sequence_left_behind;
pub mod looks_like_a_rename;
pub mod not_null_check_breaks_writers;
pub mod rename_column;
pub mod rename_enum_value;
pub mod rename_table;
pub mod replace_index_gap;
mod saved;
pub mod set_schema;
pub mod truncate;
pub mod truncate_cascade;

use super::Rule;

/// The rules of this class, by id.
pub const ALL: &[&Rule] = &[
    &alembic_python_default::RULE,
    &alter_type_loses_stats::RULE,
    &alter_type_narrows::RULE,
    &delete_without_where::RULE,
    &drop_cascade::RULE,
    &drop_column::RULE,
    &drop_column_takes_along::RULE,
    &drop_database::RULE,
    &drop_default::RULE,
    &drop_not_null::RULE,
    &drop_primary_key::RULE,
    &drop_schema::RULE,
    &drop_table::RULE,
    &dynamic_sql_not_analysed::RULE,
    &if_not_exists_hides_drift::RULE,
    &int_sequence_left_behind::RULE,
    &looks_like_a_rename::RULE,
    &not_null_check_breaks_writers::RULE,
    &rename_column::RULE,
    &rename_enum_value::RULE,
    &rename_table::RULE,
    &replace_index_gap::RULE,
    &set_schema::RULE,
    &truncate::RULE,
    &truncate_cascade::RULE,
];
