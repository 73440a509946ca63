// Runs PostgreSQL off the page's thread. A message is `{ plan, start }`; what comes back are lists of the runner's events,
// with `loading`, `started` and `broken` before or instead of them. A statement that never ends is ended with the worker.
import { PGlite } from "@electric-sql/pglite";
import catalogQuery from "../../tests/postgres/catalog.sql";
import { extensions } from "./extensions.js";
import { prove } from "./runner.js";

/** Bytes of the three files together, unpacked: servers that compress do not say. */
const total = Number(POSTGRES_BYTES);

/** How often the page is told, in milliseconds; a long history has thousands of statements. */
const rest = 100;

let waiting = [];
let told = 0;

function tell(event, now = true) {
  waiting.push(event);
  if (!now && performance.now() - told < rest) return;
  postMessage(waiting);
  waiting = [];
  told = performance.now();
}

addEventListener("message", async ({ data: { plan, start } }) => {
  try {
    const began = performance.now();
    const database = await load(plan.extensions);
    const { rows } = await database.query("select current_setting('server_version') as version");
    const version = rows[0].version.split(" ")[0];
    tell({ kind: "started", version, milliseconds: performance.now() - began });
    for await (const event of prove(database, plan, { catalogQuery, start })) tell(event, event.phase !== "setup");
  } catch (error) {
    tell({ kind: "broken", reason: error instanceof Error ? error.message : String(error) });
  }
});

async function load(names) {
  let loaded = 0;
  const count = (bytes) => {
    loaded += bytes;
    tell({ kind: "loading", loaded, total }, loaded === total);
  };
  const [postgres, initdb, files] = await Promise.all([
    fetched(new URL("./pglite.wasm", import.meta.url), "application/wasm", count).then(WebAssembly.compileStreaming),
    fetched(new URL("./initdb.wasm", import.meta.url), "application/wasm", count).then(WebAssembly.compileStreaming),
    fetched(new URL("./pglite.data", import.meta.url), "application/octet-stream", count).then((file) => file.blob()),
  ]);
  return PGlite.create({
    pgliteWasmModule: postgres,
    initdbWasmModule: initdb,
    fsBundle: files,
    extensions: Object.fromEntries(names.filter((name) => name in extensions).map((name) => [name, extension(name)])),
  });
}

function extension(name) {
  return { name, setup: async () => ({ bundlePath: extensions[name] }) };
}

/** A file, its bytes counted as they come. */
async function fetched(address, type, count) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address.pathname} could not be loaded (${response.status})`);
  const counted = response.body.pipeThrough(
    new TransformStream({
      transform(chunk, controller) {
        count(chunk.byteLength);
        controller.enqueue(chunk);
      },
    }),
  );
  return new Response(counted, { headers: { "content-type": type } });
}
