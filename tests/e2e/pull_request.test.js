// Diffs and pull requests. The hosts' answers are made here, after their public documentation.
import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, openApp, reviewed, serveAround, site, upload } from "./support.js";

serveAround();

const first = "CREATE TABLE shelf (id uuid PRIMARY KEY);\n";
const second = "ALTER TABLE shelf ADD COLUMN height int;\n";

const diff = `diff --git a/db/0002_height.up.sql b/db/0002_height.up.sql
new file mode 100644
index 0000000..1111111
--- /dev/null
+++ b/db/0002_height.up.sql
@@ -0,0 +1 @@
+${second}diff --git a/README.md b/README.md
index 1..2 100644
--- a/README.md
+++ b/README.md
@@ -1 +1 @@
-old
+new
`;

const cors = { "access-control-allow-origin": "*", "access-control-allow-headers": "*", "access-control-expose-headers": "*" };

/** Answers a host's requests from a table of paths; gives the requests that came. */
async function answer(context, pattern, answers) {
  const asked = [];
  await context.route(pattern, (route) => {
    const request = route.request();
    const { pathname, search } = new URL(request.url());
    if (request.method() === "OPTIONS") return route.fulfill({ status: 204, headers: cors });
    asked.push({ path: decodeURIComponent(pathname + search), headers: request.headers() });
    const found = answers[decodeURIComponent(pathname)] ?? { status: 404, body: { message: "Not Found" } };
    const { status = 200, body = found, headers = {} } = "body" in found || "status" in found ? found : {};
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return route.fulfill({ status, headers: { ...cors, ...headers }, body: text });
  });
  return asked;
}

const raw = (body) => ({ body });

const github = {
  "/repos/guild/tools/pulls/7": {
    title: "Shelves have a height",
    base: { sha: "bbb", repo: { full_name: "guild/tools" } },
    head: { sha: "hhh", repo: { full_name: "fork/tools" } },
  },
  "/repos/guild/tools/pulls/7/files": raw([
    { filename: "db/0002_height.up.sql", status: "added" },
    { filename: "README.md", status: "modified" },
  ]),
  "/repos/guild/tools/contents/db": raw([
    { path: "db/0001_shelf.up.sql", type: "file" },
    { path: "db/notes.txt", type: "file" },
  ]),
  "/guild/tools/bbb/db/0001_shelf.up.sql": raw(first),
  "/fork/tools/hhh/db/0002_height.up.sql": raw(second),
};

async function ask(page, address, token) {
  await page.getByRole("button", { name: "Pull request" }).click();
  await page.getByLabel(/^Address of a pull request/).fill(address);
  if (token) {
    await page.getByText(/Give a token/).click();
    await page.getByLabel(/^Token that may read/).fill(token);
  }
  await page.getByRole("button", { name: "Review it" }).click();
}

test("a pasted diff brings what it adds", async () => {
  const { page, problems } = await openApp(browser, site.address);
  await page.getByLabel("Paste a migration").fill(diff);
  await reviewed(page);
  await page.getByText(/One changed file that is neither SQL nor Python was left out/).waitFor();
  assert.equal((await page.locator(".cm-content").innerText()).trim(), second.trim());
  assert.deepEqual(problems, []);
});

test("a patch changes the file that is open, and says so where there is none", async () => {
  const patch = "--- a/db/0001_shelf.sql\n+++ b/db/0001_shelf.sql\n@@ -1 +1 @@\n-CREATE TABLE shelf (id uuid PRIMARY KEY);\n+CREATE TABLE shelf (id int PRIMARY KEY);\n";
  const { page } = await openApp(browser, site.address);
  await upload(page, { name: "change.patch", text: patch });
  await page.getByText(/is changed, not added/).waitFor();
  await upload(page, { name: "0001_shelf.sql", text: first });
  await reviewed(page);
  await upload(page, { name: "change.patch", text: patch });
  await page.locator(".cm-content").filter({ hasText: "id int" }).waitFor();
});

test("a pull request of GitHub: changes under review, the base as history, nothing asked before", async () => {
  const { page, context, problems } = await openApp(browser, site.address);
  const asked = await answer(context, /https:\/\/(api\.github|raw\.githubusercontent)\.com\//, github);
  await page.getByRole("button", { name: "Pull request" }).click();
  assert.deepEqual(asked, []);
  await page.keyboard.press("Escape");
  await ask(page, "https://github.com/guild/tools/pull/7/files");
  await reviewed(page);
  assert.equal(await page.getByLabel("Name of the review").inputValue(), "Shelves have a height");
  await page.getByText(/Under review: what the request changes \(1\)/).waitFor();
  await page.locator(".revision.is-history").filter({ hasText: "0001" }).waitFor();
  await page.locator(".revision:not(.is-history)").filter({ hasText: "0002" }).waitFor();
  assert.deepEqual(problems, []);
});

test("a merge request of GitLab", async () => {
  const { page, context, problems } = await openApp(browser, site.address);
  const asked = await answer(context, "https://gitlab.com/**", {
    "/api/v4/projects/guild/deep/tools/merge_requests/3": {
      title: "Heights",
      source_project_id: 42,
      diff_refs: { base_sha: "bbb", head_sha: "hhh", start_sha: "sss" },
    },
    "/api/v4/projects/guild/deep/tools/merge_requests/3/diffs": raw([
      { old_path: "db/0002_height.up.sql", new_path: "db/0002_height.up.sql", new_file: true, deleted_file: false },
    ]),
    "/api/v4/projects/guild/deep/tools/repository/tree": raw([{ path: "db/0001_shelf.up.sql", type: "blob" }]),
    "/api/v4/projects/guild/deep/tools/repository/files/db/0001_shelf.up.sql/raw": raw(first),
    "/api/v4/projects/42/repository/files/db/0002_height.up.sql/raw": raw(second),
  });
  await ask(page, "https://gitlab.com/guild/deep/tools/-/merge_requests/3", "secret");
  await reviewed(page);
  await page.locator(".revision.is-history").waitFor();
  assert.ok(asked.every(({ headers }) => headers["private-token"] === "secret"));
  const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  assert.ok(!stored.includes("secret"));
  assert.deepEqual(problems, []);
});

for (const [title, answers, address, said] of [
  ["private or missing", {}, "https://github.com/guild/secret/pull/1", /If the repository is private, give a token/],
  ["a refused token", { "/repos/guild/tools/pulls/7": { status: 401, body: {} } }, "https://github.com/guild/tools/pull/7", /does not accept the token/],
  ["a limit that is reached", { "/repos/guild/tools/pulls/7": { status: 403, body: {}, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1800000000" } } }, "https://github.com/guild/tools/pull/7", /answers no more requests from here until /],
  ["another address", {}, "https://example.org/pull/7", /This is no address of a pull request/],
]) {
  test(`${title} is explained, with the next step`, async () => {
    const { page, context } = await openApp(browser, site.address);
    await answer(context, "https://api.github.com/**", answers);
    await ask(page, address);
    await page.getByText(said).waitFor();
  });
}

test("no connection is explained", async () => {
  const { page, context } = await openApp(browser, site.address);
  await context.route("https://api.github.com/**", (route) => route.abort("internetdisconnected"));
  await ask(page, "https://github.com/guild/tools/pull/7");
  await page.getByText(/cannot be reached.*paste the diff instead/).waitFor();
});
