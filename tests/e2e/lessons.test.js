// Lessons: broken migrations to repair, checked by the real review.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";
import { browser, openApp, retype, reviewed, screenshots, serveAround, site, upload, violations } from "./support.js";

serveAround();

const texts = new URL("../../docs/lessons/", import.meta.url);
const names = (await readdir(texts)).filter((name) => name.endsWith(".md")).sort();
const solutionOf = (markdown) => /```\w+ solution\n([\s\S]*?)\n```/.exec(markdown)[1];
const task = (page) => page.getByRole("complementary", { name: "Lesson" });

test("nothing of the lessons is loaded before they are asked for; then all are there", async () => {
  // The service worker keeps the lessons for visits without a network; the page itself must not ask for them.
  const { page, problems } = await openApp(browser, "about:blank", { serviceWorkers: "block" });
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(site.address);
  await page.locator(".example").first().waitFor();
  const lessons = () => asked.filter((address) => /\/lessons-[0-9a-f]+\.js/.test(address)).length;
  assert.equal(lessons(), 0);
  await page.getByRole("button", { name: "ten lessons" }).click();
  await page.locator(".lesson-choice").nth(names.length - 1).waitFor();
  assert.equal(await page.locator(".lesson-choice").count(), names.length);
  assert.equal(lessons(), 1);
  assert.deepEqual(problems.filter((problem) => !/service ?worker/i.test(problem)), []);
});

test("a lesson is repaired: what is missing is said, hints come on demand, what is solved is remembered", async () => {
  const { page, problems } = await openApp(browser, site.address);
  await page.getByRole("button", { name: "ten lessons" }).click();
  await page.getByRole("button", { name: "What time is it?" }).click();
  await task(page).getByText("Lesson 2 of 10").waitFor();
  await task(page).getByText("Still there: timestamp-without-time-zone").waitFor();
  await task(page).getByRole("button", { name: "Show a hint" }).click();
  await task(page).getByText(/PostgreSQL's type for a moment/).waitFor();
  await task(page).getByRole("button", { name: "Show a solution" }).click();
  await task(page).locator("pre").waitFor();
  await retype(page, (text) => text.replaceAll(/timestamp\b/g, "timestamptz"));
  await task(page).getByText("Solved.").waitFor();
  await page.screenshot({ path: `${screenshots}lesson-solved.png` });
  await page.getByText("Kept in this browser").waitFor();
  await page.reload();
  await task(page).getByText("Solved.").waitFor();
  await task(page).getByRole("button", { name: "All lessons" }).click();
  await page.getByText("1 of 10 solved").waitFor();
  await page.keyboard.press("Escape");
  await task(page).getByRole("button", { name: "Next lesson" }).click();
  await task(page).getByText("Lesson 3 of 10").waitFor();
  await task(page).getByRole("button", { name: "Leave the lesson" }).click();
  await task(page).waitFor({ state: "detached" });
  assert.equal(await page.locator(".cm-content").count(), 1, "the files stay");
  assert.deepEqual(problems, []);
});

for (const name of names) {
  const id = name.replace(/\.md$/, "");
  test(`#lesson=${id} begins unsolved, and its own solution solves it`, async () => {
    const { page, problems } = await openApp(browser, `${site.address}#lesson=${id}`);
    await task(page).getByText("Not yet").waitFor();
    const solution = solutionOf(await readFile(new URL(name, texts), "utf8"));
    await solve(page, solution);
    await task(page).getByText("Solved.").waitFor();
    assert.deepEqual(problems, []);
  });
}

/** Puts a solution into the opened files: parts that name a file add it, `-- up` and `-- down` are two files. */
async function solve(page, solution) {
  const write = async (text) => {
    await page.locator(".editor .cm-content").click();
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.insertText(text);
    await reviewed(page);
  };
  const files = [...solution.matchAll(/^(?:#|--) file: (\S+)\n([\s\S]*?)(?=^(?:#|--) file: |$(?![\s\S]))/gm)];
  if (files.length > 0) {
    await upload(page, ...files.map(([, name, text]) => ({ name, text })));
    return;
  }
  const halves = [...solution.matchAll(/^-- (up|down)\n([\s\S]*?)(?=^-- (?:up|down)\n|$(?![\s\S]))/gm)];
  if (halves.length === 0) return write(solution);
  for (const [, side, text] of halves) {
    await page.locator(".file-tab-name").filter({ hasText: `.${side}.` }).click();
    await write(text);
  }
}

test("a lesson that a team wrote is opened from its Markdown; one that lacks something says what", async () => {
  const { page } = await openApp(browser, site.address);
  const own = "---\ntitle: Our own\ngoal: -timestamp-without-time-zone\nkeeps:\n---\nRepair it.\n\n```sql broken\nCREATE TABLE barrel (id uuid PRIMARY KEY, filled timestamp);\n```\n";
  await upload(page, { name: "ours.md", text: own });
  await task(page).getByRole("heading", { name: "Our own" }).waitFor();
  await retype(page, (text) => text.replace("timestamp", "timestamptz"));
  await task(page).getByText("Solved.").waitFor();
  await upload(page, { name: "theirs.md", text: own.replace("sql broken", "sql") });
  await page.getByText("theirs.md is no lesson: it has no fence with the word broken.").waitFor();
});

test("a link to a lesson or a review works in a tab where the app is open, with a way back", async () => {
  const { page } = await openApp(browser, site.address);
  await upload(page, { name: "0001_own.sql", text: "CREATE TABLE own (id int PRIMARY KEY);" });
  await reviewed(page);
  await page.evaluate(() => { location.hash = "#lesson=05-index"; });
  await task(page).getByText("Lesson 5 of 10").waitFor();
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await page.getByRole("button", { name: "0001_own.sql", exact: true }).first().waitFor();
  assert.equal(await task(page).count(), 0);
});

test("a lesson that is not there is said", async () => {
  const { page } = await openApp(browser, `${site.address}#lesson=99-flying`);
  await page.getByText("The link's lesson cannot be opened: there is no lesson 99-flying.").waitFor();
});

for (const [name, viewport] of [["desktop", { width: 1440, height: 900 }], ["phone", { width: 390, height: 844 }]]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`axe finds nothing in a lesson and in the list of them: ${name}, ${colorScheme}`, async () => {
      const { page } = await openApp(browser, `${site.address}#lesson=01-tenant-table`, { viewport, colorScheme, reducedMotion: "reduce" });
      await task(page).getByText("Not yet").waitFor();
      await task(page).getByRole("button", { name: "Show a hint" }).click();
      assert.deepEqual(await violations(page), []);
      await page.screenshot({ path: `${screenshots}lesson-${name}-${colorScheme}.png` });
      await task(page).getByRole("button", { name: "All lessons" }).click();
      await page.locator(".lesson-choice").first().waitFor();
      assert.deepEqual(await violations(page), []);
      await page.screenshot({ path: `${screenshots}lessons-${name}-${colorScheme}.png` });
    });
  }
}
