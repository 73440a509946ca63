// What the tests of the package share: a folder served on a local port, under a policy if one is given.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));

const mediaTypes = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
  ".wasm": "application/wasm", ".json": "application/json", ".svg": "image/svg+xml",
};

export const strict = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; frame-src 'self'";

/** Serves folders by prefix, and pages by path. */
export async function serve({ folders = {}, pages = {}, policy = null }) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const head = (type) => ({ "content-type": type, ...(policy ? { "content-security-policy": policy } : {}) });
    if (pages[pathname] !== undefined) {
      response.writeHead(200, head(mediaTypes[".html"])).end(pages[pathname]);
      return;
    }
    const prefix = Object.keys(folders).find((start) => pathname.startsWith(start));
    const path = prefix ? normalize(decodeURIComponent(pathname.slice(prefix.length))) : "..";
    try {
      if (path.startsWith("..")) throw new Error("outside");
      const content = await readFile(join(folders[prefix], path));
      response.writeHead(200, head(mediaTypes[extname(path)] ?? "application/octet-stream")).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** A page with one element. */
export function pageWith(body, head = "") {
  return `<!doctype html><html lang="en"><head><title>A page</title><link rel="stylesheet" href="/retort/retort-review.css">${head}
<script type="module" src="/retort/retort-review.js"></script></head><body><main><h1>A page</h1>${body}</main></body></html>`;
}
