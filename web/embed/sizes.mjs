// Fills in the sizes that the package's README speaks of: `node sizes.mjs FOLDER`. With brotli, as servers send the files.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress } from "node:zlib";

const folder = process.argv[2];
const readme = join(folder, "README.md");
const text = await readFile(readme, "utf8");
const pattern = /\{size of ([\w.-]+)\}/g;
const names = [...new Set([...text.matchAll(pattern)].map(([, name]) => name))];
const sizes = new Map(await Promise.all(names.map(async (name) => [name, await packedSize(join(folder, name))])));
await writeFile(readme, text.replace(pattern, (_, name) => sizes.get(name)));

async function packedSize(path) {
  const { length } = await promisify(brotliCompress)(await readFile(path));
  return length < 995_000 ? `${Math.round(length / 1000)} kB` : `${(length / 1e6).toFixed(2)} MB`;
}
