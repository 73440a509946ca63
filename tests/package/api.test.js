import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { build as esbuild } from "esbuild";
import { build as vite } from "vite";
import { launchBrowser } from "../e2e/support.js";
import { root, serve } from "./support.js";

const files = [{ path: "0001_shelf.sql", text: "CREATE TABLE shelf (id uuid PRIMARY KEY, org_id uuid NOT NULL);\n" }];
let folder;
let browser;

before(async () => {
  // Below the repository, where the bundlers look for nothing else; the package is found as an installed one is.
  folder = await mkdtemp(join(root, "package", "try-"));
  await mkdir(join(folder, "node_modules"));
  await symlink(join(root, "package"), join(folder, "node_modules/retort-review"));
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

test("every function answers under Node", async () => {
  const { diagram, fix, reverse, review, rules, sql } = await import("../../package/node.js");
  const report = await review(files);
  assert.equal(report.schema_version, 1);
  assert.ok(report.findings.length > 0);
  assert.ok((await fix(files)).done.length > 0);
  assert.deepEqual(await reverse(files), { schema_version: 1, text: "DROP TABLE shelf;\n", grade: "exact", reasons: [] });
  assert.match(await diagram(files, { theme: "dark" }), /^<svg/);
  assert.match(await sql(files), /CREATE TABLE shelf/);
  assert.ok((await rules()).length > 50);
});

test("what is wrong is said, and the next call works", async () => {
  const { reverse, review } = await import("../../package/node.js");
  await assert.rejects(review(files, { config: "postgres = 'x'" }), /line 1/);
  await assert.rejects(reverse(files, { at: "nothing" }), /no revision nothing/);
  assert.equal((await review(files)).schema_version, 1);
});

test("npm would pack every file that the package exports", async () => {
  const { exports } = JSON.parse(await readFile(join(root, "package/package.json"), "utf8"));
  const named = Object.values(exports).flatMap((target) => (typeof target === "string" ? [target] : Object.values(target)));
  const present = new Set(await readdir(join(root, "package")));
  assert.deepEqual(named.filter((path) => !present.has(path.slice(2))), []);
});

/** What a page logs as `document.title` when its bundle has reviewed the files. */
async function titleOf(bundle) {
  const page = `<!doctype html><title>waiting</title><script type="module" src="/out/${bundle}"></script>`;
  const site = await serve({ folders: { "/out/": join(folder, "out"), "/retort/": join(root, "package") }, pages: { "/": page } });
  const tab = await browser.newPage();
  try {
    await tab.goto(site.address);
    await tab.waitForFunction(() => document.title !== "waiting", null, { timeout: 60000 });
    return await tab.title();
  } finally {
    await tab.close();
    site.close();
  }
}

const program = (imports, call) => `${imports}
try {
  const report = await ${call}(${JSON.stringify(files)});
  document.title = "version " + report.schema_version;
} catch (error) { document.title = "failed: " + error; }`;

test("esbuild builds it with the module as a file", async () => {
  const code = program('import first from "retort-review/retort.wasm"; import rest from "retort-review/retort-rest.wasm"; import { load, review } from "retort-review"; await load(new URL(first, import.meta.url), new URL(rest, import.meta.url));', "review");
  await writeFile(join(folder, "by-esbuild.js"), code);
  await esbuild({ entryPoints: [join(folder, "by-esbuild.js")], bundle: true, format: "esm", outdir: join(folder, "out"), loader: { ".wasm": "file" }, logLevel: "error" });
  assert.equal(await titleOf("by-esbuild.js"), "version 1");
});

test("Vite builds it with nothing to set up, in a worker too", async () => {
  for (const [name, code] of [
    ["plain", program('import { review } from "retort-review";', "review")],
    ["worker", program('import { startWorker } from "retort-review/worker"; const worker = startWorker();', "worker.review")],
  ]) {
    await writeFile(join(folder, `${name}.js`), code);
    await vite({
      root: folder, base: "/out/", logLevel: "error", configFile: false, worker: { format: "es" },
      build: { outDir: "out", emptyOutDir: false, target: "es2022", rollupOptions: { input: join(folder, `${name}.js`), output: { entryFileNames: `${name}-vite.js` } } },
    });
    assert.equal(await titleOf(`${name}-vite.js`), "version 1", name);
  }
});

test("the inlined build needs no second file", async () => {
  const page = `<!doctype html><title>waiting</title><script type="module">${program('import { review } from "/retort/inline.js";', "review")}</script>`;
  const site = await serve({ folders: { "/retort/": join(root, "package") }, pages: { "/": page } });
  const tab = await browser.newPage();
  const asked = [];
  tab.on("request", (request) => asked.push(request.url()));
  await tab.goto(site.address);
  await tab.waitForFunction(() => document.title !== "waiting", null, { timeout: 60000 });
  assert.equal(await tab.title(), "version 1");
  assert.deepEqual(asked.filter((address) => address.endsWith(".wasm")), []);
  await tab.close();
  site.close();
});

test("an example that says something untrue fails a build", async () => {
  const pages = join(folder, "pages");
  await mkdir(pages, { recursive: true });
  const page = (expect) => `<retort-review expect="${expect}"><pre><code>DROP TABLE <b>shelf</b>;</code></pre></retort-review>`;
  const checked = async (expect) => {
    await writeFile(join(pages, "index.html"), page(expect));
    return spawnSync(process.execPath, [join(root, "package/check.js"), pages], { encoding: "utf8" });
  };
  assert.equal((await checked("drop-table")).status, 0);
  const wrong = await checked("prefer-text");
  assert.equal(wrong.status, 1);
  assert.match(wrong.stderr, /prefer-text was not found/);
  assert.equal((await checked("clean")).status, 1);
});
