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

/** Opens the app without a service worker, which would fetch everything by itself; `answer` decides about the page's rest. */
async function withRest(answer) {
  const opened = await openApp(browser, "about:blank", { serviceWorkers: "block" });
  const asked = [];
  await opened.page.route(/retort-web_rest/, (route) => {
    asked.push(route.request().resourceType());
    return answer(route);
  });
  await opened.page.goto(site.address);
  await opened.page.locator(".example").first().waitFor();
  assert.deepEqual(asked, [], "the first page does without");
  return { ...opened, asked };
}

const settings = async (page) => {
  await page.getByRole("button", { name: "Settings", exact: true }).click();
  await page.getByRole("dialog", { name: "Settings" }).locator("h3").first().waitFor();
};

const migrations = {
  SQL: "CREATE TABLE crate (id int PRIMARY KEY, weight int);\nDROP TABLE shelf;",
  Alembic: 'from alembic import op\nimport sqlalchemy as sa\n\nrevision = "1a"\ndown_revision = None\n\n\ndef upgrade():\n    op.drop_table("shelf")\n\n\ndef downgrade():\n    pass\n',
};

for (const [language, text] of Object.entries(migrations)) {
  test(`a review of ${language} is shown before the rest of the page's code is there; what is opened before it comes waits for it`, async () => {
    const held = [];
    const { page, asked, problems } = await withRest((route) => (route.request().resourceType() === "fetch" ? held.push(route) : route.continue()));
    await paste(page, text);
    await page.locator("#review-panel .finding").first().waitFor();
    await page.locator(".editor .cm-content").waitFor();
    assert.ok(!asked.includes("xhr"), "what was found is shown without it");
    await (await panel(page, "Checklist")).locator(".point").first().waitFor();
    await settings(page);
    assert.deepEqual(asked, ["fetch", "xhr"]);
    const late = page.waitForResponse(/retort-web_rest/);
    await held[0].continue();
    await late;
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Help and keys" }).click();
    await page.getByRole("dialog", { name: "Help" }).waitFor();
    assert.equal(asked.length, 2);
    assert.deepEqual(problems, []);
  });
}

test("what is opened on the first page brings the rest of the page's code, once", async () => {
  const { page, asked, problems } = await withRest((route) => route.continue());
  await settings(page);
  assert.deepEqual(asked, ["xhr"]);
  await page.keyboard.press("Escape");
  await paste(page, migrations.SQL);
  await (await panel(page, "Schema")).locator("svg.diagram").waitFor();
  assert.equal(asked.length, 1);
  assert.deepEqual(problems, []);
});

test("where the rest of the page's code does not come, the person may try again, and nothing is lost", async () => {
  let online = false;
  const { page, asked } = await withRest((route) => (online ? route.continue() : route.abort()));
  await paste(page, migrations.SQL);
  await (await panel(page, "Findings")).locator(".finding").first().waitFor();
  const questions = [];
  page.on("dialog", (dialog) => {
    questions.push(dialog.message());
    online = questions.length === 2;
    return dialog.accept();
  });
  await settings(page);
  assert.match(questions[0], /part of Retort has not been loaded/);
  assert.equal(questions.length, 2);
  assert.deepEqual(asked, ["fetch", "xhr", "xhr", "xhr"]);
  await page.keyboard.press("Escape");
  assert.match(await page.locator(".editor .cm-content").innerText(), /CREATE TABLE crate/);
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
