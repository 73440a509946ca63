//! Matters of taste: off unless a level is set in the configuration.

pub mod ban_char;
pub mod creating_enum;
pub mod domain_with_constraint;
pub mod enum_value_order;
pub mod fk_on_delete_explicit;
pub mod hash_index;
pub mod index_duplicate_column;
pub mod merge_alter_table;
pub mod missing_statement_timeout;
pub mod not_rerunnable;
pub mod prefer_bigint;
pub mod prefer_identity;
pub mod prefer_jsonb;
pub mod prefer_text;
pub mod redundant_index;
pub mod require_comment;
pub mod require_primary_key;
pub mod require_schema_qualified;
pub mod reserved_word;
pub mod short_primary_key;
pub mod unnamed_constraint;
pub mod unnamed_index;
pub mod wide_index;

use super::Rule;

/// The rules of this class, by id.
pub const ALL: &[&Rule] = &[
    &ban_char::RULE,
    &creating_enum::RULE,
    &domain_with_constraint::RULE,
    &enum_value_order::RULE,
    &fk_on_delete_explicit::RULE,
    &hash_index::RULE,
    &index_duplicate_column::RULE,
    &merge_alter_table::RULE,
    &missing_statement_timeout::RULE,
    &not_rerunnable::RULE,
    &prefer_bigint::RULE,
    &prefer_identity::RULE,
    &prefer_jsonb::RULE,
    &prefer_text::RULE,
    &redundant_index::RULE,
    &require_comment::RULE,
    &require_primary_key::RULE,
    &require_schema_qualified::RULE,
    &reserved_word::RULE,
    &short_primary_key::RULE,
    &unnamed_constraint::RULE,
    &unnamed_index::RULE,
    &wide_index::RULE,
];
