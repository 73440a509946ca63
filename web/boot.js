// Starts the app. A file of its own, since a strict Content-Security-Policy forbids inline scripts.
import init from "./retort-web.js";

await init({ module_or_path: new URL("./retort-web_bg.wasm", import.meta.url) });
