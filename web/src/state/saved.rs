//! What survives a reload.

use gloo::storage::{LocalStorage, Storage, errors::StorageError};
use retort_report::{Attestation, InputFile};
use serde::{Deserialize, Serialize};

use super::{State, Theme};

const REVIEW: &str = "retort.v1.review";
const THEME: &str = "retort.v1.theme";
/// Browsers keep about five million characters for a site; larger work is not even tried.
const LIMIT: usize = 4_500_000;

/// A review as kept in the browser's storage.
#[derive(Serialize, Deserialize)]
pub struct Saved {
    pub name: String,
    pub files: Vec<InputFile>,
    pub open: Vec<String>,
    pub active: Option<String>,
    pub config: String,
    pub attestations: Vec<Attestation>,
}

impl From<&State> for Saved {
    fn from(state: &State) -> Self {
        Self {
            name: state.name.clone(),
            files: state.files.iter().map(|file| file.to_input()).collect(),
            open: state.open.iter().map(ToString::to_string).collect(),
            active: state.active.as_ref().map(ToString::to_string),
            config: state.config.to_string(),
            attestations: state.words(),
        }
    }
}

/// Whether the browser lets this page store anything. Asked each time before gloo, which takes it for granted.
fn is_allowed() -> bool {
    matches!(gloo::utils::window().local_storage(), Ok(Some(_)))
}

/// The state as it was left, or a new one.
pub fn load() -> State {
    if !is_allowed() {
        return State::default();
    }
    let theme = LocalStorage::get(THEME).unwrap_or_default();
    match LocalStorage::get::<Saved>(REVIEW) {
        Ok(saved) => State::restored(saved, theme),
        Err(_) => State {
            theme,
            ..State::default()
        },
    }
}

/// Keeps the review.
///
/// # Errors
/// Why it cannot be kept, for a person.
pub fn save(state: &State) -> Result<(), String> {
    const FORBIDDEN: &str = "the browser does not let this page store anything";
    if !is_allowed() {
        return Err(FORBIDDEN.into());
    }
    let size: usize = state.files.iter().map(|file| file.text.len()).sum();
    if size > LIMIT {
        LocalStorage::delete(REVIEW);
        return Err("the files are larger than what a browser keeps for a page".into());
    }
    LocalStorage::set(REVIEW, Saved::from(state)).map_err(|error| match error {
        StorageError::JsError(error) if error.name == "QuotaExceededError" => {
            "the browser's storage is full".into()
        }
        _ => FORBIDDEN.into(),
    })
}

/// Keeps the choice of colours; not worth a word if that fails.
pub fn save_theme(theme: Theme) {
    if is_allowed() {
        let _ = LocalStorage::set(THEME, theme);
    }
}
