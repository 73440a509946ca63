// Bundles the package's single files: `node bundle.mjs FOLDER`, where FOLDER holds the copied modules and WebAssembly.
import { build } from "esbuild";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = process.argv[2];
const shared = { bundle: true, format: "esm", target: "es2022", minify: true, legalComments: "none", logLevel: "warning" };
const inlined = {
  name: "inlined",
  setup: (plugin) => plugin.onResolve({ filter: /^\.\/index\.js$/ }, ({ resolveDir }) => ({ path: join(resolveDir, "inline.js") })),
};

// From its own folder, so that it finds CodeMirror; the package carries the result.
const editor = fileURLToPath(new URL("package/editor.js", import.meta.url));
await build({ ...shared, entryPoints: [editor], outfile: join(folder, "editor.js"), allowOverwrite: true });

const page = { ...shared, entryPoints: [join(folder, "auto.js")], external: ["./editor.js", "./rule-pages.js"] };
await build({ ...page, outfile: join(folder, "retort-review.js") });
await build({ ...page, outfile: join(folder, "retort-review-inline.js"), loader: { ".wasm": "binary" }, plugins: [inlined] });

const api = join(folder, "inline.js");
await build({ ...shared, entryPoints: [api], outfile: api, loader: { ".wasm": "binary" }, allowOverwrite: true });
