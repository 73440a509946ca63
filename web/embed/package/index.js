// The API for browsers, workers and bundlers. Importing it does nothing; the first call loads WebAssembly.
import { functions, start } from "./instance.js";

export const load = (
  source = new URL("./retort-wasm_bg.wasm", import.meta.url),
  rest = new URL("./retort-wasm_rest.wasm", import.meta.url),
) => start(source, rest);

export const { review, fix, reverse, diagram, sql, rules } = functions(load);
