import type { diagram, fix, reverse, review, rules, sql } from "./index.js";

/** The API, answered by a worker. */
export interface RetortWorker {
  review: typeof review;
  fix: typeof fix;
  reverse: typeof reverse;
  diagram: typeof diagram;
  sql: typeof sql;
  rules: typeof rules;
  /** Ends the worker; calls that are under way fail. */
  stop(): void;
}

/** Starts a worker that answers; give your own if your bundler places workers elsewhere. */
export function startWorker(worker?: Worker): RetortWorker;
