//! The build splits this module in two (`crates/xtask/src/split`): what ordinary reviews run, and the rest. Where the first
//! part calls something of the rest before that is there, it calls `loadRest` of `rest.js`, a script beside this module.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "./rest.js")]
extern "C" {
    #[wasm_bindgen(js_name = loadRest)]
    fn load_rest();
}

/// Asks for the rest now. Without a caller the import would not be in the module, and the build could not use it.
#[wasm_bindgen(js_name = askForRest)]
pub fn ask_for_rest() {
    load_rest();
}
