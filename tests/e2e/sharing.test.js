// Giving a review to somebody: a link, a file, a comment.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { browser, fixture, openApp, panel, paste, reviewed, serveAround, site, upload } from "./support.js";

serveAround();

test("a link holds the whole review and no server sees it", async () => {
  const { page } = await openApp(browser, site.address);
  await paste(page, await fixture("tenant_table.py"));
  await page.getByLabel("Name of the review").fill("Bänke 🪵");
  await panel(page, "Checklist");
  await page.getByLabel(/^Note on: /).first().fill("Seen.");
  await page.getByRole("button", { name: "Share" }).click();
  const link = await page.getByLabel("Link", { exact: true }).inputValue();
  assert.match(link, /#r1\.[\w-]+$/);

  const requested = [];
  const { page: other, problems } = await openApp(browser, "about:blank");
  other.on("request", (request) => requested.push(request.url()));
  await other.goto(link);
  await reviewed(other);
  assert.equal(await other.getByLabel("Name of the review").inputValue(), "Bänke 🪵");
  assert.equal(await other.getByLabel(/^Note on: /).first().inputValue(), "Seen.");
  assert.match(await other.locator(".cm-content").innerText(), /Create workbenches/);
  assert.ok(!other.url().includes("#"), "a reload does not bring it again");
  assert.ok(requested.every((address) => !new URL(address).search));
  assert.deepEqual(problems, []);
});

test("a cut link is said, and the page lives on", async () => {
  for (const fragment of ["#r1.abc", "#r1.%%%", "#r9.abc"]) {
    const { page } = await openApp(browser, `${site.address}${fragment}`);
    await page.getByText(/The link's review cannot be opened/).waitFor();
    await paste(page, "SELECT 1;");
  }
});

test("too long for a link: said, with a file instead, which opens again", async () => {
  const { page } = await openApp(browser, site.address);
  const noise = Array.from({ length: 4000 }, (_, at) => `-- ${Math.imul(at + 7, 2654435761).toString(36)}${Math.imul(at + 3, 40503).toString(36)}`);
  await upload(page, { name: "0001_long.sql", text: `SELECT 1;\n${noise.join("\n")}\n` });
  await reviewed(page);
  await page.getByLabel("Name of the review").fill("Long one");
  await page.getByRole("button", { name: "Share" }).click();
  await page.getByText(/Save the review as a file instead/).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save the review as a file" }).click(),
  ]);
  assert.equal(download.suggestedFilename(), "long-one.retort.json");
  const bytes = await readFile(await download.path());
  const { page: other } = await openApp(browser, site.address);
  await upload(other, { name: "long-one.retort.json", bytes });
  await reviewed(other);
  assert.equal(await other.getByLabel("Name of the review").inputValue(), "Long one");
});

test("a finding is copied as a comment, with the change that GitHub can apply", async () => {
  const { page, context } = await openApp(browser, site.address);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await paste(page, "CREATE TABLE shelf (id uuid PRIMARY KEY, org_id uuid NOT NULL, filled timestamp);\n");
  const findings = await panel(page, "Findings");
  const repairable = findings.locator(".finding").filter({ has: page.locator(".finding-ways button:not(.link)") }).first();
  await repairable.getByRole("button", { name: "Copy" }).click();
  await page.getByText("The finding is on the clipboard").waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(copied, /^\*\*(Error|Warning|Note):\*\* /);
  assert.match(copied, /```suggestion\n|```diff\n/);
});

test("the whole review is copied as Markdown", async () => {
  const { page, context } = await openApp(browser, site.address);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await paste(page, await fixture("tenant_table.py"));
  await page.getByRole("button", { name: "Share" }).click();
  await page.getByRole("button", { name: "Copy the review as Markdown" }).click();
  await page.getByText("The review is on the clipboard").waitFor();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /### Errors/);
});

test("another page's link brings a text in the query, and says if its file is not there", async () => {
  const { page, problems } = await openApp(browser, `${site.address}?sql=${encodeURIComponent("DROP TABLE loan;")}`);
  await reviewed(page);
  assert.match(await page.locator(".cm-content").innerText(), /DROP TABLE loan;/);
  assert.ok(!page.url().includes("?"), "a reload does not bring it again");
  assert.deepEqual(problems, []);
  const { page: other } = await openApp(browser, `${site.address}?src=nowhere.sql`);
  await other.getByText(/The link's review cannot be opened: nowhere.sql answered 404/).waitFor();
});
