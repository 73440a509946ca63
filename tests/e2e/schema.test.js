// The schema before and after: as a picture with names, as tables, as SQL.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fixturePath, launchBrowser, openApp, panel, reviewed, serveSite } from "./support.js";

let site;
let browser;

before(async () => {
  site = await serveSite();
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  site?.close();
});

async function openHistory() {
  const opened = await openApp(browser, site.address);
  const { page } = opened;
  await page.locator("input[webkitdirectory]").setInputFiles(fixturePath("history"));
  await page.locator(".revision").nth(2).waitFor();
  await reviewed(page);
  return opened;
}

test("a folder of three revisions is drawn as one difference", async () => {
  const { page, problems } = await openHistory();
  assert.equal(await page.locator(".revision").count(), 3);
  await panel(page, "Schema");
  for (const table of ["org", "tool", "loan"]) {
    await page.getByRole("group", { name: `table ${table}, added` }).waitFor();
  }
  assert.deepEqual(problems, []);
});

test("one revision's own difference: what is added, changed and stays", async () => {
  const { page } = await openHistory();
  await page.getByRole("button", { name: "Record loans" }).click();
  await panel(page, "Schema");
  await page.getByRole("group", { name: "table loan, added" }).waitFor();
  const tool = page.getByRole("group", { name: "table tool, changed" });
  await tool.getByRole("img", { name: /^column colour, added/ }).waitFor();
  await tool.getByRole("img", { name: /^column label, changed/ }).waitFor();
  await page.getByRole("img", { name: /foreign key fk_loan_tool_id, added/ }).waitFor();

  await page.getByRole("button", { name: "Before" }).click();
  await page.getByRole("group", { name: "table loan, added" }).waitFor({ state: "detached" });
  assert.equal(await page.getByRole("img", { name: /^column colour/ }).count(), 0);
  await page.getByRole("button", { name: "After" }).click();
  await page.getByRole("group", { name: "table loan", exact: true }).waitFor();
});

test("the same as tables and as SQL, for those who cannot use a picture", async () => {
  const { page } = await openHistory();
  await page.getByRole("button", { name: "Record loans" }).click();
  const body = await panel(page, "Schema");
  await body.getByRole("button", { name: "Tables", exact: true }).click();
  const row = body.getByRole("row", { name: /column colour/ });
  await row.getByText("added").waitFor();
  await body.getByRole("button", { name: "SQL", exact: true }).click();
  await body.locator(".diff-line.is-added").filter({ hasText: "colour" }).waitFor();
});

test("the picture moves with the keys, and fits again", async () => {
  const { page } = await openHistory();
  await panel(page, "Schema");
  const frame = page.locator(".picture-frame");
  const place = () => page.locator(".diagram > g").getAttribute("transform");
  await page.getByRole("group", { name: "table loan, added" }).waitFor();
  const fitted = await place();
  await frame.focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("+");
  assert.notEqual(await place(), fitted);
  await page.keyboard.press("0");
  assert.equal(await place(), fitted);
});

test("the picture is saved as an SVG file of its own", async () => {
  const { page } = await openHistory();
  await panel(page, "Schema");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save the picture as SVG" }).click(),
  ]);
  assert.match(download.suggestedFilename(), /\.svg$/);
});

test("locks and proof tell of the chosen revision", async () => {
  const { page } = await openHistory();
  await page.getByRole("button", { name: "Record loans" }).click();
  const locks = await panel(page, "Locks");
  const row = locks.getByRole("row").filter({ hasText: "ACCESS EXCLUSIVE" }).filter({ hasText: "tool" });
  await row.first().waitFor();
  await panel(page, "Proof");
  await page.getByText("The downgrade restores the schema").waitFor();
});
