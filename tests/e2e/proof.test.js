// The cycle on a real PostgreSQL, inside the page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, openApp, panel, reviewed, serveAround, site, upload } from "./support.js";

serveAround();

/** Opens the tab with these files; the last revision is the one that is proven. */
async function prove(page, ...files) {
  await upload(page, ...files);
  await reviewed(page);
  const body = await panel(page, "Proof");
  return body.locator(".proof").last();
}

const run = (proof) => proof.getByRole("button", { name: "Run it on PostgreSQL" }).click();

test("the example of a tenants' table goes up, down and up again, and PostgreSQL is fetched only then", async () => {
  const { page, problems } = await openApp(browser, site.address);
  const fetched = [];
  page.context().on("request", (request) => {
    if (request.url().includes("/postgres/")) fetched.push(request.url());
  });
  await page.locator(".example").first().click();
  await reviewed(page);
  const checklist = await panel(page, "Checklist");
  await checklist.locator(".status", { hasText: "simulated" }).waitFor();
  const proof = (await panel(page, "Proof")).locator(".proof").last();
  const button = proof.getByRole("button", { name: "Run it on PostgreSQL" });
  await button.waitFor();
  assert.deepEqual(fetched, []);
  await button.click();
  await proof.getByRole("status").filter({ hasText: "Up, down and up again: the schema is the same each time" }).waitFor({ timeout: 90_000 });
  assert.notEqual(fetched.length, 0);
  await proof.getByText("The schema is the one before.").waitFor();
  await proof.getByText("PostgreSQL's catalog is the one that Retort simulates.").waitFor();
  await proof.getByText(/Locks: .*SHARE ROW EXCLUSIVE on /).first().waitFor();
  await panel(page, "Checklist");
  await checklist.locator(".status", { hasText: "run on PostgreSQL 18" }).waitFor();
  assert.deepEqual(problems, []);
});

test("a wrong downgrade shows how PostgreSQL's schema differs", async () => {
  const { page } = await openApp(browser, site.address);
  const proof = await prove(
    page,
    { name: "001_crate.up.sql", text: "CREATE TABLE crate (id int PRIMARY KEY, weight int NOT NULL);" },
    { name: "001_crate.down.sql", text: "DROP TABLE crate;" },
    { name: "002_weight.up.sql", text: "ALTER TABLE crate DROP COLUMN weight;" },
    { name: "002_weight.down.sql", text: "ALTER TABLE crate ADD COLUMN weight text;" },
  );
  await run(proof);
  await proof.getByRole("status").filter({ hasText: "does not lead to the same schema" }).waitFor({ timeout: 90_000 });
  await proof.getByText("tables/crate/columns/weight/type: text instead of integer").waitFor();
  await proof.getByText("tables/crate/columns/weight/nullable: true instead of false").waitFor();
});

test("a refused statement shows PostgreSQL's words and the place", async () => {
  const { page } = await openApp(browser, site.address);
  const proof = await prove(
    page,
    { name: "001_crate.up.sql", text: "CREATE TABLE crate (id int PRIMARY KEY, label text);" },
    { name: "001_crate.down.sql", text: "DROP TABLE crate;" },
    { name: "002_label.up.sql", text: "UPDATE crate SET label = lower(\n  labl);" },
    { name: "002_label.down.sql", text: "SELECT 1;" },
  );
  await run(proof);
  await proof.getByRole("status").filter({ hasText: "PostgreSQL refused a statement" }).waitFor({ timeout: 90_000 });
  const words = await proof.locator(".proof-error").innerText();
  assert.match(words, /ERROR: column "labl" does not exist/);
  assert.match(words, /LINE 2: {3}labl/);
  assert.match(words, /SQLSTATE: 42703/);
});

test("an endless statement does not stop the page, and is stopped", async () => {
  const { page } = await openApp(browser, site.address);
  const proof = await prove(
    page,
    { name: "001_count.up.sql", text: "SELECT count(*) FROM generate_series(1, 1000000000000000);" },
    { name: "001_count.down.sql", text: "SELECT 1;" },
  );
  await run(proof);
  await proof.getByText("Up: 0 of 1 statements").waitFor({ timeout: 90_000 });
  await (await panel(page, "Findings")).waitFor();
  await panel(page, "Proof");
  await proof.getByRole("button", { name: "Cancel" }).click();
  await proof.getByText("Stopped.").waitFor();
  await proof.getByRole("button", { name: "Run it again" }).waitFor();
});

test("a migration without its history runs on what it assumes", async () => {
  const { page } = await openApp(browser, site.address);
  const proof = await prove(page, {
    name: "3c0f_colours.py",
    text: `"""Colours

Revision ID: 3c0f
Revises: 11aa
"""
from alembic import op
import sqlalchemy as sa

revision = "3c0f"
down_revision = "11aa"


def upgrade():
    op.add_column("crate", sa.Column("colour", sa.String(20), nullable=True))
    op.create_index("ix_crate_colour", "crate", ["colour"])


def downgrade():
    op.drop_column("crate", "colour")
`,
  });
  await run(proof);
  await proof.getByRole("status").filter({ hasText: "the schema is the same each time" }).waitFor({ timeout: 90_000 });
  await proof.getByText("Starts from what the migration assumes to exist.").waitFor();
});
