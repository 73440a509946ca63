//! `retort.toml`, and the same settings from the app.

mod levels;
mod nearest;
mod sizes;

use std::collections::BTreeMap;

pub use sizes::SIZES_QUERY;

use serde::{Deserialize, Serialize};

use crate::assertion::Assertion;
use crate::migration::TransactionMode;

/// All settings. Unknown keys are refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// PostgreSQL's major version, 12 to 18.
    pub postgres: u16,
    /// How the tool wraps migrations in transactions; none for what the detected tool does.
    pub transaction: Option<TransactionMode>,
    /// The schemas that a session looks names up in, where the connection or the database sets others than `public`.
    pub search_path: Vec<String>,
    /// The house's conventions.
    pub house: House,
    /// Levels by rule id.
    #[serde(deserialize_with = "levels::by_rule")]
    pub rules: BTreeMap<String, RuleLevel>,
    /// Levels by rule id for the files that a pattern names (`legacy/*.sql`): stronger than those above.
    #[serde(deserialize_with = "levels::by_path")]
    pub paths: BTreeMap<String, BTreeMap<String, RuleLevel>>,
    /// Sizes of tables, by name.
    pub tables: BTreeMap<String, TableSize>,
    /// What Alembic's environment adds.
    pub alembic: AlembicSettings,
    /// What must be true of the schema after each revision.
    #[serde(rename = "assert")]
    pub assertions: Vec<Assertion>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            postgres: 15,
            transaction: None,
            search_path: vec!["public".into()],
            house: House::default(),
            rules: BTreeMap::new(),
            paths: BTreeMap::new(),
            tables: BTreeMap::new(),
            alembic: AlembicSettings::default(),
            assertions: Vec::new(),
        }
    }
}

/// The conventions of the house document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct House {
    /// The column that names the tenant; empty to have no tenants.
    pub tenant_column: String,
    /// The table it references.
    pub tenant_table: String,
    /// Tables that belong to no tenant.
    pub shared_tables: Vec<String>,
    /// Columns that every table has.
    pub required_columns: Vec<String>,
}

impl Default for House {
    fn default() -> Self {
        Self {
            tenant_column: "org_id".into(),
            tenant_table: "org".into(),
            shared_tables: Vec::new(),
            required_columns: ["id", "created_at", "updated_at"]
                .map(String::from)
                .to_vec(),
        }
    }
}

/// The level of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RuleLevel {
    /// Not run.
    Off,
    /// Shown, never fails a check.
    Info,
    /// Shown; fails a check only where asked to.
    Warning,
    /// Fails a check.
    Error,
}

/// How large a table is in production.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TableSize {
    /// Rows.
    pub rows: Option<u64>,
    /// Bytes with indexes.
    pub bytes: Option<u64>,
}

/// What Alembic's `env.py` would say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AlembicSettings {
    /// `MetaData(naming_convention=…)`: by `ix`, `uq`, `ck`, `fk`, `pk`.
    pub naming_convention: BTreeMap<String, String>,
    /// Column types that the application defines: what they are in PostgreSQL, by name or dotted path.
    pub types: BTreeMap<String, String>,
    /// `version_table_schema`.
    pub version_table_schema: Option<String>,
}

impl Config {
    /// Reads `retort.toml`.
    ///
    /// # Errors
    /// The parser's message, with line and column, for a person; for a key that is not known also the nearest one that is.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error: toml::de::Error| {
            let told = error.to_string();
            match nearest::to_unknown_field(error.message()) {
                Some(known) => format!("{}\nDid you mean `{known}`?\n", told.trim_end()),
                None => told,
            }
        })
    }
}
