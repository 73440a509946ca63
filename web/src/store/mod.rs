//! The reviews that the browser keeps, see `storage/reviews.js`.

mod binding;

use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use self::binding::{Handle, open_store};
use crate::state::{Saved, State};

/// Larger work is not kept: writing it again and again would stall the page.
const LIMIT: usize = 64 * 1024 * 1024;

/// A handle to the store; clones share it.
#[derive(Clone, PartialEq)]
pub struct Store(Handle);

/// A line of the list of reviews.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Entry {
    pub id: String,
    pub name: String,
    /// How many files it has.
    pub files: u32,
    /// When it was last kept, in milliseconds since 1970.
    pub changed: f64,
    /// Whether another tab works on it.
    pub elsewhere: bool,
}

/// A review that was kept.
#[derive(Deserialize)]
pub struct Kept {
    pub id: String,
    pub review: Saved,
}

/// What a tab goes on with.
pub enum Resumed {
    /// Nothing is kept.
    Nothing,
    /// The review, which this tab now holds.
    Review(Box<Kept>),
    /// Another tab works on the newest review: its name.
    Elsewhere(String),
}

/// How keeping went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Saved,
    /// Another tab wrote the review since.
    Conflict,
    /// Why it cannot be kept, for a person.
    Failed(String),
}

impl Store {
    /// The store; none if the browser forbids it.
    pub async fn open() -> Option<Self> {
        open_store().await.ok().map(Self)
    }

    pub async fn resume(&self) -> Resumed {
        #[derive(Deserialize)]
        struct Elsewhere {
            elsewhere: String,
        }
        let Ok(found) = self.0.resume().await else {
            return Resumed::Nothing;
        };
        if let Ok(kept) = serde_wasm_bindgen::from_value::<Kept>(found.clone()) {
            return Resumed::Review(Box::new(kept));
        }
        serde_wasm_bindgen::from_value::<Elsewhere>(found).map_or(Resumed::Nothing, |found| {
            Resumed::Elsewhere(found.elsewhere)
        })
    }

    /// A review, which this tab then holds; none if another tab does.
    pub async fn take(&self, id: &str) -> Option<Kept> {
        let found = self.0.open(id).await.ok()?;
        serde_wasm_bindgen::from_value(found).ok()
    }

    /// A review's content, whoever has it open.
    pub async fn copy(&self, id: &str) -> Option<Saved> {
        let found = self.0.copy(id).await.ok()?;
        serde_wasm_bindgen::from_value(found).ok()
    }

    /// Makes this tab the one that works on a review.
    pub async fn hold(&self, id: &str) {
        // If that fails, each write compares versions.
        let _ = self.0.hold(id).await;
    }

    pub async fn list(&self) -> Vec<Entry> {
        let found = self.0.list().await.unwrap_or_default();
        serde_wasm_bindgen::from_value(found).unwrap_or_default()
    }

    pub async fn remove(&self, id: &str) -> bool {
        self.0.remove(id).await.is_ok()
    }

    pub async fn save(&self, state: &State) -> Outcome {
        let review = match written(state) {
            Ok(review) => review,
            Err(reason) => return Outcome::Failed(reason.into()),
        };
        let count = state.files.len() as u32;
        match self.0.save(&state.id, &state.title(), count, review).await {
            Ok(answer) if answer.as_string().as_deref() == Some("conflict") => Outcome::Conflict,
            Ok(_) => Outcome::Saved,
            Err(error) => Outcome::Failed(reason(&error)),
        }
    }

    /// Keeps a review while the page goes away: nobody is there to hear how that went.
    pub fn leave(&self, state: &State) {
        if let Ok(review) = written(state) {
            let count = state.files.len() as u32;
            self.0.leave(&state.id, &state.title(), count, review);
        }
    }
}

/// What is kept of the state, as the store takes it; otherwise why not, for a person.
fn written(state: &State) -> Result<JsValue, &'static str> {
    let size: usize = state.files.iter().map(|file| file.text.len()).sum();
    if size > LIMIT {
        return Err("the files are larger than what a browser keeps for a page");
    }
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    Saved::from(state)
        .serialize(&serializer)
        .map_err(|_| "the files could not be written")
}

fn reason(error: &JsValue) -> String {
    let name = js_sys::Reflect::get(error, &"name".into()).unwrap_or_default();
    if name.as_string().as_deref() == Some("QuotaExceededError") {
        "the browser's storage is full".into()
    } else {
        FORBIDDEN.into()
    }
}

/// Why nothing can be kept, where the browser gives no store.
pub const FORBIDDEN: &str = "the browser does not let this page store anything";
