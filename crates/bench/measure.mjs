// Measures in WebAssembly: `node measure.mjs MODULE REVISIONS`. Prints one JSON object, as the native program does.
import { createRequire } from "node:module";
import { resolve } from "node:path";

// How often each task runs; the middle time counts.
const runs = 7;

const [, , path, revisions] = process.argv;
const module = createRequire(import.meta.url)(resolve(path));
const bench = new module.Bench(Number(revisions));

const tasks = Array.from({ length: module.Bench.taskCount() }, (_, task) => ({
  title: module.Bench.title(task),
  bytes: bench.bytes(task),
  milliseconds: middleTime(() => bench.run(task)),
}));
console.log(JSON.stringify({ tasks, memory: module.Bench.memory() }));

function middleTime(work) {
  const times = Array.from({ length: runs }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return times.sort((one, other) => one - other)[Math.floor(runs / 2)];
}
