//! The guided lessons: loaded when they are first asked for, checked by the real review.

mod binding;

use retort_report::{InputFile, Report};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};

use crate::{
    bridge::{plain, value},
    state::Intake,
};

/// Which lesson is under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessonId {
    pub id: String,
    /// The text of a lesson that did not come with the app.
    #[serde(default)]
    pub markdown: Option<String>,
}

/// A line of the list of lessons.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Listed {
    pub id: String,
    pub title: String,
    pub solved: bool,
}

/// A lesson as it is shown.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Lesson {
    pub title: String,
    /// "Lesson 3 of 10"; none for one that did not come with the app.
    pub place: Option<String>,
    pub next: Option<String>,
    /// The task, in Markdown.
    pub text: String,
    pub hints: Vec<String>,
    pub solution: Option<String>,
    /// A `retort.toml`.
    pub config: String,
    /// What there is at the beginning.
    pub files: Vec<InputFile>,
    pub solved: bool,
}

/// The lessons at hand.
#[derive(Clone)]
pub struct Lessons(binding::Handle);

impl Lessons {
    /// Loads them.
    ///
    /// # Errors
    /// Why they are not there, for a person.
    pub async fn load() -> Result<Self, String> {
        match binding::lessons().await {
            Ok(module) => Ok(Self(module.unchecked_into())),
            Err(_) => Err("the lessons could not be loaded: is there a network?".to_owned()),
        }
    }

    /// Those that come with the app, in their order.
    pub fn all(&self) -> Vec<Listed> {
        let all = self.0.all();
        all.iter().filter_map(|one| value(one).ok()).collect()
    }

    /// A lesson by its id or its text.
    ///
    /// # Errors
    /// What is wrong with it, for a person.
    pub fn open(&self, lesson: &LessonId) -> Result<Lesson, String> {
        read(self.0.open(&plain(lesson)))
    }

    /// What a review still misses of a lesson's goal. When nothing is left, the browser remembers it.
    ///
    /// # Errors
    /// What is wrong with the lesson, for a person.
    pub fn missing(&self, lesson: &LessonId, report: &Report) -> Result<Vec<String>, String> {
        read(self.0.missing(&plain(lesson), &plain(report)))
    }
}

fn read<T: DeserializeOwned>(answer: Result<JsValue, JsValue>) -> Result<T, String> {
    let answer = answer.map_err(|error| {
        let error: js_sys::Error = error.unchecked_into();
        String::from(error.message())
    })?;
    value(answer).map_err(|_| "it could not be read".to_owned())
}

/// The beginning of a lesson, as a review of its own.
///
/// # Errors
/// What is wrong with it, for a person.
pub async fn begin(lesson: LessonId) -> Result<Intake, String> {
    let opened = Lessons::load().await?.open(&lesson)?;
    Ok(Intake {
        files: opened.files,
        config: Some(opened.config),
        fresh: Some(opened.title),
        lesson: Some(lesson),
        ..Intake::default()
    })
}

/// Whether a file is a lesson in Markdown.
pub fn is_lesson(path: &str, text: &str) -> bool {
    if !path
        .rsplit_once('.')
        .is_some_and(|(_, end)| end.eq_ignore_ascii_case("md"))
    {
        return false;
    }
    let head = text.strip_prefix("---").unwrap_or_default();
    head.lines().any(|line| line.starts_with("goal:"))
}
