// Starts the app. A file of its own, since a strict Content-Security-Policy forbids inline scripts.
import { restOf } from "./page-rest.js";
import init, { start } from "./retort-web.js";

restOf(await init({ module_or_path: new URL("./retort-web_bg.wasm", import.meta.url) }));
start();

// Keeps the site for the next visit, once this one has all it needs. Browsers refuse it on pages that are not secure:
// then every visit needs the network, and that is all.
if ("serviceWorker" in navigator) {
  const { serviceWorker } = navigator;
  if (serviceWorker.controller) {
    serviceWorker.addEventListener("controllerchange", () => dispatchEvent(new Event("retort-update")));
  }
  serviceWorker.register(new URL("./service-worker.js", import.meta.url)).catch(() => {});
}
