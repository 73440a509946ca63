// Proves migrations under Node: node web/prove/node.js PLANS.json, the plans as `retort plan` prints them. Tells of each
// statement its time, its locks, what it rewrote and PostgreSQL's error with its position; ends with 1 if a revision is not
// proven to go up, down and up again.
import { readFile } from "node:fs/promises";
import { PGlite } from "@electric-sql/pglite";
import { extensions } from "./extensions.js";
import { prove } from "./runner.js";

const words = {
  restores: "up, down and up again: the schema is the same each time",
  "column-order": "up, down and up again: the schema is the same but for the order of columns",
  differs: "NOT THE SAME SCHEMA after the cycle",
  fails: "REFUSED by PostgreSQL",
  "one-way": "there is no downgrade to run",
  "not-reached": "the revision before could not be reached",
  incomplete: "ran, but parts were left out: nothing is proven",
};

const plans = JSON.parse(await readFile(process.argv[2], "utf8"));
const catalogQuery = await readFile(new URL("../../tests/postgres/catalog.sql", import.meta.url), "utf8");
const outcomes = new Map();
for (const plan of plans) {
  console.log(`\n${plan.revision}  ${plan.title}`);
  const database = await PGlite.create({ extensions: await loaded(plan.extensions) });
  for await (const event of prove(database, plan, { catalogQuery, start: plan.no_history ? "schema" : "history" })) {
    for (const line of told(event)) console.log(`  ${line}`);
    if (event.kind === "done") outcomes.set(plan.revision, event.verdict);
  }
  await database.close();
}
const proven = [...outcomes.values()].filter((verdict) => verdict === "restores" || verdict === "column-order").length;
console.log(`\n${proven} of ${plans.length} revisions proven on PostgreSQL.`);
process.exitCode = proven === plans.length ? 0 : 1;

/** The extensions that a plan needs, as far as they come with PGlite. */
async function loaded(names) {
  const known = names.filter((name) => name in extensions);
  const entries = known.map(async (name) => {
    const module = name.replaceAll("-", "_");
    return [module, (await import(`@electric-sql/pglite/contrib/${module}`))[module]];
  });
  return Object.fromEntries(await Promise.all(entries));
}

function* told(event) {
  switch (event.kind) {
    case "statement":
      if (event.phase === "setup" && !event.error) return;
      yield* statement(event);
      return;
    case "no-rows":
      yield `no rows for ${event.table}: ${event.reason}`;
      return;
    case "catalog":
      for (const line of event.defects) yield `DEFECT of Retort after ${event.phase}: ${line}`;
      for (const line of event.changed ?? []) yield `differs after ${event.phase}: ${line}`;
      return;
    case "done":
      yield `${words[event.verdict]} (${Math.round(event.milliseconds)} ms)`;
  }
}

function* statement({ phase, sql, skipped, milliseconds, error, locks, rewrites, unforetold }) {
  if (skipped) {
    yield `${phase.padEnd(6)} not analysed, left out`;
    return;
  }
  const text = sql.replace(/\s+/g, " ").trim().slice(0, 70);
  const held = (locks ?? []).map(({ relation, mode }) => `${mode} on ${relation}`);
  const written = rewrites.map((relation) => `writes ${relation} anew`);
  const notes = [...held, ...written];
  yield `${phase.padEnd(6)}${milliseconds.toFixed(1).padStart(8)} ms  ${text}${notes.length ? `  [${notes.join(", ")}]` : ""}`;
  if (error) {
    const place = error.line === null ? "" : ` at line ${error.line}, column ${error.column}`;
    yield `       ${error.message} (${error.sqlstate})${place}${unforetold ? ", which Retort did not foretell" : ""}`;
  } else if (unforetold) {
    yield "       Retort foretold an error";
  }
}
