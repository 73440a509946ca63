// What ordinary reviews run: `node core.mjs GLUE TRACED OFTEN`. Reviews the examples of our own documentation with a module that
// notes which functions ran, and prints the numbers of those that ran at least so often, as JSON; what plain migrations
// take is always among them. Settings are left away: most examples have none, and reading them is a library of its own.
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { documented } from "../embed/documented.mjs";
import { plain } from "./plain.mjs";

const [glue, traced, often] = process.argv.slice(2);
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

const flags = Object.entries(exported).filter(([name]) => /^ran\d+$/.test(name));

/** The functions that ran since the last time. */
function ran() {
  const found = flags.filter(([, flag]) => flag.value === 1);
  for (const [, flag] of found) flag.value = 0;
  return found.map(([name]) => Number(name.slice(3)));
}

const review = reviewer();
for (const files of plain) review(files);
const ordinary = new Set(ran());
const counts = new Map();
const all = await documented();
if (all.length === 0) throw new Error("no examples found");
for (const files of all) {
  review(files);
  for (const each of ran()) {
    const count = (counts.get(each) ?? 0) + 1;
    counts.set(each, count);
    if (count >= Number(often)) ordinary.add(each);
  }
}
console.log(JSON.stringify([...ordinary]));
