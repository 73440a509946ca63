// Every page of the app: for everyone, at every size, in both colours, without a word to another host.
import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, fixturePath, openApp, panel, reviewed, screenshots, serveAround, site, violations } from "./support.js";

serveAround();

const sizes = [
  { name: "desktop", width: 1440, height: 900 },
  { name: "phone", width: 390, height: 844 },
];

async function closeDialog(page) {
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

/** Everything there is to see, one after the other. */
async function* tour(page) {
  await page.locator(".example").first().waitFor();
  yield "welcome";
  await page.locator("input[webkitdirectory]").setInputFiles(fixturePath("history"));
  await page.locator(".revision").nth(2).waitFor({ state: "attached" });
  await reviewed(page);
  yield "editor";
  const revisions = page.getByRole("button", { name: "Revisions", exact: true });
  if (await revisions.isVisible()) {
    await revisions.click();
    yield "revisions";
  }
  for (const tab of ["Checklist", "Findings", "Locks", "Proof", "Schema"]) {
    const body = await panel(page, tab);
    if (tab === "Schema") await page.locator(".card").first().waitFor();
    yield tab.toLowerCase();
    if (tab !== "Schema") continue;
    await body.getByRole("button", { name: "Tables", exact: true }).click();
    yield "schema-tables";
    await body.getByRole("button", { name: "SQL", exact: true }).click();
    await body.locator(".diff-line").first().waitFor();
    yield "schema-sql";
  }
  const phone = await revisions.isVisible();
  if (phone) await page.getByRole("button", { name: "Editor", exact: true }).click();
  await page.getByRole("button", { name: "SQL", exact: true }).first().click();
  await page.locator(".beside").waitFor();
  yield "sql-beside";
  if (phone) await revisions.click();
  for (const dialog of ["Examples", "Settings", "Export", "Reviews", "Share", "New migration", "Go to anything", "Help and keys"]) {
    await page.getByRole("button", { name: dialog, exact: true }).click();
    await page.getByRole("dialog").locator("h3, .example, .review, option, [role=option]").first().waitFor();
    yield dialog.toLowerCase().replaceAll(" ", "-");
    await closeDialog(page);
  }
}

for (const size of sizes) {
  for (const colorScheme of ["light", "dark"]) {
    test(`${size.name}, ${colorScheme}: axe finds nothing, nothing sticks out, nothing is fetched from elsewhere`, async () => {
      const { page, problems } = await openApp(browser, "about:blank", {
        viewport: { width: size.width, height: size.height },
        colorScheme,
        reducedMotion: "reduce",
      });
      const elsewhere = [];
      page.on("request", (request) => {
        const address = new URL(request.url());
        const own = address.origin === new URL(site.address).origin || ["data:", "blob:"].includes(address.protocol);
        if (!own) elsewhere.push(request.url());
      });
      await page.goto(site.address);
      for await (const name of tour(page)) {
        await page.screenshot({ path: `${screenshots}${name}-${size.name}-${colorScheme}.png` });
        assert.deepEqual(await violations(page), [], `axe on ${name}`);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.equal(overflow, 0, `${name} is wider than the window`);
      }
      assert.deepEqual(elsewhere, []);
      assert.deepEqual(problems, []);
    });
  }
}

test("no width from 360 to 2560 pixels makes the page scroll sideways", async () => {
  const { page } = await openApp(browser, site.address);
  await page.locator("input[webkitdirectory]").setInputFiles(fixturePath("history"));
  await reviewed(page);
  for (const width of [360, 480, 640, 768, 900, 901, 1024, 1280, 1600, 1920, 2560]) {
    await page.setViewportSize({ width, height: 800 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(overflow, 0, `${width} px`);
  }
});

test("the keyboard reaches everything: panes with F6, tabs with arrows, the editor and out of it", async () => {
  const { page } = await openApp(browser, site.address);
  await page.locator("input[webkitdirectory]").setInputFiles(fixturePath("history"));
  await reviewed(page);
  const focusIn = (selector) =>
    page.waitForFunction((selector) => document.activeElement?.closest(selector), selector, { timeout: 5000 });
  await page.locator(".cm-content").focus();
  await page.keyboard.press("F6");
  await focusIn(".panel");
  await page.keyboard.press("ArrowRight");
  await page.getByRole("tab", { name: "Schema", selected: true }).waitFor();
  await page.keyboard.press("F6");
  await focusIn(".sidebar");
  await page.keyboard.press("F6");
  await focusIn(".workspace");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  const still = await page.evaluate(() => Boolean(document.activeElement?.closest(".cm-content")));
  assert.equal(still, false, "Escape, then Tab leaves the editor");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Help" }).waitFor();
});

test("the counts are announced", async () => {
  const { page } = await openApp(browser, site.address);
  await page.locator("input[webkitdirectory]").setInputFiles(fixturePath("history"));
  await reviewed(page);
  await page.locator('[aria-live="polite"]').filter({ hasText: /\d errors?, \d warnings?, \d notes?/ }).waitFor();
});

test("the colours follow the system until they are chosen", async () => {
  const { page } = await openApp(browser, site.address, { colorScheme: "dark" });
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const dark = await background();
  await page.getByRole("button", { name: /Switch to light/ }).click();
  assert.notEqual(await background(), dark);
  await page.reload();
  await page.getByRole("button", { name: /Colours: light/ }).waitFor();
  assert.notEqual(await background(), dark);
});

test("at 200 % zoom nothing sticks out and the editor keeps room, in a lesson too", async () => {
  // A window of 1440 by 900 at 200 %.
  const { page } = await openApp(browser, `${site.address}#lesson=01-tenant-table`, { viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 });
  await page.getByRole("complementary", { name: "Lesson" }).getByText("Not yet").waitFor();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(overflow, 0);
  await page.screenshot({ path: `${screenshots}lesson-zoomed.png` });
  const editor = await page.locator(".editor").boundingBox();
  assert.ok(editor.height >= 80, `the editor has ${editor.height} px`);
});

test("who wants less motion gets none", async () => {
  const { page } = await openApp(browser, site.address, { reducedMotion: "reduce" });
  await page.locator("input[webkitdirectory]").setInputFiles(fixturePath("history"));
  await reviewed(page);
  const moving = await page.evaluate(() =>
    [...document.querySelectorAll("*")].filter((element) => {
      const { transitionDuration, animationIterationCount } = getComputedStyle(element);
      return transitionDuration.split(", ").some((time) => parseFloat(time) > 0) || animationIterationCount === "infinite";
    }).filter((element) => !element.closest(".cm-editor")).length,
  );
  assert.equal(moving, 0);
});

test("on paper stands the panel, whole, without the tools around it", async () => {
  const { page } = await openApp(browser, site.address);
  await page.locator("input[webkitdirectory]").setInputFiles(fixturePath("history"));
  await reviewed(page);
  await panel(page, "Checklist");
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.getByRole("tab").first().isVisible(), false);
  for (const selector of [".sidebar", ".workspace", ".actions"]) assert.equal(await page.locator(selector).first().isVisible(), false, selector);
  const body = page.locator("#review-panel");
  const cut = await body.evaluate((element) => element.scrollHeight - element.clientHeight);
  assert.equal(cut, 0);
  await page.screenshot({ path: `${screenshots}print.png`, fullPage: true });
});
