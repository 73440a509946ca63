//! The messages between the page and the worker, see `worker/review-worker.js`.

use js_sys::{Object, Reflect};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::JsValue;

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq)]
pub enum CallError {
    /// The core refused it: why, for a person.
    Refused(String),
    /// The core crashed or was stopped.
    Crashed,
}

/// A message to the worker.
pub struct Call(Object);

impl Call {
    pub fn new(id: u32, method: &str, parameters: &JsValue) -> Self {
        let object = Object::new();
        for (key, value) in [
            ("id", JsValue::from(id)),
            ("method", JsValue::from(method)),
            ("parameters", parameters.clone()),
        ] {
            // Setting a property of a fresh plain object cannot fail.
            let _ = Reflect::set(&object, &key.into(), &value);
        }
        Self(object)
    }
}

impl AsRef<JsValue> for Call {
    fn as_ref(&self) -> &JsValue {
        &self.0
    }
}

/// A message from the worker.
pub enum Message {
    Ready,
    Failed(String),
    Answer {
        id: u32,
        result: Result<JsValue, CallError>,
    },
}

impl From<JsValue> for Message {
    fn from(data: JsValue) -> Self {
        let get = |key: &str| Reflect::get(&data, &key.into()).unwrap_or(JsValue::UNDEFINED);
        if get("ready").is_truthy() {
            return Self::Ready;
        }
        if let Some(reason) = get("failed").as_string() {
            return Self::Failed(reason);
        }
        let result = match get("error").as_string() {
            None => Ok(get("value")),
            Some(_) if get("fatal").is_truthy() => Err(CallError::Crashed),
            Some(reason) => Err(CallError::Refused(reason)),
        };
        Self::Answer {
            id: get("id").as_f64().unwrap_or_default() as u32,
            result,
        }
    }
}

/// A value as plain JavaScript data.
pub fn plain<T: Serialize + ?Sized>(value: &T) -> JsValue {
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .unwrap_or(JsValue::NULL)
}

/// Reads plain JavaScript data.
pub fn value<T: DeserializeOwned>(value: JsValue) -> Result<T, CallError> {
    serde_wasm_bindgen::from_value(value).map_err(|error| CallError::Refused(error.to_string()))
}
