// Keeps the site for use without a network. `cargo xtask build` fills in the version and the files of the first visit;
// PostgreSQL (below `postgres/`) is kept from its first use on. All names but the page's carry a hash of their content,
// so what is kept never changes.
const version = "VERSION";
const files = [];

const kept = `retort-${version}`;
const used = "retort-used";

addEventListener("install", (event) => {
  skipWaiting();
  // Past the browser's own cache, which may hold an old page.
  const fresh = files.map((file) => new Request(file, { cache: "no-cache" }));
  event.waitUntil(caches.open(kept).then((cache) => cache.addAll(fresh)));
});

addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

async function takeOver() {
  if (files.length === 0) {
    // A site that is being worked on: nothing is kept.
    await registration.unregister();
    return;
  }
  // Pages that are still open use the version before: it goes with the next one.
  const names = (await caches.keys()).filter((name) => name.startsWith("retort-") && name !== used && name !== kept);
  await Promise.all(names.slice(0, -1).map((name) => caches.delete(name)));
  await clients.claim();
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  const own = address.href.startsWith(registration.scope);
  if (files.length === 0 || request.method !== "GET" || !own) return;
  if (request.mode === "navigate") {
    const path = address.pathname.slice(new URL(registration.scope).pathname.length);
    // A pattern, not a name: the build would take this file and the page for a circle of names.
    if (/^(index\.html)?$/.test(path)) event.respondWith(page(request));
  } else {
    event.respondWith(file(request));
  }
});

async function page(request) {
  const cache = await caches.open(kept);
  return (await cache.match("./")) ?? fetch(request);
}

async function file(request) {
  const known = await caches.match(request);
  if (known) return known;
  const response = await fetch(request);
  if (response.ok && new URL(request.url).pathname.includes("/postgres/")) {
    const cache = await caches.open(used);
    await cache.put(request, response.clone());
  }
  return response;
}
