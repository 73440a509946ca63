// The same API, run in a worker of its own, so that a long review never holds up the page.
const methods = ["review", "fix", "reverse", "diagram", "sql", "rules"];

/** Starts the worker. Ends with `stop()`; calls that are under way then fail. */
export function startWorker(worker = new Worker(new URL("./worker-main.js", import.meta.url), { type: "module" })) {
  const waiting = new Map();
  let last = 0;
  const fail = (error) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.addEventListener("message", ({ data: { id, value, error } }) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(value);
    else call?.reject(new Error(error));
  });
  worker.addEventListener("error", (event) => fail(new Error(event.message || "the worker did not start")));
  const call = (method) => (...parameters) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      worker.postMessage({ id: last, method, parameters });
    });
  const stop = () => {
    worker.terminate();
    fail(new Error("the worker was stopped"));
  };
  return { ...Object.fromEntries(methods.map((method) => [method, call(method)])), stop };
}
