// What makes the desk one to keep open: finding one's way, writing, undoing, being shown around.
import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, fixture, fixturePath, openApp, panel, paste, reviewed, serveAround, site, upload } from "./support.js";

serveAround();

async function openHistory() {
  const opened = await openApp(browser, site.address);
  await opened.page.locator("input[webkitdirectory]").setInputFiles(fixturePath("history"));
  await reviewed(opened.page);
  return opened;
}

test("undo goes across files, and so does redo", async () => {
  const { page } = await openApp(browser, site.address);
  await upload(page, { name: "a.sql", text: "CREATE TABLE a (id int);" }, { name: "b.sql", text: "CREATE TABLE b (id int);" });
  await reviewed(page);
  await page.getByRole("button", { name: "Rename b.sql" }).click();
  await page.getByRole("dialog").getByRole("textbox").fill("c.sql");
  await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
  await page.getByRole("button", { name: "Rename c.sql" }).waitFor();
  await reviewed(page);
  await page.getByRole("button", { name: "Remove a.sql from the review" }).click();
  await page.getByRole("button", { name: "Undo removing a.sql" }).click();
  await page.getByRole("button", { name: "Rename a.sql" }).waitFor();
  await page.locator("h1").click();
  await page.keyboard.press("ControlOrMeta+Z");
  await page.getByRole("button", { name: "Rename b.sql" }).waitFor();
  await page.getByRole("button", { name: "Redo renaming b.sql" }).click();
  await page.getByRole("button", { name: "Rename c.sql" }).waitFor();
});

test("a name that is being written stays when the page is drawn anew", async () => {
  const { page } = await openApp(browser, site.address);
  await upload(page, { name: "a.sql", text: "CREATE TABLE a (id int);" });
  await page.getByRole("button", { name: "Rename a.sql" }).click();
  const field = page.getByRole("dialog").getByRole("textbox");
  await field.fill("b.sql");
  // Another theme draws every view anew.
  await page.getByRole("button", { name: /^Colours:/ }).evaluate((button) => button.click());
  await page.locator("html[data-theme=light]").waitFor();
  assert.equal(await field.inputValue(), "b.sql");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Rename b.sql" }).waitFor();
});

test("Ctrl K finds commands, revisions and findings by a few letters", async () => {
  const { page, problems } = await openHistory();
  await page.keyboard.press("ControlOrMeta+K");
  const field = page.getByRole("combobox");
  await field.fill("record");
  await page.getByRole("option", { name: /Record loans/ }).first().waitFor();
  await page.keyboard.press("Enter");
  await page.locator(".revision.is-selected").filter({ hasText: "Record loans" }).waitFor({ state: "attached" });
  await page.keyboard.press("ControlOrMeta+K");
  await field.fill("locks");
  await page.keyboard.press("Enter");
  await page.getByRole("tab", { name: "Locks", selected: true }).waitFor();
  assert.deepEqual(problems, []);
});

test("the slash searches the findings", async () => {
  const { page } = await openApp(browser, site.address);
  await paste(page, await fixture("tenant_table.py"));
  await page.locator("h1").click();
  await page.keyboard.press("/");
  await page.waitForFunction(() => document.activeElement?.id === "finding-search");
  await page.keyboard.type("org_id");
  await page.locator(".finding").first().waitFor();
  await page.keyboard.type(" nowhere");
  await page.getByText("No finding fits").waitFor();
});

test("the SQL that runs stands beside the file, up and down, and leads to its lines", async () => {
  const { page } = await openApp(browser, site.address);
  await paste(page, await fixture("tenant_table.py"));
  await page.getByRole("button", { name: "SQL", exact: true }).first().click();
  const beside = page.getByRole("region", { name: "The SQL that runs" });
  await beside.locator("pre").filter({ hasText: /CREATE TABLE workbench/ }).waitFor();
  await beside.locator("pre").filter({ hasText: /DROP TABLE workbench/ }).waitFor();
  const place = beside.locator(".place").last();
  const line = await place.innerText();
  await place.click();
  assert.equal(`line ${await page.locator(".cm-activeLineGutter").filter({ hasText: /\d/ }).innerText()}`, line);
  await beside.locator(".is-selected").waitFor();
});

test("a finding is silenced with a reason that stands in the file", async () => {
  const { page } = await openApp(browser, site.address);
  await paste(page, "CREATE TABLE shelf (id uuid PRIMARY KEY, org_id uuid NOT NULL, filled timestamp);\n");
  const findings = await panel(page, "Findings");
  const count = await findings.locator(".finding").count();
  await findings.getByRole("button", { name: "Silence" }).first().click();
  await page.getByLabel("Why is it right here?").fill("Filled by one clerk.");
  await page.getByRole("button", { name: "Write the comment" }).click();
  await reviewed(page);
  assert.match(await page.locator(".cm-content").innerText(), /^-- retort: ignore [a-z-]+: Filled by one clerk\./);
  await page.waitForFunction((count) => document.querySelectorAll(".finding").length < count, count);
});

test("a recipe writes a migration behind the head, with its name, header and parent", async () => {
  const { page, problems } = await openHistory();
  const revisions = await page.locator(".revision").count();
  await page.getByRole("button", { name: "New migration" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Index on a table in use" }).click();
  await dialog.getByLabel("Table").fill("loan");
  await dialog.getByLabel("Columns").fill("tool_id");
  await dialog.getByText(/^It follows /).waitFor();
  await dialog.getByRole("button", { name: "Write it" }).click();
  await reviewed(page);
  await page.locator(".revision").nth(revisions).waitFor({ state: "attached" });
  await page.locator(".revision").last().filter({ hasText: "Index tool_id of loan" }).waitFor();
  assert.match(await page.locator(".cm-content").innerText(), /postgresql_concurrently=True/);
  assert.equal(await page.locator(".problem").count(), 0);
  assert.deepEqual(problems, []);
});

test("every recipe is read whole, in Alembic and in SQL", async () => {
  const { page } = await openApp(browser, site.address);
  await page.getByRole("button", { name: "write a new one" }).click();
  const names = await page.locator(".recipe").allInnerTexts();
  assert.equal(names.length, 8);
  for (const tool of ["Alembic", "SQL files, up and down"]) {
    for (const name of names) {
      await page.getByLabel("Tool", { exact: true }).selectOption({ label: tool });
      await page.getByRole("button", { name, exact: true }).click();
      await page.getByRole("button", { name: "Write it" }).click();
      await reviewed(page);
      assert.equal(await page.locator(".problem").count(), 0, `${name}, ${tool}`);
      assert.equal(await page.locator(".strip .is-partly").count(), 0, `${name}, ${tool}`);
      await page.getByRole("button", { name: "New", exact: true }).click();
      await page.getByRole("button", { name: "write a new one" }).click();
    }
  }
});

test("a newcomer is shown around", async () => {
  const { page, problems } = await openApp(browser, site.address);
  await page.getByRole("button", { name: "Show me around" }).click();
  const guide = page.getByRole("complementary", { name: "Guided review" });
  for (const tab of ["Findings", "Schema", "Locks", "Proof", "Checklist"]) {
    await guide.getByRole("button", { name: `Next: ${tab}` }).click();
    await page.getByRole("tab", { name: tab, selected: true }).waitFor();
  }
  await guide.getByRole("button", { name: "Done" }).click();
  await guide.waitFor({ state: "detached" });
  assert.deepEqual(problems, []);
});

test("the lock modes are explained in place", async () => {
  const { page } = await openHistory();
  const locks = await panel(page, "Locks");
  await locks.getByText("What the lock modes mean").click();
  await locks.getByText(/Everything waits, even reads/).waitFor();
});

test("a point of the checklist tells which rules check it", async () => {
  const { page } = await openApp(browser, site.address);
  await paste(page, await fixture("tenant_table.py"));
  await panel(page, "Checklist");
  const point = page.locator(".point").filter({ hasText: /org_id/ }).first();
  await point.getByText("How it is checked").click();
  await point.locator(".point-rules .link").first().click();
  await page.locator(".rule-page h2").waitFor();
});
