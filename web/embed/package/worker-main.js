// What `startWorker` runs: `{ id, method, parameters }` in, `{ id, value }` or `{ id, error }` out.
import * as api from "./index.js";

addEventListener("message", async ({ data: { id, method, parameters } }) => {
  try {
    postMessage({ id, value: await api[method](...parameters) });
  } catch (error) {
    postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
