//! Retort's JavaScript API.

use wasm_bindgen::prelude::wasm_bindgen;

/// The version of Retort.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
