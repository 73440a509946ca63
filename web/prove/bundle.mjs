// Collects what a proof on PostgreSQL loads into web/bundle/postgres: the worker, and PGlite's files beside it.
import { copyFile, mkdir, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { extensions } from "./extensions.js";

const pglite = dirname(createRequire(import.meta.url).resolve("@electric-sql/pglite"));
const folder = "web/bundle/postgres";
const files = ["pglite.wasm", "initdb.wasm", "pglite.data"];

/** What PGlite takes under Node, and never asks for in a browser: nothing stands for it. */
const withoutNode = {
  name: "without-node",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:.*|fs|path|crypto|url|module|util|os)$/ }, ({ path }) => ({ path, namespace: "nothing" }));
    onLoad({ filter: /.*/, namespace: "nothing" }, () => ({ contents: "module.exports = {};" }));
  },
};

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const archives = Object.keys(extensions).map((name) => `${name}.tar.gz`);
await Promise.all([...files, ...archives].map((file) => copyFile(join(pglite, file), join(folder, file))));
const sizes = await Promise.all(files.map(async (file) => (await stat(join(pglite, file))).size));

await build({
  entryPoints: ["web/prove/worker.js"],
  outfile: join(folder, "prove-worker.js"),
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  logLevel: "warning",
  loader: { ".sql": "text" },
  define: { POSTGRES_BYTES: String(sizes.reduce((sum, size) => sum + size)) },
  plugins: [withoutNode],
});
