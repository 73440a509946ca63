//! Retort's JavaScript API: the core, with plain typed objects going in and out.
//!
//! [`review`] is all that most callers need. [`Engine`] keeps the last review, for questions about it: pictures of the
//! schema, differences, exports.

mod archive;
mod engine;
mod interchange;
mod settings;

use wasm_bindgen::prelude::*;

pub use engine::Engine;
use interchange::{from_js, to_js};

/// Makes a crash tell its place on the console. Runs by itself when the module starts.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
}

/// Reviews files under the settings of a `retort.toml`, which may be empty.
///
/// # Errors
/// What is wrong with the settings, with line and column.
#[wasm_bindgen(unchecked_return_type = "Report")]
pub fn review(
    #[wasm_bindgen(unchecked_param_type = "InputFile[]")] files: JsValue,
    config: &str,
) -> Result<JsValue, JsError> {
    to_js(&engine::run(from_js(files)?, config)?.report())
}
