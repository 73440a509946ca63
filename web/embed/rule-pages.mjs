// Writes the rules' pages as a module that is loaded when somebody asks for them: `node rule-pages.mjs FILE`.
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const rules = fileURLToPath(new URL("../../crates/core/src/rules/", import.meta.url));
const paths = (await readdir(rules, { recursive: true })).filter((path) => path.endsWith(".md"));
const pages = await Promise.all(paths.map(async (path) => [basename(path, ".md"), await readFile(join(rules, path), "utf8")]));
pages.sort(([one], [other]) => (one < other ? -1 : 1));
const [, , file] = process.argv;
await mkdir(dirname(file), { recursive: true });
await writeFile(file, `export default ${JSON.stringify(Object.fromEntries(pages))};\n`);
