use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/bundle/editor.js")]
extern "C" {
    #[derive(Clone)]
    pub type Handle;

    #[wasm_bindgen(js_name = createEditor)]
    pub fn create_editor(
        parent: &web_sys::Element,
        on_change: &Closure<dyn Fn(String, String)>,
        on_cursor: &Closure<dyn Fn(String, u32)>,
        on_fix: &Closure<dyn Fn(u32)>,
    ) -> Handle;

    #[wasm_bindgen(method)]
    pub fn show(this: &Handle, path: &str, text: &str, language: &str, plain: bool);

    #[wasm_bindgen(method)]
    pub fn replace(this: &Handle, path: &str, text: &str);

    #[wasm_bindgen(method)]
    pub fn mark(this: &Handle, path: &str, marks: JsValue);

    #[wasm_bindgen(method)]
    pub fn reveal(
        this: &Handle,
        line: u32,
        column: u32,
        end_line: u32,
        end_column: u32,
        focus: bool,
    );

    #[wasm_bindgen(method)]
    pub fn destroy(this: &Handle);
}
