// What a reviewer does with one migration.
import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, fixture, openApp, panel, paste, retype, reviewed, serveAround, site } from "./support.js";

serveAround();

const point = (page, words) => page.locator(".point").filter({ hasText: words });

const tenantColumn = `
        sa.Column(
            "org_id",
            postgresql.UUID(as_uuid=True),
            sa.ForeignKey("org.id", name="fk_workbench_org_id"),
            nullable=False,
        ),`;

test("a table without its tenant column fails its point; with the column the point holds", async () => {
  const { page, problems } = await openApp(browser, site.address);
  await paste(page, await fixture("tenant_table.py"));
  await panel(page, "Checklist");
  const tenants = point(page, /org_id/);
  await tenants.getByText("fails", { exact: true }).waitFor();

  await retype(page, (text) =>
    text
      .replace('sa.Column("name"', `${tenantColumn.trim()}\n        sa.Column("name"`)
      .replace("\n\n\ndef downgrade", '\n    op.create_index("ix_workbench_org_id", "workbench", ["org_id"])\n\n\ndef downgrade')
      .replace('    op.drop_table("workbench")', '    op.drop_index("ix_workbench_org_id", table_name="workbench")\n    op.drop_table("workbench")'),
  );
  await tenants.getByText("holds", { exact: true }).waitFor();
  assert.deepEqual(problems, []);
});

test("a finding leads to its line, and the line to its finding", async () => {
  const { page } = await openApp(browser, site.address);
  await paste(page, await fixture("tenant_table.py"));
  const findings = await panel(page, "Findings");
  const finding = findings.locator(".finding").filter({ hasText: /org_id/ }).first();
  const line = await finding.locator(".finding-line").innerText();
  await finding.locator(".finding-head").click();
  const active = page.locator(".cm-activeLineGutter").filter({ hasText: /\d/ });
  assert.equal(`line ${await active.innerText()}`, line);

  await page.locator(".cm-line").first().click();
  await page.locator(".cm-line").filter({ hasText: "op.create_table" }).click();
  await findings.locator(".finding.is-selected").filter({ hasText: /org_id/ }).first().waitFor();
});

test("F8 goes through the findings", async () => {
  const { page } = await openApp(browser, site.address);
  await paste(page, await fixture("tenant_table.py"));
  await page.keyboard.press("F8");
  const selected = page.locator(".finding-head[aria-current]");
  await selected.first().waitFor();
  const first = await selected.first().innerText();
  const count = await page.locator(".finding").count();
  for (let pressed = 0; pressed < count; pressed += 1) await page.keyboard.press("F8");
  assert.equal(await selected.first().innerText(), first, "the last is followed by the first");
});

test("a rule's page opens in place, as text", async () => {
  const { page } = await openApp(browser, site.address);
  await paste(page, await fixture("tenant_table.py"));
  const findings = await panel(page, "Findings");
  await findings.locator(".rule-id").first().click();
  await page.locator(".rule-page h2").waitFor();
  assert.ok((await page.locator(".rule-page pre").count()) > 0, "with an example");
  await page.getByRole("button", { name: "Back" }).click();
  await findings.locator(".finding").first().waitFor();
});

test("a syntax error shows at its line and the page lives on", async () => {
  const { page, problems } = await openApp(browser, site.address);
  const text = await fixture("tenant_table.py");
  await paste(page, text.replace('"workbench",\n', '"workbench"\n'));
  await page.locator(".cm-lint-marker-error").first().waitFor();
  const told = page.locator(".problem, .finding").filter({ hasText: /pasted\.py:2\d|line 2\d/ });
  await told.first().waitFor();
  await retype(page, () => text);
  await page.locator(".problem").waitFor({ state: "detached" });
  assert.deepEqual(problems, []);
});

test("a hostile name is text everywhere", async () => {
  const { page, problems } = await openApp(browser, site.address);
  let dialogs = 0;
  page.on("dialog", (dialog) => {
    dialogs += 1;
    return dialog.dismiss();
  });
  const name = "<img src=x onerror=alert(1)>";
  await paste(page, `CREATE TABLE "${name}" ("${name}" timestamp, org_id uuid);\nDROP TABLE "${name}2";\n`);
  for (const tab of ["Checklist", "Findings", "Schema", "Locks", "Proof"]) {
    const body = await panel(page, tab);
    if (tab === "Schema") {
      await page.getByRole("group", { name: `table "${name}", added` }).waitFor();
      for (const form of ["Tables", "SQL"]) await body.getByRole("button", { name: form, exact: true }).click();
    }
    assert.equal(await page.locator("img").count(), 0, tab);
  }
  await page.locator(".cm-lintRange").first().hover();
  await page.locator(".mark-explanation").first().waitFor();
  assert.equal(await page.locator("img").count(), 0);
  assert.equal(dialogs, 0);
  assert.deepEqual(problems, []);
});

test("a repair is shown before it is made, and can be undone", async () => {
  const { page } = await openApp(browser, site.address);
  await paste(page, 'CREATE TABLE shelf (id uuid PRIMARY KEY, org_id uuid NOT NULL, filled timestamp);\n');
  const findings = await panel(page, "Findings");
  const repair = findings.locator(".finding-ways button:not(.link)").first();
  await repair.click();
  const dialog = page.getByRole("dialog");
  await dialog.locator(".diff-line.is-added").first().waitFor();
  const before = await page.locator(".cm-content").innerText();
  const count = await findings.locator(".finding").count();
  await dialog.getByRole("button", { name: "Apply" }).click();
  await dialog.waitFor({ state: "detached" });
  await reviewed(page);
  assert.notEqual(await page.locator(".cm-content").innerText(), before);
  assert.ok((await findings.locator(".finding").count()) < count);
  await page.locator(".cm-content").click();
  await page.keyboard.press("ControlOrMeta+Z");
  await reviewed(page);
  assert.equal(await page.locator(".cm-content").innerText(), before);
});

test("an example opens as a review, and the one before comes back", async () => {
  const { page } = await openApp(browser, site.address);
  await paste(page, "SELECT 1;");
  await page.getByRole("button", { name: "Examples" }).click();
  const example = page.locator(".example").first();
  const title = await example.locator("strong").innerText();
  await example.click();
  await reviewed(page);
  assert.equal(await page.getByLabel("Name of the review").inputValue(), title);
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await reviewed(page);
  assert.match(await page.locator(".cm-content").innerText(), /SELECT 1/);
});

test("the settings change the review, and a broken retort.toml is explained and not used", async () => {
  const { page } = await openApp(browser, site.address);
  await paste(page, await fixture("tenant_table.py"));
  await panel(page, "Checklist");
  await point(page, /org_id/).getByText("fails", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Settings" }).click();
  const column = page.getByLabel("Tenant column", { exact: true });
  await column.fill("guild_id");
  await column.press("Tab");
  const toml = page.getByLabel("retort.toml", { exact: true });
  await page.waitForFunction(() => document.querySelector("#toml").value.includes("guild_id"));

  const written = await toml.inputValue();
  await toml.fill(`${written}\nnonsense = `);
  await page.locator(".toml-problem pre").waitFor();
  await toml.fill(written);
  await page.locator(".toml-problem").waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
  await reviewed(page);
  await point(page, /guild_id/).getByText("fails", { exact: true }).waitFor();
});
