// What the tests of the built app share: the site on a local port, and a browser that visits it.
import { accessSync, constants } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { delimiter, extname, join, normalize } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const dist = fileURLToPath(new URL("../../dist/", import.meta.url));

const mediaTypes = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".png": "image/png",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
};

// The strictest policy that the app must live with.
const policy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  // Asked only when the person gives a pull request's address.
  "connect-src 'self' https://api.github.com https://raw.githubusercontent.com https://gitlab.com",
  "object-src 'none'",
  "base-uri 'none'",
].join("; ");

/** Serves the built site below a sub-path, as a static host does; gives its address. */
export async function serveSite(prefix = "/some/where/") {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const path = pathname === prefix ? "index.html" : normalize(pathname.slice(prefix.length));
    if (!pathname.startsWith(prefix) || path.startsWith("..")) {
      response.writeHead(404).end();
      return;
    }
    try {
      const content = await readFile(join(dist, path));
      response.writeHead(200, {
        "content-type": mediaTypes[extname(path)] ?? "application/octet-stream",
        "content-security-policy": policy,
      });
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${server.address().port}${prefix}`;
  return { address, close: () => server.close() };
}

/** The built site, while the tests of a file run; see `serveAround`. */
export let site;

/** The browser that visits it. */
export let browser;

/** The folder for pictures of the app, to look at. */
export const screenshots = fileURLToPath(new URL("screenshots/", import.meta.url));

/** Serves the site and starts the browser before the tests of a file; ends both after them. */
export function serveAround() {
  before(async () => {
    await mkdir(screenshots, { recursive: true });
    site = await serveSite();
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    site?.close();
  });
}

/** Starts the browser of the system. */
export function launchBrowser() {
  const root = process.getuid?.() === 0;
  return chromium.launch({
    executablePath: browserProgram(),
    // Chromium's sandbox refuses to run as root.
    args: root ? ["--no-sandbox"] : [],
  });
}

function browserProgram() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const names = ["chromium", "chromium-browser", "google-chrome"];
  for (const folder of process.env.PATH.split(delimiter)) {
    for (const name of names) {
      const candidate = join(folder, name);
      try {
        accessSync(candidate, constants.X_OK);
        return candidate;
      } catch {
        // Not in this folder.
      }
    }
  }
  throw new Error("no Chromium found: install the package chromium, or name the program in CHROMIUM");
}

/** Opens the app in a fresh context and collects what goes wrong on the page. */
export async function openApp(browser, address, options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
  });
  await page.goto(address);
  return { page, context, problems };
}

/** The text of a file in `fixtures/`. */
export function fixture(name) {
  return readFile(new URL(`fixtures/${name}`, import.meta.url), "utf8");
}

/** The address of a file or folder in `fixtures/`, for the browser's file chooser. */
export function fixturePath(name) {
  return fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
}

/** Pastes a text on the first page. */
export async function paste(page, text) {
  await page.getByLabel("Paste a migration").fill(text);
  await reviewed(page);
}

/** Gives the page files as `{ name, text | bytes }`, through the file chooser. */
export async function upload(page, ...files) {
  const payloads = files.map(({ name, text, bytes }) => ({
    name,
    mimeType: "application/octet-stream",
    buffer: bytes ?? Buffer.from(text),
  }));
  await page.locator('input[type="file"]:not([webkitdirectory])').first().setInputFiles(payloads);
}

/** Waits until what is shown is about the text as it is now. */
export async function reviewed(page) {
  await page.locator('.panel-body[aria-busy="false"]').waitFor({ state: "attached" });
}

/** The reviews in the browser's store, as they are kept. */
export function kept(page) {
  return page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open("retort");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const reading = opening.result.transaction("reviews").objectStore("reviews").getAll();
          reading.onsuccess = () => {
            opening.result.close();
            resolve(reading.result.map(({ review }) => review));
          };
        };
      }),
  );
}

/** Opens a tab of the panel. */
export async function panel(page, name) {
  const pane = page.locator(".pane-choice").last();
  if (await pane.isVisible()) await pane.click();
  await page.getByRole("tab", { name }).click();
  return page.locator("#review-panel");
}

/** Replaces the text of the file in the editor, as typing would. */
export async function retype(page, change) {
  const content = page.locator(".editor .cm-content");
  const lines = await page.locator(".editor .cm-line").allInnerTexts();
  const text = lines.map((line) => (line === "\n" ? "" : line)).join("\n");
  await content.click();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.insertText(change(text));
  await reviewed(page);
}

/** What the page tells about its input: banners, notices, problems, and in the tab Findings what was not analysed. */
export function told(page) {
  return page.locator(".notice, .problem, .finding, .unread");
}

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What axe finds on the page as it is now, one line each. */
export async function violations(page) {
  await page.evaluate(await readFile(axe, "utf8"));
  return page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.any.map((check) => check.message).join(" ")}`),
    );
  });
}
