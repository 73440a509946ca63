//! The build splits this module in two, as it does the core's (`crates/xtask/src/split`): what it takes to show a review, and the
//! rest. Where the first part calls something of the rest before that is there, it calls `loadRest` of `page-rest.js`.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "./page-rest.js")]
extern "C" {
    #[wasm_bindgen(js_name = loadRest)]
    fn load_rest();

    #[wasm_bindgen(js_name = fetchRest)]
    fn fetch_rest();
}

/// Fetches the rest while nobody waits for it; once is enough.
pub fn fetch() {
    fetch_rest();
}

/// Asks for the rest now. Without a caller the import would not be in the module, and the build could not use it.
#[wasm_bindgen(js_name = askForRest)]
pub fn ask_for_rest() {
    load_rest();
}
