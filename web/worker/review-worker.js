// Runs the core off the page's thread.
import init from "./retort-wasm.js";

await init({ module_or_path: new URL("./retort-wasm_bg.wasm", import.meta.url) });
