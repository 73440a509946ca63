import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launchBrowser } from "../e2e/support.js";
import { pageWith, root, serve, strict } from "./support.js";

const example = (attributes = "", code = "DROP TABLE loan;") => `<retort-review ${attributes}><pre><code>${code}</code></pre></retort-review>`;
const frame = `<script type="module" src="/retort/frame.js"></script>`;
const pages = {
  "/plain": pageWith(`${example()}<p id="below">Below</p>`),
  "/alembic": pageWith(example("", 'op.drop_table("loan")')),
  "/two": pageWith(example("id='one'") + example("id='other' view='diagram'", "CREATE TABLE shelf (id uuid PRIMARY KEY);")),
  "/rtl": pageWith(example("label='0002_drop.sql'") + example("id='other' view='diagram'", "CREATE TABLE shelf (id uuid PRIMARY KEY);")).replace("<html", '<html dir="rtl"'),
  "/editable": pageWith(example("mode='editable' expect='drop-table'")),
  "/untrue": pageWith(example("expect='prefer-text'")),
  "/fences": pageWith(`<div class="language-sql"><pre><code><span>DROP TABLE</span> loan;</code></pre></div>`).replace('type="module" src="/retort/retort-review.js"', 'type="module" src="/retort/retort-review.js" data-fences="sql" data-view="code"'),
  "/framed": pageWith(`<iframe data-retort title="Example" width="600" height="50" src="/retort/embed.html?sql=DROP%20TABLE%20loan%3B"></iframe>`, frame),
};
let site;
let browser;

before(async () => {
  site = await serve({ folders: { "/retort/": join(root, "package") }, pages, policy: strict });
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  site?.close();
});

async function open(path, options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("favicon")) problems.push(message.text());
  });
  await page.addInitScript(() => {
    window.moved = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.moved += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    window.heard = [];
    for (const name of ["ready", "review", "change", "error"]) addEventListener(name, (event) => window.heard.push(event.type));
  });
  await page.goto(site.address + path);
  return { page, context, problems };
}

const finding = (page) => page.locator("retort-review").first().getByText("drop-table").first();

test("an example comes alive under a strict policy, and nothing moves", async () => {
  const { page, context, problems } = await open("/plain");
  await finding(page).waitFor();
  assert.deepEqual(problems.filter((text) => !text.includes("404")), []);
  assert.ok((await page.evaluate(() => window.moved)) < 0.001, `moved ${await page.evaluate(() => window.moved)}`);
  await page.waitForFunction(() => window.heard.includes("ready"));
  assert.deepEqual(await page.evaluate(() => window.heard), ["review", "ready"]);
  await context.close();
});

test("ordinary examples do without the rest of the module; what needs it says so where it is missing, and finds it later", async () => {
  for (const path of ["/plain", "/alembic"]) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const asked = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(site.address + path);
    await finding(page).waitFor();
    assert.deepEqual(asked.filter((name) => name.endsWith(".wasm")), ["/retort/retort-wasm_bg.wasm"], path);
    const draw = () => page.evaluate(async () => {
      const { diagram } = await import("/retort/index.js");
      try {
        return await diagram([{ path: "0001_shelf.sql", text: "CREATE TABLE shelf (id uuid PRIMARY KEY);" }]);
      } catch (error) {
        return `refused: ${error.message}`;
      }
    });
    await page.route("**/*_rest.wasm", (route) => route.fulfill({ status: 503 }));
    assert.match(await draw(), /^refused: .*503/);
    await page.unroute("**/*_rest.wasm");
    assert.match(await draw(), /^<svg/);
    await context.close();
  }
});

test("without JavaScript the code is simply there", async () => {
  const { page, context } = await open("/plain", { javaScriptEnabled: false });
  assert.equal(await page.locator("retort-review pre").innerText(), "DROP TABLE loan;");
  assert.ok(await page.locator("retort-review pre").isVisible());
  await context.close();
});

test("two elements share one WebAssembly", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(`${site.address}/two`);
  await page.locator("#one").getByText("drop-table").first().waitFor();
  await page.locator("#other").getByRole("img", { name: "Schema diagram" }).waitFor();
  // The second example shows a picture, which needs the rest of the module: once, too.
  assert.deepEqual(asked.filter((path) => path.endsWith(".wasm")), ["/retort/retort-wasm_bg.wasm", "/retort/retort-wasm_rest.wasm"]);
  assert.equal(asked.filter((path) => path.endsWith("editor.js")).length, 0);
  await context.close();
});

test("the keyboard walks through the views", async () => {
  const { page, context } = await open("/plain");
  await finding(page).waitFor();
  await page.getByRole("tab", { name: "Findings" }).focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.getByRole("tab", { name: "Checklist" }).getAttribute("aria-selected"), "true");
  await page.getByText("needs a person").first().waitFor();
  await context.close();
});

test("on a page that reads from the right, the example does too, and its code does not", async () => {
  const { page, context, problems } = await open("/rtl");
  await finding(page).waitFor();
  const box = (locator) => locator.boundingBox();
  const element = page.locator("retort-review").first();
  const [tabs, status, line, word] = await Promise.all([
    box(element.getByRole("tab", { name: "Findings" })), box(element.getByRole("status")),
    box(element.locator(".line").first()), box(element.locator(".line .keyword").first()),
  ]);
  assert.ok(tabs.x > status.x, "the first tab is on the right");
  assert.ok(word.x - line.x < 30, "the code begins on the left");
  const whole = await box(element);
  assert.ok(whole.x >= 0 && whole.x + whole.width <= page.viewportSize().width, "nothing hangs out");

  await element.getByRole("tab", { name: "Findings" }).focus();
  await page.keyboard.press("ArrowLeft");
  assert.equal(await element.getByRole("tab", { name: "Checklist" }).getAttribute("aria-selected"), "true");
  await page.keyboard.press("End");
  assert.equal(await element.getByRole("tab", { name: "Locks" }).getAttribute("aria-selected"), "true");

  const picture = page.locator("#other").getByRole("img", { name: "Schema diagram" });
  await picture.waitFor();
  const [frame, name] = [await box(picture), await box(picture.locator("text", { hasText: "shelf" }).first())];
  assert.ok(name.x > frame.x && name.x + name.width < frame.x + frame.width, "the picture's words stand in it");
  assert.deepEqual(problems.filter((text) => !text.includes("404")), []);
  await context.close();
});

test("an editable example is reviewed again while one writes, and can be reset", async () => {
  const { page, context, problems } = await open("/editable");
  const editor = page.getByRole("textbox", { name: "Migration, editable" });
  await editor.click();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.insertText("CREATE INDEX loan_due ON loan (due_on);");
  await page.getByText("index-not-concurrent").first().waitFor();
  await page.getByRole("button", { name: "Reset" }).click();
  await finding(page).waitFor();
  // CodeMirror sets `tab-size` inline too; the policy stops it, and the theme says the same.
  assert.deepEqual(problems.filter((text) => !text.includes("404") && !text.startsWith("Applying inline style")), []);
  await context.close();
});

test("an example that does not show what it should says so", async () => {
  const { page, context } = await open("/untrue");
  await page.waitForFunction(() => window.heard.includes("error"));
  assert.deepEqual(await page.locator("retort-review").evaluate((element) => element.unmet), ["prefer-text was not found"]);
  await context.close();
});

test("fences of a page are upgraded by the script's attribute", async () => {
  const { page, context } = await open("/fences");
  await page.locator("retort-review .line .hit").first().waitFor();
  assert.equal(await page.locator("retort-review").getAttribute("view"), "code");
  await context.close();
});

test("a frame gets the height of its example", async () => {
  const { page, context } = await open("/framed");
  await page.waitForFunction(() => Number(document.querySelector("iframe").height) > 100);
  await page.evaluate(() => postMessage({ type: "retort-height", height: 7000 }, "*"));
  await page.waitForTimeout(100);
  assert.notEqual(await page.locator("iframe").getAttribute("height"), "7000");
  await context.close();
});

test("axe finds nothing, light and dark", async () => {
  const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  for (const colorScheme of ["light", "dark"]) {
    const { page, context } = await open("/plain", { colorScheme });
    await finding(page).waitFor();
    await page.addStyleTag({ url: "/retort/embed.css" });
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run("retort-review"));
    assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), []);
    await context.close();
  }
});
