use js_sys::Array;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/lessons/door.js")]
extern "C" {
    #[derive(Clone)]
    pub type Handle;

    #[wasm_bindgen(catch)]
    pub async fn lessons() -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method)]
    pub fn all(this: &Handle) -> Array;

    #[wasm_bindgen(method, catch)]
    pub fn open(this: &Handle, lesson: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub fn missing(this: &Handle, lesson: &JsValue, report: &JsValue) -> Result<JsValue, JsValue>;
}
