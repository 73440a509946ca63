use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/storage/share.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    pub async fn pack(text: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch)]
    pub async fn unpack(packed: &str, most: f64) -> Result<JsValue, JsValue>;
}
