// Whatever is given: a message that says what to do, and the page lives on.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { zip } from "./archive.js";
import { browser, kept, openApp, panel, reviewed, serveAround, site, told, upload } from "./support.js";

serveAround();

const good = { name: "0001_good.sql", text: "CREATE TABLE good (id int PRIMARY KEY);\n" };

const goodPython = {
  name: "0001_good.py",
  text: `"""Good\n"""\nfrom alembic import op\nimport sqlalchemy as sa\nrevision = "1"\ndown_revision = None\n\n
def upgrade():\n    op.create_table("good", sa.Column("id", sa.Integer(), primary_key=True))\n\n
def downgrade():\n    op.drop_table("good")\n`,
};

/** Gives files beside a good one: `says` must be told, and the good one must be reviewed all the same. */
function beside(title, files, says, companion = good) {
  test(title, async () => {
    const { page, problems } = await openApp(browser, site.address);
    await upload(page, companion, ...files);
    await reviewed(page);
    await panel(page, "Findings");
    await told(page).filter({ hasText: says }).first().waitFor();
    await panel(page, "Schema");
    await page.getByRole("group", { name: /table good/ }).waitFor();
    assert.deepEqual(problems, []);
  });
}

beside("an empty file", [{ name: "0002_empty.sql", text: "" }], /0002_empty\.sql/);
beside("a binary file", [{ name: "0002_binary.sql", bytes: Buffer.from([0, 1, 2, 255, 254, 0, 13]) }], /0002_binary\.sql/);
beside("invalid UTF-8", [{ name: "0002_latin.sql", bytes: Buffer.from("-- caf\xe9\nSELECT 1;", "latin1") }], /0002_latin\.sql/);
beside("an unterminated string", [{ name: "0002_open.sql", text: "INSERT INTO good VALUES ('never closed);\n" }], /0002_open\.sql(:1|, line 1)/);
beside("an unterminated dollar quote", [{ name: "0002_dollar.sql", text: "DO $$ BEGIN NULL; END;\n" }], /0002_dollar\.sql(:1|, line 1)/);
beside("Python with a syntax error", [{ name: "0002_broken.py", text: "from alembic import op\nrevision = '2'\ndown_revision = '1'\ndef upgrade(:\n    pass\n" }], /0002_broken\.py(:4|, line 4)/, goodPython);
beside("Python 2", [{ name: "0002_old.py", text: "from alembic import op\nrevision = '2'\ndown_revision = '1'\ndef upgrade():\n    print 'hello'\n" }], /0002_old\.py(:5|, line 5)/, goodPython);
beside("two files with one name, in an archive", [{ name: "pair.zip", bytes: zip([["m/a.sql", "SELECT 1;"], ["m/a.sql", "SELECT 2;"]]) }], /Two files are named m\/a\.sql/);
beside("a zip bomb", [{ name: "bomb.zip", bytes: zip([["bomb.sql", Buffer.alloc(120 * 1024 * 1024, 32)]]) }], /bomb\.zip: .*more than 96 MB/);
beside("a damaged archive", [{ name: "broken.zip", bytes: Buffer.from("PK\x03\x04 and nothing more") }], /broken\.zip: /);

test("a file that is neither SQL nor Python is named with the reason", async () => {
  const { page } = await openApp(browser, site.address);
  await upload(page, good, { name: "notes.txt", text: "Buy milk.\n" });
  await reviewed(page);
  const other = page.locator(".other-file").filter({ hasText: "notes.txt" });
  assert.ok((await other.locator(".revision-facts").innerText()).length > 0);
});

test("a byte-order mark and CRLF change nothing, not even the file", async () => {
  const { page } = await openApp(browser, site.address);
  await upload(page, { name: "0001_dos.sql", bytes: Buffer.from("\ufeffCREATE TABLE dos (\r\n  id timestamp\r\n);\r\n") });
  await reviewed(page);
  await panel(page, "Findings");
  await page.locator(".finding-head").filter({ hasText: "line 2" }).first().click();
  assert.equal(await page.locator(".cm-activeLineGutter").filter({ hasText: /\d/ }).innerText(), "2");
  await page.locator(".cm-content").click();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.insertText("-- end");
  await page.getByText("Kept in this browser").waitFor();
  await page.waitForTimeout(1000);
  const [{ files: [{ text }] }] = await kept(page);
  assert.ok(text.includes("-- end") && text.includes("(\r\n") && !/[^\r]\n/.test(text), JSON.stringify(text));
});

test("a cyclic history is named", async () => {
  const { page } = await openApp(browser, site.address);
  const revision = (id, down) => ({
    name: `${id}_round.py`,
    text: `"""Round\n"""\nfrom alembic import op\nrevision = "${id}"\ndown_revision = "${down}"\n\ndef upgrade():\n    pass\n\ndef downgrade():\n    pass\n`,
  });
  await upload(page, revision("aa", "bb"), revision("bb", "aa"));
  await reviewed(page);
  await panel(page, "Findings");
  await page.locator(".finding, .problem").filter({ hasText: /cycl|circle|themselves/i }).first().waitFor();
});

test("20 MB of SQL open read-only while the page goes on", async () => {
  const { page, problems } = await openApp(browser, site.address);
  const line = "INSERT INTO good (id) VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10);\n";
  await upload(page, { name: "0001_huge.sql", text: good.text + line.repeat(Math.ceil(20e6 / line.length)) });
  await page.getByText(/too large to edit here/).waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: "Help and keys" }).click();
  await page.getByRole("heading", { name: "Keys" }).waitFor();
  await page.keyboard.press("Escape");
  const size = async () => (await kept(page))[0]?.files[0].text.length ?? 0;
  for (let waited = 0; waited < 60 && (await size()) < 20e6; waited += 1) await page.waitForTimeout(1000);
  assert.ok((await size()) >= 20e6, "kept");
  assert.deepEqual(problems, []);
});

test("more than a browser should read is refused with the reason", async () => {
  const { page } = await openApp(browser, site.address);
  const folder = await mkdtemp(join(tmpdir(), "retort-"));
  const giant = join(folder, "0002_giant.sql");
  await writeFile(giant, Buffer.alloc(40 * 1024 * 1024, 32));
  await page.locator('input[type="file"]:not([webkitdirectory])').first().setInputFiles(giant);
  await told(page).filter({ hasText: /0002_giant\.sql has 40 MB/ }).waitFor();
  await rm(folder, { recursive: true });
});

test("of many files the newest revision is under review, and that can be changed", async () => {
  const { page } = await openApp(browser, site.address);
  const names = Array.from({ length: 8 }, (_, at) => `000${at + 1}`);
  const files = names.map((name) => ({
    name: `${name}_step.up.sql`,
    text: `CREATE TABLE t${name} (id int PRIMARY KEY);\n`,
  }));
  await upload(page, ...files);
  await page.getByText(/Under review is the newest of 8 revisions, 0008_step/).waitFor();
  await reviewed(page);
  await page.getByText("1 under review").waitFor();
  await page.getByRole("button", { name: "Review all" }).click();
  await reviewed(page);
  await page.getByText("8 under review").waitFor();
});

test("a retort.toml among the files becomes the settings", async () => {
  const { page } = await openApp(browser, site.address);
  await upload(page, good, { name: "retort.toml", text: 'postgres = 17\n[house]\ntenant_column = "guild_id"\n' });
  await page.getByText("The settings were taken from retort.toml.").waitFor();
  await reviewed(page);
  await page.getByText("PostgreSQL 17").first().waitFor();
});

test("files dropped on the page are taken in", async () => {
  const { page } = await openApp(browser, site.address);
  const transfer = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "0001_dropped.sql"));
    return data;
  }, good.text);
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
  await page.locator(".revision, .other-file").filter({ hasText: /dropped/ }).first().waitFor();
});

test("a folder dropped from the file manager is taken in with its folders, and what is hidden in it is not", async () => {
  const { page, context, problems } = await openApp(browser, site.address);
  const folder = await mkdtemp(join(tmpdir(), "retort-"));
  const files = {
    "cellar/db/migrations/0001_barrel.up.sql": "CREATE TABLE barrel (id int PRIMARY KEY);\n",
    "cellar/db/migrations/0001_barrel.down.sql": "DROP TABLE barrel;\n",
    "cellar/db/migrations/0002_tap.up.sql": "ALTER TABLE barrel ADD COLUMN tap text;\n",
    "cellar/db/migrations/0002_tap.down.sql": "ALTER TABLE barrel DROP COLUMN tap;\n",
    "cellar/.git/objects.sql": "CREATE TABLE hidden (id int);\n",
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  // As the system sends it: a page cannot make a folder to drop.
  const session = await context.newCDPSession(page);
  const data = { items: [], files: [join(folder, "cellar")], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"]) {
    await session.send("Input.dispatchDragEvent", { type, x: 300, y: 300, data });
  }
  await page.locator(".revision").filter({ hasText: /tap/i }).first().waitFor();
  await reviewed(page);
  assert.equal(await page.locator(".revision").count(), 2);
  assert.equal(await page.getByText("objects.sql").count(), 0);
  await rm(folder, { recursive: true });
  assert.deepEqual(problems, []);
});

test("a text pasted anywhere opens as a file", async () => {
  const { page, context } = await openApp(browser, site.address);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate(() => navigator.clipboard.writeText("ALTER TABLE shelf ADD COLUMN height int;"));
  await page.locator("h1").click();
  await page.keyboard.press("ControlOrMeta+V");
  await page.getByRole("button", { name: "pasted.sql", exact: true }).first().waitFor();
});

test("of a whole folder the modules that migrations import are kept, and nothing else of the application", async () => {
  const { page, problems } = await openApp(browser, site.address);
  const folder = await mkdtemp(join(tmpdir(), "retort-"));
  const files = {
    "versions/0001_barrels.py": '"""Barrels"""\nfrom alembic import op\nimport sqlalchemy as sa\nfrom cellar.types import Litres\nrevision = "1"\ndown_revision = None\n\n\ndef upgrade():\n    op.create_table("barrel", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("content", Litres()))\n\n\ndef downgrade():\n    op.drop_table("barrel")\n',
    "env.py": "from alembic import context\n",
    "cellar/types.py": "import sqlalchemy as sa\n\n\nclass Litres(sa.types.TypeDecorator):\n    impl = sa.Numeric(8, 2)\n",
    "cellar/views.py": "def index():\n    return 1\n",
    "README.md": "Barrels\n",
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, "project", path, ".."), { recursive: true });
    await writeFile(join(folder, "project", path), text);
  }
  await page.locator("input[webkitdirectory]").setInputFiles(join(folder, "project"));
  await page.locator(".notice summary").click();
  await page.getByText("One Python file that no migration imports was left out.").waitFor();
  await reviewed(page);
  await page.getByText("1 module of the application").click();
  await page.getByRole("button", { name: "types.py", exact: true }).waitFor();
  assert.equal(await page.getByRole("button", { name: "views.py", exact: true }).count(), 0);
  await panel(page, "Schema");
  await page.getByRole("img", { name: /^column content, added: numeric\(8,2\)|^column content.*numeric\(8,2\)/ }).waitFor();
  await rm(folder, { recursive: true });
  assert.deepEqual(problems, []);
});

test("500 revisions: the page tells how far it is, and ends with the newest under review", async () => {
  const { page, problems } = await openApp(browser, site.address);
  await page.evaluate(() => {
    globalThis.seen = new Set();
    new MutationObserver(() => {
      const bar = document.querySelector("progress");
      if (bar) globalThis.seen.add(bar.getAttribute("aria-label").replaceAll(/\d+/g, "N"));
    }).observe(document.body, { childList: true, subtree: true, attributes: true });
  });
  const files = Array.from({ length: 500 }, (_, at) => ({
    name: `${String(at + 1).padStart(6, "0")}_step.up.sql`,
    text: `CREATE TABLE step_${at} (id int PRIMARY KEY);\n`,
  }));
  await upload(page, ...files);
  await page.getByText(/Under review is the newest of 500 revisions, 000500_step/).waitFor();
  const seen = await page.evaluate(() => [...globalThis.seen]);
  assert.ok(seen.includes("Reading file N of N") && seen.includes("Reviewing N files"), seen.join("; "));
  assert.deepEqual(problems, []);
});
