// Measures in WebAssembly: `node measure.mjs MODULE REVISIONS`. Prints one JSON object, as the native program does.
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [, , path, revisions] = process.argv;
const module = createRequire(import.meta.url)(resolve(path));
const bench = new module.Bench(Number(revisions));

const tasks = Array.from({ length: module.Bench.taskCount() }, (_, task) => {
  const times = measured(module.Bench.runs(task), () => bench.run(task));
  const at = (hundredth) => times[Math.floor((times.length * hundredth) / 100)];
  return {
    title: module.Bench.title(task),
    bytes: bench.bytes(task),
    milliseconds: at(50),
    worst: at(99),
  };
});
console.log(JSON.stringify({ tasks, memory: module.Bench.memory() }));

// How long the work takes each time, the shortest first.
function measured(runs, work) {
  const times = Array.from({ length: runs }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return times.sort((one, other) => one - other);
}
