// The API for Node, which reads the module from the disk.
import { readFile } from "node:fs/promises";
import { functions, start } from "./instance.js";

const file = (name) => readFile(new URL(name, import.meta.url));

export const load = async (source, rest = () => file("./retort-wasm_rest.wasm")) => start(source ?? (await file("./retort-wasm_bg.wasm")), rest);

export const { review, fix, reverse, diagram, sql, rules } = functions(load);
