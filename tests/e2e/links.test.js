// Everything is linked: a finding, a lock, a table in the picture, a point of the checklist and a line lead to each other.
import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, fixturePath, openApp, panel, reviewed, serveAround, site, upload } from "./support.js";

serveAround();

async function openLoans() {
  const opened = await openApp(browser, site.address);
  await opened.page.locator("input[webkitdirectory]").setInputFiles(fixturePath("history"));
  await opened.page.locator(".revision").nth(2).waitFor({ state: "attached" });
  await reviewed(opened.page);
  await opened.page.getByRole("button", { name: "Record loans" }).click();
  return opened;
}

const activeLine = (page) => page.locator(".cm-activeLineGutter").filter({ hasText: /\d/ }).innerText();

test("from a finding to the table's picture, and from the table back to its findings and locks", async () => {
  const { page, problems } = await openLoans();
  const body = await panel(page, "Findings");
  const finding = body.locator(".finding").filter({ hasText: "This waits for SHARE ROW EXCLUSIVE on tool" });
  await finding.getByRole("button", { name: "Schema", exact: true }).click();
  await page.getByRole("tab", { name: "Schema", selected: true }).waitFor();
  const table = body.getByRole("region", { name: "Table tool" });
  await table.getByRole("button", { name: /findings?$/ }).click();
  await page.getByRole("tab", { name: "Findings", selected: true }).waitFor();
  await body.locator(".finding.is-selected").first().waitFor();
  await panel(page, "Schema");
  await body.getByLabel("Find a table").fill("tool");
  await table.getByRole("button", { name: "Its locks" }).click();
  await page.getByRole("tab", { name: "Locks", selected: true }).waitFor();
  assert.deepEqual(problems, []);
});

test("from a finding to the locks, and from a lock to its line, its table and its findings", async () => {
  const { page } = await openLoans();
  const body = await panel(page, "Findings");
  await body.locator(".finding").filter({ hasText: "This waits for SHARE ROW EXCLUSIVE on tool" }).getByRole("button", { name: "Locks", exact: true }).click();
  await page.getByRole("tab", { name: "Locks", selected: true }).waitFor();
  await body.getByRole("button", { name: /SHARE ROW EXCLUSIVE on tool/ }).click();
  const lock = body.getByRole("region", { name: "SHARE ROW EXCLUSIVE on tool" });
  const place = lock.locator(".place").first();
  const line = /line (\d+)/.exec(await place.innerText())[1];
  await place.click();
  assert.equal(await activeLine(page), line);
  await lock.getByRole("button", { name: /This waits for SHARE ROW EXCLUSIVE on tool/ }).click();
  await page.getByRole("tab", { name: "Findings", selected: true }).waitFor();
  await body.locator(".finding.is-selected").filter({ hasText: "This waits for SHARE ROW EXCLUSIVE" }).waitFor();
  await panel(page, "Locks");
  await body.getByRole("button", { name: /SHARE ROW EXCLUSIVE on tool/ }).click();
  await lock.getByRole("button", { name: "tool", exact: true }).click();
  await body.getByRole("region", { name: "Table tool" }).waitFor();
});

test("from a downgrade's finding to the locks of the downgrade", async () => {
  const { page, problems } = await openApp(browser, site.address);
  await upload(
    page,
    { name: "0002_colour.up.sql", text: "ALTER TABLE tool ADD COLUMN colour text;\n" },
    { name: "0002_colour.down.sql", text: "ALTER TABLE tool ALTER COLUMN weight TYPE bigint;\nALTER TABLE tool DROP COLUMN colour;\n" },
  );
  await reviewed(page);
  const body = await panel(page, "Findings");
  const finding = body.locator(".finding").filter({ hasText: "Whether this writes every row of tool anew" });
  await finding.getByRole("button", { name: "Locks", exact: true }).click();
  await page.getByRole("tab", { name: "Locks", selected: true }).waitFor();
  await body.getByRole("button", { name: "Downgrade", pressed: true }).waitFor();
  await body.getByRole("button", { name: /ACCESS EXCLUSIVE on tool/ }).first().waitFor();
  await body.getByRole("button", { name: "Upgrade" }).click();
  await body.getByRole("button", { name: "Upgrade", pressed: true }).waitFor();
  assert.deepEqual(problems, []);
});

test("from a point of the checklist to its finding and line, and from the finding to the point", async () => {
  const { page } = await openApp(browser, site.address);
  await upload(page, { name: "0001_barrel.sql", text: "CREATE TABLE barrel (\n  id uuid PRIMARY KEY,\n  org_id uuid NOT NULL,\n  filled timestamp\n);\n" });
  await reviewed(page);
  const body = await panel(page, "Checklist");
  const point = body.locator(".point").filter({ hasText: "time zone" });
  await point.locator(".place").first().click();
  assert.equal(await activeLine(page), "4");
  await point.getByRole("button", { name: "finding", exact: true }).first().click();
  const finding = body.locator(".finding.is-selected").filter({ hasText: /filled/ });
  await finding.getByRole("button", { name: /^Point \d+$/ }).first().click();
  await body.locator(".point.is-selected").filter({ hasText: "time zone" }).waitFor();
});

test("from a table's statement to its line", async () => {
  const { page } = await openLoans();
  const body = await panel(page, "Schema");
  await body.getByLabel("Find a table").fill("tool");
  const place = body.getByRole("region", { name: "Table tool" }).locator(".place").first();
  const line = /line (\d+)/.exec(await place.innerText())[1];
  await place.click();
  assert.equal(await activeLine(page), line);
});

test("on one line the gravest finding comes first", async () => {
  const { page } = await openApp(browser, site.address);
  await upload(page, { name: "0001_barrel.sql", text: "CREATE TABLE barrel (id int, filled timestamp); DROP TABLE cider;\n" });
  await reviewed(page);
  const body = await panel(page, "Findings");
  await body.locator(".finding").nth(1).waitFor();
  const levels = await body.locator(".finding-message .unseen").allInnerTexts();
  const rank = { error: 0, warning: 1, note: 2 };
  const ranks = levels.map((level) => rank[/\w+/.exec(level)[0]]);
  assert.ok(new Set(ranks).size > 1, levels.join());
  assert.deepEqual(ranks, ranks.toSorted());
});
