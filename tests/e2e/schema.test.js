// The schema before and after: as a picture with names, as tables, as SQL.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readFile } from "node:fs/promises";
import { browser, fixturePath, openApp, panel, reviewed, screenshots, serveAround, site, upload, violations } from "./support.js";

serveAround();

async function openHistory(options) {
  const opened = await openApp(browser, site.address, options);
  const { page } = opened;
  await page.locator("input[webkitdirectory]").setInputFiles(fixturePath("history"));
  await page.locator(".revision").nth(2).waitFor({ state: "attached" });
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

  await page.getByRole("button", { name: "Before", exact: true }).click();
  await page.getByRole("group", { name: "table loan, added" }).waitFor({ state: "detached" });
  assert.equal(await page.getByRole("img", { name: /^column colour/ }).count(), 0);
  await page.getByRole("button", { name: "After", exact: true }).click();
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
  await frame.focus();
  await page.keyboard.press("0");
  const fitted = await place();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("+");
  assert.notEqual(await place(), fitted);
  await page.keyboard.press("0");
  assert.equal(await place(), fitted);
});

test("the picture is saved as SVG, PNG, Mermaid, DBML and SQL", async () => {
  const { page, problems } = await openHistory();
  const body = await panel(page, "Schema");
  const starts = { SVG: "<svg", PNG: "\x89PNG", Mermaid: "erDiagram", DBML: "Table", SQL: "CREATE TABLE" };
  for (const [format, start] of Object.entries(starts)) {
    await body.getByRole("button", { name: "Save", exact: true }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      body.getByRole("button", { name: new RegExp(`^${format} `) }).click(),
    ]);
    const content = await readFile(await download.path(), "latin1");
    assert.ok(content.includes(start), `${format} holds ${start}`);
  }
  assert.deepEqual(problems, []);
});

test("the slider walks the later state through all revisions", async () => {
  const { page } = await openHistory();
  await page.getByRole("button", { name: "Create tools" }).click();
  const body = await panel(page, "Schema");
  await body.getByRole("group", { name: "table tool, added" }).waitFor();
  const slider = body.getByRole("slider", { name: "Revision" });
  assert.match(await slider.getAttribute("aria-valuetext"), /Create tools/);
  await slider.focus();
  await page.keyboard.press("ArrowRight");
  await body.getByRole("group", { name: "table loan, added" }).waitFor();
  await body.getByRole("button", { name: "The revision before" }).click();
  await body.getByRole("button", { name: "The revision before" }).click();
  await body.getByRole("group", { name: "table org, added" }).waitFor();
});

test("any two revisions are compared, backwards too", async () => {
  const { page } = await openHistory();
  const body = await panel(page, "Schema");
  await body.locator(".compared select").first().selectOption({ label: "1a10c0de0003 Record loans" });
  await body.locator(".compared select").last().selectOption({ label: "1a10c0de0002 Create tools" });
  await body.getByRole("group", { name: "table loan, removed" }).waitFor();
});

test("a card is dragged, and its place is remembered", async () => {
  const { page } = await openHistory();
  const body = await panel(page, "Schema");
  const card = body.getByRole("group", { name: "table loan, added" });
  const place = () => card.getAttribute("transform");
  await card.waitFor();
  await body.getByRole("button", { name: "Fit the picture into the frame" }).click();
  const first = await place();
  const box = await card.boundingBox();
  await page.mouse.move(box.x + 12, box.y + 6);
  await page.mouse.down();
  await page.mouse.move(box.x + 60, box.y + 80, { steps: 4 });
  await page.mouse.up();
  await body.getByRole("button", { name: "Tidy up" }).waitFor();
  const dragged = await place();
  assert.notEqual(dragged, first);
  await panel(page, "Findings");
  await panel(page, "Schema");
  await card.waitFor();
  assert.equal(await place(), dragged);
  await body.getByRole("button", { name: "Tidy up" }).click();
  await body.getByRole("button", { name: "Tidy up" }).waitFor({ state: "detached" });
  await page.waitForFunction((first) => document.querySelector('[data-table="loan"]').getAttribute("transform") === first, first);
});

test("all of it works with the keys: walk, move, hide, find", async () => {
  const { page } = await openHistory();
  const body = await panel(page, "Schema");
  const frame = body.locator(".picture-frame");
  await body.getByRole("group", { name: "table loan, added" }).waitFor();
  await frame.focus();
  await page.keyboard.press("n");
  const selected = body.locator(".card.is-selected");
  await selected.waitFor();
  const key = await selected.getAttribute("data-table");
  await body.getByRole("status").filter({ hasText: `table ${key}, added` }).waitFor({ state: "attached" });
  await page.keyboard.press("Shift+ArrowDown");
  await body.getByRole("button", { name: "Tidy up" }).waitFor();
  await page.keyboard.press("h");
  await body.locator(`[data-table="${key}"]`).waitFor({ state: "detached" });
  await body.getByRole("button", { name: "Show 1 hidden table" }).click();
  await body.locator(`[data-table="${key}"]`).waitFor();
  await body.getByLabel("Find a table").fill("loan");
  await body.getByRole("region", { name: "Table loan" }).waitFor();
  await body.getByRole("button", { name: "Hide" }).click();
  await body.locator('[data-table="loan"]').waitFor({ state: "detached" });
  await body.getByLabel("Find a table").fill("loa");
  await page.keyboard.press("Enter");
  await body.locator('[data-table="loan"].is-selected').waitFor();
});

test("a renamed table and column are shown as renamed", async () => {
  const { page } = await openApp(browser, site.address);
  const files = [
    ["000001_press.up.sql", "CREATE TABLE press (id bigint PRIMARY KEY, litres int);"],
    ["000001_press.down.sql", "DROP TABLE press;"],
    ["000002_rename.up.sql", "ALTER TABLE press RENAME TO cider_press;\nALTER TABLE cider_press RENAME COLUMN litres TO volume;"],
    ["000002_rename.down.sql", "ALTER TABLE cider_press RENAME COLUMN volume TO litres;\nALTER TABLE cider_press RENAME TO press;"],
  ];
  await upload(page, ...files.map(([name, text]) => ({ name, text })));
  await page.locator(".revision").nth(1).waitFor();
  await reviewed(page);
  await page.locator(".revision").last().getByRole("button").first().click();
  const body = await panel(page, "Schema");
  await body.locator(".compared select").first().selectOption("the one before");
  const card = body.getByRole("group", { name: "table cider_press, renamed from press" });
  await card.waitFor();
  await card.getByRole("img", { name: /^column volume, renamed from litres/ }).waitFor();
});

test("three hundred tables: only what is near the frame is drawn, and moving draws little anew", async () => {
  const { page } = await openApp(browser, site.address);
  const tables = Array.from({ length: 300 }, (_, at) => {
    const parent = at === 0 ? "" : `, row_${Math.floor(at / 4)}_id bigint REFERENCES row_${Math.floor(at / 4)} (id)`;
    return `CREATE TABLE row_${at} (id bigint PRIMARY KEY, name text NOT NULL, planted_on date${parent});`;
  });
  await upload(page, { name: "000001_rows.up.sql", text: tables.join("\n") }, { name: "000001_rows.down.sql", text: "DROP SCHEMA public CASCADE;" });
  await reviewed(page);
  const body = await panel(page, "Schema");
  await body.locator(".card").first().waitFor();
  await body.locator(".minimap").waitFor();
  await body.getByLabel("Find a table").fill("row_150");
  await body.locator('[data-table="row_150"].is-selected').waitFor();
  const drawn = await body.locator(".card").count();
  assert.ok(drawn > 0 && drawn < 150, `${drawn} cards are drawn`);
  const changed = await page.evaluate(async () => {
    let nodes = 0;
    const observer = new MutationObserver((changes) => {
      for (const change of changes) nodes += change.addedNodes.length + change.removedNodes.length;
    });
    const picture = document.querySelector(".diagram");
    observer.observe(picture, { childList: true, subtree: true });
    const frame = document.querySelector(".picture-frame");
    for (let step = 0; step < 10; step += 1) {
      frame.dispatchEvent(new WheelEvent("wheel", { deltaX: 4, deltaY: 0, bubbles: true, cancelable: true }));
      await new Promise(requestAnimationFrame);
    }
    observer.disconnect();
    return nodes;
  });
  assert.ok(changed < 2000, `${changed} nodes came or went`);
});

for (const [name, viewport] of [["desktop", { width: 1440, height: 900 }], ["phone", { width: 390, height: 844 }]]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`axe finds nothing in the picture with a table selected: ${name}, ${colorScheme}`, async () => {
      const { page } = await openHistory({ viewport, colorScheme, reducedMotion: "reduce" });
      const body = await panel(page, "Schema");
      await body.getByRole("group", { name: "table tool, added" }).waitFor();
      await body.getByLabel("Find a table").fill("tool");
      await body.getByRole("region", { name: "Table tool" }).waitFor();
      await body.getByRole("button", { name: "Save", exact: true }).click();
      assert.deepEqual(await violations(page), []);
      await page.screenshot({ path: `${screenshots}schema-picture-${name}-${colorScheme}.png` });
    });
  }
}

test("locks and proof tell of the chosen revision", async () => {
  const { page } = await openHistory();
  await page.getByRole("button", { name: "Record loans" }).click();
  const locks = await panel(page, "Locks");
  const row = locks.getByRole("row").filter({ hasText: "ACCESS EXCLUSIVE" }).filter({ hasText: "tool" });
  await row.first().waitFor();
  await panel(page, "Proof");
  await page.getByText("The downgrade restores the schema").waitFor();
});
