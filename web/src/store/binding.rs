use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/storage/reviews.js")]
extern "C" {
    #[derive(Clone, PartialEq)]
    pub type Handle;

    #[wasm_bindgen(catch, js_name = openStore)]
    pub async fn open_store() -> Result<Handle, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub async fn resume(this: &Handle) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub async fn open(this: &Handle, id: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub async fn copy(this: &Handle, id: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub async fn hold(this: &Handle, id: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub async fn list(this: &Handle) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub async fn remove(this: &Handle, id: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub async fn save(
        this: &Handle,
        id: &str,
        name: &str,
        files: u32,
        review: JsValue,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method)]
    pub fn leave(this: &Handle, id: &str, name: &str, files: u32, review: JsValue);
}
