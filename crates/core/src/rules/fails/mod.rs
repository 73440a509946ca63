//! What PostgreSQL, or the tool, will refuse.

pub mod add_required_column;
pub mod alter_type_blocked;
pub mod alter_type_default_uncastable;
pub mod alter_type_needs_using;
pub mod concurrently_in_transaction;
pub mod create_or_replace_function_incompatible;
pub mod create_or_replace_view_incompatible;
pub mod drop_blocked;
pub mod drop_index_backs_constraint;
pub mod duplicate_column;
pub(crate) mod elsewhere;
pub mod enum_created_twice;
pub mod enum_left_behind;
pub mod enum_type_not_created;
pub mod enum_value_used_too_early;
mod failure;
pub mod fk_set_null_on_not_null;
pub mod fk_target_not_unique;
pub mod fk_type_mismatch;
pub mod identifier_too_long;
pub mod nontransactional_in_transaction;
pub mod object_exists;
pub mod object_not_found;
pub mod partition_key_in_unique;
pub mod pending_trigger_events;
pub mod refresh_concurrently_needs_unique;
pub mod statement_fails;
pub mod transaction_nesting;
pub mod uncommitted_transaction;
pub mod unnamed_constraint_drop;

use super::Rule;

/// The rules of this class, by id.
pub const ALL: &[&Rule] = &[
    &add_required_column::RULE,
    &alter_type_blocked::RULE,
    &alter_type_default_uncastable::RULE,
    &alter_type_needs_using::RULE,
    &concurrently_in_transaction::RULE,
    &create_or_replace_function_incompatible::RULE,
    &create_or_replace_view_incompatible::RULE,
    &drop_blocked::RULE,
    &drop_index_backs_constraint::RULE,
    &duplicate_column::RULE,
    &enum_created_twice::RULE,
    &enum_left_behind::RULE,
    &enum_type_not_created::RULE,
    &enum_value_used_too_early::RULE,
    &fk_set_null_on_not_null::RULE,
    &fk_target_not_unique::RULE,
    &fk_type_mismatch::RULE,
    &identifier_too_long::RULE,
    &nontransactional_in_transaction::RULE,
    &object_exists::RULE,
    &object_not_found::RULE,
    &partition_key_in_unique::RULE,
    &pending_trigger_events::RULE,
    &refresh_concurrently_needs_unique::RULE,
    &statement_fails::RULE,
    &transaction_nesting::RULE,
    &uncommitted_transaction::RULE,
    &unnamed_constraint_drop::RULE,
];
