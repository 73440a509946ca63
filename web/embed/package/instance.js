// The one WebAssembly instance of a page or program.
import { restOf, whole } from "./rest.js";
import init, * as core from "./retort-wasm.js";

let started = null;

/** Starts WebAssembly from an address, bytes or a compiled module; later calls give the first start. The rest is loaded when a
 * call needs it. */
export function start(source, rest) {
  started ??= init({ module_or_path: source })
    .then((exports) => restOf(exports, rest))
    .catch((error) => {
      started = null;
      throw error;
    });
  return started;
}

/** The API over a way to start. Every function waits for the start, so none has to be called first. */
export function functions(begin) {
  const later = (name) => async (...parameters) => {
    await begin();
    return whole(() => core[name](...parameters));
  };
  return {
    review: later("review"),
    fix: later("fix"),
    reverse: later("reverse"),
    diagram: later("diagram"),
    sql: later("sql"),
    rules: async () => {
      const [rules, { default: pages }] = await Promise.all([later("rules")(), import("./rule-pages.js")]);
      return rules.map((rule) => ({ ...rule, markdown: pages[rule.id] }));
    },
  };
}
