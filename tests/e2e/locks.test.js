// The locks of a run as a picture: bars from the statement that takes a lock to the commit that ends it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, fixturePath, openApp, panel, reviewed, screenshots, serveAround, site, violations } from "./support.js";

serveAround();

async function openLocks(options) {
  const opened = await openApp(browser, site.address, options);
  const { page } = opened;
  await page.locator("input[webkitdirectory]").setInputFiles(fixturePath("history"));
  await page.locator(".revision").nth(2).waitFor({ state: "attached" });
  await reviewed(page);
  return { ...opened, locks: await panel(page, "Locks") };
}

async function choose(page, revision) {
  const pane = page.locator(".pane-choice").first();
  if (await pane.isVisible()) await pane.click();
  await page.getByRole("button", { name: revision }).click();
  return panel(page, "Locks");
}

test("a bar says what is locked, who waits, and until when", async () => {
  const { page, problems } = await openLocks();
  const locks = await choose(page, "Record loans");
  const bar = locks.getByRole("button", { name: /^ACCESS EXCLUSIVE on tool, from statement \d+ .*: reads and writes wait/ });
  await bar.waitFor();
  await bar.click();
  const explained = locks.getByRole("region", { name: "ACCESS EXCLUSIVE on tool" });
  await explained.getByText(/Everything waits, even reads/).waitFor();
  await explained.getByText(/Conflicts with ACCESS SHARE, ROW SHARE/).waitFor();
  assert.equal(await bar.getAttribute("aria-pressed"), "true");

  await explained.getByRole("button", { name: /line \d+/ }).click();
  await page.locator(".editor .cm-content").getByText("colour").first().waitFor();
  assert.deepEqual(problems, []);
});

test("a locked table leads to the picture of the schema", async () => {
  const { page } = await openLocks();
  const locks = await choose(page, "Record loans");
  await locks.locator(".lock-relation").getByRole("button", { name: "tool" }).click();
  const body = page.locator("#review-panel");
  await body.getByRole("region", { name: "Table tool" }).waitFor();
  await body.locator(".card.is-selected").waitFor();
});

test("the downgrade and the whole run have pictures of their own", async () => {
  const { page } = await openLocks();
  const locks = await choose(page, "Record loans");
  await locks.locator(".lock-bar").first().waitFor();
  const up = await locks.locator(".lock-step").count();
  await locks.getByRole("button", { name: "Whole run" }).click();
  await page.waitForFunction((count) => document.querySelectorAll(".lock-step").length > count, up);
  await locks.getByRole("button", { name: "Downgrade" }).click();
  await locks.getByRole("button", { name: /on loan, from statement \d+ .*drop/ }).first().waitFor();
});

test("every lock mode can be read in place", async () => {
  const { locks } = await openLocks();
  await locks.getByText("What the lock modes mean").click();
  assert.equal(await locks.locator(".lock-modes dt").count(), 8);
  await locks.getByText(/waits\s+behind it/).waitFor();
});

for (const [name, viewport] of [["desktop", { width: 1440, height: 900 }], ["phone", { width: 390, height: 844 }]]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`axe finds nothing: ${name}, ${colorScheme}`, async () => {
      const { page } = await openLocks({ viewport, colorScheme, reducedMotion: "reduce" });
      const locks = await choose(page, "Record loans");
      await locks.locator(".lock-bar").first().click();
      await locks.getByText("What the lock modes mean").click();
      assert.deepEqual(await violations(page), []);
      await page.screenshot({ path: `${screenshots}locks-picture-${name}-${colorScheme}.png` });
    });
  }
}
