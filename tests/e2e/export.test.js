// What a reviewer takes away.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { unzip } from "./archive.js";
import { browser, fixture, openApp, panel, paste, serveAround, site } from "./support.js";

serveAround();

test("the archive holds the review, and the SQL up and down", async () => {
  const { page, problems } = await openApp(browser, site.address);
  await paste(page, await fixture("tenant_table.py"));
  await page.getByLabel("Name of the review").fill("Benches, part 1");
  await panel(page, "Checklist");
  const note = page.getByLabel(/^Note on: /).first();
  await note.fill("Read twice, with coffee.");
  await page.locator(".confirm input").first().check();
  await page.getByRole("button", { name: "Export" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download all as zip" }).click(),
  ]);
  assert.equal(download.suggestedFilename(), "benches-part-1.zip");
  const files = unzip(await readFile(await download.path()));
  const paths = Object.keys(files);
  assert.match(files["REVIEW.md"], /Benches, part 1/);
  assert.equal(JSON.parse(files["review.sarif"]).version, "2.1.0");
  assert.equal(JSON.parse(files["review.json"]).schema_version, 1);
  assert.match(files["REVIEW.md"], /Read twice, with coffee\./);
  const up = paths.find((path) => path.endsWith(".up.sql"));
  const down = paths.find((path) => path.endsWith(".down.sql"));
  assert.match(files[up], /CREATE TABLE workbench/);
  assert.match(files[down], /DROP TABLE workbench/);
  assert.ok(paths.some((path) => path.endsWith(".py")), "the Alembic revision");
  assert.deepEqual(problems, []);
});

test("a file can be looked at, copied and downloaded by itself", async () => {
  const { page, context } = await openApp(browser, site.address);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await paste(page, "CREATE TABLE bin (id int);");
  await page.getByRole("button", { name: "Export" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "REVIEW.md" }).click();
  const shown = await dialog.locator("pre").innerText();
  await dialog.getByRole("button", { name: "Copy" }).click();
  await page.getByText("REVIEW.md is on the clipboard.").waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied.trim(), shown.trim());
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    dialog.getByRole("button", { name: "Download", exact: true }).click(),
  ]);
  assert.equal(download.suggestedFilename(), "REVIEW.md");
});

test("exported migrations are signed only if the person wants it", async () => {
  const { page } = await openApp(browser, site.address);
  await paste(page, "CREATE TABLE bin (id int);");
  await page.getByRole("button", { name: "Export" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: /\.up\.sql$/ }).first().click();
  assert.doesNotMatch(await dialog.locator("pre").innerText(), /Reviewed by/);
  await dialog.getByLabel("Sign the migrations").fill("Reviewed by Ada");
  await page.keyboard.press("Enter");
  await dialog.locator("pre").filter({ hasText: /^-- Reviewed by Ada/ }).waitFor();
});
