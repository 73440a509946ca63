// Runs the core off the page's thread. A message is `{ id, method, parameters }`; the answer has the same `id`
// and `{ value }` or `{ error }`, with `fatal` if the module crashed and this worker must be replaced.
//
// The files of a review stay in the engine: the page sends only those that changed, and is told only what changed of the
// report.
import { fetchRest, restOf } from "./rest.js";
import init, { Engine } from "./retort-wasm.js";

const methods = {
  review: (engine, { changed, removed, config }) => engine.reviewChange(changed, removed, config),
  diagram: (engine, between) => engine.diagram(between),
  diagramFile: (engine, { between, format }) => engine.diagramFile(between, format),
  lockRun: (engine, question) => engine.lockRun(question),
  schemaDiff: (engine, between) => engine.schemaDiff(between),
  proofPlan: (engine, { revision, rows }) => engine.proofPlan(revision, rows),
  export: (engine, request) => engine.export(request),
  exportZip: (engine, request) => engine.exportZip(request),
  readFile: (engine, { path, bytes }) => engine.readFile(path, bytes),
  readArchive: (engine, bytes) => engine.readArchive(bytes),
  unreached: (engine, files) => engine.unreached(files),
  readSettings: (engine, toml) => engine.readSettings(toml),
  writeSettings: (engine, { toml, settings }) => engine.writeSettings(toml, settings),
  rules: async (engine) => {
    const { default: pages } = await import("./rule-pages.js");
    return engine.rules().map((rule) => ({ ...rule, markdown: pages[rule.id] }));
  },
  examples: (engine) => engine.examples(),
};

let turn = init({ module_or_path: new URL("./retort-wasm_bg.wasm", import.meta.url) })
  .then((exports) => {
    restOf(exports);
    postMessage({ ready: true });
    return new Engine();
  })
  .catch((error) => {
    postMessage({ failed: describe(error) });
    throw error;
  });

// Registered before anything is awaited, so that no message is missed; one at a time, in order.
addEventListener("message", ({ data }) => {
  turn = turn.then(async (engine) => {
    await answer(engine, data);
    if (data.method === "review") fetchRest();
    return engine;
  });
});

async function answer(engine, { id, method, parameters }) {
  try {
    postMessage({ id, value: await methods[method](engine, parameters) });
  } catch (error) {
    postMessage({ id, error: describe(error), fatal: error instanceof WebAssembly.RuntimeError });
  }
}

function describe(error) {
  return error instanceof Error ? error.message : String(error);
}
