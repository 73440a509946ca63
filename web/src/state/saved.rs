//! What survives a reload.

use gloo::storage::{LocalStorage, Storage};
use retort_report::{Attestation, InputFile};
use serde::{Deserialize, Serialize};

use super::{Panel, State, Theme};
use crate::lessons::LessonId;

const THEME: &str = "retort.v1.theme";

/// A review as it is kept and shared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    pub name: String,
    pub files: Vec<InputFile>,
    pub open: Vec<String>,
    pub active: Option<String>,
    pub config: String,
    pub attestations: Vec<Attestation>,
    /// The lesson that it is.
    #[serde(default)]
    pub lesson: Option<LessonId>,
    /// The tab of the panel, if the person chose one.
    #[serde(default)]
    pub panel: Option<Panel>,
    /// Whether the panel takes the editor's room too.
    #[serde(default)]
    pub wide_panel: bool,
    /// Whether the SQL that runs is shown beside the file.
    #[serde(default)]
    pub beside: bool,
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
            lesson: state.lesson.as_deref().cloned(),
            panel: state.panel_chosen.then_some(state.panel),
            wide_panel: state.wide_panel,
            beside: state.beside,
        }
    }
}

/// Whether the browser lets this page store anything. Asked each time before gloo, which takes it for granted.
fn is_allowed() -> bool {
    matches!(gloo::utils::window().local_storage(), Ok(Some(_)))
}

/// The state of a page that has just opened: the kept review is still on its way.
pub fn load() -> State {
    let theme = if is_allowed() {
        LocalStorage::get(THEME).unwrap_or_default()
    } else {
        Theme::default()
    };
    let number = |number: f64| format!("{:x}", number as u64);
    let seed = number(js_sys::Date::now()) + &number(js_sys::Math::random() * 4_294_967_296.0);
    State::opening(&seed, theme)
}

/// Keeps the choice of colours; not worth a word if that fails.
pub fn save_theme(theme: Theme) {
    if is_allowed() {
        let _ = LocalStorage::set(THEME, theme);
    }
}
