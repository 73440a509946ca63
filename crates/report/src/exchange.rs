use serde::{Deserialize, Serialize};

/// A person's word on a checklist point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Attestation {
    /// 1 to 11.
    pub item: u8,
    /// Whether they confirm that the point holds.
    pub confirmed: bool,
    /// Their note.
    pub note: String,
}

/// What is to be exported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ExportRequest {
    /// The review's name, for the head of the report.
    pub name: String,
    /// The persons' words.
    pub attestations: Vec<Attestation>,
    /// What every exported migration says in its first line about who reviewed it and when; nothing unless asked for.
    #[serde(default)]
    pub signature: Option<String>,
}

/// One exported file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ExportedFile {
    /// Its path inside the archive.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// A rule with its page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct RulePage {
    /// Its id.
    pub id: String,
    /// Its class.
    pub class: String,
    /// Its level unless configured.
    pub level: String,
    /// What it says.
    pub title: String,
    /// One sentence.
    pub summary: String,
    /// Points of the checklist that it serves.
    pub checklist: Vec<u8>,
    /// The page in Markdown.
    pub markdown: String,
}

/// A built-in example.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Example {
    /// A stable name.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it shows.
    pub summary: String,
    /// Its files.
    pub files: Vec<InputFile>,
}

/// A file handed in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct InputFile {
    /// Its path.
    pub path: String,
    /// Its text.
    pub text: String,
    /// Whether it only serves as history.
    #[serde(default)]
    pub history: bool,
}

/// The part of `retort.toml` that the app's form shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Settings {
    /// PostgreSQL's major version.
    pub postgres: u16,
    /// `per-run`, `per-migration`, `none`; none for what the detected tool does.
    pub transaction: Option<String>,
    /// The column that names the tenant; empty to have no tenants.
    pub tenant_column: String,
    /// The table it references.
    pub tenant_table: String,
    /// Tables that belong to no tenant.
    pub shared_tables: Vec<String>,
    /// Columns that every table has.
    pub required_columns: Vec<String>,
    /// Levels that differ from the rules' own.
    pub rules: Vec<RuleSetting>,
}

/// The level of a rule, as set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct RuleSetting {
    /// The rule's id.
    pub rule: String,
    /// `off`, `info`, `warning`, `error`.
    pub level: String,
}
