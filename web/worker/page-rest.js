// The rest of the page's module: what it does not take to show a review. It is fetched after the first review is shown, or at
// once where something is opened before that.
const address = new URL("./retort-web_rest.wasm", import.meta.url);
let first = null;
let here = false;
let fetching = false;

/** Names the exports of the first part. */
export function restOf(exports) {
  first = exports;
}

/** Fetches the rest while nobody waits for it. What fails is left to `loadRest`, which can tell. */
export async function fetchRest() {
  // A module that was not split has no such export.
  if (here || fetching || !first?.t0) return;
  fetching = true;
  try {
    const response = await fetch(address);
    if (response.ok) connect(await WebAssembly.compile(await response.arrayBuffer()));
  } catch {
    // Without a network, for example.
  }
  fetching = false;
}

/** Called by WebAssembly where it needs the rest now. A call cannot be given up in its middle, so this waits; where nothing
 * comes, the person decides whether to try again. */
export function loadRest() {
  while (!here) {
    const bytes = ask();
    if (bytes) connect(new WebAssembly.Module(bytes));
    else if (!confirm("A part of Retort has not been loaded yet, and the network does not answer. Try again?")) {
      throw new WebAssembly.RuntimeError("a part of the page did not load");
    }
  }
}

/** The file, or nothing. A page's request that is waited for gives text, of which each character is made to be a byte. */
function ask() {
  const request = new XMLHttpRequest();
  request.open("GET", address, false);
  request.overrideMimeType("text/plain; charset=x-user-defined");
  try {
    request.send();
  } catch {
    return null;
  }
  return request.status === 200 ? Uint8Array.from(request.responseText, (character) => character.charCodeAt(0) & 0xff) : null;
}

/** Puts the functions of the rest into the table of the first part. */
function connect(module) {
  if (here) return;
  new WebAssembly.Instance(module, { first });
  here = true;
}
