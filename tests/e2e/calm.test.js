// A desk that stays calm: nothing jumps, nothing is shown and taken back, the focus is where it is expected.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { browser, fixture, fixturePath, openApp, panel, paste, reviewed, serveAround, site, upload } from "./support.js";

serveAround();

const focused = (page) => page.evaluate(() => document.activeElement?.id || document.activeElement?.getAttribute("aria-label") || document.activeElement?.textContent);

/** Puts a text on the page as a paste does. */
const drop = (page, selector, text) =>
  page.evaluate(
    ([selector, text]) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      document.querySelector(selector).dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    },
    [selector, text],
  );

/** A diff that adds files. */
const adding = (files) =>
  Object.entries(files)
    .map(([path, text]) => {
      const lines = text.trimEnd().split("\n");
      return `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join("")}`;
    })
    .join("");

const changed = (path) => `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -4,2 +4,2 @@\n import enum\n-A = 1\n+A = 2\n`;

const step = (number, name = `step_${number}`) => [`000${number}_${name}.sql`, `CREATE TABLE ${name} (id int PRIMARY KEY);\n`];

test("what can be typed into has the focus as soon as its dialog is open", async () => {
  const { page } = await openApp(browser, site.address);
  await page.getByRole("button", { name: "Pull request" }).click();
  assert.equal(await focused(page), "pull-address");
  await page.keyboard.press("Escape");
  await paste(page, await fixture("tenant_table.py"));
  await page.keyboard.press("ControlOrMeta+K");
  await page.getByRole("combobox").waitFor();
  await page.keyboard.type("locks");
  await page.keyboard.press("Enter");
  await page.getByRole("tab", { name: "Locks", selected: true }).waitFor();
  await page.getByRole("button", { name: /^Rename / }).focus();
  await page.keyboard.press("Enter");
  await page.locator("#new-path").waitFor();
  assert.equal(await focused(page), "new-path");
});

test("the keyboard alone goes through the guide", async () => {
  const { page } = await openApp(browser, site.address);
  await page.getByRole("button", { name: "Show me around" }).focus();
  await page.keyboard.press("Enter");
  for (const tab of ["Findings", "Schema", "Locks"]) {
    await page.getByRole("button", { name: `Next: ${tab}` }).waitFor();
    await page.waitForFunction(() => document.activeElement?.textContent.startsWith("Next: "));
    await page.keyboard.press("Enter");
    await page.getByRole("tab", { name: tab, selected: true }).waitFor();
  }
});

test("a way from one tab to another takes the focus along", async () => {
  const { page } = await openApp(browser, site.address);
  await paste(page, await fixture("tenant_table.py"));
  const body = await panel(page, "Findings");
  await body.getByRole("button", { name: "Schema", exact: true }).first().focus();
  await page.keyboard.press("Enter");
  await page.getByRole("tab", { name: "Schema", selected: true }).waitFor();
  await page.waitForFunction(() => document.activeElement?.closest("#review-panel"));
});

test("what was found is seen first, and the tab that was chosen after a reload", async () => {
  const { page } = await openApp(browser, site.address);
  await paste(page, await fixture("tenant_table.py"));
  await page.locator(".finding").first().waitFor();
  await panel(page, "Locks");
  await page.getByText("Kept in this browser").waitFor();
  await page.evaluate(() => dispatchEvent(new Event("pagehide")));
  await page.reload();
  await reviewed(page);
  await page.getByRole("tab", { name: "Locks", selected: true }).waitFor();
});

test("that something was copied is said without moving anything, once", async () => {
  const { page, context } = await openApp(browser, site.address);
  await context.grantPermissions(["clipboard-write"]);
  await paste(page, await fixture("tenant_table.py"));
  const body = await panel(page, "Findings");
  const place = () => page.locator(".panes").boundingBox();
  const before = await place();
  for (let times = 0; times < 2; times += 1) {
    await body.getByRole("button", { name: "Copy", exact: true }).first().click();
    await page.locator(".toast").waitFor();
    assert.deepEqual(await place(), before);
    assert.equal(await page.locator(".toast").count(), 1);
  }
});

test("of a history only what stays is shown", async () => {
  const { page } = await openApp(browser, site.address);
  await page.evaluate(() => {
    globalThis.seen = [];
    new MutationObserver(() => {
      for (const selector of [".scope", ".file-tab.is-active"]) {
        const text = document.querySelector(selector)?.textContent;
        if (text && !globalThis.seen.includes(text)) globalThis.seen.push(text);
      }
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  await upload(page, ...[1, 2, 3, 4, 5, 6, 7].map((number) => step(number)).map(([name, text]) => ({ name, text })));
  await reviewed(page);
  await page.getByText("1 under review").waitFor();
  const seen = await page.evaluate(() => globalThis.seen);
  assert.equal(seen.length, 2, seen.join("; "));
  assert.ok(seen.some((text) => text.startsWith("1 under review")) && seen.includes("0007_step_7.sql"), seen.join("; "));
});

test("of several findings at one line only the one that was chosen is marked, and the list stays where it is", async () => {
  const { page } = await openApp(browser, site.address);
  await paste(page, "CREATE TABLE shelf (name text, filled timestamp, org_id int, price money, stock serial);\n");
  const body = await panel(page, "Findings");
  const last = body.locator(".finding-head").last();
  assert.ok((await body.locator(".finding-head").count()) > 2);
  await last.scrollIntoViewIfNeeded();
  const scroll = () => body.evaluate((panel) => panel.scrollTop);
  const before = await scroll();
  await last.click();
  await body.locator(".finding.is-selected").waitFor();
  await page.waitForFunction(() => document.activeElement?.closest(".cm-content"));
  assert.equal(await body.locator(".finding.is-selected").count(), 1);
  assert.equal(await scroll(), before);
});

test("the tab of the file that is shown is in view, and so is its revision", async () => {
  const { page } = await openApp(browser, site.address);
  const files = Array.from({ length: 5 }, (_, at) => step(at + 1, `a_table_with_a_long_name_${at}`));
  await upload(page, ...files.map(([name, text]) => ({ name, text })));
  await reviewed(page);
  const rows = page.locator(".revision-name");
  for (let at = 0; at < 5; at += 1) {
    await rows.nth(at).click();
    const tab = page.locator(".file-tab.is-active");
    await tab.filter({ hasText: files[at][0] }).waitFor();
    const inside = await tab.evaluate((tab) => {
      const [own, frame] = [tab, tab.parentElement].map((element) => element.getBoundingClientRect());
      return own.left >= frame.left - 1 && own.right <= frame.right + 1;
    });
    assert.ok(inside, files[at][0]);
    assert.equal(await page.locator(".revision.is-shown").count(), 1);
  }
});

test("of a pull request's diff the migrations are shown; what else it changes takes one line", async () => {
  const { page, problems } = await openApp(browser, site.address);
  const [name, text] = step(9, "crate");
  const modules = Array.from({ length: 12 }, (_, at) => changed(`app/module_${at}.py`)).join("");
  await page.getByLabel("Paste a migration").waitFor();
  await drop(page, '[aria-label="Paste a migration"]', modules + adding({ [`db/migrations/${name}`]: text }));
  await reviewed(page);
  await page.locator(".file-tab.is-active").filter({ hasText: name }).waitFor();
  await page.getByText("12 changed modules of the application were left out.").waitFor();
  assert.equal(await page.locator(".notice.is-problem").count(), 0);
  assert.deepEqual(problems, []);
});

test("a folder after a diff is its history, whatever folder it was opened from", async () => {
  const { page } = await openApp(browser, site.address);
  const added = Object.fromEntries([step(2, "crate"), step(3, "lid")].map(([name, text]) => [`history/${name}`, text]));
  await page.getByLabel("Paste a migration").waitFor();
  await drop(page, "body", adding(added));
  await reviewed(page);
  const folder = await mkdtemp(join(tmpdir(), "retort-"));
  await mkdir(join(folder, "project/history"), { recursive: true });
  for (const [name, text] of [step(1), step(2, "crate"), step(3, "lid"), step(4), step(5), step(6)]) {
    await writeFile(join(folder, "project/history", name), text);
  }
  await page.locator("input[webkitdirectory]").setInputFiles(join(folder, "project"));
  await page.getByText("6 revisions").waitFor();
  await reviewed(page);
  await page.getByText("2 under review").waitFor();
  await page.locator(".file-tab.is-active").filter({ hasText: "0002_crate.sql" }).waitFor();
  await rm(folder, { recursive: true });
});

test("a diff after a folder leaves under review what it adds", async () => {
  const { page } = await openApp(browser, site.address);
  await upload(page, ...[1, 2, 3, 4, 5, 6].map((number) => step(number)).map(([name, text]) => ({ name, text })));
  await reviewed(page);
  await page.getByText("1 under review").waitFor();
  await drop(page, "h1", adding(Object.fromEntries([step(7), step(8)])));
  await page.getByRole("button", { name: "step_8", exact: true }).or(page.locator('.revision-facts code[title$="0008_step_8.sql"]')).first().waitFor();
  await reviewed(page);
  await page.getByText("3 under review").waitFor();
});

test("while somebody types nothing but the text and what follows from it changes", async () => {
  const { page } = await openApp(browser, site.address);
  await paste(page, "CREATE TABLE shelf (id uuid PRIMARY KEY);\n");
  await page.getByText("Kept in this browser").waitFor();
  await page.evaluate(() => {
    globalThis.said = [];
    const status = document.querySelector(".keeping");
    new MutationObserver(() => globalThis.said.push(status.textContent)).observe(status, { childList: true, characterData: true, subtree: true });
  });
  await page.locator(".cm-line").first().click();
  await page.keyboard.press("End");
  for (const letter of " -- a word") {
    await page.keyboard.type(letter);
    await reviewed(page);
  }
  assert.deepEqual(await page.evaluate(() => globalThis.said), []);
  const delay = await page.evaluate(() => {
    const stale = document.createElement("p");
    stale.className = "is-stale";
    document.body.append(stale);
    return Number.parseFloat(getComputedStyle(stale).transitionDelay);
  });
  assert.ok(delay > 0, "a review that comes at once is not dimmed before");
});

test("the locks come at once, picture and statements", async () => {
  const { page } = await openApp(browser, site.address);
  await paste(page, "ALTER TABLE shelf ADD COLUMN height int;\n");
  await page.evaluate(() => {
    globalThis.early = false;
    new MutationObserver(() => {
      if (document.querySelector(".lock-modes") && !document.querySelector(".lock-run")) globalThis.early = true;
    }).observe(document.body, { childList: true, subtree: true });
  });
  const body = await panel(page, "Locks");
  await body.locator(".lock-run").waitFor();
  await body.getByText("Statement by statement").waitFor();
  assert.equal(await page.evaluate(() => globalThis.early), false);
});

test("who goes back in time sees what each revision did, never a difference backwards", async () => {
  const { page } = await openApp(browser, site.address);
  await page.locator("input[webkitdirectory]").setInputFiles(fixturePath("history"));
  await reviewed(page);
  const body = await panel(page, "Schema");
  const from = body.getByLabel("From");
  await from.selectOption({ index: 3 });
  await body.getByRole("slider").focus();
  await page.keyboard.press("ArrowLeft");
  await body.getByText("2 of 3").waitFor();
  assert.equal(await from.evaluate((select) => select.selectedOptions[0].textContent), "the one before");
});

test("a review that this tab has just left is not said to be open in another", async () => {
  const { page } = await openApp(browser, site.address);
  await paste(page, "CREATE TABLE shelf (id uuid PRIMARY KEY);\n");
  await page.getByLabel("Name of the review").fill("Shelves");
  await page.getByText("Kept in this browser").waitFor();
  await page.evaluate(() => {
    globalThis.said = new Set();
    new MutationObserver(() => {
      const text = document.querySelector(".review-open")?.textContent;
      if (text) globalThis.said.add(/another tab/.test(text));
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  await page.getByRole("button", { name: "New", exact: true }).click();
  await page.locator(".review-open").filter({ hasText: "Shelves" }).click();
  await reviewed(page);
  assert.equal(await page.getByLabel("Name of the review").inputValue(), "Shelves");
  assert.deepEqual(await page.evaluate(() => [...globalThis.said]), [false]);
});

test("where nothing is under review nothing is said to be found or not", async () => {
  const { page } = await openApp(browser, site.address);
  await upload(page, ...[1, 2].map((number) => step(number)).map(([name, text]) => ({ name, text })));
  await reviewed(page);
  for (const number of [1, 2]) await page.getByRole("button", { name: `Use 000${number}_step_${number}.sql only as history` }).evaluate((button) => button.click());
  const body = await panel(page, "Findings");
  await body.getByText("No migration is under review").waitFor();
  assert.equal(await body.getByText("Nothing was found").count(), 0);
  await body.getByRole("button", { name: "Review all" }).click();
  await page.getByText("2 under review").waitFor();
});

test("what is undone is not offered to be undone any more", async () => {
  const { page } = await openApp(browser, site.address);
  await upload(page, ...[1, 2].map((number) => step(number)).map(([name, text]) => ({ name, text })));
  await reviewed(page);
  await page.getByRole("button", { name: "Remove 0002_step_2.sql from the review" }).evaluate((button) => button.click());
  await page.getByText("was removed from the review").waitFor();
  await page.locator("h1").click();
  await page.keyboard.press("ControlOrMeta+Z");
  await page.getByRole("button", { name: "Rename 0002_step_2.sql" }).waitFor({ state: "attached" });
  assert.equal(await page.locator(".notice").count(), 0);
});
