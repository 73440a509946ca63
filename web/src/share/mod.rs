//! A review in a link or in a file.

mod binding;
mod query;

use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use crate::{lessons::LessonId, state::Saved};

/// Begins the fragment of a link; the number is the version of its form.
const START: &str = "#r1.";
/// Begins the fragment of a link to a lesson.
const LESSON: &str = "#lesson=";
/// Mail programs, chats and servers' logs cut longer links.
pub const LONGEST_LINK: usize = 32_000;
/// No shared review is larger, unpacked.
const LARGEST: f64 = 16.0 * 1024.0 * 1024.0;
/// How the file of a review is named.
pub const FILE_END: &str = ".retort.json";

/// What a link or file holds.
#[derive(Serialize, Deserialize)]
struct Shared {
    /// The version of the form.
    retort: u32,
    review: Saved,
}

/// What an address brings.
pub enum Brought {
    Nothing,
    Review(Box<Saved>),
    Lesson(LessonId),
    /// A link that cannot be read: why.
    Broken(String),
}

/// The review as the text of a file.
pub fn to_text(review: &Saved) -> Option<String> {
    let shared = Shared {
        retort: 1,
        review: review.clone(),
    };
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    let value = shared.serialize(&serializer).ok()?;
    js_sys::JSON::stringify(&value).ok().map(String::from)
}

/// Reads the text of a file.
///
/// # Errors
/// Why it is no review, for a person.
pub fn from_text(text: &str) -> Result<Saved, String> {
    let no_review = || "this is no review that Retort saved, or only a part of one".to_owned();
    let value = js_sys::JSON::parse(text).map_err(|_| no_review())?;
    let version = js_sys::Reflect::get(&value, &"retort".into()).unwrap_or_default();
    if version.as_f64().is_some_and(|version| version > 1.0) {
        return Err("a newer Retort made it: reload the page to get that version".into());
    }
    let shared: Result<Shared, _> = serde_wasm_bindgen::from_value(value);
    shared.map(|shared| shared.review).map_err(|_| no_review())
}

/// The address of this page with the review in it.
pub async fn link(review: &Saved) -> Option<String> {
    let packed = binding::pack(&to_text(review)?).await.ok()?.as_string()?;
    let address = gloo::utils::window().location().href().ok()?;
    let page = address.split('#').next().unwrap_or_default();
    Some(format!("{page}{START}{packed}"))
}

fn forget_address(window: &web_sys::Window) {
    if let (Ok(history), Ok(path)) = (window.history(), window.location().pathname()) {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&path));
    }
}

/// The review in the address of this page. It is taken out of the address, so that a reload does not bring it again.
pub async fn brought() -> Brought {
    let window = gloo::utils::window();
    let fragment = window.location().hash().unwrap_or_default();
    if let Some(id) = fragment.strip_prefix(LESSON) {
        forget_address(&window);
        return Brought::Lesson(LessonId {
            id: id.to_owned(),
            markdown: None,
        });
    }
    let Some(packed) = fragment.strip_prefix(START) else {
        if fragment.starts_with("#r") {
            return Brought::Broken("a newer Retort made it".into());
        }
        let brought = query::brought(&window.location().search().unwrap_or_default()).await;
        if !matches!(brought, Brought::Nothing) {
            forget_address(&window);
        }
        return brought;
    };
    forget_address(&window);
    let text = match binding::unpack(packed, LARGEST).await {
        Ok(text) => text.as_string().unwrap_or_default(),
        Err(_) => return Brought::Broken("it is not whole".into()),
    };
    match from_text(&text) {
        Ok(review) => Brought::Review(Box::new(review)),
        Err(reason) => Brought::Broken(reason),
    }
}
