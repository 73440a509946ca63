// The rest of the core's module: what ordinary reviews do not run. It is fetched after the first review, or at once where
// something needs it before that.
const address = new URL("./retort-wasm_rest.wasm", import.meta.url);
let first = null;
let here = false;

/** Names the exports of the first part. */
export function restOf(exports) {
  first = exports;
}

/** Fetches the rest while nobody waits for it. What fails is left to `loadRest`, which can tell. */
export async function fetchRest() {
  // A module that was not split has no such export.
  if (here || !first?.t0) return;
  try {
    const response = await fetch(address);
    if (response.ok) connect(await WebAssembly.compile(await response.arrayBuffer()));
  } catch {
    // Without a network, for example.
  }
}

/** Called by WebAssembly where it needs the rest now: a worker may wait for it. */
export function loadRest() {
  if (here) return;
  const request = new XMLHttpRequest();
  request.open("GET", address, false);
  request.responseType = "arraybuffer";
  try {
    request.send();
  } catch {
    // The status stays 0.
  }
  // As a crash: a call that ends in its middle leaves the engine unusable.
  if (request.status !== 200) throw new WebAssembly.RuntimeError(`a part of the program did not load: ${request.status}`);
  connect(new WebAssembly.Module(request.response));
}

/** Puts the functions of the rest into the table of the first part. */
function connect(module) {
  if (here) return;
  new WebAssembly.Instance(module, { first });
  here = true;
}
