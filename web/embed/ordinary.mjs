// What ordinary reviews run: `node ordinary.mjs GLUE TRACED`. Reviews the examples of our own documentation with a module that
// notes which functions ran, and prints their numbers as JSON. Settings are left away: most examples have none, and reading them
// is a library of its own.
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { documented } from "./documented.mjs";

const [glue, traced] = process.argv.slice(2);
const core = await import(pathToFileURL(glue).href);
const exported = await core.default({ module_or_path: await readFile(traced) });

/** In the package each review stands for itself; in the app an engine keeps the files and is told what changed. */
function reviewer() {
  if (!core.Engine) return (files) => core.review(files, {});
  const engine = new core.Engine();
  engine.examples();
  return (files) => {
    core.review(files, {});
    engine.reviewChange(files, [], "");
    const last = files[files.length - 1];
    engine.reviewChange([{ ...last, text: `${last.text}\n` }], [], "");
    engine.reviewChange([], files.map(({ path }) => path), "");
  };
}

const review = reviewer();
const all = await documented();
if (all.length === 0) throw new Error("no examples found");
for (const files of all) review(files);
const ran = Object.entries(exported).filter(([name, flag]) => /^ran\d+$/.test(name) && flag.value === 1);
console.log(JSON.stringify(ran.map(([name]) => Number(name.slice(3)))));
