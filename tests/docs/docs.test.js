import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { launchBrowser } from "../e2e/support.js";
import { root, serve } from "../package/support.js";

let site;
let browser;

before(async () => {
  site = await serve({ folders: { "/docs/": join(root, "dist/docs") } });
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
  await page.goto(`${site.address}/docs/${path}`);
  return { page, context, problems };
}

test("an example of a chapter is live, and stays so on the way to another page", async () => {
  const { page, context, problems } = await open("locks.html");
  await page.locator("retort-review").first().getByText("ACCESS EXCLUSIVE").first().waitFor();
  await page.getByRole("link", { name: "Going back" }).first().click();
  await page.locator("retort-review").getByText("downgrade-not-inverse").first().waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});

test("a rule's page shows the rule at work", async () => {
  const { page, context } = await open("rules/index-not-concurrent.html");
  await page.locator("retort-review").first().scrollIntoViewIfNeeded();
  await page.locator("retort-review").first().getByRole("link", { name: "index-not-concurrent" }).waitFor();
  await context.close();
});

test("without JavaScript a chapter has its text and the code of its examples", async () => {
  const { page, context } = await open("locks.html", { javaScriptEnabled: false });
  assert.ok(await page.locator("retort-review pre").first().isVisible());
  assert.match(await page.locator("retort-review pre").first().innerText(), /\w+ TABLE/);
  await context.close();
});

test("axe finds nothing in the examples of a chapter, a rule's page and a lesson, light and dark", async () => {
  const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  const found = [];
  for (const path of ["locks.html", "rules/drop-table.html", "lessons/02-timestamps.html"]) {
    for (const colorScheme of ["light", "dark"]) {
      const { page, context } = await open(path, { colorScheme });
      const example = page.locator("retort-review").first();
      await example.scrollIntoViewIfNeeded();
      await example.getByRole("status").getByText(/\d|nothing/).waitFor();
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run("main"));
      found.push(...violations.map(({ id, nodes }) => `${path}, ${colorScheme}: ${id}: ${nodes[0].html}`));
      await context.close();
    }
  }
  assert.deepEqual(found, []);
});

test("a lesson says what is missing, and remembers that it was solved", async () => {
  const { page, context } = await open("lessons/02-timestamps.html");
  await page.getByText("Not yet:").waitFor();
  const editor = page.getByRole("textbox", { name: "Migration, editable" });
  await editor.click();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.insertText("CREATE TABLE visit (id uuid PRIMARY KEY, org_id uuid NOT NULL, entered_at timestamptz NOT NULL, left_at timestamptz);");
  await page.getByText("Solved.").waitFor();
  assert.equal(await page.evaluate(() => localStorage.getItem("retort-lesson:02-timestamps")), "solved");
  await context.close();
});
