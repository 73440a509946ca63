import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, openApp, serveAround, site } from "./support.js";

serveAround();

test("the app starts from a sub-path under a strict policy", async () => {
  const { page, problems } = await openApp(browser, site.address);
  await page.getByRole("heading", { level: 1 }).waitFor();
  assert.deepEqual(problems, []);
});

test("every file but the page and the service worker carries a hash in its name", async () => {
  const names = [];
  const { page } = await openApp(browser, "about:blank");
  page.on("request", (request) => names.push(new URL(request.url()).pathname));
  await page.goto(site.address);
  await page.getByRole("heading", { level: 1 }).waitFor();
  const plain = names.filter((name) => !/-[0-9a-f]{16}\./.test(name) && !name.endsWith("/") && !name.endsWith("/service-worker.js"));
  assert.deepEqual(plain, []);
});
