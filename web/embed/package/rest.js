// The rest of the WebAssembly module: what most examples do not run. A page must not wait for a file, so a call that needs the
// rest is given up, and made again once the rest is there.
class Missing extends Error {
  constructor() {
    super("the rest of the module is not loaded");
  }
}

let first = null;
let globals = [];
let source = null;
let loading = null;
let here = false;

/** Names the exports of the first part, and where the rest is: an address, bytes, a compiled module, or what gives one. */
export function restOf(exports, rest) {
  first = exports;
  globals = Object.values(exports).filter((value) => value instanceof WebAssembly.Global);
  source = rest;
}

/** Called by WebAssembly where it needs the rest. */
export function loadRest() {
  if (!here) throw new Missing();
}

/** Loads the rest, once. */
function bringRest() {
  loading ??= connect().catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

/** Makes a call, and again if it needed the rest. No call keeps anything in WebAssembly, so one that was given up leaves only
 * memory behind, and the stack's end where it was: that is put back. */
export async function whole(call) {
  const before = globals.map(({ value }) => value);
  try {
    return call();
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
  }
  for (const [at, global] of globals.entries()) if (global.value !== before[at]) global.value = before[at];
  await bringRest();
  return call();
}

async function connect() {
  const given = await (typeof source === "function" ? source() : source);
  const fetched = typeof given === "string" || given instanceof URL || isRequest(given) ? await fetch(given) : given;
  if (fetched.ok === false) throw new Error(`failed to fetch ${fetched.url}: ${fetched.status}`);
  const module = typeof fetched.arrayBuffer === "function" ? await fetched.arrayBuffer() : fetched;
  // Fills the slots of the first part's table.
  await WebAssembly.instantiate(module, { first });
  here = true;
}

function isRequest(given) {
  return typeof Request === "function" && given instanceof Request;
}
