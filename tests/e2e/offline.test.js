// Without a network, after the first visit.
import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, openApp, panel, paste, serveAround, serveSite, site, upload } from "./support.js";

serveAround();

/** Waits until the service worker has all that a visit needs. */
async function kept(page) {
  await page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    if (active.state === "activated") return;
    await new Promise((resolve) => active.addEventListener("statechange", resolve));
  });
}

test("after one visit the app reviews without a network; PostgreSQL was not kept unasked", async () => {
  const own = await serveSite();
  const { page, context, problems } = await openApp(browser, own.address);
  await kept(page);
  const files = await page.evaluate(async () => {
    const names = await caches.keys();
    const caching = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return caching.flat().map((request) => new URL(request.url).pathname);
  });
  assert.ok(files.some((file) => file.endsWith("/")), "the page is kept");
  assert.deepEqual(files.filter((file) => file.includes("/postgres/")), []);
  await context.setOffline(true);
  own.close();
  await page.reload();
  await paste(page, "CREATE TABLE crate (id int PRIMARY KEY, weight int);\nDROP TABLE shelf;");
  await (await panel(page, "Findings")).locator(".finding").first().waitFor();
  // The picture needs the rest of the core.
  await (await panel(page, "Schema")).locator("svg.diagram").waitFor();
  assert.deepEqual(problems, []);
});

test("the rest of the core is fetched after the first review, and not before", async () => {
  const { page, problems } = await openApp(browser, "about:blank");
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  const rest = () => asked.filter((path) => path.includes("retort-wasm_rest"));
  await page.goto(site.address);
  await page.getByLabel("Paste a migration").waitFor();
  assert.deepEqual(rest(), []);
  const fetched = page.waitForResponse(/retort-wasm_rest/);
  await paste(page, "CREATE TABLE crate (id int PRIMARY KEY, weight int);");
  assert.equal((await fetched).status(), 200);
  await (await panel(page, "Schema")).locator("svg.diagram").waitFor();
  assert.equal(rest().length, 1);
  assert.deepEqual(problems, []);
});

test("what a first review needs of the rest of the core, it waits for", async () => {
  const { page, problems } = await openApp(browser, site.address);
  await page.getByLabel("Paste a migration").waitFor();
  const fetched = page.waitForRequest(/retort-wasm_rest/);
  await upload(page, { name: "retort.toml", text: 'postgres = 14\n' }, { name: "0001_shelf.sql", text: "DROP TABLE shelf;\n" });
  assert.equal((await fetched).resourceType(), "xhr");
  await (await panel(page, "Findings")).locator(".finding").first().waitFor();
  assert.deepEqual(problems, []);
});

test("the app can be installed: manifest and icons are there", async () => {
  const { page } = await openApp(browser, site.address);
  const manifest = await page.evaluate(async () => {
    const address = document.querySelector('link[rel="manifest"]').href;
    const content = await (await fetch(address)).json();
    const icons = await Promise.all(content.icons.map(async ({ src }) => (await fetch(new URL(src, address))).status));
    return { ...content, icons };
  });
  assert.equal(manifest.display, "standalone");
  assert.equal(manifest.start_url, "./");
  assert.deepEqual(manifest.icons, [200, 200, 200]);
});
