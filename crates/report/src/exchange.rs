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
