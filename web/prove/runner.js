// Proves a migration on a real PostgreSQL: to the revision before, then up, down and up again, statement by statement.
//
// A pure module: it takes a PGlite (or anything with its `exec`), a plan from the core (`ProofPlan`) and yields what
// happens (`ProofEvent`, both in crates/report/src/proof.rs). The same in the page's worker and under Node:
//
//   for await (const event of prove(database, plan, { catalogQuery })) …
//
// `catalogQuery` is the text of tests/postgres/catalog.sql.
import { differences } from "./compare.js";

/** Runs a plan; yields events, the last one `done`. */
export async function* prove(database, plan, { catalogQuery, start = "history", now = () => performance.now() }) {
  const began = now();
  const session = new Session(database, catalogQuery, now);
  const reached = yield* setUp(session, plan, start);
  if (!reached) {
    yield { kind: "done", verdict: "not-reached", milliseconds: now() - began };
    return;
  }
  yield* makeRows(session, plan);
  const verdict = yield* cycle(session, plan);
  yield { kind: "done", verdict, milliseconds: now() - began };
}

async function* setUp(session, plan, start) {
  const fromSchema = start === "schema" || Boolean(plan.no_history);
  const base = fromSchema ? plan.schema : plan.base;
  const runs = [
    { transaction: false, statements: base.map((sql) => ({ sql, autocommit: false })) },
    ...(fromSchema ? [] : plan.history),
  ];
  const statements = runs.reduce((sum, run) => sum + run.statements.length, 0);
  yield { kind: "phase", phase: "setup", statements };
  let index = 0;
  for (const run of runs) {
    await session.reset();
    if (run.transaction) await session.begin();
    for (const { sql, autocommit } of run.statements) {
      const event = await session.statement({ phase: "setup", index, sql, autocommit }, run.transaction, false);
      index += 1;
      yield event;
      if (event.error) {
        await session.rollback();
        return false;
      }
    }
    const refused = await session.commit();
    if (refused) {
      yield { ...blank("setup", index, "COMMIT"), error: refused };
      return false;
    }
  }
  return true;
}

async function* makeRows(session, plan) {
  const rows = plan.rows ?? [];
  if (rows.length === 0) return;
  yield { kind: "phase", phase: "rows", statements: rows.length };
  await session.reset();
  for (const [index, { table, sql, reason }] of rows.entries()) {
    if (!sql) {
      yield { kind: "no-rows", table, reason };
      continue;
    }
    const event = await session.statement({ phase: "rows", index, sql, autocommit: true }, false, false);
    if (event.error) yield { kind: "no-rows", table, reason: event.error.message };
    else yield event;
  }
}

async function* cycle(session, plan) {
  const before = await session.catalog();
  const simulated = { before: read(plan.before), after: read(plan.after), restored: read(plan.restored) };
  yield compared("setup", simulated.before, before, null);

  const up = yield* half(session, plan.up, "up");
  if (up !== "ran" && up !== "gaps") return up;
  const after = await session.catalog();
  yield compared("up", simulated.after, after, null);
  if (plan.down.state === "missing" || plan.down.state === "raises") return "one-way";

  const down = yield* half(session, plan.down, "down");
  if (down !== "ran" && down !== "gaps") return down;
  const restored = await session.catalog();
  const back = compared("down", simulated.restored, restored, differences(before, restored));
  yield back;

  const same = back.changed.every(isOrder);
  const again = yield* half(session, plan.up, "again", same);
  if (again !== "ran" && again !== "gaps") return same ? again : "differs";
  const second = compared("again", null, null, differences(after, await session.catalog()));
  yield second;

  if (!same || !second.changed.every(isOrder)) return "differs";
  if (up === "gaps" || down === "gaps" || (plan.not_made ?? []).length > 0) return "incomplete";
  return back.changed.length > 0 ? "column-order" : "restores";
}

/** Whether a difference is one of the order of columns only. */
function isOrder(line) {
  return /^tables\/[^:]*\/columns: in the order /.test(line);
}

/** How the simulated catalog differs from the real one. The lines speak of the simulated one. */
function compared(phase, simulated, real, changed) {
  return { kind: "catalog", phase, defects: simulated === null ? [] : differences(real, simulated), changed };
}

/** Runs one half. `foretold` is whether it starts from the state that the core simulated. */
async function* half(session, { steps, transaction }, phase, foretold = true) {
  yield { kind: "phase", phase, statements: steps.length };
  await session.reset();
  if (transaction) await session.begin();
  await session.look();
  let gaps = false;
  const own = !transaction && !steps.some(({ sql }) => transactionControl.test(sql));
  for (const [index, step] of steps.entries()) {
    if (!step.sql) {
      gaps = true;
      yield { ...blank(phase, index, ""), skipped: true };
      continue;
    }
    if (step.not_analysed || !step.certain) gaps = true;
    const statement = { phase, index, sql: step.sql, autocommit: step.autocommit };
    const event = own ? await session.own(statement) : await session.statement(statement, transaction, true);
    event.unforetold = foretold && !step.not_analysed && step.certain && Boolean(step.error) !== Boolean(event.error);
    yield event;
    if (event.error) {
      await session.rollback();
      return "fails";
    }
  }
  const refused = await session.commit();
  if (refused) {
    yield { ...blank(phase, steps.length, "COMMIT"), error: refused, unforetold: true };
    return "fails";
  }
  return gaps ? "gaps" : "ran";
}

/** Statements that begin or end a transaction, or may. */
const transactionControl = /^\s*(begin|start\s+transaction|commit|end|rollback|abort|call|do)\b/i;

function blank(phase, index, sql) {
  return {
    kind: "statement", phase, index, sql, skipped: false, milliseconds: 0,
    error: null, locks: null, rewrites: [], unforetold: false,
  };
}

function read(text) {
  return text ? JSON.parse(text) : null;
}

// What is PostgreSQL's own is left out: reading the catalog locks it, too.
const relations = `
  select c.oid::int as oid, n.nspname as schema, c.relname as name, pg_catalog.pg_relation_filenode(c.oid)::text as file,
    (select pg_catalog.json_agg(distinct l.mode) from pg_catalog.pg_locks l
     where l.locktype = 'relation' and l.relation = c.oid and l.granted and l.pid = pg_catalog.pg_backend_pid()) as modes
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relkind in ('r', 'p', 'm', 'v', 'i', 'I', 'S')`;

/** Lock modes from the weakest to the strongest, by their names in pg_locks. */
const modes = [
  ["AccessShareLock", "ACCESS SHARE"],
  ["RowShareLock", "ROW SHARE"],
  ["RowExclusiveLock", "ROW EXCLUSIVE"],
  ["ShareUpdateExclusiveLock", "SHARE UPDATE EXCLUSIVE"],
  ["ShareLock", "SHARE"],
  ["ShareRowExclusiveLock", "SHARE ROW EXCLUSIVE"],
  ["ExclusiveLock", "EXCLUSIVE"],
  ["AccessExclusiveLock", "ACCESS EXCLUSIVE"],
];

/** One connection, and what is known of its transaction. */
class Session {
  #database;
  #catalogQuery;
  #now;
  #open = false;
  /** Relations that existed when the half began, by their oid. */
  #known = new Map();

  constructor(database, catalogQuery, now) {
    this.#database = database;
    this.#catalogQuery = catalogQuery;
    this.#now = now;
  }

  /** A tool connects anew for each run: what an earlier one set is over. */
  async reset() {
    await this.#database.exec("RESET ALL");
  }

  async begin() {
    await this.#database.exec("BEGIN");
    this.#open = true;
  }

  /** Commits, if a transaction is open; gives PostgreSQL's refusal, as deferred constraints may have it. */
  async commit() {
    if (!this.#open) return null;
    this.#open = false;
    try {
      await this.#database.exec("COMMIT");
      return null;
    } catch (error) {
      return refusal(error, "COMMIT");
    }
  }

  async rollback() {
    this.#open = false;
    await this.#database.exec("ROLLBACK");
  }

  /** Remembers which relations there are. */
  async look() {
    this.#known = await this.#relations();
  }

  async statement({ phase, index, sql, autocommit }, inTransaction, observed) {
    const event = blank(phase, index, sql);
    const alone = autocommit && inTransaction;
    if (alone) {
      event.error = await this.commit();
      if (event.error) return event;
    }
    const began = this.#now();
    try {
      await this.#database.exec(sql);
    } catch (error) {
      event.error = refusal(error, sql);
    }
    event.milliseconds = this.#now() - began;
    if (observed && !event.error) await this.#observe(event, inTransaction && !alone);
    if (alone && !event.error) await this.begin();
    return event;
  }

  /**
   * A statement that commits by itself, in a transaction of its own, which comes to the same and lets its locks be seen;
   * in none where it refuses one.
   */
  async own(statement) {
    await this.begin();
    await this.look();
    const event = await this.statement({ ...statement, autocommit: false }, true, true);
    if (event.error?.sqlstate === "25001") {
      await this.rollback();
      return this.statement(statement, false, true);
    }
    if (!event.error) event.error = await this.commit();
    return event;
  }

  async #observe(event, inTransaction) {
    const now = await this.#relations();
    const locks = [];
    for (const [oid, { name, modes: held, file }] of now) {
      const earlier = this.#known.get(oid);
      if (!earlier) continue;
      const fresh = strongest(held);
      if (fresh > strongest(earlier.modes)) locks.push({ relation: name, mode: modes[fresh][1] });
      if (file !== earlier.file) event.rewrites.push(name);
      this.#known.set(oid, { name, file, modes: inTransaction ? held : [] });
    }
    if (inTransaction) event.locks = locks;
  }

  async #relations() {
    const results = await this.#database.exec(relations);
    const known = new Map();
    for (const { oid, schema, name, file, modes } of results.at(-1).rows) {
      const shown = schema === "public" ? name : `${schema}.${name}`;
      known.set(oid, { name: shown, file, modes: modes ?? [] });
    }
    return known;
  }

  /** The catalog in the shape of `retort schema --format json`. */
  async catalog() {
    const results = await this.#database.exec(`begin; set local search_path = ''; ${this.#catalogQuery}; rollback`);
    const row = results.flatMap((result) => result.rows)[0];
    return JSON.parse(Object.values(row)[0]);
  }
}

function strongest(held) {
  return held.reduce((most, mode) => Math.max(most, modes.findIndex(([name]) => name === mode)), -1);
}

/** PostgreSQL's refusal, with the place it names as line and column of the statement. */
function refusal(error, sql) {
  const position = Number(error.position);
  const before = [...sql].slice(0, position - 1).join("").split("\n");
  const placed = Number.isFinite(position) && position > 0;
  return {
    message: error.message,
    sqlstate: error.code ?? "",
    detail: error.detail ?? null,
    line: placed ? before.length : null,
    column: placed ? before.at(-1).length + 1 : null,
  };
}
