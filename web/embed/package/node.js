// The API for Node, which reads the module from the disk.
import { readFile } from "node:fs/promises";
import { functions, start } from "./instance.js";

const module = () => readFile(new URL("./retort-wasm_bg.wasm", import.meta.url));

export const load = async (source) => void (await start(source ?? (await module())));

export const { review, fix, reverse, diagram, sql, rules } = functions(load);
