// The API with WebAssembly inside the script, for sites that cannot serve a second file. `cargo xtask package` bundles it.
import bytes from "./retort-wasm_bg.wasm";
import rest from "./retort-wasm_rest.wasm";
import { functions, start } from "./instance.js";

export const load = (source = bytes) => start(source, rest);

export const { review, fix, reverse, diagram, sql, rules } = functions(load);
