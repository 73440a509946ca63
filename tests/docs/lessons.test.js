// Every lesson as a learner walks it in the documentation: the beginning and an empty text are refused with words, the hints
// open on demand, the solution is praised and remembered.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { lessonComplaints } from "../../docs/site/lessons.mjs";
import { readLesson } from "../../web/lessons/read.js";
import { launchBrowser } from "../e2e/support.js";
import { root, serve } from "../package/support.js";

const folder = join(root, "docs/lessons");
const names = (await readdir(folder)).filter((name) => name.endsWith(".md")).sort();
const lessons = await Promise.all(names.map(async (name) => readLesson(await readFile(join(folder, name), "utf8"), basename(name, ".md"))));
let site;
let browser;

before(async () => {
  site = await serve({ folders: { "/docs/": join(root, "dist/docs") } });
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  site?.close();
});

for (const lesson of lessons) {
  test(`${lesson.id} is solved by its solution and by nothing less`, async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const write = (text) => page.locator("retort-review").first().evaluate((element, code) => { element.code = code; }, text);
    await page.goto(`${site.address}/docs/lessons/${lesson.id}.html`);
    const goal = page.locator(".retort-goal");
    await goal.getByText("Not yet:").waitFor();
    assert.match(await goal.innerText(), /Still there: [a-z-]+/);

    await write("");
    await goal.getByText("Must still happen").first().waitFor();
    assert.equal(await page.evaluate((id) => localStorage.getItem(`retort-lesson:${id}`), lesson.id), null);

    const hint = page.locator("details").first();
    await hint.locator("summary").click();
    assert.notEqual(await hint.getAttribute("open"), null);

    await write(lesson.solution.text);
    await goal.getByText("Solved.").waitFor();
    await page.reload();
    assert.equal(await page.evaluate((id) => localStorage.getItem(`retort-lesson:${id}`), lesson.id), "solved");
    await context.close();
  });
}

test("a lesson says what is missing even if its script comes after the review", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  let script;
  const asked = new Promise((resolve) => {
    script = resolve;
  });
  await page.route(/\/lesson\.js$/, (route) => script(route));
  await page.goto(`${site.address}/docs/lessons/${lessons[0].id}.html`, { waitUntil: "commit" });
  await page.waitForFunction(() => document.querySelector("retort-review")?.report);
  await (await asked).continue();
  await page.locator(".retort-goal").getByText("Not yet:").waitFor();
  await context.close();
});

test("the lesson that the chapter on embedding shows is one", async () => {
  const chapter = await readFile(join(root, "docs/site/embedding.md"), "utf8");
  const shown = chapter.split("\n").slice(chapter.split("\n").indexOf("    ---"));
  const end = shown.findIndex((line) => line !== "" && !line.startsWith("    "));
  const lesson = readLesson(shown.slice(0, end).map((line) => line.slice(4)).join("\n"), "shown");
  assert.deepEqual(await lessonComplaints(lesson), []);
});
